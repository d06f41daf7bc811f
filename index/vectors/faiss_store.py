"""Exact search with FAISS over immutable segments and a tail. The only module that imports faiss.

A segment is a file that never changes; new vectors stand in the tail, in memory, until they are worth a segment of
their own. So adding a document to a large collection writes nothing here, and opening reads the tail from the database.
Segments of like size are merged, as in a log-structured merge tree (O'Neil et al. 1996). Which files belong together,
and their hashes, stands in a receipt that the database keeps.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.files import clear_abandoned, file_sha256, replace_file
from index.vectors.store import Ids, Keep, Position, Vectors, VectorState

LEAST_SEGMENT = 2048  # vectors worth a file; reading as many from the database takes some 5 ms
MERGED_BELOW = 4  # a segment is merged with the one before it unless that has so many times its vectors
FILES = "*.faiss"
MOST_DEAD = 0.25  # share of removed vectors from which segments are written anew


@dataclass(frozen=True, slots=True)
class Segment:
    """Vectors that do not change, by rising id. `name` and `sha256` are those of its file, "" for the tail.

    `owner` is the FAISS object that `index` is a part of, and lives as long.
    """

    ids: Ids
    index: Any
    name: str = ""
    sha256: str = ""
    owner: Any = None

    @classmethod
    def of(cls, ids: Ids, vectors: Vectors, dimension: int) -> Segment:
        """A segment without a file."""
        index = faiss.IndexFlatIP(dimension)
        if len(ids):
            index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(ids, index)

    def vectors(self) -> Vectors:
        """Its vectors, shape [ids, dimension]."""
        return np.asarray(self.index.reconstruct_n(0, len(self.ids)), np.float32).reshape(len(self.ids), self.index.d)

    def search(self, query: Vectors, k: int, dead: Ids, within: Ids | None) -> list[tuple[int, float]]:
        """The nearest of its ids that are not dead."""
        count, parameters = min(k, len(self.ids)), None
        if len(dead) or within is not None:
            alive = np.ones(len(self.ids), bool) if within is None else np.isin(self.ids, within, assume_unique=True)
            alive[np.isin(self.ids, dead, assume_unique=True)] = False
            count = min(k, int(alive.sum()))
            bits = np.packbits(alive, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        if not count:
            return []
        scores, places = self.index.search(query.reshape(1, -1), count, params=parameters)
        return [(int(self.ids[i]), float(s)) for i, s in zip(places[0], scores[0], strict=True) if i >= 0]


@dataclass(frozen=True, slots=True)
class _State:
    """What a search sees. `dead` are removed ids that may stand in a segment, ascending."""

    segments: tuple[Segment, ...]
    tail: Segment
    dead: Ids
    taken_in: Position

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; only of the ids `within`."""
        found = (part.search(query, k, self.dead, within) for part in (*self.segments, self.tail))
        return sorted(chain.from_iterable(found), key=lambda hit: (-hit[1], hit[0]))[:k]


def damaged_files(folder: Path, receipt: str) -> list[str]:
    """The names of the files of a receipt that are not as they were written, or all there are where it says nothing."""
    try:
        named = {one["name"]: one["sha256"] for one in json.loads(receipt)["segments"]}
        return [name for name, sha256 in named.items() if _sha256(folder / name) != sha256]
    except (ValueError, KeyError, TypeError):
        return [FILES]


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return ""


