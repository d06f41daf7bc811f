"""Steps that are told in sentences."""

from itertools import pairwise

import pytest

from qa.sequences import ASKS_STEPS, steps_around

TEXT = "It takes an hour. First, rinse it. Then let it dry. Finally, put it back. Then you are free."


def sentences(text):
    edges = [0, *(at + 2 for at in range(len(text)) if text.startswith(". ", at)), len(text) + 1]
    return [(start, end - 1) for start, end in pairwise(edges)]


@pytest.mark.parametrize("span", ["rinse it", "let it dry", "put it back"])
def test_the_steps_are_found_from_any_of_them(span):
    start = TEXT.index(span)
    found = steps_around(TEXT, sentences(TEXT), (start, start + len(span)))
    assert [TEXT[slice(*step)] for step in found] == ["First, rinse it.", "Then let it dry.", "Finally, put it back."]


@pytest.mark.parametrize("span", ["an hour", "you are free"])
def test_what_stands_beside_the_steps_is_none_of_them(span):
    start = TEXT.index(span)
    assert steps_around(TEXT, sentences(TEXT), (start, start + len(span))) == []


@pytest.mark.parametrize(
    "text", ["First, rinse it. Then let it dry.", "Then rinse it. Next dry it. Then use it.", "Rinse it."]
)
def test_two_sentences_or_none_that_comes_first_are_no_steps(text):
    assert steps_around(text, sentences(text), (0, 4)) == []


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What are the steps?", True),
        ("In what order is it done?", True),
        ("What comes first?", False),
        ("How long is it?", False),
    ],
)
def test_the_questions_for_steps(question, asks):
    assert bool(ASKS_STEPS.search(question)) == asks
