"""Processes that are killed while they change a collection, at every named step and at random moments.

    python -m qa.evaluation.robustness.kills --count 1000 --seed 1

Each run changes a copy of a collection, or installs a reader, in a process of its own, which is killed before or after
one of the calls that write (STEPS), or after a random time. Then another process checks that every document is there
as it was before the change or as it is after it, that each can be found by its words and by its vector, and that
nothing is damaged; and does the change once more, to its end. `--first` goes on with later runs, and `--only` does
those of one operation.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness import kill_operations
from qa.evaluation.robustness.kill_installs import INSTALLING
from qa.evaluation.robustness.kill_operations import Operation
from qa.evaluation.robustness.tallies import KINDS, exit_code, tally_line

# The calls at which a process is killed: all that write to a file or make it lasting.
STEPS = frozenset(
    ("execute", "executemany", "replace", "link", "unlink", "fsync", "mkdir", "rmdir", "write", "close", "sendfile")
)
WRITERS = ("posix", "safetensors._safetensors_rust")  # modules whose functions write
OPERATIONS = (*kill_operations.OPERATIONS, INSTALLING)


def _in_child(work: Callable[[], None]) -> int:
    """Do it in a process of its own; its exit code, negative where it was killed. FAISS starts threads, and a process
    with threads must not be copied: so this one never calls it."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _is_step(called: Any) -> bool:
    owner = getattr(called, "__self__", None)
    if getattr(owner, "__name__", "") in WRITERS:
        return called.__name__ in STEPS or called.__name__ == "serialize_file"
    return isinstance(owner, (sqlite3.Connection, sqlite3.Cursor, io.IOBase)) and called.__name__ in STEPS


def _killed_at(step: int, after: bool, act: Callable[[], None]) -> None:
    """Do it, and die at the call number `step` of STEPS."""
    wanted, count = "c_return" if after else "c_call", 0

    def watch(_frame: Any, event: str, called: Any) -> None:
        nonlocal count
        if event == wanted and _is_step(called):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    act()
    sys.setprofile(None)


def _killed_after(seconds: float, act: Callable[[], None]) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(1e-4, seconds))  # SIGALRM ends a process that does not handle it
    act()


def _steps_of(operation: Operation, base: Path, scratch: Path) -> int:
    """How many calls of STEPS the change makes."""
    shutil.copytree(base, scratch)
    counted = scratch / "counted"

    def count() -> None:
        number = 0

        def watch(_frame: Any, event: str, called: Any) -> None:
            nonlocal number
            number += event == "c_call" and _is_step(called)

        sys.setprofile(watch)
        operation.act(scratch)
        sys.setprofile(None)
        counted.write_text(str(number), "utf-8")

    _in_child(count)
    steps = int(counted.read_text("utf-8"))
    shutil.rmtree(scratch)
    return steps


def run(count: int, seed: int, first: int = 0, only: str = "") -> Counter[str]:
    """Kill so many processes, from run number `first`; how many runs there were, and in how many something was lost,
    wrong or otherwise found. `only` names one operation, or all where it is ""."""
    chosen = [one for one in OPERATIONS if only in ("", one.name)]
    tally: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        for turn, operation in enumerate(chosen):
            numbers = [number for number in range(first, first + count) if number % len(chosen) == turn]
            if numbers:  # in a process of its own, which imports what this operation needs
                place = Path(scratch) / operation.name
                place.mkdir()
                runs = [(number, number // len(chosen)) for number in numbers]
                if _in_child(partial(_runs_of, operation, runs, seed, place)):
                    raise RuntimeError(f"{operation.name} cannot be tried: see what is printed above")
                tally.update(json.loads((place / "tally").read_text("utf-8")))
    return tally


def _runs_of(operation: Operation, runs: Sequence[tuple[int, int]], seed: int, place: Path) -> None:
    """Do the runs of one operation, each with its number and its turn, and write to a file what came of them."""
    operation.load()
    base, work = place / "base", place / "work"  # prepared where it is changed: documents know where their files lie
    work.mkdir()
    if _in_child(lambda: operation.prepare(work)):
        raise RuntimeError("it cannot be prepared")
    work.rename(base)
    steps = _steps_of(operation, base, work)
    tally: Counter[str] = Counter()
    for number, turn in runs:
        tally.update(_one(operation, number, turn, seed, steps, place))
    (place / "tally").write_text(json.dumps(tally), "utf-8")


def _one(operation: Operation, number: int, turn: int, seed: int, steps: int, place: Path) -> Counter[str]:
    rng = random.Random(f"{seed} {number}")
    work, told = place / "work", place / "told"
    shutil.copytree(place / "base", work)
    if turn % 3 < 2:  # each step in turn, before and after the call; far apart, so that a few runs meet all parts
        step = turn // 3 * 61 % max(1, steps) + 1
        _in_child(lambda: _killed_at(step, turn % 3 == 1, lambda: operation.act(work)))
    else:
        _in_child(lambda: _killed_after(rng.uniform(0, operation.seconds), lambda: operation.act(work)))

    def check() -> None:
        try:
            operation.check(work)
            operation.act(work)
            operation.finished(work)
        except BaseException as error:
            told.write_text(f"{type(error).__name__}: {error}", "utf-8")

    told.unlink(missing_ok=True)
    ended = _in_child(check)
    shutil.rmtree(work)
    found = Counter(runs=1)
    if ended or told.exists():
        message = told.read_text("utf-8") if told.exists() else f"found: the check ended with {ended}"
        print(f"run {number}, {operation.name}: {message}", flush=True)
        found["lost" if "lost:" in message else "wrong" if "wrong:" in message else "found"] += 1
    return found


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was found."""
    parser = CommandParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--only", default="", choices=[one.name for one in OPERATIONS], help="one operation")
    options = parser.parse_args()
    began = time.monotonic()
    tally = run(options.count, options.seed, options.first, options.only)
    print(tally_line(tally), end="")
    print(f" ({time.monotonic() - began:.0f} s)")
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(run_command(main))
