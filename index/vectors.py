"""Nearest neighbours among unit vectors. The only module that imports faiss."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class VectorIndex:
    """An exact inner-product index over unit vectors, keyed by passage id."""

    def __init__(self, dimension: int) -> None:
        self._index: faiss.Index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: list[int], vectors: Vectors) -> None:
        """Add `vectors`, float32 of shape [len(ids), dimension]."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors")
        if ids:
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))

    def search(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; fewer in a small index."""
        if len(self) == 0:
            return []
        scores, ids = self._index.search(query.reshape(1, -1), min(k, len(self)))
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def save(self, path: Path) -> str:
        """Write to `path` in one step, so that a crash leaves the old file or the new one; its SHA-256."""
        data = faiss.serialize_index(self._index).tobytes()
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        return hashlib.sha256(data).hexdigest()

    @classmethod
    def load(cls, path: Path, sha256: str) -> VectorIndex | None:
        """The saved index, or None if the file is missing or is not byte for byte the one that was saved.

        FAISS itself does not notice most damage, so the hash is checked before it sees the bytes.
        """
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            return None
        loaded = cls.__new__(cls)
        loaded._index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        return loaded
