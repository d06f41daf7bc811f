"""How much memory a merge of many vectors takes: `python -m qa.evaluation.vector_merges REAL.npy ASKED.npy`.

The files are those of `qa.evaluation.vector_types`. Made-up vectors, which are mapped and stand for the database, are
taken in as a collection does it, and merged. Each number of them is measured in a process of its own. Memory is that of
the process alone: private memory is what the system cannot take back, resident memory has the mapped files as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.encoder import Vectors
from index.vectors.faiss_store import FaissStore
from index.vectors.store import Position
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.made_files import MEGABYTE
from qa.evaluation.memory import MemorySampler
from qa.evaluation.vector_types import WANTED, made_vectors, nearest


class MappedVectors:
    """Vectors under the ids from 1, of a mapped array; what a store is filled from."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def vectors_after(self, passage_id: int, batch: int = 10_000) -> Iterator[tuple[list[int], Vectors]]:
        """Ids and vectors behind this id, so many at a time."""
        for first in range(passage_id, len(self._vectors), batch):
            some = np.array(self._vectors[first : first + batch])
            yield list(range(first + 1, first + 1 + len(some))), some

    def vectors_of(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors with these ids."""
        return {id_: np.array(self._vectors[id_ - 1]) for id_ in ids}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    made = CommandParser(prog="python -m qa.evaluation.vector_merges", description=__doc__)
    made.add_argument("real", type=Path, help="vectors of passages (.npy)")
    made.add_argument("questions", type=Path, help="vectors of questions (.npy)")
    made.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000], help="numbers of passages")
    made.add_argument("--folder", type=Path, default=Path(), help="where made-up vectors are kept")
    options = made.parse_args(arguments)
    if len(options.sizes) > 1:
        for size in options.sizes:
            given = [str(options.real), str(options.questions), "--folder", str(options.folder), "--sizes", str(size)]
            subprocess.run([sys.executable, "-m", "qa.evaluation.vector_merges", *given], check=True)
        return 0
    [size] = options.sizes
    vectors = made_vectors(np.load(options.real), size, options.folder / f"made-{size}.npy")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure(Path(folder), vectors, np.load(options.questions))
    return 0


def measure(folder: Path, vectors: Vectors, questions: Vectors) -> None:
    """Fill a store, merge it, and search it."""
    stored = MappedVectors(vectors)

    def keep(earlier: str | None, receipt: str, removed: int) -> bool:
        return True

    store = FaissStore(folder, vectors.shape[1], stored)
    with told(f"{len(vectors):,} taken in"):
        for ids, some in stored.vectors_after(0):
            store.add(ids, some)
        del some
        store.remove([], Position(len(vectors), 0))
        store.flush(keep)
    files = len(list(folder.iterdir()))
    with told(f"{files} files merged"):
        while store.merge(keep, None, lambda: True):
            pass
    true, state = nearest(vectors, questions) + 1, store.state()
    found = [[id_ for id_, _ in state.search(question, WANTED)] for question in questions]
    shared = sum(len(np.intersect1d(*pair)) for pair in zip(true, found, strict=True))
    print(f"recall@{WANTED} {shared / true.size:.3f}", flush=True)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print what this took."""
    begun, clock = time.process_time(), time.perf_counter()
    with MemorySampler(os.getpid(), 0.05) as memory:
        yield
    print(
        f"{what}: {time.process_time() - begun:.1f} s of the processor, {time.perf_counter() - clock:.1f} s; "
        f"private {memory.alone.private / MEGABYTE:,.0f} MB, resident {memory.alone.resident / MEGABYTE:,.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(run_command(main))
