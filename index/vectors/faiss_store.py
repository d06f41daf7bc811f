"""Search with FAISS over immutable segments and a tail.

A segment is a file that never changes; new vectors stand in the tail, in memory, until they are worth a segment of
their own. So adding a document to a large collection writes nothing here, and opening reads the tail from the database.
Segments of like size are merged, as in a log-structured merge tree (O'Neil et al. 1996), beside searches and changes; a
merged one is made from the vectors in the database. Which files belong together, and what their ends hash to, stands in
a receipt that the database keeps.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.files import clear_abandoned
from index.vectors.segments import (
    FILES,
    SEARCHED_EXACTLY,
    Chosen,
    DamagedFile,
    FileSegment,
    Found,
    Segment,
    StoredVectors,
    opened,
)
from index.vectors.store import Ids, Keep, Position, Vectors, VectorState
from index.vectors.writing import SPAN_SAMPLE, sample_size, written

LEAST_SEGMENT = 2048  # vectors worth a file; reading as many from the database takes some 5 ms
MOST_IN_MEMORY = 32_768  # vectors that are kept in memory while many are taken in: 50 MB
MERGED_BELOW = 4  # a segment is merged with the one before it unless that has so many times its vectors
SAMPLED_AT_ONCE = 5_000  # vectors, behind the first SPAN_SAMPLE
MOST_DEAD = 0.25  # share of removed vectors from which segments are written anew


@dataclass(frozen=True, slots=True)
class _State:
    """What a search sees. `dead` are removed ids that may stand in a segment, ascending."""

    stored: StoredVectors
    files: tuple[FileSegment, ...]
    memory: tuple[Segment, ...]
    dead: Ids
    taken_in: Position

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> Found:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; only of the ids `within`. Raises
        DamagedFile."""
        chosen = Chosen(self.dead, within)
        found = [hit for part in self.memory for hit in part.search(query, k, chosen)]
        found += self._ranked(query, self._candidates(query, k, chosen))
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _candidates(self, query: Vectors, k: int, chosen: Chosen) -> list[int]:
        """Ids in files, among which the nearest ones lie."""
        within = chosen.within
        if within is None or len(within) > SEARCHED_EXACTLY:
            return [id_ for part in self.files for id_ in part.candidates(query, k, chosen)]
        last = max((part.last for part in self.files), default=0)
        return [int(id_) for id_ in within[chosen.of(within)] if id_ <= last]

    def _ranked(self, query: Vectors, ids: Sequence[int]) -> Found:
        vectors = self.stored.vectors_of(ids) if ids else {}
        if not vectors:
            return []
        scores = np.stack(list(vectors.values())) @ query
        return list(zip(vectors, map(float, scores), strict=True))


def damaged_files(folder: Path, receipt: str) -> list[str]:
    """The names of the files of a receipt that are not as they were written, or all there are where it says nothing.
    Those of an earlier release are not looked at: they are not used."""
    try:
        named = {one["name"]: one for one in json.loads(receipt)["segments"] if "lists_size" in one}
    except (ValueError, KeyError, TypeError):
        return [FILES]
    return [name for name, one in named.items() if not _is_sound(folder, one)]


def _is_sound(folder: Path, receipt: dict[str, object]) -> bool:
    try:
        segment = opened(folder, receipt)
        segment.check(range(len(segment.sums)))
    except DamagedFile:
        return False
    return True


