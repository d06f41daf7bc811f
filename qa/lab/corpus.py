"""What labelled questions are put to: all paragraphs of their file, one of them alone, or all but one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice

from index.changes import RejectedFile
from index.collection import Collection
from index.encoder import Encoder, nearness_of
from index.errors import CollectionError
from index.indexing import with_blocks
from index.loaders import document_id
from index.passages import readable_title, split_passages
from index.phrases import Query
from index.records import Document, DocumentSummary, Found, Hit, Parts, Passage, Sentence, View
from index.sentences import split_sentences
from index.views import context_of, view_of
from index.vocabulary import SimilarWord, occurring, vocabulary_of, words_like
from qa.lab.dataset import Paragraph
from qa.source import Source

BATCH = 64  # paragraphs stored together; an interrupted run loses at most this many


def paragraph_source(paragraph: Paragraph) -> str:
    """What stands for the paragraph's place: its title and number in the file."""
    return f"{paragraph.title}#{paragraph.number}"


def paragraph_id(paragraph: Paragraph) -> str:
    """The id of the paragraph's document."""
    return document_id(paragraph_source(paragraph))


def paragraph_document(paragraph: Paragraph) -> Document:
    """One paragraph as a document of its own, so that a hit tells which paragraph was found."""
    return Document(
        id=paragraph_id(paragraph),
        title=paragraph.title.replace("_", " "),
        source=paragraph_source(paragraph),
        sha256=hashlib.sha256(paragraph.text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=paragraph.text,
    )


@dataclass(frozen=True, slots=True)
class LoneParagraph:
    """A source of one paragraph, whose whole text is one passage, found by every search."""

    paragraph: Document
    view: View
    sentences: tuple[Sentence, ...]
    encoder: Encoder

    @classmethod
    def of(cls, paragraph: Paragraph, encoder: Encoder) -> LoneParagraph:
        """The paragraph, cut into sentences."""
        document = with_blocks(paragraph_document(paragraph))
        context = context_of(readable_title(document.title), ())
        view = view_of(document.text, document.blocks, document.marks, context)
        return cls(document, view, tuple(split_sentences(document.text, document.blocks)), encoder)

    def search(self, query: Query, k: int) -> Found:
        """Its passage, by each search. The score is 0, since there is nothing to compare it with."""
        text = self.paragraph.text
        passage = Passage(0, self.paragraph.id, 0, len(text), text, self.view)
        hits = (Hit(passage, 0.0),)[:k] if query.allows(passage) else ()
        return Found(hits, hits)

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each of the texts is to the question in meaning."""
        return nearness_of(self.encoder, self.encoder.encode_question(question), texts)

    def document(self, document_id: str) -> Document:
        """The paragraph. Raises KeyError for any other."""
        if document_id != self.paragraph.id:
            raise KeyError(document_id)
        return self.paragraph

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """Its sentences and blocks, all of which its one passage holds."""
        return Parts(self.sentences, self.paragraph.blocks) if document_id == self.paragraph.id else Parts((), ())

    def snapshot(self) -> AbstractContextManager[None]:
        """A paragraph never changes."""
        return nullcontext()

    def note(self, name: str) -> None:
        """Nothing is noted with a paragraph."""

    def pending(self) -> int:
        """None: a paragraph has no vector."""
        return 0

    def counts(self) -> tuple[int, int]:
        """One document, one passage."""
        return 1, 1

    def occurring(self, words: Sequence[str], *, beside: str = "") -> frozenset[str]:
        """Those of the words that occur in what is searched of it."""
        with vocabulary_of([self.view.text]) as vocabulary:
            return occurring(vocabulary, words, None, beside=beside)

    def words_like(self, word: str, most: int) -> list[SimilarWord]:
        """Words of it that are spelt like this one."""
        with vocabulary_of([self.view.text]) as vocabulary:
            return words_like(vocabulary, word, most, None)

    def unreadable(self) -> list[DocumentSummary]:
        """Nothing: a paragraph has no pages."""
        return []

    def left_out(self) -> list[RejectedFile]:
        """Nothing: it comes from no file."""
        return []


@dataclass(frozen=True, slots=True)
class Without:
    """A source without one of its documents, which takes up so many `passages` there."""

    source: Source
    excluded: str
    passages: int

    @classmethod
    def of(cls, source: Source, document_id: str) -> Without:
        """The source without this document. Raises KeyError where it holds no such document."""
        document = with_blocks(source.document(document_id))
        return cls(source, document_id, len(split_passages(document, document.blocks)))

    @property
    def encoder(self) -> Encoder:
        """What the vectors come from."""
        return self.source.encoder

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, all that this thread searches and reads is of one state."""
        return self.source.snapshot()

    def note(self, name: str) -> str | None:
        """What was noted with the documents under this name, or None."""
        return self.source.note(name)

    def search(self, query: Query, k: int) -> Found:
        """What both searches find of the other documents."""
        found = self.source.search(query, k + self.passages)
        return Found(self._others(found.dense, k), self._others(found.keywords, k))

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each of the texts is to the question in meaning."""
        return self.source.nearness(question, texts)

    def _others(self, hits: Iterable[Hit], k: int) -> tuple[Hit, ...]:
        return tuple(islice((hit for hit in hits if hit.passage.document_id != self.excluded), k))

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError where there is none."""
        return self.source.document(document_id)

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """A document's sentences and blocks; see `Source.parts`."""
        return self.source.parts(document_id, start, end)

    def pending(self) -> int:
        """How many passages are searched by their words only, as in the whole source."""
        return self.source.pending()

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages are left to search."""
        documents, passages = self.source.counts()
        return documents - 1, passages - self.passages

    def occurring(self, words: Sequence[str], *, beside: str = "") -> frozenset[str]:
        """Those of the words that occur in the other documents. All passages with one of the words are looked at, which
        takes long in a large collection."""
        hits = self.source.search(Query(" ".join(words)), self.source.counts()[1]).keywords
        with vocabulary_of(hit.passage.view.text for hit in self._others(hits, len(hits))) as vocabulary:
            return occurring(vocabulary, words, None, beside=beside)

    def words_like(self, word: str, most: int) -> list[SimilarWord]:
        """Words that occur in the other documents and are spelt like this one."""
        like = self.source.words_like(word, most)
        there = self.occurring([one.word for one in like])
        return [one for one in like if one.word in there]

    def unreadable(self) -> list[DocumentSummary]:
        """Those of the other documents with pages whose text cannot be read."""
        return [one for one in self.source.unreadable() if one.id != self.excluded]

    def left_out(self) -> list[RejectedFile]:
        """The files that could not be read."""
        return self.source.left_out()


def index_paragraphs(
    collection: Collection, paragraphs: Iterable[Paragraph], progress: Callable[[int, int], None] | None = None
) -> int:
    """Let the collection hold these paragraphs and nothing else. Returns how many were embedded, since they were not
    there unchanged.

    `progress` is told how many of these are done, and how many there are. Raises CollectionError where the collection
    holds what was not put there so: somebody's own documents.
    """
    summaries = collection.documents()
    own = next((summary for summary in summaries if not _is_paragraph(summary)), None)
    if own:
        raise CollectionError(
            f"{collection.folder} holds documents of your own, such as {own.source}, which measuring would replace: "
            "name another folder."
        )
    known = {summary.id: summary.sha256 for summary in summaries}
    documents = [paragraph_document(paragraph) for paragraph in paragraphs]
    if stale := known.keys() - {document.id for document in documents}:
        collection.remove(*stale)
    missing = [document for document in documents if known.get(document.id) != document.sha256]
    for first in range(0, len(missing), BATCH):
        if progress:
            progress(first, len(missing))
        collection.put(missing[first : first + BATCH])
    if progress:
        progress(len(missing), len(missing))
    return len(missing)


def _is_paragraph(summary: DocumentSummary) -> bool:
    """Whether the document is a labelled file's paragraph: its source is its title and a number."""
    title, _, number = summary.source.rpartition("#")
    return number.isdigit() and title.replace("_", " ") == summary.title
