"""Documents that disagree, and those that only seem to; documents that agree."""

import re
from dataclasses import replace

import pytest

from index.collection import Collection
from index.records import Document
from qa.agreement import count_originals
from qa.answerer import Answerer
from qa.citing import Citer
from qa.conflict import Judge, find_conflict
from qa.dating import dated, newest_first
from qa.differences import Pair, are_of_other_parties, are_of_other_periods, difference
from qa.evaluation.conflicts import HALVES, read_cases
from qa.records import Answer, Citation, Dated, Name, Statement
from qa.subjects import is_about_the_same, subject_of, subject_stems
from ui.terminal import answer_lines
from ui.web.html import answer_html

OLD = (
    "Staff handbook, edition 2023.\n\nEmployees are entitled to 26 days of paid leave a year. "
    "Unused leave expires on 31 March."
)
NEW = (
    "Staff handbook, edition 2025. This edition replaces the edition of 2023.\n\n"
    "Employees are entitled to 30 days of paid leave a year. Unused leave expires on 30 June."
)
LEAVE = "How many days of paid leave do employees get?"
PRICE = "What is the price of a swimming lesson?"


def put(collection, **texts):
    collection.put(Document(name, name.replace("_", "-"), f"/{name}.txt", name, text) for name, text in texts.items())


@pytest.fixture
def ask(collection, reader):
    def ask(question, **texts):
        put(collection, **texts)
        return Answerer(collection, reader).ask(question)

    return ask


def test_documents_that_disagree_stand_side_by_side_the_newest_first(collection, ask):
    answer = ask(LEAVE, handbook_2023=OLD, handbook_2025=NEW)
    assert answer.status == "conflict"
    assert [re.match(r"\d+", one.text)[0] for one in answer.statements] == ["30", "26"]
    assert answer.text == "\n".join(one.text for one in answer.statements)
    assert [[c.document_id for c in one.citations] for one in answer.statements] == [
        ["handbook_2025"],
        ["handbook_2023"],
    ]
    assert [citation.number for citation in (*answer.citations, *answer.alternatives)] == list(
        range(1, len(answer.citations) + len(answer.alternatives) + 1)
    )
    assert all(one.confidence >= answer.provenance.threshold for one in answer.statements)
    assert answer.confidence in [one.confidence for one in answer.statements]
    dates = [one.dated for one in answer.statements]
    assert [date.date for date in dates] == ["2025", "2023"]
    assert dates[0].shown.startswith("edition 2025. This edition replaces the edition of 2023")
    for statement in answer.statements:
        text = collection.document(statement.citations[0].document_id).text
        assert text[statement.dated.start : statement.dated.end] == statement.dated.text
    assert Answer.from_dict(answer.to_dict()) == answer


def test_one_document_can_disagree_with_itself(ask):
    answer = ask(
        "When does the lease end?",
        lease="The lease begins on 1 July 2024. The lease ends on 30 June 2026. The rent is paid on the third "
        "day of each month. Pets need consent in writing. Walls may be painted. The lease ends on 31 December 2026.",
    )
    assert answer.status == "conflict"
    assert {one.text for one in answer.statements} == {"30 June 2026", "31 December 2026"}


def test_a_list_of_prices_can_disagree_with_another(tmp_path, encoder, reader):
    rows = "# Prices\n\n| Offer | Price |\n| --- | --- |\n| Swimming lesson | {} |\n| Sauna | 9 euros |\n"
    for name, price in (("spring", "12 euros"), ("autumn", "15 euros")):
        (tmp_path / f"{name}.md").write_text(rows.format(price), "utf-8")
    with Collection(tmp_path / "collection", encoder) as collection:
        collection.add([tmp_path / "spring.md", tmp_path / "autumn.md"])
        answer = Answerer(collection, reader).ask(PRICE)
    assert answer.status == "conflict"
    assert {one.text for one in answer.statements} == {"12 euros", "15 euros"}


def test_a_value_in_other_words_agrees(ask):
    answer = ask(
        "How long is the notice period?",
        contract="Contract for the garden plot. The notice period is 30 days. Sheds must be painted green.",
        guide="Guide for gardeners. The notice period is thirty days. Compost is shared.",
    )
    assert answer.status == "answered"
    [statement] = answer.statements
    assert (statement.documents, len(statement.citations)) == (2, 2)
    assert any("2 documents say this" in line for line in answer_lines(answer, color=False))
    assert "2 documents say this" in answer_html(answer)


