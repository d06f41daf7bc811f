"""Processes that are killed while they change a collection, at every named step and at random moments.

    python -m qa.evaluation.robustness.kills --count 1000 --seed 1

Each run changes a copy of a collection in a process of its own, which is killed before or after one of the calls that
write (STEPS), or after a random time. Then another process checks that every document is there as it was before the
change or as it is after it, that each can be found by its words and by its vector, and that nothing is damaged; and
does the change once more, to its end. A run that is interrupted goes on with `--first`.
"""

from __future__ import annotations

import argparse
import io
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
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.checksums import COLUMNS
from index.collection import DATABASE, Collection
from index.files import replaced_folder
from index.records import Document
from index.repairing import repair
from index.storage_check import storage_faults
from index.vectors.faiss_store import LEAST_SEGMENT
from qa.evaluation.robustness.stand_ins import WordEncoder, paper, write_papers
from qa.evaluation.robustness.tallies import exit_code, tally_line

# The calls at which a process is killed: all that write to a file or make it lasting.
STEPS = frozenset(("execute", "executemany", "replace", "link", "unlink", "fsync", "mkdir", "rmdir", "write", "close"))
PAPERS = 8
MODEL = "model"  # the folder that "installing" writes


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done to a folder with papers, a collection of them and an installed model: `prepare` makes
    the state before, `act` changes it. `versions` are the versions in which each paper may be there after a kill."""

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    versions: tuple[int, ...] = (0,)
    may_miss: frozenset[int] = frozenset()


def _prepared(folder: Path) -> None:
    write_papers(folder / "papers", range(PAPERS))
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.add([folder / "papers"])
    _install(folder, "0")


def _install(folder: Path, version: str) -> None:
    with replaced_folder(folder / MODEL) as temporary:
        for name in ("weights", "card"):
            (temporary / name).write_text(version, "utf-8")


def _add(folder: Path) -> None:
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.add([folder / "papers"])


def _add_new(folder: Path) -> None:
    write_papers(folder / "papers", range(PAPERS, PAPERS + 3))
    _add(folder)


def _add_in_two_steps(folder: Path) -> None:
    write_papers(folder / "papers", range(PAPERS, PAPERS + 3))
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.add([folder / "papers"], text_first=True)
        while collection.encode_pending():
            pass
        assert not collection.pending(), "wrong: vectors are missing"


def _update_in_two_steps(folder: Path) -> None:
    write_papers(folder / "papers", range(0, PAPERS, 2), 1)
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.add([folder / "papers"], text_first=True)
        while collection.encode_pending():
            collection.search_dense("boat", 3)


def _update(folder: Path) -> None:
    write_papers(folder / "papers", range(0, PAPERS, 2), 1)
    _add(folder)


def _remove(folder: Path) -> None:
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.remove("paper-0.txt", "paper-3.txt", "paper-5.txt")


def _many(folder: Path) -> None:
    """A file of vectors, and enough vectors behind it to be worth another one, which is merged with the first."""
    _prepared(folder)
    facts = "0" * 64, "Boats lie at berths.\n"
    with Collection(folder / "c", WordEncoder()) as collection:
        for first in (0, LEAST_SEGMENT):
            numbers = range(first, first + LEAST_SEGMENT)
            collection.put(Document(f"b{i}", f"Boat {i}", f"boat-{i}", *facts) for i in numbers)
            if not first:
                collection.search_dense("boat", 1)


def _merge(folder: Path) -> None:
    with Collection(folder / "c", WordEncoder()) as collection:
        collection.search_dense("boat", 1)


def _of_format_5(folder: Path) -> None:
    _prepared(folder)
    with closing(sqlite3.connect(folder / "c" / DATABASE)) as connection, connection:
        for table in COLUMNS:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
        connection.execute("ALTER TABLE documents DROP COLUMN digest")
        connection.execute("DROP TABLE pending")
        connection.execute("UPDATE meta SET value = '5' WHERE key = 'format_version'")


def _open(folder: Path) -> None:
    Collection(folder / "c", WordEncoder()).close()


def _damaged(folder: Path) -> None:
    _prepared(folder)
    with closing(sqlite3.connect(folder / "c" / DATABASE)) as connection, connection:
        connection.execute("UPDATE texts SET text = text || 'x' WHERE rowid = 2")


def _mend(folder: Path) -> None:
    repair(folder / "c", (), WordEncoder())


OPERATIONS = (
    Operation("adding", _prepared, _add_new, may_miss=frozenset(range(PAPERS, PAPERS + 3))),
    Operation("adding in two steps", _prepared, _add_in_two_steps, may_miss=frozenset(range(PAPERS, PAPERS + 3))),
    Operation("updating", _prepared, _update, (0, 1)),
    Operation("updating in two steps", _prepared, _update_in_two_steps, (0, 1)),
    Operation("removing", _prepared, _remove, may_miss=frozenset((0, 3, 5))),
    Operation("merging", _many, _merge),
    Operation("migrating", _of_format_5, _open),
    Operation("mending", _damaged, _mend),
    Operation("installing", _prepared, lambda folder: _install(folder, "1")),
)


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
    writes = owner is sys.modules["posix"] or isinstance(owner, (sqlite3.Connection, sqlite3.Cursor, io.IOBase))
    return writes and called.__name__ in STEPS


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


def _verify(operation: Operation, folder: Path) -> None:
    """Raise AssertionError where something is lost, wrong or damaged."""
    if operation.name != "mending":
        assert operation.name == "migrating" or not (faults := storage_faults(folder / "c" / DATABASE)), faults
    versions = {(folder / MODEL / name).read_text("utf-8") for name in ("weights", "card")}
    assert len(versions) == 1, f"lost: a model of {versions}"
    if operation.name == "mending":
        repair(folder / "c", (), WordEncoder())
    with Collection(folder / "c", WordEncoder()) as collection:
        there = {one.source.rpartition("/")[2]: one for one in collection.documents()}
        for number in range(PAPERS + 3):
            known = there.get(f"paper-{number}.txt")
            if known is None:
                assert number in operation.may_miss or number >= PAPERS, f"lost: paper {number}"
                continue
            text = collection.document(known.id).text
            version = next((v for v in operation.versions if paper(number, v) == text), None)
            assert version is not None, f"wrong: paper {number}"
            line = text.splitlines()[0]
            waits = collection.pending([known.id])  # then it is found by its words until the next run
            for search in (collection.search_keywords, *(() if waits else (collection.search_dense,))):
                hits = search(line, 20)
                assert known.id in {hit.passage.document_id for hit in hits}, f"lost: paper {number} is not found"
    operation.act(folder)
    assert not storage_faults(folder / "c" / DATABASE), "wrong: it cannot be repeated"


def run(count: int, seed: int, first: int = 0) -> Counter[str]:
    """Kill so many processes, from run number `first`; how many runs there were, and in how many something was lost,
    wrong or otherwise found."""
    tally: Counter[str] = Counter(runs=0, lost=0, wrong=0, found=0)
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        place = Path(scratch)
        bases = {operation.name: place / operation.name for operation in OPERATIONS}
        steps: dict[str, int] = {}
        for operation in OPERATIONS:
            _in_child(lambda operation=operation: operation.prepare(bases[operation.name]))  # type: ignore[misc]
            steps[operation.name] = _steps_of(operation, bases[operation.name], place / "work")
        for number in range(first, first + count):
            operation = OPERATIONS[number % len(OPERATIONS)]
            tally.update(_one(number, seed, operation, steps[operation.name], bases[operation.name], place))
    return tally


def _one(number: int, seed: int, operation: Operation, steps: int, base: Path, place: Path) -> Counter[str]:
    rng = random.Random(f"{seed} {number}")
    work, told = place / "work", place / "told"
    shutil.copytree(base, work)
    turn = number // len(OPERATIONS)
    if turn % 3 < 2:  # each step in turn, before and after the call; far apart, so that a few runs meet all parts
        step = turn // 3 * 61 % max(1, steps) + 1
        _in_child(lambda: _killed_at(step, turn % 3 == 1, lambda: operation.act(work)))
    else:
        _in_child(lambda: _killed_after(rng.uniform(0, 0.1), lambda: operation.act(work)))

    def verify() -> None:
        try:
            _verify(operation, work)
        except BaseException as error:
            told.write_text(f"{type(error).__name__}: {error}", "utf-8")

    told.unlink(missing_ok=True)
    _in_child(verify)
    shutil.rmtree(work)
    found = Counter(runs=1)
    if told.exists():
        message = told.read_text("utf-8")
        print(f"run {number}, {operation.name}: {message}", flush=True)
        found["lost" if "lost:" in message else "wrong" if "wrong:" in message else "found"] += 1
    return found


def _killed_after(seconds: float, act: Callable[[], None]) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(1e-4, seconds))  # SIGALRM ends a process that does not handle it
    act()


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    options = parser.parse_args()
    began = time.monotonic()
    tally = run(options.count, options.seed, options.first)
    print(tally_line(tally), end="")
    print(f" ({time.monotonic() - began:.0f} s)")
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(main())
