from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import OVERLAP_CHARACTERS, PASSAGE_CHARACTERS, split_passages
from index.records import Sentence
from index.sentences import split_sentences

words = st.text("abcdefgh", min_size=1, max_size=12)
prose = st.lists(st.lists(words, min_size=1, max_size=40).map(lambda w: " ".join(w) + "."), max_size=40)
limits = st.integers(3 * OVERLAP_CHARACTERS, 1200)


@st.composite
def split_texts(draw):
    """A text with its sentences, built side by side: no segmenter decides what is expected."""
    text, sentences = "", []
    for sentence in draw(prose):
        text += draw(st.sampled_from([" ", "\n", "\n\n"]))
        sentences.append(Sentence(len(text), len(text) + len(sentence)))
        text += sentence
    return text, sentences


@given(split_texts(), limits)
def test_passages_are_whole_sentences_within_the_limit_and_miss_none(split, limit):
    text, sentences = split
    if any(s.end - s.start > limit for s in sentences):
        limit = PASSAGE_CHARACTERS
    passages = split_passages(text, sentences, limit)
    starts, ends = [s.start for s in sentences], [s.end for s in sentences]
    assert all(start in starts and end in ends and end - start <= limit for start, end in passages)
    # Each sentence lies in exactly one passage.
    assert [sum(a <= s.start and s.end <= b for a, b in passages) for s in sentences] == [1] * len(sentences)


@given(st.lists(words, min_size=100, max_size=600), limits)
def test_an_overlong_sentence_is_covered_by_overlapping_pieces(many, limit):
    text = " ".join(many)
    passages = split_passages(text, [Sentence(0, len(text))], limit)
    assert passages[0][0] == 0 and passages[-1][1] == len(text)
    assert all(end - start <= limit for start, end in passages)
    for (start, end), (next_start, next_end) in pairwise(passages):
        assert start < next_start < end < next_end
        assert end - next_start >= OVERLAP_CHARACTERS - max(map(len, many)) - 1
        assert text[end] == " " and text[next_start - 1] == " "  # no word is cut


@given(st.text(max_size=3000), limits)
def test_any_text_is_covered(text, limit):
    passages = split_passages(text, split_sentences(text), limit)
    covered = {i for start, end in passages for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
    assert all(0 < end - start <= limit for start, end in passages)


def test_text_without_any_space_is_cut_all_the_same():
    passages = split_passages("x" * 2500, [Sentence(0, 2500)])
    assert passages == [(0, 1000), (850, 1850), (1700, 2500)]


def test_short_paragraphs_share_a_passage():
    text = "One.\n\nTwo.\n\nThree."
    assert split_passages(text, split_sentences(text)) == [(0, len(text))]


def test_a_paragraph_that_does_not_fit_begins_a_new_passage():
    text = "a" * 700 + ".\n" + "b" * 700 + "."
    assert split_passages(text, split_sentences(text)) == [(0, 701), (702, 1403)]


def test_a_paragraph_is_not_torn_to_fill_the_passage_before():
    first, second = "a" * 299 + ".", "b" * 399 + ". " + "c" * 399 + "."
    text = f"{first}\n{second}"
    sentences = [Sentence(0, 300), Sentence(301, 701), Sentence(702, 1102)]
    assert split_passages(text, sentences) == [(0, 300), (301, 1102)]


def test_the_limit_itself_is_allowed():
    for length, expected in ((499, [(0, 1000)]), (500, [(0, 500), (501, 1001)])):
        text = "a" * 500 + "\n" + "b" * length
        assert split_passages(text, [Sentence(0, 500), Sentence(501, 501 + length)]) == expected


def test_a_long_paragraph_is_cut_into_parts_of_about_equal_size():
    sentence = "This sentence has just fifty characters in it, ok. "
    text = (sentence * 24).strip()  # 1,223 characters: a full passage would leave a fifth
    (_, first), (second, end) = split_passages(text, split_sentences(text))
    assert abs(first - (end - second)) <= len(sentence)


@pytest.mark.parametrize("limit", [-1, 0, OVERLAP_CHARACTERS, 3 * OVERLAP_CHARACTERS - 1])
def test_a_limit_too_small_to_cut_with_overlap_is_refused(limit):
    with pytest.raises(ValueError, match="at least 450"):
        split_passages("text", [Sentence(0, 4)], limit)


def test_no_sentences_give_no_passages():
    assert split_passages("", []) == []
