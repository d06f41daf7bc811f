"""Why nothing is answered: from the words of a question to what a person reads."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfs import PROSE, SCAN, lines, pdf

from index.changes import UnreadablePages
from index.collection import Collection
from index.records import Document
from index.spelling import edits
from qa.answerer import Answerer
from qa.english import is_known
from qa.explaining import MOST_MENDED, content_places, explain, explained
from qa.records import Answer, Citation, MissingWord, Refusal, Searched
from qa.trace import answer_from
from qa.typed.mending import cased, nearest
from ui.cli import main
from ui.terminal import answer_lines
from ui.web.html import answer_html
from ui.words import MOST_NAMED, refusal_lines

TEXTS = {
    "harbour": "The harbour master of Mendocino is Maria Lindqvist. She has 1,250 berths, and 30 since 2019-05-04.",
    "returns": "A refund is paid within 14 days. Refunds of gift cards are not possible. Café vouchers are refunded.",
    "travel": "Ask Catherine at the ticket office for a license. The footfall was counted by the ombudsman O'Brien.",
    "russian": "Владимир Путин говорил с журналистами.",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory, encoder):
    with Collection(tmp_path_factory.mktemp("asked"), encoder) as opened:
        opened.put(Document(f"id-{name}", name, f"/papers/{name}.txt", "h", text) for name, text in TEXTS.items())
        yield opened


def missing(source, question):
    return [one.word for one in explain(question, "not_said", source).missing]


def swap_distance(word, other):
    """Optimal string alignment by the usual table, to compare with."""
    table = [[max(i, j) for j in range(len(other) + 1)] for i in range(len(word) + 1)]
    for i in range(1, len(word) + 1):
        for j in range(1, len(other) + 1):
            ways = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (word[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and word[i - 2 : i] == other[j - 1] + other[j - 2]:
                ways.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(ways)
    return table[-1][-1]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_edits_are_counted_as_far_as_wanted(word, other, most):
    assert edits(word, other, most) == min(swap_distance(word, other), most + 1)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who are they?", []),
        ("What does the refund mean?", ["refund"]),
        ("Doesn't the harbour's master, who's there, say what we've got?", ["harbour", "master"]),
        ("Isn’t plan B for Ben?", ["plan", "Ben"]),
        ('Is "1,000.50" of 3.5mm from 2025-03-14 in stock?', ["1,000.50", "3", "5mm", "2025-03-14", "stock"]),
        ("Was kostet das Café in der O'Brien Straße?", ["kostet", "das", "Café", "der", "Brien", "Straße"]),
        ("?! __ -", []),
        ("合同什么时候到期", []),
    ],
)
def test_content_words_are_what_a_question_is_about(question, words):
    assert [question[start:end] for start, end in content_places(question)] == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Are refunding and HARBOURS and possibility there?", []),  # other forms of words that occur
        ("Which cafes, cafés or cafe\u0301s?", []),
        ("Is it 1250 or 1.250 or 14 on 2019-05-04?", []),
        ("Is it 1251 or 125 or 2019-05-05?", ["1251", "125", "2019-05-05"]),
        ('What does "gift cards" or "gift horses" mean?', ["horses"]),
        ("Что говорил Путин о погоде?", ["Что", "погоде"]),
        ("Tariffs, tariffs and TARIFFS?", ["Tariffs"]),
    ],
)
def test_a_word_is_missing_where_the_search_finds_it_in_no_form(asked, question, words):
    assert missing(asked, question) == words


def test_a_word_occurs_only_if_a_document_that_is_asked_has_it(asked):
    question = "Does the harbour give a refund?"
    assert missing(asked, question) == missing(asked.whole(), question) == []
    assert missing(asked.within("harbour.txt"), question) == ["refund"]
    assert missing(asked.within("returns.txt"), question) == ["harbour"]
    assert missing(asked.within("harbour.txt", "returns.txt"), question) == []
    misspelt = "Mendoscino"
    assert nearest(misspelt, asked.within("harbour.txt")) == "Mendocino"
    assert nearest(misspelt, asked.within("returns.txt")) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Mendoscino", "Mendocino"),
        ("mednocino", "Mendocino"),
        ("Lindquist", "Lindqvist"),
        ("Lnidqvist", "Lindqvist"),
        ("Indqvist", "Lindqvist"),  # the first letter may be wrong as well: left out,
        ("Kindqvist", "Lindqvist"),  # another one,
        ("iLndqvist", "Lindqvist"),  # swapped,
        ("LLindqvist", "Lindqvist"),  # or doubled
        ("harbuor", "harbour"),
        ("harbor", "harbour"),
        ("vouchrs", "vouchers"),
        ("Lindqwest", "Lindqvist"),
        ("Katherine", "Catherine"),  # known, and heard alike
        ("licence", "license"),
        ("Путен", "Путин"),
        ("Утин", "Путин"),
    ],
)
def test_a_misspelt_word_is_led_to_the_one_that_occurs(asked, word, meant):
    assert nearest(word, asked) == meant


@pytest.mark.parametrize(
    "word",
    [
        "football",  # a word by itself: not "footfall"
        "nursing",
        "page",  # not "paid"
        "2018",
        "crd",  # too short
        "Linxxvist",  # two letters wrong are all that is allowed
        "Linxxxist",
        "Marie",  # a name by itself, not Maria
        "zzzzzz",
        "o",
    ],
)
def test_a_word_that_may_be_right_is_left_alone(asked, word):
    expected = "Lindqvist" if word == "Linxxvist" else None
    assert nearest(word, asked) == expected


def test_of_equally_near_words_the_likelier_slip_and_then_the_more_frequent_one_is_meant(collection):
    texts = ("A jubke and Tumbra and tumbro.", "A jufge.", "A jufge and a tumbro.")
    collection.put(Document(f"d{at}", "d", f"/{at}", "h", text) for at, text in enumerate(texts))
    assert nearest("judge", collection) is None  # known
    assert nearest("jubge", collection) == "jufge"
    assert nearest("tumbry", collection) == "tumbro"
    assert nearest("tmubra", collection) == "Tumbra"


def test_most_words_with_a_usual_ending_are_known():
    assert all(map(is_known, ("football", "refunds", "stopped", "ferries", "rewriting", "policies", "kindly")))
    assert not any(map(is_known, ("mendoscino", "lindquist", "harbuor", "adress", "presidnt", "satelite")))


@pytest.mark.parametrize(
    ("word", "like", "written"),
    [
        ("Mendocino", "mendoscino", "mendocino"),
        ("mendocino", "Mendoscino", "Mendocino"),
        ("McDonald", "Mcdonlad", "McDonald"),
        ("REFUND", "Refnd", "Refund"),
        ("refund", "REFND", "REFUND"),
    ],
)
def test_a_mended_word_keeps_the_case_of_the_question(word, like, written):
    assert cased(word, like) == written


def test_the_suggestion_is_the_question_with_each_misspelt_word_mended(asked):
    refusal = explain("Is LINDQUIST the harbour master at mendoscino (Mendoscino)?  Tariffs?", "too_unsure", asked)
    assert refusal.suggestion == "Is LINDQVIST the harbour master at mendocino (Mendocino)?  Tariffs?"
    assert refusal.missing == (
        MissingWord("LINDQUIST", "Lindqvist"),
        MissingWord("mendoscino", "Mendocino"),
        MissingWord("Tariffs"),
    )


def test_a_question_of_which_all_occurs_needs_no_other(asked):
    assert explain("Is the refund for the harbour master?", "not_said", asked) == Refusal("not_said")


def test_of_many_missing_words_the_first_ones_are_mended(asked):
    misspelt = ["Mendoscino", "Lindquist", "vouchrs", "harbuor"]
    refusal = explain(" ".join(misspelt), "not_said", asked)
    assert [one.word for one in refusal.missing] == misspelt
    assert [one.nearest is not None for one in refusal.missing] == [True] * MOST_MENDED + [False]


@given(st.text(string.printable, max_size=60))
def test_any_question_can_be_explained(asked, question):
    refusal = explain(question, "not_said", asked)
    assert all(one.word in question for one in refusal.missing)


class NothingSaid:
    """A reader that takes nothing for an answer."""

    fingerprint = "nothing said"

    def __init__(self, calibration):
        self.calibration = calibration

    def read(self, question, views):
        return []


def test_a_refusal_tells_the_stage_at_which_the_question_was_lost(asked, collection, reader):
    question = "How many tariffs does Lindquist levy?"
    words = (MissingWord("tariffs"), MissingWord("Lindquist", "Lindqvist"), MissingWord("levy"))
    unsure = Answerer(asked, reader, threshold=1.0).ask(question)
    assert (unsure.refusal.stage, unsure.refusal.missing) == ("too_unsure", words)
    unread = Answerer(asked, NothingSaid(reader.calibration)).ask(question)
    assert (unread.refusal.stage, unread.refusal.missing) == ("not_said", words)
    assert unread.refusal.suggestion == "How many tariffs does Lindqvist levy?"
    assert Answerer(collection, reader).ask(question).refusal == Refusal("not_found")  # of nothing, no word is said


def test_only_what_is_refused_is_explained_and_only_when_asked(asked, reader):
    sure = Answerer(asked, reader, threshold=0.0).ask("Who is the harbour master?")
    assert (sure.refusal, "explain" in sure.timings_ms) == (None, False)
    answerer = Answerer(asked, reader, threshold=1.0)
    refused = answerer.ask("Who is the harbor master?", as_typed=True)
    assert refused.refusal.missing == (MissingWord("harbor", "harbour"),)
    steps = [milliseconds for step, milliseconds in refused.timings_ms.items() if step != "total"]
    assert refused.timings_ms["explain"] > 0 and refused.timings_ms["total"] == pytest.approx(sum(steps))
    trace = answerer.trace("Who is the harbor master?", as_typed=True)
    assert (trace.refusal, answer_from(trace).refusal) == (None, Refusal("too_unsure"))
    assert replace(answer_from(explained(trace, asked)), timings_ms={}) == replace(refused, timings_ms={})
    assert Answer.from_dict(json.loads(json.dumps(refused.to_dict()))) == refused


def test_the_words_of_the_part_that_is_asked_are_told(asked, reader):
    answerer = Answerer(asked, reader, threshold=1.0)
    assert answerer.ask("Who gives a refund?", asked.within("harbour.txt")).refusal.missing == (MissingWord("refund"),)
    assert answerer.ask("Who gives a refund?").refusal.missing == ()


CLOSEST = Citation(1, "Maria", "Maria.", "id", "harbour", "/harbour.txt", None, 0, 5, 0, 6, 1.0, "Maria.", 0)
REFUSED = Answer("Who?", "no_answer", "", 0.123, (), (CLOSEST,), Searched(2, 3), {"total": 1.0})


def said(refusal, status="no_answer"):
    return refusal_lines(replace(REFUSED, status=status, refusal=refusal))


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ("not_found", "Nothing was found that could hold the answer."),
        ("not_said", "The nearest passages say nothing that could be the answer."),
        ("too_unsure", "What comes closest is only 12% sure to be the answer."),
    ],
)
def test_each_stage_is_said_in_a_sentence(stage, line):
    assert said(Refusal(stage)) == [line]


def test_what_is_missing_and_not_searched_is_said_in_short_lines():
    words = tuple(MissingWord(word) for word in ("refund", "tariff", "levy"))
    unread = (UnreadablePages("/a/scan.pdf", (2, 3)),)
    refusal = Refusal("not_said", words[:1], "Who is it?", unread, ("/a/bad.pdf",))
    assert said(refusal) == [
        '"refund" never occurs in your documents.',
        "Did you mean: Who is it?",
        "The nearest passages say nothing that could be the answer.",
        "The answer may stand where there is no readable text: pages 2 to 3 of scan.pdf.",
        "The answer may stand in a file that could not be read: bad.pdf.",
    ]
    assert said(refusal, "unsure") == said(refusal)[:2]
    assert said(replace(refusal, missing=words))[0] == '"refund", "tariff" and "levy" never occur in your documents.'
    many = tuple(MissingWord(f"w{number}") for number in range(MOST_NAMED + 2))
    assert said(replace(refusal, missing=many))[0].endswith('"w4" and 2 more words never occur in your documents.')
    files = tuple(f"/a/{number}.pdf" for number in range(5))
    assert said(replace(refusal, left_out=files))[-1] == (
        "The answer may stand in files that could not be read: 0.pdf; 1.pdf; 2.pdf; 2 more files."
    )
    assert refusal_lines(REFUSED) == []


def test_the_lines_stand_between_the_refusal_and_the_closest_sentences():
    refused = replace(REFUSED, refusal=Refusal("not_said", (MissingWord("a\x1bb", None),), "Who is\x07 it?"))
    shown = list(answer_lines(refused, color=False))
    assert shown[0] == "Your documents don't say (2 documents, 3 passages searched)."
    assert shown[1] == '"a b" never occurs in your documents.'
    assert shown[2] == "Did you mean: Who is  it?"
    assert shown[4] == "Closest sentences, which are not an answer:"
    perhaps = list(answer_lines(replace(refused, status="unsure"), color=False))
    assert perhaps[1] == shown[1] and perhaps[2] == shown[2] and "Closest" not in "".join(perhaps)


@pytest.mark.parametrize("status", ["no_answer", "unsure"])
def test_the_page_shows_them_escaped(status):
    refusal = Refusal("not_said", (MissingWord("<b>"),), "Who is {it}?")
    shown = answer_html(replace(REFUSED, status=status, refusal=refusal))
    assert '<p class="qw-reason">&quot;&lt;b&gt;&quot; never occurs in your documents.</p>' in shown
    assert 'Did you mean: <button type="button" class="qw-meant" data-do="meant" ' in shown
    assert 'data-question="Who is &#123;it&#125;?">Who is &#123;it&#125;?</button></p>' in shown
    assert ("The nearest passages" in shown) == (status == "no_answer")


def test_the_command_explains_a_refusal(capsys, tmp_path, encoder):
    tmp_path = tmp_path.resolve()
    (tmp_path / "harbour.txt").write_text(TEXTS["harbour"], "utf-8")
    (tmp_path / "log.pdf").write_bytes(pdf(lines(*PROSE), [(SCAN,)]))
    (tmp_path / "bad.pdf").write_bytes(b"no PDF")
    question = ["ask", "Which tariffs does Lindquist levy?", "--threshold", "1", "--documents", str(tmp_path)]
    assert main(question) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    told = printed.out.splitlines()
    assert '"tariffs", "Lindquist" and "levy" never occur in your documents.' in told
    assert "Did you mean: Which tariffs does Lindqvist levy?" in told
    assert main([*question, "--json"]) == 0
    refusal = json.loads(capsys.readouterr().out)["refusal"]
    assert refusal["missing"][1] == {"word": "Lindquist", "nearest": "Lindqvist"}
    assert refusal["unreadable"] == [{"source": str(tmp_path / "log.pdf"), "pages": [2]}]
    assert refusal["left_out"] == [str(tmp_path / "bad.pdf")]
