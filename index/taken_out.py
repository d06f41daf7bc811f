"""All that is stored of a document, so that it can be removed and stored again as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from index.passages import PassagePlan
from index.storage_reader import StorageReader
from index.storage_rows import PreparedDocument


def stored_document(storage: StorageReader, document_id: str) -> PreparedDocument:
    """A document with its sentences, its passages, their vectors and when it was first added. Where some of its vectors
    are still to be made, it has none. Raises KeyError where there is no such document."""
    with storage.snapshot():
        blocks, marks = storage.structure(document_id)
        document = replace(storage.document(document_id), blocks=blocks, marks=marks)
        added = next(one.added for one in storage.summaries_named(document_id) if one.id == document_id)
        passages = storage.passages_of(document_id)
        vectors = storage.vectors_of([one.id for one in passages])
        whole = len(vectors) == len(passages) > 0
        return PreparedDocument(
            document,
            storage.sentences(document_id),
            [PassagePlan(one.start, one.end, one.view) for one in passages],
            np.stack([vectors[one.id] for one in passages]) if whole else None,
            added,
        )
