"""Files changed at random: `python -m qa.evaluation.robustness.mutated [--count N] [--seed S] [--files DIR]`.

Each is read in a worker within limits. It is either refused or its blocks, sentences and views lead to its text. Told
are how many runs there were; lost, where a worker could not be asked any more; wrong, where something did not hold;
and found: how often a library raised what is not foreseen, or ended its worker. These cost that file only.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from index.children.frames import REFUSED, RESULT
from index.children.limits import ParsingLimits
from index.children.pool import WorkerPool
from index.children.process import Ended
from index.formats import FORMATS
from qa.command_line import CommandParser
from qa.edge import printable, run_command
from qa.evaluation.robustness.mutations import SmallFile, files_below, made_files, mutated
from qa.evaluation.robustness.tallies import exit_code, tally_line

LIMITS = ParsingLimits(20.0, 1000)  # for files of 300 kB at most
CHECKED = "qa.evaluation.robustness.invariants:checked"
READ, REJECTED, UNFORESEEN, ENDED, WRONG = "read", "rejected", "unforeseen", "ended", "wrong"


@dataclass(frozen=True, slots=True)
class MutatedOutcome:
    """What became of a changed file, and what is to be said of it."""

    what: str
    told: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the files and print; the exit code is 1 where something is lost, wrong or found."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.mutated", description=__doc__)
    made.add_argument("--count", type=int, default=200, metavar="N", help="changed files (default: 200)")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="other files for another one (default: 0)")
    made.add_argument("--first", type=int, default=0, metavar="N", help="number of the first file, to run in parts")
    made.add_argument("--files", type=Path, metavar="DIR", help="small files to change, beside those that are made")
    made.add_argument("--keep", type=Path, metavar="DIR", help="where to write each file of which something is told")
    options = made.parse_args(arguments)
    numbers = range(options.first, options.first + options.count)
    return run_command(lambda: run(numbers, options.seed, options.files, options.keep))


def run(numbers: Sequence[int], seed: int = 0, folder: Path | None = None, keep: Path | None = None) -> int:
    """Read the changed files of these numbers, print what is found and a summary; returns the exit code."""
    files = [*made_files(), *(files_below(folder, tuple(FORMATS)) if folder else ())]
    # A home of its own: the words of so many images would take the place of those that a person's scans hold.
    with TemporaryDirectory() as home, patch.dict(os.environ, {"QUOTEWISE_HOME": home}):
        tally = _tally(files, numbers, seed, keep)
    print(tally_line(tally, READ, REJECTED, UNFORESEEN, ENDED))
    return exit_code(tally)


def _tally(files: Sequence[SmallFile], numbers: Sequence[int], seed: int, keep: Path | None) -> Counter[str]:
    """What came of all, by count; what is to be told of one is printed."""
    workers = WorkerPool(1)
    counts: Counter[str] = Counter()
    lost = 0
    for number in numbers:
        one = mutated(files, Random(f"{seed} {number}"))
        outcome = outcome_of(one, workers)
        counts[outcome.what] += 1
        if outcome.what in (UNFORESEEN, ENDED):
            lost += outcome_of(files[0], workers).what != READ  # what comes after must be read as ever
        if outcome.told:
            print(f"{number} {one.suffix} {outcome.what}: {printable(outcome.told)}", flush=True)
            if keep:
                (keep / f"{seed}-{number}{one.suffix}").write_bytes(one.data)
    workers.close()
    return counts | Counter(runs=len(numbers), lost=lost, found=counts[UNFORESEEN] + counts[ENDED])


def outcome_of(one: SmallFile, workers: WorkerPool) -> MutatedOutcome:
    """What becomes of a file."""
    reply = workers.ask(CHECKED, (one.suffix, f"file{one.suffix}"), one.data, LIMITS)
    if isinstance(reply, Ended):
        return MutatedOutcome(ENDED, str(reply))
    said = reply.found.decode("utf-8", "surrogatepass")
    if reply.sign == REFUSED:
        return MutatedOutcome(REJECTED)
    if reply.sign != RESULT:
        where = WRONG if " in broken\n" in said else UNFORESEEN  # the extractor, or the check of what it found
        return MutatedOutcome(where, " ".join(said.split("\n")[-5:]) or "out of memory")
    broken = json.loads(said)
    return MutatedOutcome(WRONG, broken[0]) if broken else MutatedOutcome(READ)


if __name__ == "__main__":
    sys.exit(main())
