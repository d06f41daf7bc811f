"""The paragraphs of a labelled file as a collection of documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.collection import Collection
from index.errors import CollectionError
from index.loaders import document_id
from index.records import Document, DocumentSummary, Hit, Passage, Sentence
from index.sentences import split_sentences
from qa.evaluation.dataset import Paragraph

BATCH = 64  # paragraphs stored together; an interrupted run loses at most this many


def paragraph_source(paragraph: Paragraph) -> str:
    """What stands for the paragraph's place: its title and number in the file."""
    return f"{paragraph.title}#{paragraph.number}"


def paragraph_document(paragraph: Paragraph) -> Document:
    """One paragraph as a document of its own, so that a hit tells which paragraph was found."""
    source = paragraph_source(paragraph)
    return Document(
        id=document_id(source),
        title=paragraph.title.replace("_", " "),
        source=source,
        content_hash=hashlib.sha256(paragraph.text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=paragraph.text,
    )


@dataclass(frozen=True, slots=True)
class LoneParagraph:
    """A library of one paragraph, whose whole text is one passage."""

    paragraph: Document
    found: list[Sentence]

    @classmethod
    def of(cls, paragraph: Paragraph) -> LoneParagraph:
        """The paragraph, cut into sentences."""
        return cls(paragraph_document(paragraph), split_sentences(paragraph.text))

    def hit(self) -> Hit:
        """Its passage, as if a search had found it."""
        text = self.paragraph.text
        return Hit(Passage(0, self.paragraph.id, 0, len(text), text), 0.0)

    def document(self, document_id: str) -> Document:
        """The paragraph."""
        return self.paragraph

    def sentences(self, document_id: str, start: int, end: int) -> list[Sentence]:
        """Its sentences, all of which its one passage holds."""
        return self.found

    def counts(self) -> tuple[int, int]:
        """One document, one passage."""
        return 1, 1


def index_paragraphs(
    collection: Collection, paragraphs: Iterable[Paragraph], progress: Callable[[int, int], None] | None = None
) -> int:
    """Let the collection hold these paragraphs and nothing else; how many were embedded, since not there unchanged.

    `progress` hears how many of these are done, and how many there are. Raises CollectionError where it holds what was
    not put there so: somebody's own documents.
    """
    summaries = collection.documents()
    own = next((summary for summary in summaries if not _is_paragraph(summary)), None)
    if own:
        raise CollectionError(
            f"{collection.folder} holds documents of your own, such as {own.source}, which measuring would replace: "
            "name another folder."
        )
    known = {summary.id: summary.content_hash for summary in summaries}
    documents = [paragraph_document(paragraph) for paragraph in paragraphs]
    for stale in known.keys() - {document.id for document in documents}:
        collection.remove(stale)
    missing = [document for document in documents if known.get(document.id) != document.content_hash]
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
