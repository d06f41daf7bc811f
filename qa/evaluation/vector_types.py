"""What each type of FAISS index costs and finds, by size: `python -m qa.evaluation.vector_types REAL.npy ASKED.npy`.

The two files hold real vectors, float32 of shape [n, dimension]: of passages, and of questions. Larger sets are made of
the real passages: each vector lies between one of them and a near neighbour, and is moved by part of the difference of
two others, so that cosines and clusters are spread like those of real ones; `--check` prints both beside one another.
Each row is measured in a process of its own and kept in a file at once, so that a run that was ended goes on. Times are
those of the processor, and searches run on one thread, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.files import replaced_file
from index.resources import peak_bytes
from qa.command_line import CommandParser
from qa.edge import run_command

Vectors = NDArray[np.float32]
WANTED, RERANKED = 20, 100  # passages of a search, and how many are ranked again by their stored vectors
NEIGHBOURS, NOISE = 8, (0.4, 0.7)  # of a real vector that others are made of; length of what moves it
MADE_AT_ONCE, MOST_TRAINED = 50_000, 200_000


@dataclass(frozen=True, slots=True)
class IndexType:
    """One way to index. `factory` is as FAISS names it, with {lists} for the number of inverted lists; `settings` are
    what a search looks through: lists, or the queue of a graph."""

    name: str
    factory: str
    settings: tuple[int, ...] = (0,)
    reranked: bool = True


TYPES = (
    IndexType("flat, float32", "Flat", reranked=False),
    IndexType("flat, float16", "SQfp16", reranked=False),
    IndexType("flat, SQ8", "SQ8"),
    IndexType("IVF, float16", "IVF{lists},SQfp16", (32, 128, 256), reranked=False),
    IndexType("IVF, SQ8", "IVF{lists},SQ8", (32, 128, 256)),
    IndexType("HNSW32, float32", "HNSW32,Flat", (64, 128, 256), reranked=False),
    IndexType("HNSW32, SQ8", "HNSW32,SQ8", (64, 128, 256)),
    IndexType("IVF, PQ48", "IVF{lists},PQ48", (32, 128, 256)),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A row of the table."""

    type: str
    passages: int
    setting: int
    recall: float
    median_ms: float
    p95_ms: float
    bytes_each: float
    build_seconds: float
    peak_mb: float


def made_vectors(real: Vectors, count: int, path: Path) -> Vectors:
    """That many vectors like the real ones, of a file at `path` that is made if it is not there; mapped."""
    if not path.exists():
        with replaced_file(path) as temporary:
            made = np.lib.format.open_memmap(temporary, "w+", np.float32, (count, real.shape[1]))
            first = 0
            for some in made_like(real, count):
                made[first : first + len(some)] = some
                first += len(some)
            made.flush()
    mapped: Vectors = np.load(path, mmap_mode="r")
    return mapped


def made_like(real: Vectors, count: int) -> Iterator[Vectors]:
    """That many vectors like the real ones, at most MADE_AT_ONCE at a time, shape [some, dimension]."""
    rng = np.random.default_rng(0)
    flat = faiss.IndexFlatIP(real.shape[1])
    flat.add(real)
    near = flat.search(real, NEIGHBOURS + 1)[1][:, 1:]
    for first in range(0, count, MADE_AT_ONCE):
        size = min(MADE_AT_ONCE, count - first)
        one, other, moved = rng.integers(0, len(real), (3, size))
        weight = rng.uniform(0, 0.5, (size, 1))
        between = (1 - weight) * real[one] + weight * real[near[one, rng.integers(0, NEIGHBOURS, size)]]
        move = unit(real[other] - real[moved]) * rng.uniform(*NOISE, (size, 1))
        yield unit(unit(between) + move).astype(np.float32)


