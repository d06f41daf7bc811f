"""Search by a Milvus server, or by milvus-lite in a file.

Vectors lie there under the ids of their passages, so that what is sent twice is there once. How far they go lies beside
them, and is written when Milvus has what it tells: after a crash the same is sent again. What Milvus has acknowledged,
it keeps. Which of its collections belongs to which database stands in a receipt that the database keeps.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.vectors.milvus_server import NUMBER, SETTLED, Consistency, MilvusServer
from index.vectors.store import Ids, Keep, Position, Vectors, VectorState

SENT_TOGETHER = 2_000  # vectors in a message: 3 MB
FILTERED_TOGETHER = 10_000  # ids that a search is kept to
LOOKS_EACH = 1.0  # seconds: how far it goes is asked several times a question, and told seconds late anyway
BEFORE = Position(0, 0)


@dataclass(frozen=True, slots=True)
class MilvusState:
    """What Milvus holds now; a server has no earlier states. `seen` is when `taken_in` was first seen there, in seconds
    of the monotonic clock."""

    server: MilvusServer
    name: str
    taken_in: Position
    seen: float

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; only of the ids `within`. Raises
        CollectionError."""
        if within is None:
            return self._found(query, k, "")
        parts = (within[first : first + FILTERED_TOGETHER] for first in range(0, len(within), FILTERED_TOGETHER))
        found = [hit for part in parts for hit in self._found(query, k, f"id in {part.tolist()}")]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def search_up_to(self, query: Vectors, k: int, last: int) -> list[tuple[int, float]]:
        """The `k` nearest, as `search` finds them, of the ids up to this one."""
        return self._found(query, k, f"id <= {last}")

    def _found(self, query: Vectors, k: int, filtered: str) -> list[tuple[int, float]]:
        # To wait for all that is acknowledged takes 200 ms, and is needed as long as that may be missing.
        consistency: Consistency = "Strong" if time.monotonic() < self.seen + SETTLED else "Bounded"
        return self.server.search(self.name, query.tolist(), k, filtered, consistency)


class MilvusStore:
    """The vectors of a collection at `url`; see `MilvusAddress`. Raises CollectionError where it cannot be used."""

    def __init__(self, url: str, dimension: int, receipt: str | None = None, *, anew: bool = False) -> None:
        """Use the collection that the receipt names; without one, `anew`, or where it is gone, make one."""
        self._receipt, self._server = receipt, MilvusServer(url)
        self._known, self._seen = BEFORE, -SETTLED  # how far it was seen to go, and since when
        self._looked = time.monotonic()
        noted = json.loads(receipt)["name"] if receipt else None
        if noted and not anew and self._server.has(position_of(noted)):
            self._name = noted
            for one in (noted, position_of(noted)):
                self._server.load(one)
            self._look("Strong")
        else:
            self._name = f"quotewise_{os.urandom(8).hex()}"
            self._server.make(self._name, dimension, "id", {"id": NUMBER})
            position = {"id": NUMBER, "added": NUMBER, "removed": NUMBER}
            self._server.make(position_of(self._name), 2, "id", position)  # made last: both are there

    def state(self) -> VectorState:
        """What Milvus holds now, by whichever process it was sent; what another one sent in the last seconds may not be
        told as yet."""
        if time.monotonic() > self._looked + LOOKS_EACH:
            self._look("Bounded")
        return MilvusState(self._server, self._name, self._known, self._seen)

    def _look(self, consistency: Consistency) -> None:
        """See how far it goes, which never becomes less."""
        self._looked = time.monotonic()
        rows = self._server.query(position_of(self._name), "id == 1", ["added", "removed"], consistency)
        for row in rows:
            self._reached(int(row["added"]), int(row["removed"]))

    def _reached(self, added: int, removed: int) -> None:
        known = Position(max(self._known.added, added), max(self._known.removed, removed))
        if known != self._known:
            self._known, self._seen = known, time.monotonic()

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Take in vectors, float32 of shape [ids, dimension]. Ids rise, and are above all earlier ones."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        for first in range(0, len(ids), SENT_TOGETHER):
            some = list(map(int, ids[first : first + SENT_TOGETHER]))
            own = np.asarray(vectors[first : first + SENT_TOGETHER], np.float32).tolist()
            self._server.upsert(self._name, [{"id": i, "vector": v} for i, v in zip(some, own, strict=True)])
            self._note(Position(max(self._known.added, some[-1]), self._known.removed))

    def remove(self, ids: Sequence[int], position: Position) -> None:
        """Take out these ids, known here or not; the store then knows everything up to `position`."""
        for first in range(0, len(ids), SENT_TOGETHER):
            self._server.delete(self._name, list(map(int, ids[first : first + SENT_TOGETHER])))
        self._note(position)

    def _note(self, position: Position) -> None:
        row = {"id": 1, "vector": [0.0, 0.0], "added": position.added, "removed": position.removed}
        self._server.upsert(position_of(self._name), [row])
        self._reached(position.added, position.removed)

    def flush(self, keep: Keep) -> bool:
        """Keep the receipt of a new collection; what another one named before is deleted. See VectorStore."""
        receipt = json.dumps({"name": self._name})
        if self._receipt == receipt:
            return True
        kept, earlier = False, self._receipt
        try:
            kept = keep(earlier, receipt, 0)
        finally:
            if not kept:
                self._drop(self._name)
        if kept:
            self._receipt = receipt
            if earlier:
                self._drop(json.loads(earlier)["name"])
        return kept

    def _drop(self, name: str) -> None:
        for one in (position_of(name), name):  # what has no position is not used
            self._server.drop(one)

    def merge(self, keep: Keep, most: int | None, go_on: Callable[[], bool]) -> bool:
        """Milvus merges by itself."""
        return False


def position_of(name: str) -> str:
    """The name of what tells how far vectors go."""
    return f"{name}_position"
