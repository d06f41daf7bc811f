"""Readers in threads and in processes of their own beside a writer, on one collection.

    python -m qa.evaluation.robustness.neighbours --minutes 10 --seed 1

A process adds, updates and removes papers all the time. Beside it, threads and processes ask. No question may end in an
error, and each quote must stand word for word in one version of its paper; all that one question tells must be of one
state. The longest wait of a question is told, with the median.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from statistics import median

from index.child import PYTHON, child_environment
from index.collection import Collection
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.stand_ins import NameReader, WordEncoder, misquoted, question, write_papers
from qa.evaluation.robustness.tallies import exit_code, tally_line

PAPERS = 12
VERSION = re.compile(r"in version (\d+) was")
READING_THREADS, READING_PROCESSES = 3, 2


class _Asker:
    """Asks until the end; what came of it."""

    def __init__(self, folder: Path, seed: str, end: float, least: int) -> None:
        self._folder, self._rng, self._end, self._least = folder, random.Random(seed), end, least
        self.tally: Counter[str] = Counter(runs=0, lost=0, wrong=0, found=0)
        self.waits: list[float] = []

    def ask_on(self) -> None:
        """Ask one question after the other."""
        with Collection(self._folder, WordEncoder()) as collection:
            answerer = Answerer(collection, NameReader(), threshold=0.0)
            while time.time() < self._end or self.tally["runs"] < self._least:
                self._ask(answerer)

    def _ask(self, answerer: Answerer) -> None:
        self.tally["runs"] += 1
        began = time.monotonic()
        try:
            answer = answerer.ask(question(self._rng.randrange(PAPERS)))
        except Exception:
            self.tally["found"] += 1
            traceback.print_exc()
            return
        self.waits.append(time.monotonic() - began)
        told = {v for one in (*answer.citations, *answer.alternatives) for v in map(int, VERSION.findall(one.passage))}
        if wrong := misquoted(answer, told or range(5000)):
            self.tally["wrong"] += 1
            print(wrong[0], flush=True)


def write(folder: Path, papers: Path, seed: int, end: float, least: int) -> int:
    """Add, update and remove papers until the end, and so often at least; how often."""
    rng, version = random.Random(f"writer {seed}"), 0
    with Collection(folder, WordEncoder()) as collection:
        while time.time() < end or version < least:
            version += 1
            some = rng.sample(range(PAPERS), 3)
            if rng.random() < 0.3:
                for number in some:
                    (papers / f"paper-{number}.txt").unlink(missing_ok=True)
            else:
                write_papers(papers, some, version)
            collection.add([papers])
    return version


def run(minutes: float, seed: int, least: int = 1) -> tuple[Counter[str], list[float], int]:
    """Let all of them work for so long, and each do `least` things: what came of the questions, the seconds of each,
    and how many changes were made meanwhile."""
    with tempfile.TemporaryDirectory(prefix="neighbours-") as scratch:
        folder, papers = Path(scratch) / "c", Path(scratch) / "papers"
        write_papers(papers, range(PAPERS))
        with Collection(folder, WordEncoder()) as collection:
            collection.add([papers])
        end = time.time() + minutes * 60
        command = [*PYTHON, "-m", "qa.evaluation.robustness.neighbours"]
        common = ["--folder", str(folder), "--papers", str(papers), "--until", str(end), "--seed", str(seed)]
        common += ["--least", str(least)]
        environment = child_environment()
        roles = ["write", *(f"ask-{number}" for number in range(READING_PROCESSES))]
        children = [
            subprocess.Popen([*command, "--role", role, *common], env=environment, stdout=subprocess.PIPE, text=True)
            for role in roles
        ]
        askers = [_Asker(folder, f"thread {seed} {number}", end, least) for number in range(READING_THREADS)]
        threads = [threading.Thread(target=one.ask_on) for one in askers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = [json.loads(child.communicate()[0].splitlines()[-1]) for child in children]
    tally = sum((one.tally for one in askers), Counter())
    waits = [wait for one in askers for wait in one.waits]
    for one in told[1:]:
        tally.update(one["tally"])
        waits += one["waits"]
    return tally, waits, told[0]["changes"]


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was lost, wrong or found."""
    parser = CommandParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--papers", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--until", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--least", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "write":
        changes = write(options.folder, options.papers, options.seed, options.until, options.least)
        print(json.dumps({"changes": changes}))
        return 0
    if options.role:
        asker = _Asker(options.folder, f"{options.role} {options.seed}", options.until, options.least)
        asker.ask_on()
        print(json.dumps({"tally": asker.tally, "waits": asker.waits}))
        return 0
    tally, waits, changes = run(options.minutes, options.seed)
    print(tally_line(tally), end="")
    print(f" ({changes} changes beside them; a question took {median(waits):.3f} s, {max(waits):.2f} s at most)")
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(run_command(main))
