import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Document, Passage, Sentence, View


def document(text="0123456789", page_starts=()):
    return Document("id", "title", "source", "hash", text, page_starts)


@pytest.mark.parametrize("starts", [(1,), (0, 5, 3), (0, 11), (-1, 0)])
def test_page_starts_must_begin_at_zero_rise_and_stay_inside(starts):
    with pytest.raises(ValueError, match="page_starts"):
        document(page_starts=starts)


def test_the_last_page_may_be_empty():
    assert document(page_starts=(0, 10)).page_at(9) == 1


def test_page_at_counts_from_one():
    paged = document(page_starts=(0, 4, 8))
    assert [paged.page_at(i) for i in range(10)] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_page_at_agrees_with_counting(lengths):
    starts = tuple(sum(lengths[:i]) for i in range(len(lengths)))
    paged = document("x" * sum(lengths), starts)
    for offset in range(sum(lengths)):
        assert paged.page_at(offset) == sum(start <= offset for start in starts)


def test_a_document_without_pages_has_no_page_numbers():
    assert document().page_at(3) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_sentence_must_have_characters(start, end):
    with pytest.raises(ValueError, match="sentence"):
        Sentence(start, end)


@pytest.mark.parametrize(("start", "end", "text"), [(-4, 0, "text"), (0, 3, "text"), (0, 5, "text"), (4, 0, "text")])
def test_a_passage_must_span_exactly_its_text(start, end, text):
    with pytest.raises(ValueError, match="passage"):
        Passage(1, "id", start, end, text, View.of(""))
