"""From documents to what is stored of them. Nothing here knows of files on disk or of a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.encoder import Encoder
from index.passages import split_passages
from index.records import Document
from index.sentences import split_sentences
from index.storage import PreparedDocument

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
    split = []
    for document in documents:
        sentences = split_sentences(document.text)
        split.append((document, sentences, split_passages(document.text, sentences)))
    vectors = encoder.encode_passages([document.text[a:b] for document, _, passages in split for a, b in passages])
    prepared, first = [], 0
    for document, sentences, passages in split:
        prepared.append(PreparedDocument(document, sentences, passages, vectors[first : first + len(passages)]))
        first += len(passages)
    return prepared
