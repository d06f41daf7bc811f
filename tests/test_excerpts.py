"""Passages cut to the sentences about an answer."""

import random

from hypothesis import given
from hypothesis import strategies as st

from index.layout import blocks_of
from index.sentences import split_sentences
from qa.training.excerpts import excerpt

SENTENCES = [f"In {1900 + number} the mayor of Town{number} opened a bridge." for number in range(12)]
TEXT = " ".join(SENTENCES)


@given(st.integers(0, 11), st.integers(0, 10**6), st.integers(20, 900))
def test_an_excerpt_keeps_an_answer_where_it_stands(number, seed, characters):
    answers = [str(1900 + number), "bridge"]
    start = TEXT.index(answers[0])
    spans = [(start, start + 4), (TEXT.index("bridge"), TEXT.index("bridge") + 6)]
    passage, inside = excerpt(TEXT, spans, characters, random.Random(seed))
    assert passage in TEXT
    assert inside
    assert {passage[a:b] for a, b in inside} <= set(answers)
    assert len(passage) <= max(1.5 * characters, max(map(len, SENTENCES)))
    assert set(passage.split(". ")) <= {sentence.removesuffix(".") for sentence in SENTENCES} | set(SENTENCES)


def test_an_answer_over_two_sentences_keeps_both():
    start, end = TEXT.index("bridge. In 1903"), TEXT.index(" the mayor of Town3")
    passage, inside = excerpt(TEXT, [(start, end)], 10, random.Random(0))
    assert passage == " ".join(SENTENCES[2:4])
    assert [passage[a:b] for a, b in inside] == ["bridge. In 1903"]


def test_an_answer_that_ends_in_white_space_is_not_lost():
    text = TEXT + " "
    passage, inside = excerpt(text, [(len(text) - 8, len(text))], 60, random.Random(0))
    assert [passage[a:b] for a, b in inside] == ["bridge. "]


def test_excerpts_are_of_different_length_and_place_and_repeat_from_their_seed():
    made = [excerpt(TEXT, [], 200, random.Random(seed))[0] for seed in range(30)]
    assert made == [excerpt(TEXT, [], 200, random.Random(seed))[0] for seed in range(30)]
    assert len({len(split_sentences(passage, blocks_of(passage)[0])) for passage in made}) > 2
    assert len({TEXT.index(passage) for passage in made}) > 5


def test_a_short_passage_stays_whole():
    assert excerpt(SENTENCES[0], [(3, 7)], 400, random.Random(0)) == (SENTENCES[0], ((3, 7),))
    assert excerpt("", [], 400, random.Random(0)) == ("", ())