def test_copies_are_no_further_documents(ask):
    text = "Contract for the garden plot. The notice period is 30 days. Sheds must be painted green."
    answer = ask("How long is the notice period?", contract=text, copy=text)
    assert [one.documents for one in answer.statements] == [1]
    assert not any("documents say" in line for line in answer_lines(answer, color=False))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How much does a ticket cost?",
            "A ticket for an adult costs 18 euros.",
            "A ticket for a child costs 9 euros.",
        ),
        ("What is the fee?", "The fee was 20 euros and is now 30 euros.", "The fee is 30 euros."),
        ("How long is the return period?", "The return period is 30 days.", "The return period is a month."),
        ("How many guests came?", "About 300 guests came.", "310 guests came."),
    ],
)
def test_what_only_looks_like_a_conflict_is_none(ask, question, one, other):
    assert ask(question, one=one, other=other).status != "conflict"


def test_the_contrary_is_no_agreement(ask):
    answer = ask(
        "Are dogs allowed in the garden?",
        rules="House rules for all tenants. Dogs are not allowed in the garden. Bicycles stand in the cellar.",
        welcome="Welcome to the house. Dogs are allowed in the garden. The gate is locked at night.",
    )
    assert answer.status == "conflict"
    assert sorted("not allowed" in one.citations[0].sentence for one in answer.statements) == [False, True]


def test_a_rival_must_be_believed(collection, reader):
    put(collection, handbook_2023=OLD, handbook_2025=NEW)
    trace = Answerer(collection, reader).trace(LEAVE)
    assert trace.conflict and trace.is_sure
    judge = Judge(
        reader, reader.calibration, LEAVE, Citer(collection), trace.searched.passages, trace.provenance.threshold
    )
    assert find_conflict(judge, trace.candidates, trace.quotes, trace.evidence).statements == trace.conflict
    stricter = replace(judge, threshold=0.9999)
    assert find_conflict(stricter, trace.candidates, trace.quotes, trace.evidence) is None


def test_where_nothing_is_sure_nothing_disagrees(collection, reader):
    put(collection, handbook_2023=OLD, handbook_2025=NEW)
    answer = Answerer(collection, reader, threshold=0.9999).ask(LEAVE)
    assert answer.status in ("unsure", "no_answer") and not answer.statements


def test_faces_show_each_side_with_its_date(ask):
    answer = ask(LEAVE, handbook_2023=OLD, handbook_2025=NEW)
    lines = list(answer_lines(answer, color=False))
    assert lines[0] == "Your documents disagree:"
    text = "\n".join(lines)
    for statement in answer.statements:
        [citation] = statement.citations
        assert f"{statement.text}   ({statement.confidence:.0%} sure)" in lines
        assert f"[{citation.number}] {citation.title}" in text
    assert "Dated in its text: edition 2023" in text
    page = answer_html(answer)
    assert page.count('<section class="qw-one-side">') == 2 and "Your documents disagree:" in page
    assert page.index("edition 2025") < page.index("edition 2023")


CONTEXT = "shop rules \u203a Opening\n"


