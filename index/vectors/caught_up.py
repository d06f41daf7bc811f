"""A vector store that is caught up with the database before each search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from index.errors import CollectionError
from index.storage import Storage
from index.vectors.faiss_store import FaissStore
from index.vectors.store import Ids, Position, Vectors, VectorState, VectorStore

FOLDER, RECEIPT = "vectors", "vectors"  # of its files, beside the database; the fact there that names them
EARLIER_FILE = "vectors.faiss"  # of releases before format 2


class CaughtUpVectors:
    """The vectors of one collection. Safe to use from several threads, and beside other processes."""

    def __init__(self, storage: Storage, dimension: int) -> None:
        self._storage, self._dimension = storage, dimension
        self._folder: Path = storage.path.parent / FOLDER
        self._lock = threading.Lock()  # one thread brings it up to date, the others wait for that
        self._store: VectorStore | None = None
        self._pinned = threading.local()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """While it is open, this thread searches, and reads of the database, one state of the collection."""
        if self._pinned_here():
            yield
            return
        with ExitStack() as stack:
            with self._lock:  # begun inside, so that the store never knows more than what is seen
                stack.enter_context(self._storage.snapshot())
                self._pinned.state = self._newest()
            try:
                yield
            finally:
                self._pinned.state = None

    def _pinned_here(self) -> VectorState | None:
        return getattr(self._pinned, "state", None)

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (passage id, cosine) to a query of shape [dimension], best first."""
        with self.snapshot():
            state = self._pinned_here()
            return state.search(query, k, within) if state else []

    def catch_up(self) -> None:
        """Take in all that the database knows, and keep it in files where that is worth it."""
        with self.snapshot():
            pass

    def _newest(self) -> VectorState:
        """What there is to search, knowing all that this thread sees of the database."""
        position = self._storage.position()
        store = self._store
        if store is None or store.taken_in != position:
            self._store = store = self._caught_up(position)
            state = store.state()
            # A read-only or full disk, or another process that writes: what is in memory serves. Where another one has
            # kept its own files meanwhile, those are opened for the next question.
            with suppress(OSError, CollectionError):
                if not store.flush(self._keep):
                    self._store = None
            return state
        return store.state()

    def _caught_up(self, position: Position) -> VectorStore:
        store, removed = self._nearest(position)
        for ids, vectors in self._storage.vectors_after(store.taken_in.added):
            store.add(ids, vectors)
        store.remove(removed, position)
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
        """Never waits for a writer: a reader would stand still only to save what it has in memory."""
        kept = self._storage.replace_meta(RECEIPT, earlier, receipt)
        if kept:
            self._storage.forget_removals(removed)
            (self._storage.path.parent / EARLIER_FILE).unlink(missing_ok=True)
        return kept
