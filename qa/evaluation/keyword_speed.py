"""How long keyword search takes by the size of a collection: `python -m qa.evaluation.keyword_speed SQUAD`.

SQUAD is a labelled training file, plain or gzip; `qa.evaluation.recombined` says what is searched. Beside what is
searched with (`index.ranking`) stands the full ranking, by the BM25 of every passage that holds one of the words. They
take turns. What is told is the processor time of a search, which other programs change little.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from index.keywords import match_terms
from index.ranking import best_matches
from index.vocabulary import vocabulary_of
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.recombined import KeywordQuestion, RealText
from qa.retrieval import DEPTH

FIRST = 20  # results that are compared
READ = 10  # results among which the right passage counts as found
COLUMNS = (
    "passages", "questions", "full, ms", "95%", "now, ms", "95%", f"same of the first {FIRST}",
    f"found in {READ}: full", "now",
)  # fmt: skip
Ranked = list[tuple[int, float]]
Search = Callable[[sqlite3.Connection, Sequence[str], int], Ranked]


@dataclass(frozen=True, slots=True)
class Compared:
    """What two ways to search came to, full ranking first: milliseconds of each search, the share of the one's first
    results that the other has, and the share of the labelled questions whose passage is found."""

    milliseconds: tuple[tuple[float, ...], tuple[float, ...]]
    same: float
    found: tuple[float, float]


def full_ranking(connection: sqlite3.Connection, terms: Sequence[str], k: int) -> Ranked:
    """The passages that match the terms best, by the BM25 of every one with a term."""
    query = "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
    return connection.execute(query, (" OR ".join(terms), k)).fetchall()


def compared(connection: sqlite3.Connection, questions: Sequence[KeywordQuestion], rounds: int) -> Compared:
    """Full ranking beside bounded ranking, in turns of changing order, after one round that is not counted."""
    ways: tuple[Search, Search] = (full_ranking, best_matches)
    times: tuple[list[float], list[float]] = ([], [])
    results: dict[tuple[int, KeywordQuestion], list[int]] = {}
    rng = random.Random(0)
    for number in range(rounds + 1):
        for one in questions:
            terms = match_terms(one.text)
            for way in rng.sample((0, 1), 2):
                started = time.process_time()
                ranked = ways[way](connection, terms, DEPTH)
                if number:
                    times[way].append((time.process_time() - started) * 1000)
                results[way, one] = [id_ for id_, _ in ranked]
    shares = [
        len({*results[0, one][:FIRST]} & {*results[1, one][:FIRST]}) / len(results[0, one][:FIRST]) for one in questions
    ]
    full, now = (float(np.mean([one.passage in results[way, one][:READ] for one in questions])) for way in (0, 1))
    return Compared((tuple(times[0]), tuple(times[1])), float(np.mean(shares)), (full, now))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one table; the exit code is 0, or 1 with one sentence on standard error."""
    made = CommandParser(prog="python -m qa.evaluation.keyword_speed", description="Time keyword search by size.")
    made.add_argument("squad", type=Path, metavar="SQUAD", help="a labelled training file")
    made.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 500_000], metavar="COUNT")
    made.add_argument("--questions", type=int, default=30, help="how many of each kind are asked (default: 30)")
    made.add_argument("--rounds", type=int, default=5, help="how often each is asked (default: 5)")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Measure and print the table; returns the exit code."""
    text = RealText.of(options.squad)
    kinds = {
        "usual": text.usual(options.questions),
        "common words": text.of_common_words(options.questions),
        "64 words": text.long(options.questions),
    }
    table = Table(title=f"{options.questions} questions of each kind, {options.rounds} rounds, processor time")
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if number == 1 else "right")
    for passages in options.passages:
        with vocabulary_of(islice(text.passages(), passages)) as connection:
            for kind, questions in kinds.items():
                table.add_row(f"{passages:,}", kind, *_told(compared(connection, questions, options.rounds)))
    Console().print(table)
    return 0


def _told(one: Compared) -> list[str]:
    full, now = (np.percentile(values, [50, 95]) for values in one.milliseconds)
    is_labelled = any(one.found)
    found = [f"{share:.3f}" if is_labelled else "" for share in one.found]
    return [*(f"{value:.1f}" for value in (*full, *now)), f"{one.same:.3f}", *found]


if __name__ == "__main__":
    sys.exit(main())
