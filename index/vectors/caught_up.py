"""A vector store that is caught up with the database before each search, and merged beside them.

Where it lacks very many vectors, since its files were lost or damaged, it is filled beside the searches: these look
through what is there, and find the rest by its words, as they do where vectors are still to be made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from index.errors import CollectionError
from index.storage import Storage
from index.vectors.faiss_store import FaissStore
from index.vectors.segments import DamagedFile
from index.vectors.store import Ids, Position, Vectors, VectorState, VectorStore

FOLDER, RECEIPT = "vectors", "vectors"  # of its files, beside the database; the fact there that names them
EARLIER_FILE = "vectors.faiss"  # of releases before format 2
MERGED_AT_ONCE = 50_000  # vectors that are merged within a change, in a second or two
MERGED_FOR_EACH = 8  # vectors that are merged within a change for each that it brought
AWAITED = 100_000  # vectors that a search waits for, a second or two; made again, a million took 22 s
LOOKED_AT = 3  # times, where a store knows more than the database that is seen
MERGE_AFTER = 5.0  # seconds; a process that answers one question does not begin
# Given the receipt of what it wrote, or None, and whether to begin with nothing none the less.
OpenStore = Callable[[str | None, bool], VectorStore]


class CaughtUpVectors:
    """The vectors of one collection. Safe to use from several threads, and beside other processes.

    `open_store` opens what searches them, by the fact `receipt`; without it, FAISS over files beside the database.
    """

    def __init__(
        self, storage: Storage, dimension: int, open_store: OpenStore | None = None, receipt: str = RECEIPT
    ) -> None:
        self._storage, self._receipt = storage, receipt
        folder = storage.path.parent / FOLDER
        self._open_store = open_store or (
            lambda receipt, anew: FaissStore(folder, dimension, storage, receipt, anew=anew)
        )
        self._lock = threading.Lock()  # one thread brings it up to date, the others wait for that
        self._store: VectorStore | None = None
        self._pinned = threading.local()
        self._closed, self._merging = threading.Event(), threading.Lock()
        self._merger: threading.Thread | None = None
        self._filler: threading.Thread | None = None
        self._failed = False  # the filler; then the next search takes all in, and says why it cannot

    def close(self) -> None:
        """Give up a merge that goes on; its files are as before. What was taken in is kept."""
        self._closed.set()
        for thread in (self._merger, self._filler):
            if thread:
                thread.join()

    def lacks_after(self) -> int | None:
        """The id of the passage behind which none is searched by its vector as yet; None where all are."""
        store = self._store
        return store.state().taken_in.added if store and self._is_filling() else None

    def _is_filling(self) -> bool:
        return self._filler is not None and self._filler.is_alive()

    def _await_filling(self) -> None:
        if self._filler:
            self._filler.join()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """While it is open, this thread searches, and reads of the database, one state of the collection."""
        if self._pinned_here():
            yield
            return
        with ExitStack() as stack:
            with self._lock:
                self._pinned.state = self._begun(stack)
            try:
                yield
            finally:
                self._pinned.state = None

    def _begun(self, stack: ExitStack) -> VectorState:
        """What there is to search; the database is seen no earlier than what that knows. Where another process brings
        a shared store further meanwhile, the database is looked at once more; a copy of an earlier one stays behind."""
        for attempt in range(LOOKED_AT):
            with ExitStack() as trial:
                trial.enter_context(self._storage.snapshot())
                position = self._storage.position()
                if attempt == LOOKED_AT - 1 or not self._is_ahead_of(position):
                    state = self._newest(position)
                    stack.enter_context(trial.pop_all())
                    return state
        raise AssertionError("the last look is taken as it is")

    def _is_ahead_of(self, position: Position) -> bool:
        if self._store is None:
            self._store = self._open_store(self._storage.meta(self._receipt), False)
        known = self._store.state().taken_in
        return known.added > position.added or known.removed > position.removed

    def _pinned_here(self) -> VectorState | None:
        return getattr(self._pinned, "state", None)

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (passage id, cosine) to a query of shape [dimension], best first."""
        with self.snapshot():
            state = self._pinned_here()
            if state is None:
                return []
            try:
                return state.search(query, k, within)
            except DamagedFile:
                self._pinned.state = state = self._mended()
                return state.search(query, k, within)

    def _mended(self) -> VectorState:
        """What there is to search, made again from the database."""
        with self._lock, self._storage.snapshot():
            if self._store is not None and self._is_filling():
                return self._store.state()
            return self._take_in(*self._made_anew(), self._storage.position())

    def catch_up(self, brought: int = 0, go_on: Callable[[], bool] | None = None) -> bool:
        """Take in all that the database knows, of which `brought` passages are new, keep it in files where that is
        worth it, and merge these where that takes time in proportion to what is new. See SearchedVectors."""
        while not self._closed.is_set():
            with self.snapshot():
                pass
            if not self._is_filling() and not self._failed:
                break
            self._await_filling()
        self._merge(max(MERGED_AT_ONCE, MERGED_FOR_EACH * brought))
        return True

    def _merge(self, most: int | None) -> None:
        """Merge all that is due, unless another thread is at it. A read-only or full disk, or another process that
        writes, leaves it for later."""
        if not self._merging.acquire(blocking=False):
            return
        try:
            with suppress(OSError, CollectionError):
                while not self._closed.is_set() and (store := self._store) is not None:
                    if not store.merge(self._keep, most, lambda: not self._closed.is_set()):
                        return
        except DamagedFile:
            self._mended()
        finally:
            self._merging.release()

    def _merge_beside(self) -> None:
        if not self._closed.wait(MERGE_AFTER):
            self._await_filling()
            self._merge(None)

    def _newest(self, position: Position) -> VectorState:
        """What there is to search, knowing all that this thread sees of the database unless that lacks very much."""
        store = self._store
        if store is None or (not self._is_filling() and store.state().taken_in != position):
            state = self._take_in(*self._nearest(position), position)
            if not (self._merger and self._merger.is_alive()):
                self._merger = threading.Thread(target=self._merge_beside, name="merge vectors", daemon=True)
                self._merger.start()
            return state
        return store.state()

    def _take_in(self, store: VectorStore, removed: list[int], position: Position) -> VectorState:
        """Let the store, which does not know of these removals, be searched, with all it lacks; where that is very
        much, it comes beside the searches."""
        self._store = store
        with suppress(OSError, CollectionError):  # a new place is noted first, so that it is found after a crash
            store.flush(self._keep)
        known = store.state().taken_in.added
        store.remove(removed, Position(known, position.removed))
        if position.added - known > AWAITED and not self._failed:
            self._filler = threading.Thread(target=self._fill, args=(store,), name="take in vectors", daemon=True)
            self._filler.start()
            return store.state()
        self._fill_up(store, position)
        self._failed = False
        state = store.state()
        self._flush(store)
        return state

    def _fill(self, store: VectorStore) -> None:
        """Fill the store beside searches."""
        try:
            with self._storage.snapshot():
                position, known = self._storage.position(), store.state().taken_in
                removed = self._storage.removed_after(known.removed)
                if removed is not None:
                    store.remove(removed, Position(known.added, position.removed))
                    self._fill_up(store, position)
                    self._flush(store)
                    return
        except (OSError, CollectionError):
            self._failed = True
        self._store = None

    def _fill_up(self, store: VectorStore, position: Position) -> None:
        """Add what the store lacks up to this position, of which it knows the removals; some of it once closed."""
        for ids, vectors in self._storage.vectors_after(store.state().taken_in.added):
            store.add(ids, vectors)
            if self._closed.is_set():
                return
        store.remove([], position)

    def _flush(self, store: VectorStore) -> None:
        """Write what is worth it. A read-only or full disk, or another process that writes: what is in memory serves.
        Where another one has kept its own files meanwhile, those are opened for the next question."""
        with suppress(OSError, CollectionError):
            if not store.flush(self._keep):
                self._store = None

    def _nearest(self, position: Position) -> tuple[VectorStore, list[int]]:
        """The store that has least to take in, and the removals that it does not know of.

        Where the database is an earlier copy than what a store knows, or does not remember so far back, the store in
        memory gives way to its files, and these to what the database holds now.
        """
        for store in self._known():
            known = store.state().taken_in
            if known.added <= position.added and known.removed <= position.removed:
                removed = self._storage.removed_after(known.removed)
                if removed is not None:
                    return store, removed
        return self._made_anew()

    def _made_anew(self) -> tuple[VectorStore, list[int]]:
        return self._open_store(self._storage.meta(self._receipt), True), []

    def _known(self) -> Iterator[VectorStore]:
        if self._store is not None:
            yield self._store
        yield self._open_store(self._storage.meta(self._receipt), False)

    def _keep(self, earlier: str | None, receipt: str, removed: int) -> bool:
        """Never waits for a writer: a reader would stand still only to save what it has in memory."""
        kept = self._storage.replace_meta(self._receipt, earlier, receipt)
        if kept:
            self._storage.forget_removals(removed)
            (self._storage.path.parent / EARLIER_FILE).unlink(missing_ok=True)
        return kept
