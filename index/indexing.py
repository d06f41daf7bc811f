"""From documents to what is stored of them. Nothing here knows of files on disk or of a database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from index.encoder import Encoder, Vectors
from index.layout import blocks_of
from index.layout.contents import with_contents
from index.layout.labels import with_fields
from index.layout.questions import headed_by_questions
from index.passages import split_passages
from index.pending import PendingPassage
from index.records import Document
from index.sentences import split_sentences
from index.storage_rows import PreparedDocument

# Together these fill the encoder's batches, and are what an interruption costs. Of 5,000 notes of one sentence, 64
# at a time wrote 112 MB, and 512 at a time 53.
MOST_DOCUMENTS, MOST_CHARACTERS = 512, 200_000
# About one forward pass of the encoder, some 0.2 s on two cores: what a question has to wait for at most.
TOGETHER_CHARACTERS = 16_000


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


def prepare(
    documents: Sequence[Document], encoder: Encoder, known: Mapping[str, Vectors] = MappingProxyType({})
) -> list[PreparedDocument]:
    """The documents with their sentences, passages and vectors; all passages are encoded together, but for those with a
    `known` view, whose vectors are there."""
    split = [without_vectors(document) for document in documents]
    vectors = _vectors([plan.view.text for one in split for plan in one.passages], encoder, known)
    prepared, first = [], 0
    for one in split:
        prepared.append(replace(one, vectors=vectors[first : first + len(one.passages)]))
        first += len(one.passages)
    return prepared


def _vectors(views: Sequence[str], encoder: Encoder, known: Mapping[str, Vectors]) -> Vectors:
    """The vectors of the views, shape [views, dimension]; equal ones are encoded once."""
    new = list(dict.fromkeys(view for view in views if view not in known))
    encoded = encoder.encode_passages(new)
    if len(new) == len(views):
        return encoded
    of_view = {**known, **dict(zip(new, encoded, strict=True))}
    return np.stack([of_view[view] for view in views])


def encoded(
    waiting: Sequence[PendingPassage], encoder: Encoder, go_on: Callable[[], bool] | None
) -> tuple[list[PendingPassage], Vectors]:
    """Those of the passages that were encoded before `go_on` returned False, and their vectors, float32 of shape
    [passages, dimension]. They are encoded by length, as many at a time as make one forward pass."""
    by_length = sorted(range(len(waiting)), key=lambda number: len(waiting[number].view))
    vectors: dict[int, Vectors] = {}
    while len(vectors) < len(by_length) and (go_on is None or go_on()):
        some = by_length[len(vectors) :]
        sizes = itertools.accumulate(len(waiting[number].view) for number in some)
        some = some[: max(1, sum(1 for size in sizes if size <= TOGETHER_CHARACTERS))]
        found = encoder.encode_passages([waiting[number].view for number in some])
        vectors.update(zip(some, found, strict=True))
    order = sorted(vectors)
    shape = len(order), encoder.card.dimension
    joined = np.array([vectors[number] for number in order], np.float32).reshape(shape)
    return [waiting[number] for number in order], joined


def without_vectors(document: Document) -> PreparedDocument:
    """The document with its sentences and passages, whose vectors are still to be made."""
    document = with_blocks(document)
    sentences = split_sentences(document.text, document.blocks)
    passages = split_passages(document, document.blocks, sentences=sentences)
    return PreparedDocument(document, sentences, passages)


def with_blocks(document: Document) -> Document:
    """The document with blocks, told from the lines of its text if it has none. Whatever its format, questions of an
    FAQ are headings, short paragraphs of a label and a value are fields, and lines that name the headings below are
    contents."""
    blocks, marks = (document.blocks, document.marks) if document.blocks else blocks_of(document.text)
    told = with_contents(document.text, headed_by_questions(document.text, with_fields(document.text, blocks)))
    return document if told == document.blocks else replace(document, blocks=told, marks=marks)