class FaissStore:
    """The vectors of a collection, with its files in `folder`; `stored` is what they are made from."""

    def __init__(
        self, folder: Path, dimension: int, stored: StoredVectors, receipt: str | None = None, *, anew: bool = False
    ) -> None:
        """Open the files that the receipt names; without one, or where one is not as it was, the store is empty. It is
        empty `anew` as well, and what it writes takes the place of those files."""
        self._folder, self._dimension, self._stored, self._receipt = folder, dimension, stored, receipt
        self._changing = threading.RLock()  # a merge puts its segment in place while another thread may add
        files, known = self._read(receipt) if receipt and not anew else ((), Position(0, 0))
        self._state = _State(stored, files, (), np.array([], np.int64), known)

    def _read(self, receipt: str) -> tuple[tuple[FileSegment, ...], Position]:
        try:
            noted = json.loads(receipt)
            files = tuple(opened(self._folder, one) for one in noted["segments"])
            return files, Position(noted["added"], noted["removed"])
        except (DamagedFile, ValueError, KeyError, TypeError):
            return (), Position(0, 0)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Take in vectors, float32 of shape [ids, dimension]. Ids rise, and are above all earlier ones."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        if not len(ids):
            return
        with self._changing:
            state = self._state
            *parts, tail = state.memory or (self._segment([], None),)
            if len(tail.ids) >= LEAST_SEGMENT:  # to copy it with every batch of many would take long
                parts, tail = [*parts, tail], self._segment([], None)
            tail = self._segment([*tail.ids, *ids], np.concatenate([tail.vectors(), vectors]))
            taken_in = replace(state.taken_in, added=int(ids[-1]))
            self._state = replace(state, memory=(*parts, tail), taken_in=taken_in)
            if _count(self._state.memory) >= MOST_IN_MEMORY:
                with suppress(OSError):  # a read-only or full disk: then it stays in memory
                    self._write()

    def _segment(self, ids: Sequence[int] | Ids, vectors: Vectors | None) -> Segment:
        none = np.zeros((0, self._dimension), np.float32)
        return Segment.of(ids, none if vectors is None else vectors, self._dimension)

    def remove(self, ids: Sequence[int], position: Position) -> None:
        """Take out these ids, known here or not; the store then knows everything up to `position`."""
        gone = np.array(sorted(ids), np.int64)
        with self._changing:
            state = self._state
            memory = tuple(self._without(part, gone) for part in state.memory)
            last = max((part.last for part in state.files), default=0)
            dead = np.union1d(state.dead, gone[gone <= last]) if len(gone) else state.dead
            self._state = replace(state, memory=memory, dead=dead, taken_in=position)

    def _without(self, part: Segment, gone: Ids) -> Segment:
        standing = np.isin(part.ids, gone, invert=True)
        return part if standing.all() else self._segment(part.ids[standing], part.vectors()[standing])

    def state(self) -> VectorState:
        """What it holds now, which never changes."""
        return self._state

    def flush(self, keep: Keep) -> bool:
        """Write what the files lack, where that is worth it; see VectorStore. Raises OSError, and nothing is lost."""
        with self._changing:
            before = self._state
            if _count(before.memory) >= LEAST_SEGMENT:
                self._write()
            state = self._state
            if self._noted() == {part.name for part in state.files}:
                return True
            self._state = before  # until it is kept
            return self._put(state, keep, state.taken_in.removed if not len(state.dead) else self._told())

    def _write(self) -> None:
        """Put what is in memory into a file. Raises OSError."""
        state = self._state
        count = _count(state.memory)
        step = -(-count // SPAN_SAMPLE)
        sample = np.concatenate([part.vectors()[::step].copy() for part in state.memory])  # a view would hold all
        parts = ((part.ids.tolist(), part.vectors()) for part in state.memory)
        segment = written(self._folder, count, iter([sample]), parts)
        if segment:
            self._state = replace(state, files=(*state.files, segment), memory=())

    def _put(self, state: _State, keep: Keep, removed: int) -> bool:
        """Let this state be in force and its files be kept, which know all removals up to `removed`; whether `keep`
        allows it. Raises OSError."""
        added = max(part.last for part in state.files) if state.memory and state.files else state.taken_in.added
        parts = [part.receipt() for part in state.files]
        receipt = json.dumps({"added": added, "removed": removed, "segments": parts})
        kept = False
        try:
            kept = keep(self._receipt, receipt, removed)
        finally:
            if not kept:
                self._delete(state.files, {part.name for part in self._state.files})
        if kept:
            earlier, self._receipt, self._state = self._state.files, receipt, state
            self._delete(earlier, self._noted())
            self._clear_abandoned()
        return kept

    def merge(self, keep: Keep, most: int | None, go_on: Callable[[], bool]) -> bool:
        """Put small segments together where that is due; see VectorStore. Raises OSError, and nothing is lost."""
        with self._changing:
            before = self._state
        parts = self._due(before)
        if len(parts) == 0 or (most is not None and _size(parts) > most):
            return False
        joined = self._joined(parts, before.dead, go_on)
        if joined is None:
            return False
        with self._changing:
            state = self._state
            if state.files[: len(before.files)] != before.files:  # damage was noticed meanwhile
                self._delete(joined, self._noted())
                return False
            files = (*before.files[: -len(parts)], *joined, *state.files[len(before.files) :])
            if len(parts) < len(before.files):
                return self._put(replace(state, files=files), keep, self._told())
            dead = np.setdiff1d(state.dead, before.dead, assume_unique=True)
            return self._put(replace(state, files=files, dead=dead), keep, before.taken_in.removed)

    def _due(self, state: _State) -> tuple[FileSegment, ...]:
        """The last segments that are to be one: all where many are removed, else those small beside what follows."""
        files = state.files
        if len(state.dead) > max(LEAST_SEGMENT, MOST_DEAD * _size(files)):
            return files
        first = len(files) - 1
        while first > 0 and files[first - 1].count < MERGED_BELOW * _size(files[first:]):
            first -= 1
        return files[first:] if first < len(files) - 1 else ()

    def _joined(
        self, parts: Sequence[FileSegment], dead: Ids, go_on: Callable[[], bool]
    ) -> tuple[FileSegment, ...] | None:
        """One segment of what stands of these, or none where nothing does; None where `go_on` said so."""
        first, last = parts[0].first, parts[-1].last
        count = _size(parts) - int(np.diff(np.searchsorted(dead, (first, last + 1)))[0])
        try:
            stored = _until(self._stored.vectors_after(first - 1), last, dead, go_on)
            joined = written(self._folder, count, self._sample(parts, dead, count), stored)
        except InterruptedError:
            return None
        return (joined,) if joined else ()

    def _sample(self, parts: Sequence[FileSegment], dead: Ids, count: int) -> Iterator[Vectors]:
        """Vectors of these segments, from all of them alike; see `written`. Raises DamagedFile."""
        step = max(1, _size(parts) // max(1, sample_size(count)))
        ids = np.concatenate([part.some_ids(step) for part in parts])
        ids = np.random.default_rng(0).permutation(ids[~_among(ids, dead)])[: sample_size(count)]
        for some in np.split(ids, range(SPAN_SAMPLE, len(ids), SAMPLED_AT_ONCE)):
            found = list(self._stored.vectors_of(some.tolist()).values())
            if found:
                yield np.stack(found)

    def _told(self) -> int:
        """Up to which removal the files that are kept know of all."""
        return int(json.loads(self._receipt)["removed"]) if self._receipt else 0

    def _noted(self) -> set[str]:
        """The names of the files that are kept."""
        return {one["name"] for one in json.loads(self._receipt)["segments"]} if self._receipt else set()

    def _clear_abandoned(self) -> None:
        """Delete files that no receipt names, which processes left that were killed before they could keep one."""
        noted = self._noted()
        for path in self._folder.iterdir():
            if path.name not in noted:
                clear_abandoned(self._folder, path.name)

    def _delete(self, earlier: Sequence[FileSegment], kept: set[str]) -> None:
        """Delete the files of segments that are not among those kept."""
        for name in {part.name for part in earlier} - kept:
            with suppress(OSError):
                (self._folder / name).unlink()


def _count(memory: Sequence[Segment]) -> int:
    return sum(len(part.ids) for part in memory)


def _size(files: Sequence[FileSegment]) -> int:
    return sum(part.count for part in files)


def _among(ids: Ids, others: Ids) -> NDArray[np.bool_]:
    """Which of the ids are among the others, which ascend."""
    if not len(others):
        return np.zeros(len(ids), bool)
    found: NDArray[np.bool_] = others[np.searchsorted(others, ids) % len(others)] == ids
    return found


def _until(
    stored: Iterator[tuple[list[int], Vectors]], last: int, dead: Ids, go_on: Callable[[], bool]
) -> Iterator[tuple[list[int], Vectors]]:
    """What is stored up to this id, but for the `dead`. Raises InterruptedError where `go_on` says so."""
    for numbers, vectors in stored:
        if not go_on():
            raise InterruptedError
        ids = np.array(numbers, np.int64)
        own = (ids <= last) & ~_among(ids, dead)
        yield ids[own].tolist(), vectors[own]
        if numbers[-1] >= last:
            return
