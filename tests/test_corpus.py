"""What labelled questions are put to."""

import pytest
from training import TEXT

from index.indexing import with_blocks
from index.phrases import Query
from index.records import Document, Found, Parts
from qa.answerer import Answerer
from qa.lab.corpus import LoneParagraph, Without, index_paragraphs, paragraph_document, paragraph_id
from qa.lab.dataset import Paragraph
from qa.retrieval import retrieve
from qa.source import Collected, Described, Searchable, Source
from qa.trace import answer_from

QUESTION = "Who wrote the first program?"
ADA = Paragraph(0, "Ada_Lovelace", TEXT)
TRAMS = Paragraph(1, "Trams", " ".join(f"The first tram number {n} wrote {n} o'clock." for n in range(200)))
BOATS = [Paragraph(n, "Boats", f"Boat {n} lies at the first berth and wrote no program.") for n in range(2, 8)]


@pytest.fixture
def corpus(collection):
    index_paragraphs(collection, [ADA, TRAMS, *BOATS])
    return collection


def sources(corpus):
    yield LoneParagraph.of(ADA, corpus.encoder)
    yield Without.of(corpus, paragraph_id(TRAMS))
    yield Without.of(corpus.whole(), paragraph_id(TRAMS))
    yield Without.of(LoneParagraph.of(ADA, corpus.encoder), paragraph_id(ADA))


def test_each_is_a_source_of_which_every_hit_can_be_quoted(corpus, reader):
    kinds = (Searchable, Collected, Described)
    wanted = [name for kind in kinds for name in vars(kind) if not name.startswith("_")]
    assert len(wanted) == 13 and set(kinds) < set(Source.__mro__)
    for source in sources(corpus):
        assert all(hasattr(source, name) for name in wanted)
        documents, passages = source.counts()
        assert source.search(Query(QUESTION), 0) == Found((), ())
        near, far = source.nearness(QUESTION, [QUESTION, "A tram stops."])
        assert far < near == pytest.approx(1, abs=1e-5)
        few, all_hits = source.search(Query(QUESTION), 3), source.search(Query(QUESTION), 50)
        assert max(len(few.dense), len(few.keywords)) <= min(3, passages)
        for hits in (all_hits.dense, all_hits.keywords):
            for hit in hits:
                document = source.document(hit.passage.document_id)
                assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
                assert source.parts(document.id, hit.passage.start, hit.passage.end).sentences
        trace = Answerer(source, reader).trace(QUESTION)
        assert (trace.searched.documents, trace.searched.passages) == (documents, passages)
        assert len(trace.hits) == min(8, passages)
        assert answer_from(trace).text == ("Ada Lovelace" if documents else "")
        with pytest.raises(KeyError):
            source.document("no such id")


def test_a_lone_paragraph_is_one_passage_however_long_it_is(encoder):
    lone = LoneParagraph.of(TRAMS, encoder)
    [hit] = retrieve(lone, Query(QUESTION), 8)
    assert hit.passage.text == TRAMS.text
    assert lone.counts() == (1, 1)
    assert lone.document(paragraph_id(TRAMS)) == with_blocks(paragraph_document(TRAMS))
    assert lone.parts("another", 0, 10) == Parts((), ())


def test_without_a_document_as_many_others_come_back_as_if_it_were_not_there(corpus):
    without = Without.of(corpus, paragraph_id(TRAMS))
    assert without.passages == len(corpus.passages_of(paragraph_id(TRAMS))) > 5
    assert {hit.passage.document_id for hit in corpus.search_dense("tram number 7", 5)} == {paragraph_id(TRAMS)}
    counted, dense = without.counts(), without.search(Query("tram number 7"), 5).dense
    keyword = without.search(Query(QUESTION), 5).keywords
    assert len(keyword) == 5
    assert {hit.passage.text for hit in keyword} <= {ADA.text, *(boat.text for boat in BOATS)}
    index_paragraphs(corpus, [ADA, *BOATS])  # now it is not there
    assert counted == corpus.counts()
    there = corpus.search(Query("tram number 7"), 5).dense
    assert [hit.passage for hit in dense] == [hit.passage for hit in there]
    assert [hit.score for hit in dense] == pytest.approx([hit.score for hit in there])  # of other sums' last digits


def test_the_document_left_out_may_still_be_quoted_and_an_unknown_one_cannot_be_left_out(corpus):
    without = Without.of(corpus, paragraph_id(ADA))
    assert without.document(paragraph_id(ADA)).text == TEXT
    with pytest.raises(KeyError):
        Without.of(corpus, "no such id")


def test_each_says_which_words_occur_in_what_is_asked_and_nothing_of_files(corpus):
    words = ["programs", "tram", "berths", "zeppelin"]
    lone, without, part, nothing = sources(corpus)
    assert lone.occurring(words) == {"programs"}
    assert without.occurring(words) == part.occurring(words) == {"programs", "berths"}
    assert nothing.occurring(words) == set()
    for source in (lone, without):
        assert [one.word for one in source.words_like("progarm", 1)] == ["program"]
    assert [one.word for one in corpus.words_like("trma", 1)] == ["tram"]
    assert lone.words_like("trma", 1) == without.words_like("trma", 1) == nothing.words_like("progarm", 1) == []
    for source in (lone, without, part, nothing):
        assert source.unreadable() == source.left_out() == []


def test_without_a_document_its_pages_are_not_among_those_that_cannot_be_read(collection):
    pages = Document("scan", "scan", "/scan.pdf", "h", "A text of two pages.", (0, 7), unreadable=(2,))
    collection.put([pages, Document("note", "note", "/note.txt", "h", "A note.")])
    assert [one.id for one in Without.of(collection, "note").unreadable()] == ["scan"]
    assert Without.of(collection, "scan").unreadable() == []
