"""How long a large collection takes to open and to change: `python -m qa.evaluation.collection_speed [--passages N]`.

The passages are made up, and so are their vectors, since encoding so many would take an hour. What is measured is
everything else: SQLite, the keyword index, the vector files.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.collection import Collection
from index.encoder import EncoderCard
from index.records import Document
from qa.command_line import CommandParser
from qa.edge import run_command

DIMENSION = 384
PASSAGES_EACH = 10  # in a document
WORDS = "harbour lamp keeper oil night storm berth stone gull rope sail wind tide bread letter winter road bell".split()
Vectors = NDArray[np.float32]


class MadeUpEncoder:
    """Unit vectors at random, the same for the same text."""

    card = EncoderCard("made up", "0" * 16, DIMENSION, 256, "", "", "")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape [texts, dimension]."""
        vectors = np.zeros((len(texts), DIMENSION), np.float32)  # as the real one: once, however many there are
        for number, text in enumerate(texts):
            vectors[number] = self.encode_question(text)
        return vectors

    def encode_question(self, question: str) -> Vectors:
        """A vector of shape [dimension]."""
        seed = int.from_bytes(hashlib.sha256(question.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


def made_up_documents(passages: int) -> Iterator[Document]:
    """Documents of PASSAGES_EACH passages of some 600 characters."""
    rng = np.random.default_rng(0)
    for number in range(passages // PASSAGES_EACH):
        paragraphs = [
            " ".join(f"{' '.join(rng.choice(WORDS, 12)).capitalize()} {number}-{part}-{line}." for line in range(7))
            for part in range(PASSAGES_EACH)
        ]
        text = "\n\n".join(paragraphs)
        digest = hashlib.sha256(text.encode()).hexdigest()
        yield Document(digest[:16], f"Note {number}", f"/made-up/{number}.txt", digest, text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    made = CommandParser(prog="python -m qa.evaluation.collection_speed", description=__doc__)
    made.add_argument("--passages", type=int, default=60_000, help="how many there are (default: 60,000)")
    made.add_argument("--rounds", type=int, default=9, help="how often each change is made (default: 9)")
    options = made.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder, encoder = Path(scratch) / "collection", MadeUpEncoder()
        with Collection(folder, encoder) as collection:
            started = time.perf_counter()
            collection.put(made_up_documents(options.passages))
            collection.search_dense("harbour", 50)
            print(f"{collection.counts()[1]:,} passages stored in {time.perf_counter() - started:.1f} s")
        tell("open and search once", options.rounds, lambda number: search_anew(folder, encoder))
        with Collection(folder, encoder) as collection:
            collection.search_dense("harbour", 50)
            note = Path(scratch) / "note.txt"

            def change(number: int) -> None:
                note.write_text(f"Boat {number} lies at berth {number}.", "utf-8")
                collection.add([note])
                collection.search_dense("boat", 50)

            def take_out(number: int) -> None:
                collection.remove(f"/made-up/{number}.txt")
                collection.search_dense("boat", 50)

            tell("add or update one small file", options.rounds, change)
            tell("remove one document of ten passages", options.rounds, take_out)
            tell("dense search", options.rounds, lambda number: collection.search_dense(f"boat {number}", 50))
            tell("keyword search", options.rounds, lambda number: collection.search_keywords(f"lamp {number}", 50))
    return 0


def search_anew(folder: Path, encoder: MadeUpEncoder) -> None:
    """Open the collection and search it once."""
    with Collection(folder, encoder) as collection:
        collection.search_dense("harbour", 50)


def tell(what: str, rounds: int, action: Callable[[int], object]) -> None:
    """Print the median time of an action in milliseconds, and how many bytes it wrote."""
    times, written = [], []
    for number in range(rounds):
        before, started = bytes_written(), time.perf_counter()
        action(number)
        times.append((time.perf_counter() - started) * 1000)
        written.append(bytes_written() - before)
    print(f"{what}: {np.median(times):.1f} ms, {np.median(written) / 1000:,.0f} kB written")


def bytes_written() -> int:
    """How many bytes this process has written; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))
    except (OSError, StopIteration):
        return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
