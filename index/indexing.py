"""From documents to what is stored of them. Nothing here knows of files on disk or of a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.encoder import Encoder
from index.layout import blocks_of
from index.layout.contents import with_contents
from index.layout.labels import with_fields
from index.layout.questions import headed_by_questions
from index.passages import split_passages
from index.records import Document
from index.sentences import split_sentences
from index.storage_rows import PreparedDocument

# Together these fill the encoder's batches, and are what an interruption costs.
MOST_DOCUMENTS, MOST_CHARACTERS = 64, 200_000


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents to be prepared and stored together."""
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if is_full(batch):
            yield batch
            batch = []
    if batch:
        yield batch


def is_full(batch: Sequence[Document]) -> bool:
    """Whether nothing is won by waiting for more documents."""
    return len(batch) >= MOST_DOCUMENTS or sum(len(document.text) for document in batch) >= MOST_CHARACTERS


def prepare(documents: Sequence[Document], encoder: Encoder) -> list[PreparedDocument]:
    """The documents with their sentences, passages and vectors; all passages are encoded together."""
    split = [without_vectors(document) for document in documents]
    vectors = encoder.encode_passages([plan.view.text for one in split for plan in one.passages])
    prepared, first = [], 0
    for one in split:
        prepared.append(replace(one, vectors=vectors[first : first + len(one.passages)]))
        first += len(one.passages)
    return prepared


def without_vectors(document: Document) -> PreparedDocument:
    """The document with its sentences and passages, whose vectors are still to be made."""
    document = with_blocks(document)
    passages = split_passages(document, document.blocks)
    return PreparedDocument(document, split_sentences(document.text, document.blocks), passages)


def with_blocks(document: Document) -> Document:
    """The document with blocks, told from the lines of its text if it has none. Whatever its format, questions of an
    FAQ are headings, short paragraphs of a label and a value are fields, and lines that name the headings below are
    contents."""
    blocks, marks = (document.blocks, document.marks) if document.blocks else blocks_of(document.text)
    told = with_contents(document.text, headed_by_questions(document.text, with_fields(document.text, blocks)))
    return document if told == document.blocks else replace(document, blocks=told, marks=marks)
