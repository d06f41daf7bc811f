"""Collections with flipped bits, zeroed pages and cut files.

    python -m qa.evaluation.robustness.damage --count 2000 --seed 1

Each run damages a copy of a collection at a random place of a random file. Then it is opened and asked, checked and
mended. A quote must stand in the papers word for word; whatever cannot be given must be one sentence; and after the
repair every paper must be there again: from its file, or in every second run, where the files are gone, from what is
intact of it (then a paper may be told to be lost, but never be missing without a word). Where so much is damaged that
it cannot be read which papers there were, that is told, and the run counts as "unknown".
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from index.collection import DATABASE, Collection
from index.errors import DamageError, QuotewiseError
from index.files import file_sha256
from index.records import Document
from index.repairing import Repair, repair
from index.storage_check import storage_faults
from index.vectors.faiss_store import LEAST_SEGMENT
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.stand_ins import NameReader, WordEncoder, misquoted, paper, question, write_papers
from qa.evaluation.robustness.tallies import BAD, exit_code, tally_line

PAPERS = 12
PAGE = 4096  # bytes of a page of SQLite
ONE_SENTENCE = re.compile(r"[^\n]*\.")


def run(count: int, seed: int, first: int = 0) -> Counter[str]:
    """Damage so many collections, from run number `first`; how many runs there were, in how many something was lost,
    misquoted or otherwise found, and in how many the damage was noticed."""
    tally: Counter[str] = Counter(runs=0, lost=0, wrong=0, found=0)
    with tempfile.TemporaryDirectory(prefix="damage-") as scratch:
        base = Path(scratch) / "base"
        papers = Path(scratch) / "papers"
        write_papers(papers, range(PAPERS))
        with Collection(base, WordEncoder()) as collection:
            collection.add([papers])
            facts = "0" * 64, "Boats lie at berths.\n"
            collection.put(Document(f"b{i}", f"Boat {i}", f"boat-{i}", *facts) for i in range(LEAST_SEGMENT))
            collection.remove(*(f"boat-{i}" for i in range(2, LEAST_SEGMENT)))
            collection.search_dense("boat", 1)
        for number in range(first, first + count):
            tally.update(_one(random.Random(f"{seed} {number}"), number, base, papers))
    return tally


def _one(rng: random.Random, number: int, base: Path, papers: Path) -> Counter[str]:
    work = base.with_name("work")
    shutil.copytree(base, work)
    what = _damage(rng, work)
    gone = papers.with_name("away") if number % 2 else None
    if gone:
        papers.rename(gone)
    found: Counter[str] = Counter(runs=1)
    try:
        for kind, message in _tried(rng, work, has_files=not gone):
            found[kind] += 1
            if kind in BAD:
                print(f"run {number}, {what}: {kind}: {message}", flush=True)
    finally:
        if gone:
            gone.rename(papers)
        shutil.rmtree(work)
    return found


def _damage(rng: random.Random, folder: Path) -> str:
    """Damage one of the files; what was done."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]
    path = folder / DATABASE if rng.random() < 0.8 else rng.choice(files)
    data = bytearray(path.read_bytes())
    kind = rng.choice(["flip", "flip", "flip", "zero", "cut", "garbage"])
    place = rng.randrange(len(data))
    if kind == "flip":
        data[place] ^= 1 << rng.randrange(8)
    elif kind == "zero":
        start = place // PAGE * PAGE
        data[start : start + PAGE] = bytes(len(data[start : start + PAGE]))
    elif kind == "cut":
        del data[place:]
    else:
        data[place : place + 16] = rng.randbytes(len(data[place : place + 16]))
    path.write_bytes(data)
    return f"{kind} at {place} of {path.name}"


def _tried(rng: random.Random, folder: Path, *, has_files: bool) -> list[tuple[str, str]]:
    """What came of it: findings by kind, and "noticed" where the damage was."""
    found: list[tuple[str, str]] = []
    asked = rng.sample(range(PAPERS), 2)
    before = file_sha256(folder / DATABASE)
    try:
        found += _asked(folder, asked)
        faults = storage_faults(folder / DATABASE)
        if faults:
            found.append(("noticed", faults[0].what))
        elif any(kind == "noticed" for kind, _ in found):
            found.append(("found", f"the check passes over it, {before == file_sha256(folder / DATABASE)}"))
        if faults:
            found += _after_repair(folder, repair(folder, (), WordEncoder()), has_files=has_files)
    except QuotewiseError as error:
        found.append(("found", f"cannot be mended: {error}"))
    except Exception:
        found.append(("found", traceback.format_exc()))
    return found


def _asked(folder: Path, numbers: list[int]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        with Collection(folder, WordEncoder()) as collection:
            answerer = Answerer(collection, NameReader(), threshold=0.0)
            for number in numbers:
                try:
                    found += [("wrong", one) for one in misquoted(answerer.ask(question(number)), (0,))]
                except QuotewiseError as error:
                    found += _told(error)
            collection.documents()
    except QuotewiseError as error:
        found += _told(error)
    return found


def _told(error: QuotewiseError) -> list[tuple[str, str]]:
    if not ONE_SENTENCE.fullmatch(str(error)):
        return [("found", f"no sentence: {error}")]
    return [("noticed", str(error))] if isinstance(error, DamageError) else [("told", str(error))]


def _after_repair(folder: Path, done: Repair, *, has_files: bool) -> list[tuple[str, str]]:
    found = [("found", f"still there: {one.what}") for one in storage_faults(folder / DATABASE)]
    if not done.complete:
        found.append(("unknown", ""))
    told = {one.source.rpartition("/")[2] for one in done.lost}
    with Collection(folder, WordEncoder()) as collection:
        there = {one.source.rpartition("/")[2]: one.id for one in collection.documents()}
        for number in range(PAPERS):
            name = f"paper-{number}.txt"
            if name in there:
                if collection.document(there[name]).text != paper(number):
                    found.append(("wrong", f"{name} has other words"))
            elif done.complete and (has_files or name not in told):
                found.append(("lost", name))
    return found


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was lost, wrong or found."""
    parser = CommandParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    options = parser.parse_args()
    began = time.monotonic()
    tally = run(options.count, options.seed, options.first)
    print(tally_line(tally, "noticed", "told", "unknown"), end="")
    print(f" ({time.monotonic() - began:.0f} s)")
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(run_command(main))
