"""Search by a Milvus server, or by milvus-lite in a file. The only module that imports pymilvus.

Vectors lie there under the ids of their passages, so that what is sent twice is there once. How far they go lies beside
them, and is written when Milvus has what it tells: after a crash the same is sent again. What Milvus has acknowledged,
it keeps. Which of its collections belongs to which database stands in a receipt that the database keeps.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.errors import CollectionError, reason_of
from index.vectors.store import Ids, Keep, Position, Vectors, VectorState

SENT_TOGETHER = 2_000  # vectors in a message: 3 MB
FILTERED_TOGETHER = 10_000  # ids that a search is kept to
MOST_FOUND = 16_384  # that Milvus returns
WAITS = 30.0  # seconds, for an answer
BEFORE = Position(0, 0)


@dataclass(frozen=True, slots=True)
class _State:
    """What Milvus holds now; a server has no earlier states."""

    client: Any
    url: str
    name: str
    taken_in: Position

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; only of the ids `within`. Raises
        CollectionError."""
        if within is None:
            return self._found(query, k, "")
        parts = (within[first : first + FILTERED_TOGETHER] for first in range(0, len(within), FILTERED_TOGETHER))
        found = [hit for part in parts for hit in self._found(query, k, f"id in {part.tolist()}")]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _found(self, query: Vectors, k: int, filtered: str) -> list[tuple[int, float]]:
        with explained(self.url):
            [hits] = self.client.search(
                self.name, [query.tolist()], filter=filtered, limit=min(k, MOST_FOUND), consistency_level="Strong",
                search_params={"metric_type": "IP"},
            )  # fmt: skip
        return [(int(hit["id"]), float(hit["distance"])) for hit in hits]


class MilvusStore:
    """The vectors of a collection at `url`: that of a server ("http://host:19530"), or a file of milvus-lite
    ("vectors.db"). Raises CollectionError where it cannot be used."""

    def __init__(self, url: str, dimension: int, receipt: str | None = None, *, anew: bool = False) -> None:
        """Use the collection that the receipt names; without one, `anew`, or where it is gone, make one."""
        self._url, self._receipt = url, receipt
        self._client = _connected(url)
        noted = json.loads(receipt)["name"] if receipt else None
        with explained(url):
            if noted and not anew and self._client.has_collection(_position_of(noted)):
                self._name = noted
                for one in (noted, _position_of(noted)):  # a server that was started again may have none in memory
                    self._client.load_collection(one)
            else:
                self._name = f"quotewise_{os.urandom(8).hex()}"
                self._make(dimension)

    def _make(self, dimension: int) -> None:
        _make(self._client, self._name, dimension, ())
        _make(self._client, _position_of(self._name), 2, ("added", "removed"))  # made last: both are there

    def state(self) -> VectorState:
        """What Milvus holds now, by whichever process it was sent."""
        with explained(self._url):
            rows = self._client.query(
                _position_of(self._name), filter="id == 1", output_fields=["added", "removed"],
                consistency_level="Strong",
            )  # fmt: skip
        known = Position(int(rows[0]["added"]), int(rows[0]["removed"])) if rows else BEFORE
        return _State(self._client, self._url, self._name, known)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Take in vectors, float32 of shape [ids, dimension]. Ids rise, and are above all earlier ones."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        known = self.state().taken_in
        for first in range(0, len(ids), SENT_TOGETHER):
            some = list(map(int, ids[first : first + SENT_TOGETHER]))
            own = np.asarray(vectors[first : first + SENT_TOGETHER], np.float32).tolist()
            with explained(self._url):
                self._client.upsert(self._name, [{"id": i, "vector": v} for i, v in zip(some, own, strict=True)])
            self._note(Position(max(known.added, some[-1]), known.removed))

    def remove(self, ids: Sequence[int], position: Position) -> None:
        """Take out these ids, known here or not; the store then knows everything up to `position`."""
        for first in range(0, len(ids), SENT_TOGETHER):
            with explained(self._url):
                self._client.delete(self._name, ids=list(map(int, ids[first : first + SENT_TOGETHER])))
        self._note(position)

    def _note(self, position: Position) -> None:
        row = {"id": 1, "vector": [0.0, 0.0], "added": position.added, "removed": position.removed}
        with explained(self._url):
            self._client.upsert(_position_of(self._name), [row])

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
        with suppress(CollectionError), explained(self._url):
            for one in (_position_of(name), name):  # what has no position is not used
                self._client.drop_collection(one)

    def merge(self, keep: Keep, most: int | None, go_on: Callable[[], bool]) -> bool:
        """Milvus merges by itself."""
        return False


def _position_of(name: str) -> str:
    return f"{name}_position"


def _connected(url: str) -> Any:
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise CollectionError(
            "Vectors in Milvus need pymilvus: install it with pip install 'quotewise[milvus]'."
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it prints what it raises as well
    with explained(url):
        return MilvusClient(url, timeout=WAITS)


def _make(client: Any, name: str, dimension: int, numbers: Sequence[str]) -> None:
    """Make a collection of vectors by id, with these numbers beside each."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    for number in numbers:
        schema.add_field(number, DataType.INT64)
    index = client.prepare_index_params()
    index.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=index)
    client.load_collection(name)


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what Milvus and its client raise into one sentence."""
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, OSError, ConnectionError) as error:
        reason = " ".join(str(getattr(error, "message", "") or reason_of(error)).split())[:200]
        raise CollectionError(
            f"The vectors at {url} cannot be used ({reason}): see that Milvus runs there and answers."
        ) from error
