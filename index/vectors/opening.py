"""Which vector store a collection is searched with."""

from __future__ import annotations

from index.storage import Storage
from index.vectors.caught_up import CaughtUpVectors
from index.vectors.milvus_store import MilvusStore

MILVUS_RECEIPT = "vectors_milvus"  # the fact in the database that names its collection there


def open_vectors(storage: Storage, dimension: int, url: str = "") -> CaughtUpVectors:
    """The vectors of a collection, to be searched in files beside its database or, with `url`, by Milvus; see
    `MilvusStore`. Raises CollectionError where that cannot be used."""
    if not url:
        return CaughtUpVectors(storage, dimension)
    return CaughtUpVectors(
        storage, dimension, lambda receipt, anew: MilvusStore(url, dimension, receipt, anew=anew), MILVUS_RECEIPT
    )
