from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import sentences as splitting
from index.formats.extract import TextBuilder
from index.indexing import with_blocks, without_vectors
from index.passages import OVERLAP_CHARACTERS, PASSAGE_CHARACTERS, split_passages
from index.records import Block, Document
from index.sentences import split_sentences

words = st.text("abcdefgh", min_size=1, max_size=12)
sentence = st.lists(words, min_size=1, max_size=40).map(lambda w: " ".join(w) + ".")
paragraphs = st.lists(sentence, min_size=1, max_size=40)
limits = st.integers(3 * OVERLAP_CHARACTERS, 1200)


def document_of(parts, between="\n\n"):
    """A document of these paragraphs, without a title."""
    blocks, position = [], 0
    for part in parts:
        blocks.append(Block(position, position + len(part)))
        position += len(part) + len(between)
    return Document("d", "", "/d", "h", between.join(parts), blocks=tuple(blocks))


def places(document, limit=PASSAGE_CHARACTERS):
    return [(plan.start, plan.end) for plan in split_passages(document, document.blocks, limit)]


@given(paragraphs, limits)
def test_passages_are_whole_blocks_within_the_limit_and_miss_none(parts, limit):
    document = document_of(parts)
    if any(len(part) >= limit for part in parts):
        limit = PASSAGE_CHARACTERS
    found = places(document, limit)
    starts, ends = [b.start for b in document.blocks], [b.end for b in document.blocks]
    assert all(start in starts and end in ends for start, end in found)
    plans = split_passages(document, document.blocks, limit)
    assert all(len(plan.view.text) <= limit for plan in plans)
    # Each block lies in exactly one passage.
    assert [sum(a <= b.start and b.end <= e for a, e in found) for b in document.blocks] == [1] * len(parts)


@given(st.lists(words, min_size=100, max_size=600), limits)
def test_an_overlong_sentence_is_covered_by_overlapping_pieces(many, limit):
    text = " ".join(many)
    found = places(document_of([text]), limit)
    assert found[0][0] == 0 and found[-1][1] == len(text)
    assert all(end - start <= limit for start, end in found)
    for (start, end), (next_start, next_end) in pairwise(found):
        assert start < next_start < end < next_end
        assert end - next_start >= OVERLAP_CHARACTERS - max(map(len, many)) - 1
        assert text[end] == " " and text[next_start - 1] == " "  # no word is cut


def test_the_sentences_of_long_paragraphs_are_found_once(monkeypatch):
    document = document_of([f"This is sentence {number}. " * 90 for number in range(3)])
    usual, texts = splitting.split_pieces, []
    monkeypatch.setattr(splitting, "split_pieces", lambda text, *usually: texts.append(text) or usual(text, *usually))
    prepared = without_vectors(document)
    assert len(prepared.sentences) == 270 and len(texts) == 3
    monkeypatch.undo()
    assert prepared.passages == split_passages(document, document.blocks)
    assert len(prepared.passages) == 6


def test_text_without_any_space_is_cut_all_the_same():
    assert places(document_of(["x" * 2500])) == [(0, 1000), (850, 1850), (1700, 2500)]


def test_short_paragraphs_share_a_passage():
    assert places(document_of(["One.", "Two.", "Three."])) == [(0, 18)]


def test_a_paragraph_that_does_not_fit_begins_a_new_passage():
    assert places(document_of(["a" * 700 + ".", "b" * 700 + "."], "\n")) == [(0, 701), (702, 1403)]


def test_a_paragraph_is_not_torn_to_fill_the_passage_before():
    first, second = "a" * 299 + ".", "B" * 349 + ". " + "C" * 449 + "."
    assert places(document_of([first, second], "\n")) == [(0, 300), (301, 1102)]


def test_the_limit_itself_is_allowed():
    for length, expected in ((498, [(0, 999)]), (499, [(0, 500), (501, 1000)])):
        assert places(document_of(["a" * 500, "b" * length], "\n")) == expected  # each stands on a line of its own


def test_a_long_paragraph_is_cut_into_parts_of_about_equal_size():
    sentence = "This sentence has just fifty characters in it, ok. "
    text = (sentence * 24).strip()  # 1,223 characters: a full passage would leave a fifth
    (_, first), (second, end) = places(document_of([text]))
    assert abs(first - (end - second)) <= len(sentence)


@pytest.mark.parametrize("limit", [-1, 0, OVERLAP_CHARACTERS, 3 * OVERLAP_CHARACTERS - 1])
def test_a_limit_too_small_to_cut_with_overlap_is_refused(limit):
    with pytest.raises(ValueError, match="at least 450"):
        split_passages(document_of(["text"]), (), limit)


def test_no_blocks_give_no_passages():
    assert split_passages(Document("d", "", "/d", "h", ""), ()) == []


@given(st.text(max_size=3000), limits)
def test_sentences_of_any_text_stand_in_its_passages_or_are_not_read(text, limit):
    document = with_blocks(Document("d", "", "/d", "h", text))
    plans = split_passages(document, document.blocks, limit)
    for plan in plans:
        assert 0 <= plan.start < plan.end <= len(text)
    for sentence in split_sentences(text, document.blocks):
        assert text[sentence.start : sentence.end].strip()


def test_each_field_of_a_form_is_read_alone_but_records_together():
    def views(*fields):
        builder = TextBuilder()
        for label, value in fields:
            builder.add_field(label, value)
        extract = builder.build()
        document = Document("d", "Stay", "/d", "h", extract.text, blocks=extract.blocks)
        return [plan.view.text for plan in split_passages(document, document.blocks)]

    hours = ("Check-in", "from 3 pm"), ("Check-out", "until 11 am"), ("Dogs", "9 euros a night")
    assert views(*hours) == [f"Stay\n{label}: {value}\n" for label, value in hours]
    people = ("Name", "Ann"), ("Phone", "555"), ("Name", "Bob"), ("Phone", "777")
    assert views(*people) == ["Stay\nName: Ann\nPhone: 555\nName: Bob\nPhone: 777\n"]