def claim(sentence, *, context=CONTEXT, names=()):
    """The subject of the words in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    plain = sentence.replace("[", "").replace("]", "")
    text = plain[start:end]
    return subject_of(
        Citation(1, text, plain, "d", "t", "/d", None, start, end, 0, len(plain), 1.0, plain, 0, names=names), context
    )


def why(question, one, other, *, same=False):
    return difference(Pair(one, other, subject_stems(question), same))


@pytest.mark.parametrize(
    ("question", "one", "other", "found"),
    [
        ("What is the fee?", "The fee is [20 euros].", "The fee is [30 euros].", ""),
        ("What is the fee?", "The fee amounts to [20 euros].", "We take a fee of [30 euros].", "swapped"),
        ("How much leave do employees get?", "Employees get [26 days] of leave.", "Staff have [3 days] of leave.", ""),
        ("What was the revenue?", "Revenue was [5 million] in 2023.", "Revenue was [6 million] in 2024.", "values"),
        ("What is the fee?", "From 1 May 2025 the fee is [30 euros].", "The fee is [20 euros].", ""),
        ("What is the fee?", "The fee is [30 euros].", "The fee was 20 euros, now it is [40 euros].", "values"),
        ("What is the fee?", "The fee is [20 euros]; once, it was 30 euros.", "The fee is [30 euros].", "both told"),
        ("What is the fee?", "The fee is [20 euros].", "If you pay late, the fee is [30 euros].", "limits"),
        ("How fast is it?", "A saw by Acme runs [20 times] a second.", "A saw runs [3 times] a second.", "names"),
        ("How long does the Alpha run?", "The Alpha runs [4 hours].", "The Beta runs [6 hours].", "asked"),
        ("What is the fee?", "The fee for adults is [20 euros].", "The fee is [10 euros].", "qualifiers"),
        ("What does it cost?", "A flat with studio costs [2 euros].", "A flat with loft costs [3 euros].", "swapped"),
        ("What is the fee?", "The fee for the boat is [20 euros].", "The fee is [10 euros].", "complements"),
        ("When did the board meet?", "The board met on [3 May].", "The board met on [7 June].", "repeated"),
        ("How long is the ferry?", "The ferry to Vik takes [2 hours].", "The ferry from Vik takes [3 hours].",
         "directions"),
        ("When was the church built?", "The church was built in [1420].", "The spire of the church was built [1510].",
         "part"),
        ("What is the rent?", "The rent of the hall is [20 euros].", "The rent of the hall is [30 euros].", ""),
        ("When is it closed?", "The pool is closed on [1 May].", "The pool is closed on [2 May] as well.", "added"),
        ("What is the fee?", "The fee is [20 euros].", "The fee that anybody who swims pays is [30 euros].", "words"),
    ],
)  # fmt: skip
def test_what_tells_that_two_quotes_are_of_different_things(question, one, other, found):
    assert why(question, claim(one), claim(other)) == found
    assert why(question, claim(other), claim(one)) == found


def test_titles_and_headings_tell_two_things_of_one_kind_apart():
    one, question = "The fee is [20 euros].", "What is the fee?"
    for first, second, found in [
        ("berlin office", "munich office", "titles"),
        ("handbook 2023", "handbook 2025", ""),
        ("handbook draft", "handbook final", ""),
        ("price list", "news", ""),
        ("price list students", "price list", "titles"),
        ("rules \u203a Blue hall", "rules \u203a Grey hall", "headings"),
    ]:
        pair = claim(one, context=f"{first}\n"), claim("The fee is [30 euros].", context=f"{second}\n")
        assert why(question, *pair) == found, (first, second)


def test_in_one_document_two_things_may_be_treated_one_after_the_other():
    question = "What is the fee?"
    blue, grey = (f"club \u203a {colour} lake\n" for colour in ("", "All about the"))
    assert why(question, claim("The fee is [20 euros]."), claim("The fee is [30 euros]."), same=True) == ""
    assert (
        why(question, claim("It has a fee of [20 euros]."), claim("It has a fee of [30 euros]."), same=True) == "places"
    )
    one, other = claim("The fee is [20 euros].", context=blue), claim("The fee is [30 euros].", context=grey)
    assert why(question, one, other, same=True) == "places"
    assert why(question, one, other) == ""


def test_cells_of_other_rows_are_of_different_things():
    def named(row):
        return Name("row", row, 100, 100 + len(row), row), Name("column", "Price", 50, 55, "Price")

    one, other = (claim("Price: [20 euros]", names=named(row)) for row in ("Sauna", "Pool"))
    third = claim("Price: [30 euros]", names=named("Pool"))
    question = "What is the price?"
    assert why(question, one, other) == "cells" and not is_about_the_same(question, one, other)
    assert why(question, other, third) == "" and is_about_the_same(question, other, third)


def test_reports_are_each_of_their_own_year_and_handbooks_are_not():
    past = claim("The team scored [41 goals].", context="season\n")
    present = claim("The fee is [20 euros].", context="handbook\n")
    report = claim("The fee is [20 euros].", context="annual report\n")
    assert are_of_other_periods(past, past, ("2021", "2022"))
    assert are_of_other_periods(report, report, ("2021", "2022"))
    assert not are_of_other_periods(present, present, ("2021", "2022"))
    assert not are_of_other_periods(past, past, ("2021", "2021"))
    assert not are_of_other_periods(past, past, ("2021", ""))


def test_documents_of_other_parties_name_them_in_their_openings():
    acme = "This contract is made with Acme of London. The notice period is 30 days."
    globex = "This contract is made with Globex of Paris. The notice period is 60 days."
    plain = "Summary of the contract. The notice period is 60 days."
    assert are_of_other_parties(acme, globex, "")
    assert not are_of_other_parties(acme, plain, "") and not are_of_other_parties(plain, acme, "")
    assert not are_of_other_parties("It is led by Anna Berg.", "It is led by Tom Keller.", "Anna Berg Tom Keller")


def cited(text, quote):
    start = text.index(quote)
    first = text.rfind("\n", 0, start) + 1
    last = (text + "\n").index("\n", start)
    sentence = text[first:last]
    return Citation(
        1, quote, sentence, "d", "t", "/d", None, start, start + len(quote), first, last, 1.0, sentence, first
    )


@pytest.mark.parametrize(
    ("text", "shown", "date"),
    [
        ("Rules, edition 2024\n\nThe fee is 20 euros.", "edition 2024", "2024"),
        ("Rules as of 1 March 2025\n\nThe fee is 20 euros.", "as of 1 March 2025", "2025-03-01"),
        ("Rules.\nValid from: 2025-03-01\n\nThe fee is 20 euros.", "Valid from: 2025-03-01", "2025-03-01"),
        ("The 2024 edition of the rules.\n\nThe fee is 20 euros.", "2024 edition", "2024"),
        ("Price list 2025\n\nThe fee is 20 euros.", "2025", "2025"),
        ("Rules.\n\nFrom 1 May 2025 the fee is 20 euros.", "From 1 May 2025", "2025-05-01"),
        ("Rules. Last updated: 3 May 2024.\n\nThe fee is 20 euros.", "Last updated: 3 May 2024", "2024-05-03"),
    ],
)
def test_a_text_tells_from_when_it_is(text, shown, date):
    found = dated(Document("d", "rules", "/d.txt", "h", text), cited(text, "20 euros"))
    assert (found.by, found.shown, found.date) == ("text", shown, date)
    assert text[found.start : found.end] == found.text


def test_a_date_that_is_something_else_does_not_tell_it():
    for text in (
        "This replaces the edition of 2023.\n\nThe fee is 20 euros.",
        "The club was founded by two friends in 1998.\n\nThe fee is 20 euros.",
        "The fee of 20 euros is due.",
    ):
        assert dated(Document("d", "rules", "/d.txt", "h", text), cited(text, "20 euros")) is None


def test_the_title_and_at_last_the_file_tell_it():
    text = "Rules.\n\nThe fee is 20 euros."
    titled = dated(Document("d", "rules-2024", "/rules-2024.txt", "h", text), cited(text, "20 euros"))
    assert (titled.by, titled.date, "rules-2024"[titled.start : titled.end]) == ("title", "2024", titled.text)
    filed = dated(
        Document("d", "rules", "/d.txt", "h", text, modified_ns=1_700_000_000 * 10**9), cited(text, "20 euros")
    )
    assert (filed.by, filed.date, filed.text) == ("file", "2023-11-14", "")


def test_the_newest_come_first_only_where_texts_and_titles_tell():
    def told(date, by="text"):
        return Dated(by, date, "" if by == "file" else date, 0, 0 if by == "file" else len(date), date)

    assert newest_first([told("2023"), told("2025-03")]) == [1, 0]
    assert newest_first([told("2025-03"), told("2025-04"), told("2024-12")]) == [1, 0, 2]
    assert newest_first([told("2025"), told("2025-03")]) is None
    assert newest_first([told("2023"), None]) is None
    assert newest_first([told("2023-01-01"), told("2025-01-01", "file")]) is None


def test_a_date_stands_at_its_offsets():
    with pytest.raises(ValueError, match="date"):
        Dated("text", "2025", "2025", 0, 3, "2025")
    with pytest.raises(ValueError, match="date"):
        Dated("text", "2025")
    with pytest.raises(ValueError, match="date"):
        Dated("file", "2025", "2025", 0, 4, "2025")


def test_the_same_file_or_passage_is_one_original():
    one = cited("The fee is 20 euros.", "20 euros")
    other = cited("We take 20 euros.", "20 euros")
    assert count_originals([one, one]) == 1
    assert count_originals([one, replace(one, document_id="e")]) == 1
    assert count_originals([one, replace(other, document_id="e")]) == 2
    assert count_originals([replace(one, sha256="s"), replace(other, document_id="e", sha256="s")]) == 1


def test_a_statements_confidence_is_a_probability():
    with pytest.raises(ValueError, match="confidence"):
        Statement("20 euros", (cited("The fee is 20 euros.", "20 euros"),), confidence=1.5)


def test_the_planted_cases_are_whole():
    cases = read_cases()
    for half in HALVES:
        some = [case for case in cases if case.half == half]
        assert min(sum(bool(case.values) == planted for case in some) for planted in (True, False)) >= 20
    for case in cases:
        told = " ".join(text for _, text in case.documents)
        assert all(value in told for value in case.values) and len(case.values) != 1
