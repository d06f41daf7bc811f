"""Ctrl-C at random moments of a whole `quotewise index` of a folder.

    python -m qa.evaluation.robustness.interrupts --count 40 --seed 1

As in a terminal, the signal goes to the command and to all its children. It must end with one sentence, or have ended
already, and leave no child and no damage; the same command, called once more, must find all that there is.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from index.child import PYTHON, child_environment
from index.collection import DATABASE
from index.storage_check import storage_faults
from qa.command_line import CommandParser
from qa.edge import INTERRUPTED, run_command
from qa.evaluation.robustness.stand_ins import write_papers
from qa.evaluation.robustness.tallies import KINDS, exit_code, tally_line

FILES = 200
BEGUN = b"."  # told when Python itself is ready; what it does when it is interrupted before, is its own business
QUOTEWISE = "import os, sys; os.write(1, b'.'); from ui.cli import main; sys.exit(main())"
GONE_SECONDS = 3.0  # in which the children of a command that has ended must have ended as well


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: its exit code (negative: the signal), what it wrote, and whether children were left."""

    code: int
    output: str
    errors: str
    left: bool

    def faults(self) -> list[str]:
        """What is not as it should be after an interruption."""
        finished, said = "the collection has" in self.output, self.errors.splitlines()
        told = self.code == INTERRUPTED and len(said) == 1 and said[0].startswith("quotewise: stopped;")
        # It may have been at its end: Python then ends without a word, by the signal or not.
        silent = finished and self.code in (0, -signal.SIGINT) and not said
        wrong = [] if told or silent else [f"found: exit code {self.code}, {self.errors[-300:]!r}"]
        return wrong + ["found: a child is left"] * self.left


def indexed(folder: Path, interrupted_after: float | None = None, *options: str) -> Ending:
    """How `quotewise index` of the files in the folder ends, interrupted after so many seconds from its first step."""
    command = [*PYTHON, "-c", QUOTEWISE, "index", str(folder / "papers"), "--collection", str(folder / "c"), *options]
    process = subprocess.Popen(
        command,
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # What a shell starts in the background ignores interrupts, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    if process.stdout.read(1) == BEGUN and interrupted_after is not None:
        time.sleep(interrupted_after)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate()
    return Ending(process.returncode, output.decode(), errors.decode(), _is_left(process.pid))


def _is_left(group: int) -> bool:
    """Whether a process of the group is left after a while."""
    until = time.monotonic() + GONE_SECONDS
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


def run(count: int, seed: int, first: int = 0, files: int = FILES) -> Counter[str]:
    """Interrupt so many commands, from run number `first`; how many runs there were, and in how many something was
    lost, wrong or otherwise found."""
    tally: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    with tempfile.TemporaryDirectory(prefix="interrupts-") as scratch:
        folder = Path(scratch)
        write_papers(folder / "papers", range(files))
        for _ in range(2):  # the first may have to prepare the encoder
            shutil.rmtree(folder / "c", ignore_errors=True)
            began = time.monotonic()
            if (ending := indexed(folder)).code:
                raise RuntimeError(f"it does not even end without an interruption: {ending.errors}")
        seconds = time.monotonic() - began
        for number in range(first, first + count):
            shutil.rmtree(folder / "c", ignore_errors=True)
            told = _faults(folder, random.Random(f"{seed} {number}").uniform(0, seconds), files)
            for fault in told:
                print(f"run {number}: {fault}", flush=True)
            tally.update({"runs": 1, **Counter(fault.partition(":")[0] for fault in told)})
    return tally


def _faults(folder: Path, after: float, files: int) -> list[str]:
    """What is not as it should be where the command is interrupted after so many seconds, and repeated."""
    faults = indexed(folder, after).faults()
    database = folder / "c" / DATABASE
    if database.exists():
        faults += [f"wrong: {fault}" for fault in storage_faults(database)]
    ending = indexed(folder, None, "--json")
    if ending.code or ending.errors:
        return [*faults, f"lost: it cannot be repeated: exit code {ending.code}, {ending.errors[-300:]!r}"]
    changes = json.loads(ending.output.removeprefix(BEGUN.decode()))
    there = len(changes["added"]) + len(changes["unchanged"])
    faults += [] if there == files else [f"lost: {files - there} files"]
    return faults + [f"wrong: {fault}" for fault in storage_faults(database)]


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was found."""
    parser = CommandParser(prog="python -m qa.evaluation.robustness.interrupts", description=__doc__)
    parser.add_argument("--count", type=int, default=40, metavar="N", help="interruptions (default: 40)")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first run")
    options = parser.parse_args()
    began = time.monotonic()
    tally = run(options.count, options.seed, options.first)
    print(f"{tally_line(tally)} ({time.monotonic() - began:.0f} s)")
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(run_command(main))
