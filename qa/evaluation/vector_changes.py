"""What a change and a search cost in a collection of many passages, as far as its vectors are concerned.

`python -m qa.evaluation.vector_changes REAL.npy ASKED.npy [--sizes N ...]`; the files are those of `vector_types`. The
passages are a few words each, so that little but SQLite's rows and the vectors is measured. A collection is made once
for each size and kept in the folder, and each round is a process of its own; `--round FOLDER` measures one there.

`--milvus URL` measures instead how long a search takes in Milvus there and in files, in turns, in one process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.collection import Collection
from index.encoder import EncoderCard, Vectors
from index.indexing import with_blocks
from index.passages import PassagePlan
from index.records import Document, Sentence, View
from index.resources import peak_bytes
from index.storage import Storage
from index.storage_rows import PreparedDocument
from index.vectors.caught_up import CaughtUpVectors
from index.vectors.milvus_server import SETTLED
from index.vectors.opening import milvus_vectors
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.collection_speed import bytes_written
from qa.evaluation.vector_types import made_vectors

PASSAGES_EACH = 10  # in a document
SEARCHES = 50
FOUND = 20  # passages of a search that is compared
ADDED = "/made-up/added"


class GivenVectors:
    """The vectors of questions and of passages, in turn, from those that were given."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors, self._next = vectors, 0
        self.card = EncoderCard("given", "0" * 16, vectors.shape[1], 256, "", "", "")

    def encode_question(self, question: str) -> Vectors:
        """A vector of shape [dimension]."""
        self._next += 1
        given: Vectors = self._vectors[self._next % len(self._vectors)]
        return given

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape [texts, dimension]."""
        return np.stack([self.encode_question(text) for text in texts])


def made_document(source: str, vectors: Vectors) -> PreparedDocument:
    """A document of a passage for each of the vectors."""
    lines = [f"Boat {source[-12:]} lies at berth {number}." for number in range(len(vectors))]
    text = "\n\n".join(lines)
    starts = np.cumsum([0, *(len(line) + 2 for line in lines[:-1])]).tolist()
    places = [(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
    plans = [PassagePlan(a, b, View.of(text[a:b], a)) for a, b in places]
    document = with_blocks(Document(source, source, source, source, text))
    return PreparedDocument(document, [Sentence(*place) for place in places], plans, vectors)


def made_documents(vectors: Vectors) -> Iterator[PreparedDocument]:
    """Documents of all the vectors."""
    for first in range(0, len(vectors), PASSAGES_EACH):
        yield made_document(f"/made-up/{first}", np.asarray(vectors[first : first + PASSAGES_EACH]))


def make_collection(folder: Path, encoder: GivenVectors, vectors: Vectors) -> None:
    """Fill the collection, as far as it is not, and merge its vectors."""
    with Collection(folder, encoder) as collection:
        there, waiting = collection.counts()[1], []
        for one in made_documents(vectors[there:] if not there else vectors[:0]):
            waiting.append(one)
            if len(waiting) == 2_000:
                collection.put_back(waiting)
                waiting = []
        if waiting:
            collection.put_back(waiting)
        collection.merge_vectors()


def measure(folder: Path, encoder: GivenVectors) -> dict[str, float]:
    """Seconds of each step, megabytes that it wrote, and the most that this process held in memory."""
    found: dict[str, float] = {}

    def step(name: str, action: Callable[[], object]) -> None:
        before, begun = bytes_written(), time.perf_counter()
        action()
        found[f"{name} s"] = time.perf_counter() - begun
        found[f"{name} MB"] = (bytes_written() - before) / 1e6

    found["before MB"] = peak_bytes() / 1e6
    begun = time.perf_counter()
    with Collection(folder, encoder) as collection:
        collection.search_dense("first", 50)
        found["open and search s"] = time.perf_counter() - begun
        times = []
        for number in range(SEARCHES):
            begun = time.perf_counter()
            collection.search_dense(f"boat {number}", 50)
            times.append(time.perf_counter() - begun)
        found["search s"] = float(np.median(times))
        name = f"{ADDED}-{time.time_ns()}"
        one = made_document(name, encoder.encode_passages(["boat"]))

        def add() -> None:
            collection.put_back([one])
            collection.search_dense("added", 50)

        def remove() -> None:
            collection.remove(f"/made-up/{PASSAGES_EACH * (time.time_ns() % 900)}")
            collection.search_dense("removed", 50)

        step("add", add)
        step("remove", remove)
        found["peak MB"] = peak_bytes() / 1e6
    return found


def compare_milvus(folder: Path, questions: Vectors, url: str, rounds: int) -> str:
    """Median milliseconds of a search in files and in Milvus, medians of so many rounds in turns, and how many of the
    first FOUND are the same."""

    def in_milvus(storage: Storage, dimension: int) -> CaughtUpVectors:
        return milvus_vectors(storage, dimension, url)

    times: tuple[list[float], list[float]] = ([], [])
    same = 0
    with (
        Collection(folder, GivenVectors(questions), vectors="files") as files,
        Collection(folder, GivenVectors(questions), vectors=in_milvus) as milvus,
    ):
        begun = time.perf_counter()
        milvus.search_dense("first", FOUND)  # sends what Milvus has not
        sent = time.perf_counter() - begun
        files.search_dense("first", FOUND)
        time.sleep(2 * SETTLED)
        for number in range(rounds):
            for way, collection in ((0, files), (1, milvus))[:: 1 if number % 2 else -1]:
                own = []
                for question in range(SEARCHES):
                    begun = time.perf_counter()
                    collection.search_dense(f"boat {number} {question}", FOUND)
                    own.append(time.perf_counter() - begun)
                times[way].append(float(np.median(own)) * 1000)
        for number in range(SEARCHES):
            one, other = ({hit.passage.id for hit in c.search_dense(f"same {number}", FOUND)} for c in (files, milvus))
            same += len(one & other)
    files_ms, milvus_ms = map(np.median, times)
    return (
        f"sent in {sent:.1f} s; a search in files {files_ms:.1f} ms, in Milvus {milvus_ms:.1f} ms; "
        f"{same / SEARCHES / FOUND:.3f} of the first {FOUND} are the same"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    made = CommandParser(prog="python -m qa.evaluation.vector_changes", description=__doc__)
    made.add_argument("real", type=Path, help="vectors of passages (.npy)")
    made.add_argument("questions", type=Path, help="vectors of questions (.npy)")
    made.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="numbers of passages")
    made.add_argument("--folder", type=Path, default=Path("vector_changes"), help="where the collections are kept")
    made.add_argument("--rounds", type=int, default=5, help="how often each step is measured (default: 5)")
    made.add_argument("--milvus", metavar="URL", help="measure searches in Milvus at this address beside files")
    made.add_argument("--round", type=Path, help="measure the collection in this folder once, in this process")
    options = made.parse_args(arguments)
    encoder = GivenVectors(np.load(options.questions))
    if options.round:
        print(json.dumps(measure(options.round, encoder)))
        return 0
    options.folder.mkdir(exist_ok=True)
    for size in options.sizes:
        vectors = made_vectors(np.load(options.real), size, options.folder / f"made-{size}.npy")
        begun = time.perf_counter()
        make_collection(options.folder / str(size), encoder, vectors)
        print(f"{size:,} passages: stored and merged in {time.perf_counter() - begun:.1f} s (0 where they were)")
        if options.milvus:
            found = compare_milvus(
                options.folder / str(size), np.load(options.questions), options.milvus, options.rounds
            )
            print(found, flush=True)
            continue
        given = [sys.executable, "-m", "qa.evaluation.vector_changes", str(options.real), str(options.questions)]
        command = [*given, "--round", str(options.folder / str(size))]
        rows = [json.loads(subprocess.check_output(command, text=True)) for _ in range(options.rounds)]
        print("; ".join(f"{name} {np.median([row[name] for row in rows]):.3f}" for name in rows[0]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
