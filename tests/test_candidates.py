"""What may be a candidate at all."""

import pytest

from index.records import View
from qa.candidates import ASKED, unless_asked
from qa.reading.spans import Span, says_something


@pytest.mark.parametrize("text", [".", " - ", "|", "...", "(", "\u2022", "\u2014 \u201d"])
def test_punctuation_alone_says_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "7", "(5)", "\u20ac", "\U0001f44d", "\u706f", "C++", "5%"])
def test_letters_digits_and_signs_that_stand_for_something_do(text):
    assert says_something(text)


@pytest.mark.parametrize(
    ("text", "words", "asks"),
    [
        ("Can I sell the whole package? Yes, you can.", "the whole package", True),
        ("Can I sell the whole package? Yes, you can.", "Yes", False),
        ("She asked who it was. Who?", "She", False),
        ("1.13 Does embedding alter the license?\nNo.", "embedding", True),
        ("1.13 Does embedding alter the license?\nNo.", "No", False),
        ("Who are you?", "Who are you?", True),
    ],
)
def test_words_of_a_sentence_that_asks_count_less(text, words, asks):
    start = text.index(words)
    span = Span(0, start, start + len(words), words, 3.0)
    assert unless_asked(span, View.of(text)).score == (3.0 - ASKED if asks else 3.0)
