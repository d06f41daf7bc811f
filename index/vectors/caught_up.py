"""A vector store that is caught up with the database before each search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from index.errors import CollectionError
from index.storage import Storage
from index.vectors.faiss_store import FaissStore
from index.vectors.store import Ids, Position, Vectors, VectorStore

FOLDER, RECEIPT = "vectors", "vectors"  # of its files, beside the database; the fact there that names them
EARLIER_FILE = "vectors.faiss"  # of releases before format 2


class CaughtUpVectors:
    """The vectors of one collection. Safe to use from several threads, and beside other processes."""

    def __init__(self, storage: Storage, dimension: int) -> None:
        self._storage, self._dimension = storage, dimension
        self._folder: Path = storage.path.parent / FOLDER
        self._lock = threading.Lock()  # one thread brings it up to date, the others wait for that
        self._store: VectorStore | None = None

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (passage id, cosine) to a query of shape [dimension], best first."""
        return self.newest().search(query, k, within)

    def newest(self) -> VectorStore:
        """The store, knowing all that the database knows."""
        with self._lock:
            position = self._storage.position()
            if self._store is None or self._store.taken_in != position:
                self._store = self._catch_up(position)
            return self._store

    def _catch_up(self, position: Position) -> VectorStore:
        store, removed = self._nearest(position)
        for ids, vectors in self._storage.vectors_after(store.taken_in.added):
            store.add(ids, vectors)
        added = max(position.added, store.taken_in.added)  # another process may have gone on meanwhile
        store.remove(removed, Position(added, position.removed))
        with suppress(OSError, CollectionError):  # a read-only or full disk: what is in memory serves
            if not store.flush(self._keep):
                self._store = None
                return self._catch_up(position)
        return store

    def _nearest(self, position: Position) -> tuple[VectorStore, list[int]]:
        """The store that has least to take in, and the passages that were removed since.

        Where the database is an earlier copy than what a store knows, or does not remember so far back, the store in
        memory gives way to its files, and these to what the database holds now.
        """
        for store in self._known():
            if store.taken_in.added <= position.added and store.taken_in.removed <= position.removed:
                removed = self._storage.removed_after(store.taken_in.removed)
                if removed is not None:
                    return store, removed
        return FaissStore(self._folder, self._dimension), []

    def _known(self) -> Iterator[VectorStore]:
        if self._store is not None:
            yield self._store
        yield FaissStore(self._folder, self._dimension, self._storage.meta(RECEIPT))

    def _keep(self, earlier: str | None, receipt: str, removed: int) -> bool:
        kept = self._storage.replace_meta(RECEIPT, earlier, receipt)
        if kept:
            self._storage.forget_removals(removed)
            (self._storage.path.parent / EARLIER_FILE).unlink(missing_ok=True)
        return kept
