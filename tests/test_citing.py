import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DamageError
from index.indexing import with_blocks
from index.loaders import load_file
from index.records import Document, Parts, Passage, Sentence, View
from index.sentences import split_sentences
from qa.citing import Citer, enclosing

#       0         1         2         3         4
#       01234567890123456789012345678901234567890123
TEXT = "One is here. Two is there.\n\nThree is nowhere."
SENTENCES = [Sentence(0, 12), Sentence(13, 26), Sentence(28, 45)]


class Library:
    """One document, counting how often it is asked for."""

    def __init__(self, document, sentences):
        self._document, self._sentences = document, sentences
        self.lookups = 0

    def document(self, document_id):
        self.lookups += 1
        if document_id != self._document.id:
            raise KeyError(document_id)
        return self._document

    def parts(self, document_id, start, end):
        return Parts(tuple(self.sentences_of(start, end)), ())

    def sentences_of(self, start, end):
        first = sum(s.start <= start for s in self._sentences) - 1
        return [s for s in self._sentences[max(0, first) :] if s.start < end]


class Whole(Library):
    """One that gives all its sentences for any part."""

    def sentences_of(self, start, end):
        return self._sentences


@pytest.fixture
def library():
    return Library(Document("d", "Title", "/d.txt", "hash", TEXT), SENTENCES)


def passage_of(text, start, end, id_=1):
    return Passage(id_, "d", start, end, text[start:end], View.of(text[start:end], start))


def place_of(passage, words):
    start = passage.start + passage.text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (16, 18, (13, 26)),  # inside
        (13, 26, (13, 26)),  # the whole sentence
        (13, 14, (13, 26)),  # at its first character
        (25, 26, (13, 26)),  # at its last
        (8, 16, (0, 26)),  # across one end
        (8, 30, (0, 45)),  # across two
        (11, 13, (0, 13)),  # ending in the gap behind
        (12, 14, (0, 26)),  # beginning in the gap before
        (26, 28, (13, 28)),  # in a gap
        (45, 46, (28, 46)),  # behind the last
    ],
)
def test_the_sentences_around_a_span(start, end, expected):
    assert enclosing(SENTENCES, start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "around", "expected"),
    [(16, 18, 1, (0, 45)), (4, 6, 1, (0, 26)), (30, 33, 1, (13, 45)), (16, 18, 9, (0, 45)), (8, 16, 1, (0, 45))],
)
def test_the_sentences_around_a_span_and_their_neighbours(start, end, around, expected):
    assert enclosing(SENTENCES, start, end, around) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 45, [TEXT, "Two is there."]),
        (13, 45, ["Two is there.\n\nThree is nowhere.", "Two is there."]),  # what stands before the passage is not read
        (4, 26, ["is here. Two is there.", "Two is there."]),
        (15, 24, ["o is ther", "o is ther"]),  # a piece of an overlong sentence
    ],
)
def test_excerpts_stay_inside_the_passage(library, start, end, expected):
    passage = passage_of(TEXT, start, end)
    assert [view.text for view in Citer(library).excerpts(place_of(passage, "is ther"), passage)] == expected


def test_a_span_before_the_first_sentence():
    assert enclosing([Sentence(5, 9)], 1, 3) == (1, 9)


@given(st.data())
def test_what_encloses_a_span_holds_it_and_no_sentence_too_many(data):
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    left, right = enclosing(SENTENCES, start, end)
    assert left <= start < end <= right
    touched = [s for s in SENTENCES if s.start < end and start < s.end]
    assert all(left <= s.start and s.end <= right for s in touched)
    assert sum(left < s.end and s.start < right for s in SENTENCES) <= len(touched) + 2


@given(st.data())
def test_the_sentences_near_a_passage_are_enough(data):
    """A book's are too many to look up all for each question; what is cited must not change by that."""
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    passage = passage_of(TEXT, start, end)
    left = data.draw(st.integers(0, end - start - 1))
    right = data.draw(st.integers(left + 1, end - start))
    place = start + left, start + right
    document = Document("d", "Title", "/d.txt", "hash", TEXT)
    near, whole = Citer(Library(document, SENTENCES)), Citer(Whole(document, SENTENCES))
    assert near.cite(place, 1.0, passage) == whole.cite(place, 1.0, passage)
    assert near.excerpts(place, passage) == whole.excerpts(place, passage)


def test_a_citation_has_document_offsets(library):
    passage = passage_of(TEXT, 13, 45)
    citation = Citer(library).cite(place_of(passage, "there"), 2.5, passage, 4)
    assert (citation.number, citation.text, citation.score) == (4, "there", 2.5)
    assert TEXT[citation.start : citation.end] == "there"
    assert citation.sentence == TEXT[citation.sentence_start : citation.sentence_end] == "Two is there."
    assert citation.passage == TEXT[citation.passage_start :][: len(citation.passage)] == passage.text
    assert (citation.document_id, citation.title, citation.source) == ("d", "Title", "/d.txt")
    assert citation.page is None


def test_words_across_a_sentence_end_are_cited_in_both_sentences(library):
    passage = passage_of(TEXT, 0, 26)
    citation = Citer(library).cite(place_of(passage, "here. Two"), 2.5, passage)
    assert citation.sentence == "One is here. Two is there."


def test_a_document_is_looked_up_once(library):
    citer, passage = Citer(library), passage_of(TEXT, 0, 45)
    for words in ("One", "Two", "Three"):
        citer.cite(place_of(passage, words), 2.5, passage)
    assert library.lookups == 1


def test_a_document_that_is_not_stored_is_told(library):
    with pytest.raises(DamageError, match="check --repair"):
        Citer(library).cite((0, 3), 1.0, Passage(1, "other", 0, 3, "One", View.of("One")))


def test_a_document_that_changed_meanwhile_is_not_misquoted(library):
    with pytest.raises(ValueError, match="citation"):
        Citer(library).cite((0, 3), 1.0, Passage(1, "d", 0, 3, "Old", View.of("Old")))


def test_a_pdfs_citation_names_its_page(fixtures):
    document = load_file(fixtures / "lighthouse.pdf")
    passage = Passage(1, document.id, 0, len(document.text), document.text, View.of(document.text))
    citer = Citer(Library(document, split_sentences(document.text, with_blocks(document).blocks)))
    assert citer.cite(place_of(passage, "Marta Lind"), 2.5, passage).page == 1
    assert citer.cite(place_of(passage, "40 litres"), 2.5, passage).page == 2


def test_of_a_sentence_that_is_none_a_citation_shows_the_passage():
    text = "word " * 2000
    library = Library(Document("d", "Title", "/d.txt", "hash", text), [Sentence(0, len(text))])
    citation = Citer(library).cite((5010, 5014), 1.0, passage_of(text, 5000, 6000))
    assert (citation.sentence_start, citation.sentence_end) == (5000, 6000)
    assert text[citation.start : citation.end] == "word"
    assert citation.sentence == text[5000:6000]


def test_a_citation_says_that_its_file_has_changed_since(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    document = load_file(path)
    passage = Passage(1, document.id, 0, len(TEXT), TEXT, View.of(TEXT))

    def cited():
        return Citer(Library(document, SENTENCES)).cite(place_of(passage, "Two"), 2.5, passage)

    assert not cited().stale
    path.write_text(TEXT + " Four.", "utf-8")
    assert cited().stale
    path.unlink()
    assert cited().stale
    assert cited().text == "Two"
