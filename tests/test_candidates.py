"""What may be a candidate at all."""

import pytest

from qa.reading.spans import says_something


@pytest.mark.parametrize("text", [".", " - ", "|", "...", "(", "\u2022", "\u2014 \u201d"])
def test_punctuation_alone_says_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "7", "(5)", "\u20ac", "\U0001f44d", "\u706f", "C++", "5%"])
def test_letters_digits_and_signs_that_stand_for_something_do(text):
    assert says_something(text)