class FaissStore:
    """The vectors of a collection, with its files in `folder`. One thread changes it at a time."""

    def __init__(self, folder: Path, dimension: int, receipt: str | None = None) -> None:
        """Open the files that the receipt names; without one, or where one is not as it was, the store is empty."""
        self._folder, self._dimension, self._receipt = folder, dimension, receipt
        segments, known = self._read(receipt) if receipt else ((), Position(0, 0))
        self._state = _State(segments, self._segment([], None), np.array([], np.int64), known)

    def _read(self, receipt: str) -> tuple[tuple[Segment, ...], Position]:
        """FAISS does not notice most damage, so the hashes are checked before it sees the bytes."""
        segments = []
        try:
            noted = json.loads(receipt)
            for one in noted["segments"]:
                data = (self._folder / one["name"]).read_bytes()
                if hashlib.sha256(data).hexdigest() != one["sha256"]:
                    return (), Position(0, 0)
                whole = faiss.deserialize_index(np.frombuffer(data, np.uint8))
                ids = faiss.vector_to_array(whole.id_map).astype(np.int64)
                flat = faiss.downcast_index(whole.index)
                segments.append(Segment(ids, flat, one["name"], one["sha256"], owner=whole))
            return tuple(segments), Position(noted["added"], noted["removed"])
        except (OSError, ValueError, KeyError, TypeError):
            return (), Position(0, 0)

    def _segment(self, ids: Sequence[int], vectors: Vectors | None) -> Segment:
        none = np.zeros((0, self._dimension), np.float32)
        return Segment.of(np.asarray(ids, np.int64), none if vectors is None else vectors, self._dimension)

    def __len__(self) -> int:
        """How many vectors a search sees."""
        state = self._state
        standing = [np.isin(part.ids, state.dead, invert=True).sum() for part in state.segments]
        return int(sum(standing)) + len(state.tail.ids)

    @property
    def taken_in(self) -> Position:
        """What of the database it knows."""
        return self._state.taken_in

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Take in vectors, float32 of shape [ids, dimension]. Ids rise, and are above all earlier ones."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        if not len(ids):
            return
        state = self._state
        if len(state.tail.ids) >= LEAST_SEGMENT:  # to copy it with every batch of many would take long
            state = replace(state, segments=(*state.segments, state.tail), tail=self._segment([], None))
        tail = self._segment([*state.tail.ids, *ids], np.concatenate([state.tail.vectors(), vectors]))
        self._state = replace(state, tail=tail, taken_in=replace(state.taken_in, added=int(ids[-1])))

    def remove(self, ids: Sequence[int], position: Position) -> None:
        """Take out these ids, known here or not; the store then knows everything up to `position`."""
        state = self._state
        gone = np.asarray(sorted(ids), np.int64)
        standing = np.isin(state.tail.ids, gone, invert=True)
        tail = state.tail
        if not standing.all():
            tail = self._segment(list(tail.ids[standing]), tail.vectors()[standing])
        dead = np.union1d(state.dead, gone[~np.isin(gone, state.tail.ids)]) if len(gone) else state.dead
        self._state = replace(state, tail=tail, dead=dead, taken_in=position)

    def state(self) -> VectorState:
        """What it holds now, which never changes."""
        return self._state

    def flush(self, keep: Keep) -> bool:
        """Write what the files lack, where that is worth it; see VectorStore. Raises OSError, and nothing is lost."""
        state = self._state
        known = sum(len(part.ids) for part in state.segments if part.name)
        unwritten = sum(len(part.ids) for part in (*state.segments, state.tail) if not part.name)
        renewed = not known or len(state.dead) > max(LEAST_SEGMENT, MOST_DEAD * known)
        if unwritten < LEAST_SEGMENT and not (known and renewed):
            return True
        written = [part if part.name else self._write(part) for part in self._merged(state, renewed)]
        removed = state.taken_in.removed if renewed else json.loads(self._receipt or "")["removed"]
        receipt = json.dumps({
            "added": state.taken_in.added, "removed": removed,
            "segments": [{"name": part.name, "sha256": part.sha256} for part in written],
        })  # fmt: skip
        kept = False
        try:
            kept = keep(self._receipt, receipt, removed)
        finally:
            self._delete(*((state.segments, written) if kept else (written, state.segments)))
        if kept:
            self._receipt = receipt
            self._clear_abandoned({part.name for part in written})
            dead = np.array([], np.int64) if renewed else state.dead
            self._state = _State(tuple(written), self._segment([], None), dead, state.taken_in)
        return kept

    def _merged(self, state: _State, everything: bool) -> list[Segment]:
        """The segments and the tail, without what is empty; from the end, what is small beside the rest is merged."""
        parts = [part for part in (*state.segments, state.tail) if len(part.ids)]
        first, size = len(parts) - 1, len(parts[-1].ids) if parts else 0
        while first > 0 and (everything or len(parts[first - 1].ids) < MERGED_BELOW * size):
            first -= 1
            size += len(parts[first].ids)
        alone = first == len(parts) - 1 and not everything
        return parts if alone or not parts else [*parts[:first], self._joined(parts[first:], state.dead)]

    def _joined(self, parts: Sequence[Segment], dead: Ids) -> Segment:
        ids = np.concatenate([part.ids for part in parts])
        alive = np.isin(ids, dead, invert=True)
        return self._segment(list(ids[alive]), np.concatenate([part.vectors() for part in parts])[alive])

    def _write(self, segment: Segment) -> Segment:
        wrapped = faiss.IndexIDMap(faiss.IndexFlatIP(self._dimension))
        wrapped.add_with_ids(segment.vectors(), segment.ids)
        data = faiss.serialize_index(wrapped).tobytes()
        self._folder.mkdir(exist_ok=True)
        name = f"{len(segment.ids)}-{os.urandom(8).hex()}.faiss"
        replace_file(self._folder / name, data)
        return replace(segment, name=name, sha256=hashlib.sha256(data).hexdigest())

    def _clear_abandoned(self, named: set[str]) -> None:
        """Delete files that no receipt names, which processes left that were killed before they could keep one."""
        for path in self._folder.glob(FILES):
            if path.name not in named:
                clear_abandoned(self._folder, path.name)

    def _delete(self, earlier: Sequence[Segment], kept: Sequence[Segment]) -> None:
        """Delete the files of segments that are not among those kept."""
        for name in {part.name for part in earlier if part.name} - {part.name for part in kept}:
            with suppress(OSError):
                (self._folder / name).unlink()
