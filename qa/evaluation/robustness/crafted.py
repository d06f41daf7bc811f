"""Files that are made to do harm: `python -m qa.evaluation.robustness.crafted [--count N] [--only NAME]`.

Each is read as any file is, in a worker within its limits. Told are what became of it, its time on the clock, and the
most memory that the worker had. A file is lost where it costs more than itself: another file after it must be read.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from index.children.extraction import extract_apart
from index.children.limits import ParsingLimits
from index.children.pool import workers
from index.children.process import WorkerProcess
from index.errors import DocumentError
from index.resources import peak_bytes
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.crafted_files import CRAFTED, CraftedFile

LOOK_SECONDS = 0.01
AFTER = "The lease ends on 31 May."


@dataclass(frozen=True, slots=True)
class CraftedOutcome:
    """What became of a crafted file. `megabytes` is -1 where the system does not tell; `reason` is "" where it was
    read; `went_on` tells that the next file was read."""

    name: str
    bytes: int
    seconds: float
    megabytes: int
    characters: int
    reason: str
    went_on: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Read them and print; the exit code is 1 where one costs more than itself."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.crafted", description=__doc__)
    made.add_argument("--count", type=float, default=1.0, metavar="N", help="times the usual pieces (default: 1)")
    made.add_argument("--only", default="", metavar="NAME", help="only files whose ending and name contain this")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options.count, options.only))


def run(count: float, only: str = "") -> int:
    """Read the files, print a line of each and a summary; returns the exit code."""
    outcomes = []
    for one in CRAFTED:
        if only in f"{one.suffix} {one.name}":
            outcomes.append(outcome_of(one, count))
            print(_line(outcomes[-1]), flush=True)
    lost = [one.name for one in outcomes if not one.went_on]
    refused = sum(bool(one.reason) for one in outcomes)
    most = max((one.megabytes for one in outcomes), default=-1)
    print(f"runs {len(outcomes)}, lost {len(lost)}, refused {refused}, most memory {most} MB")
    return 1 if lost else 0


def outcome_of(one: CraftedFile, count: float = 1.0, limits: ParsingLimits | None = None) -> CraftedOutcome:
    """What becomes of a crafted file with so many times its pieces."""
    data = one.make(count)
    workers().close()  # a worker tells the most memory that it ever had
    asked: set[WorkerProcess] = set()
    with MemoryWatch(asked) as watch:
        started = time.monotonic()
        characters, reason = 0, ""
        try:
            characters = len(extract_apart(data, one.suffix, "crafted", limits, asked).text)
        except DocumentError as error:
            reason = str(error)
        seconds = time.monotonic() - started
    after = extract_apart(AFTER.encode(), ".txt", "after.txt").text
    name = f"{one.suffix} {one.name}"
    return CraftedOutcome(name, len(data), seconds, watch.megabytes, characters, reason, after == AFTER)


class MemoryWatch:
    """Looks from time to time how much memory the processes in a set have had, while it is entered."""

    def __init__(self, asked: Iterable[WorkerProcess | subprocess.Popen[bytes]]) -> None:
        self.megabytes = -1
        self._asked, self._over = asked, Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for worker in list(self._asked):
                if peak := peak_bytes(worker.pid):
                    self.megabytes = max(self.megabytes, peak // 1_000_000)


def _line(one: CraftedOutcome) -> str:
    became = one.reason or f"read, {one.characters:,} characters"
    return f"{one.name}: {one.bytes:,} bytes, {one.seconds:.1f} s, {one.megabytes} MB: {became}"


if __name__ == "__main__":
    sys.exit(main())