def unit(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    """The vectors with length 1."""
    made: NDArray[np.floating] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return made


def check(real: Vectors) -> None:
    """Print how cosines and clusters of made vectors are spread beside those of as many real ones."""
    some = real[np.random.default_rng(1).permutation(len(real))[: len(real) // 3]]
    made = np.concatenate(list(made_like(some, len(real))))
    for name, vectors in (("real", real), ("made of a third of them", made)):
        rng = np.random.default_rng(2)
        pairs = rng.integers(0, len(vectors), (2, 20_000))
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        near = flat.search(vectors[rng.permutation(len(vectors))[:400]], 101)[0]
        means = faiss.Kmeans(vectors.shape[1], 128, niter=8, spherical=True, seed=1)
        means.train(vectors)
        sizes = np.bincount(means.index.search(vectors, 1)[1][:, 0], minlength=128) / len(vectors) * 128
        print(f"{len(vectors):,} {name}: quantiles 0.1, 0.5, 0.9")
        print("  cosine of two:", told(np.einsum("ij,ij->i", vectors[pairs[0]], vectors[pairs[1]])))
        for rank in (1, 5, 20, 100):
            print(f"  cosine to neighbour {rank}:", told(near[:, rank]))
        print("  size of 128 clusters beside their mean:", told(sizes))


def told(values: NDArray[np.floating]) -> str:
    """Three quantiles."""
    return ", ".join(f"{one:.2f}" for one in np.quantile(values, (0.1, 0.5, 0.9)))


def nearest(vectors: Vectors, questions: Vectors) -> NDArray[np.int64]:
    """The ids of the WANTED nearest of all, shape [questions, WANTED], read some at a time."""
    ids, scores = np.zeros((len(questions), 0), np.int64), np.zeros((len(questions), 0), np.float32)
    for first in range(0, len(vectors), MADE_AT_ONCE):
        part = np.ascontiguousarray(vectors[first : first + MADE_AT_ONCE])
        found, places = faiss.knn(questions, part, WANTED, metric=faiss.METRIC_INNER_PRODUCT)
        ids, scores = np.hstack([ids, places + first]), np.hstack([scores, found])
        best = np.argsort(-scores, axis=1)[:, :WANTED]
        ids, scores = np.take_along_axis(ids, best, 1), np.take_along_axis(scores, best, 1)
    return ids


def measure(kind: IndexType, vectors: Vectors, questions: Vectors, scratch: Path) -> list[Measured]:
    """Build one index, a part at a time, and search it with each of its settings."""
    lists = max(16, int(4 * len(vectors) ** 0.5))
    started = time.process_time()
    index = faiss.index_factory(vectors.shape[1], kind.factory.format(lists=lists), faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        chosen = np.random.default_rng(0).permutation(len(vectors))[: min(MOST_TRAINED, 40 * lists)]
        index.train(np.ascontiguousarray(vectors[np.sort(chosen)]))
    for first in range(0, len(vectors), MADE_AT_ONCE):
        index.add(np.ascontiguousarray(vectors[first : first + MADE_AT_ONCE]))
    seconds = time.process_time() - started
    file = scratch / "measured.faiss"
    faiss.write_index(index, str(file))
    size = file.stat().st_size / len(vectors)
    file.unlink()
    true = nearest(vectors, questions)
    rows = []
    faiss.omp_set_num_threads(1)
    for setting in kind.settings:
        if setting:
            faiss.ParameterSpace().set_index_parameter(index, "efSearch" if "HNSW" in kind.name else "nprobe", setting)
        times: list[float] = []
        found = 0
        for number, question in enumerate(questions):
            begun = time.thread_time()
            ids = search(index, question, vectors if kind.reranked else None)
            times.append((time.thread_time() - begun) * 1000)
            found += len(np.intersect1d(ids, true[number]))
        median, late = np.quantile(times, (0.5, 0.95))
        recall = found / len(questions) / WANTED
        peak = peak_bytes() / 1e6
        rows.append(Measured(kind.name, len(vectors), setting, recall, median, late, size, seconds, peak))
    return rows


def search(index: faiss.Index, question: Vectors, stored: Vectors | None) -> NDArray[np.int64]:
    """The ids of the WANTED nearest; with the stored vectors, the best by these among the RERANKED that it finds."""
    ids: NDArray[np.int64] = index.search(question.reshape(1, -1), WANTED if stored is None else RERANKED)[1][0]
    if stored is None:
        return ids
    ids = ids[ids >= 0]
    return ids[np.argsort(-(stored[ids] @ question))[:WANTED]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is not measured yet, and print the table; returns 0."""
    made = CommandParser(prog="python -m qa.evaluation.vector_types", description=__doc__)
    made.add_argument("real", type=Path, help="vectors of passages (.npy)")
    made.add_argument("questions", type=Path, help="vectors of questions (.npy)")
    made.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="numbers of passages")
    made.add_argument("--results", type=Path, default=Path("vector_types.jsonl"), help="where rows are kept")
    made.add_argument("--check", action="store_true", help="only print how made vectors are spread beside real ones")
    made.add_argument("--row", choices=[one.name for one in TYPES], help="measure this type, in this process")
    options = made.parse_args(arguments)
    real = np.load(options.real)
    if options.check:
        check(real)
        return 0
    scratch = options.results.resolve().parent
    for size in options.sizes:
        vectors = made_vectors(real, size, scratch / f"made-{size}.npy")
        if options.row:
            kind = next(one for one in TYPES if one.name == options.row)
            with open(options.results, "a", encoding="utf-8") as file:
                for row in measure(kind, vectors, np.load(options.questions), scratch):
                    file.write(json.dumps(asdict(row)) + "\n")
            continue
        for kind in TYPES:
            if not any(row.type == kind.name and row.passages == size for row in kept(options.results)):
                own = [str(options.real), str(options.questions), "--sizes", str(size), "--row", kind.name]
                command = [sys.executable, "-m", "qa.evaluation.vector_types", *own, "--results", str(options.results)]
                subprocess.run(command, check=True)
    if not options.row:
        tell(kept(options.results))
    return 0


def kept(results: Path) -> list[Measured]:
    """The rows that were measured before."""
    if not results.exists():
        return []
    return [Measured(**json.loads(line)) for line in results.read_text("utf-8").splitlines()]


def tell(rows: Sequence[Measured], write: Callable[[str], None] = print) -> None:
    """Print the rows as a table in Markdown."""
    write("| passages | index | looked through | recall@20 | ms median | p95 | bytes each | build s | peak MB |")
    write("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in sorted(rows, key=lambda row: row.passages):
        write(
            f"| {one.passages:,} | {one.type} | {one.setting or ''} | {one.recall:.3f} | {one.median_ms:.2f} "
            f"| {one.p95_ms:.2f} | {one.bytes_each:,.0f} | {one.build_seconds:,.1f} | {one.peak_mb:,.0f} |"
        )


if __name__ == "__main__":
    sys.exit(run_command(main))
