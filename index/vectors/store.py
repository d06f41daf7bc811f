"""What a collection needs of a vector store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
# Told the receipt that was in force, the new one, and up to which removal the files need no more telling. It stores
# the new one if the earlier one still is in force, and returns whether it was.
Keep = Callable[[str | None, str, int], bool]


@dataclass(frozen=True, slots=True)
class Position:
    """How much of a collection's history something knows: all passages up to id `added`, all removals up to number
    `removed`."""

    added: int
    removed: int


class VectorState(Protocol):
    """What a store held at one moment, whatever it takes in afterwards. Safe to use from several threads."""

    @property
    def taken_in(self) -> Position:
        """What of the database it knows."""
        ...

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The `k` nearest (id, cosine) to a query of shape [dimension], best first; only of the ids `within`, which
        ascend."""
        ...


class VectorStore(Protocol):
    """Unit vectors by passage id. The database is the truth, and a store is always caught up with it.

    One thread changes it at a time, while another may merge; what it holds is searched through its `state`.
    """

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Take in vectors, float32 of shape [ids, dimension]. Ids rise, and are above all earlier ones."""
        ...

    def remove(self, ids: Sequence[int], position: Position) -> None:
        """Take out these ids, known here or not; the store then knows everything up to `position`."""
        ...

    def state(self) -> VectorState:
        """What it holds now."""
        ...

    def flush(self, keep: Keep) -> bool:
        """Write what its files lack, where that is worth it.

        `keep` stores the receipt by which the files are opened again. Returns False where another process has flushed
        meanwhile: then this store is to be opened anew.
        """
        ...

    def merge(self, keep: Keep, most: int | None, go_on: Callable[[], bool]) -> bool:
        """Put small parts together where that is due and concerns at most so many vectors (None: however many); whether
        that was done. It may take minutes, while the store is changed and searched; where `go_on` returns False, it is
        given up. `keep` is as in `flush`."""
        ...
