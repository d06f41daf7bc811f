"""The clause or sentence that settles a question is quoted whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import View
from qa.answerer import Answerer
from qa.forms import LONGEST, clause_around, form_of, in_form


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("May I park here?", "yes/no"),
        ("Is smoking allowed?", "yes/no"),
        ("Aren't dogs allowed?", "yes/no"),
        ("Hello, can I pay by card?", "yes/no"),
        ("If I lose my key, do I have to pay?", "yes/no"),
        ("Can you tell me whether dogs are allowed?", "yes/no"),
        ("Can you tell me who owns it?", "fact"),
        ("If I lose my key, who do I call?", "fact"),
        ("Why is it closed?", "why"),
        ("What is the reason for the delay?", "why"),
        ("What does deductible mean?", "meaning"),
        ("What is meant by force majeure?", "meaning"),
        ("What does SOS stand for?", "fact"),
        ("How do I reset it?", "how-to"),
        ("How is it sent?", "how-to"),
        ("How many are there?", "fact"),
        ("How much does it cost?", "fact"),
        ("How long does it take?", "fact"),
        ("How old must I be?", "fact"),
        ("How far is it?", "fact"),
        ("How often does it run?", "fact"),
        ("How tall is the tower?", "fact"),
        ("In what year, if any, did it open?", "fact"),
        ("When did the hall, which is old, open?", "fact"),
        ("Who may park here?", "fact"),
        ("???", "fact"),
    ],
)
def test_the_form_that_a_question_wants(question, form):
    assert form_of(question) == form


def quoted(question, sentence, span):
    start = sentence.index(span)
    begin, end = in_form(question, View.of(sentence), [(0, len(sentence))], (start, start + len(span)))
    return sentence[begin:end]


@pytest.mark.parametrize(
    ("question", "sentence", "span", "whole"),
    [
        ("May I park here?", "You may not park here on Sundays.", "park here", "You may not park here on Sundays."),
        (
            "Why was the pool closed?",
            "The pool was closed because the filter broke, and it opened again in May.",
            "the filter broke",
            "because the filter broke",
        ),
        ("Why was it closed?", "It was closed due to a broken filter.", "a broken filter", "due to a broken filter"),
        ("Why is there a fee?", "A fee is charged to cover the cleaning.", "cover the", "to cover the cleaning"),
        ("Why did it close?", "A broken filter led to this.", "A broken filter", "A broken filter led to this"),
        (
            "What does deductible mean?",
            "The deductible is the amount that you pay yourself; it is 150 euros.",
            "amount that you pay yourself",
            "the amount that you pay yourself",
        ),
        (
            "How do I start it?",
            "To start the machine, press the green button for two seconds.",
            "the green button",
            "To start the machine, press the green button for two seconds",
        ),
        (
            "How do I start it?",
            "You start it by pressing the green button.",
            "pressing the",
            "You start it by pressing the green button",
        ),
        ("What does SNAFU mean?", "SNAFU (\u201call fouled up\u201d) is slang.", "fouled up", "all fouled up"),
        (
            "Is fertilization internal or external?",
            "Fertilization is external in most species.",
            "external",
            "external",
        ),
        ("May I bring dogs or cats?", "You may not bring dogs here.", "dogs", "You may not bring dogs here."),
        (
            "Why was it moved?",
            "It was moved because the road was wet, narrow and steep.",
            "road was wet",
            "because the road was wet",
        ),
        ("How is it sent?", "It is sent by post on Mondays.", "by post", "by post"),
        ("How long is it?", "It is two metres long.", "two metres", "two metres"),
        ("Who owns the boat?", "Ann does not own the boat.", "Ann", "Ann"),
    ],
)
def test_the_quote_is_widened_to_what_settles_the_question(question, sentence, span, whole):
    assert quoted(question, sentence, span) == whole


def test_of_a_very_long_sentence_the_clause_is_quoted():
    sentence = f"You may not park here; {'the yard is small and ' * 40}it is needed for the vans."
    assert len(sentence) > LONGEST
    assert quoted("May I park here?", sentence, "park here") == "You may not park here"


WORDS = st.sampled_from(
    "the filter broke because, and it is not closed; so that (in May) who: which, but \u2013 a".split()
)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)


@given(
    TEXTS,
    st.integers(0, 200),
    st.integers(1, 40),
    st.sampled_from(["Why?", "Is it?", "How do I do it?", "What does it mean?"]),
)
def test_the_span_stays_inside_what_is_quoted_and_that_inside_the_sentence(text, start, length, question):
    start %= len(text)
    end = min(len(text), start + length)
    begin, stop = in_form(question, View.of(text), [(0, len(text))], (start, end))
    assert 0 <= begin <= start < end <= stop <= len(text)


@given(TEXTS, st.integers(0, 200), st.integers(1, 40))
def test_a_clause_that_was_widened_is_not_widened_again(text, start, length):
    start %= len(text)
    once = clause_around(text, (start, min(len(text), start + length)), (0, len(text)))
    assert clause_around(text, once, (0, len(text))) == once


YARD = """# The yard

## Parking

You may not park in the yard on market days. The gate is locked at 10 pm because the neighbours complained.

## In the hall

You may not:

- smoke near the stage
- bring bottles

## Pets

| Animal | Allowed | Fee |
| --- | --- | --- |
| Dogs | no | none |
| Cats | yes | 5 euros |

Pushchair: not in the lift
"""


@pytest.fixture(scope="module")
def yard(tmp_path_factory, encoder, reader):
    from index.collection import Collection

    folder = tmp_path_factory.mktemp("yard")
    (folder / "yard.md").write_text(YARD, "utf-8")
    with Collection(folder / "collection", encoder) as opened:
        opened.add([folder / "yard.md"])
        yield Answerer(opened, reader, threshold=0.0)


def test_a_yes_no_question_is_answered_by_the_sentence_with_its_negation(yard):
    answer = yard.ask("May I park in the yard on market days?")
    assert answer.text == "You may not park in the yard on market days."


def test_a_why_question_is_answered_by_the_clause(yard):
    assert yard.ask("Why is the gate locked at 10 pm?").text == "because the neighbours complained"


def test_what_is_denied_by_what_leads_to_its_list_is_never_said_without_it(yard):
    answer = yard.ask("Can I smoke near the stage?")
    assert answer.text == "You may not: \u2026 smoke near the stage"
    assert answer.citations[0].text == "smoke near the stage"


def test_a_yes_no_question_to_a_table_is_answered_by_the_row(yard):
    answer = yard.ask("Are dogs allowed?")
    assert answer.text == "Dogs; Allowed: no; Fee: none"
    assert YARD[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].text


def test_the_form_changes_neither_the_scores_nor_the_candidates(yard):
    trace = yard.trace("May I park in the yard on market days?")
    assert trace.quotes[0].candidate.span == trace.candidates[0].span
    assert trace.quotes[0].citation.text != trace.candidates[0].span.text
    assert all(candidate.whole is None for candidate in trace.candidates)


def test_no_alternative_lies_in_the_sentence_that_answers(yard):
    answer = yard.ask("May I park in the yard on market days?")
    [first] = answer.citations
    assert answer.alternatives
    assert not any(first.start < one.end and one.start < first.end for one in answer.alternatives)
