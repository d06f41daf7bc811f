"""Disks that are full, can only be read, or go away, and clocks that are set back.

    python -m qa.evaluation.robustness.disk --count 40 --seed 1

Each run takes one of these cases with a small disk of its own (tmpfs, which only root may mount; without that the cases
"full" and "read only" are left out). A collection that cannot be written must still answer; what cannot be done must be
told in one sentence with the reason; and once there is room again, everything must be there.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.collection import DATABASE, Collection
from index.errors import QuotewiseError
from index.loaders import TICK_NS, has_changed
from index.storage_check import storage_faults
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.stand_ins import NameReader, WordEncoder, misquoted, paper, question, write_papers
from qa.evaluation.robustness.tallies import exit_code, tally_line

PAPERS = 10
DISK_BYTES = 4_000_000


class LostError(Exception):
    """Something that was stored is not there any more."""


def may_mount() -> bool:
    """Whether disks can be made here."""
    return sys.platform == "linux" and os.geteuid() == 0


@contextmanager
def _disk() -> Iterator[Path]:
    """A small disk of its own, empty."""
    with tempfile.TemporaryDirectory(prefix="disk-") as scratch:
        place = Path(scratch) / "disk"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)


def _made(place: Path) -> Path:
    """A collection of papers, both on the disk."""
    write_papers(place / "papers", range(PAPERS))
    with Collection(place / "c", WordEncoder()) as collection:
        collection.add([place / "papers"])
    return place / "c"


def _check_asked(collection: Collection, numbers: Iterator[int] | range, versions: tuple[int, ...] = (0,)) -> None:
    answerer = Answerer(collection, NameReader(), threshold=0.0)
    for number in numbers:
        answer = answerer.ask(question(number))
        if wrong := misquoted(answer, versions):
            raise LostError(f"wrong: {wrong[0]}")
        if not answer.citations:
            raise LostError(f"lost: paper {number}")


def _check_refused(act: Callable[[], object], reason: str) -> None:
    """Raise AssertionError unless it is refused in one sentence with the reason."""
    try:
        act()
    except QuotewiseError as error:
        assert str(error).endswith(".") and "\n" not in str(error), str(error)
        assert reason in str(error), str(error)
    else:
        raise AssertionError(f"{reason}: it was not refused")


def read_only(rng: random.Random) -> None:
    """A disk that can only be read from some moment on."""
    with _disk() as place:
        folder = _made(place)
        if rng.random() < 0.5:  # a process that was killed left its log, whose changes count
            _leave_log(folder, place)
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        told: list[str] = []
        with Collection(folder, WordEncoder(), told.append) as collection:
            assert len(told) == 1 and "Read-only file system" in told[0], told
            _check_asked(collection, range(PAPERS))
            _check_refused(lambda: collection.add([place / "papers"]) and collection.remove("paper-1.txt"), "Read-only")
        subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
        _check_whole(folder)


def _leave_log(folder: Path, place: Path) -> None:
    child = os.fork()
    if not child:
        collection = Collection(folder, WordEncoder())
        collection.set_note("left", "in the log")
        os._exit(0)  # without closing it
    os.waitpid(child, 0)


def full(rng: random.Random) -> None:
    """A disk on which a change finds no room."""
    with _disk() as place:
        folder = _made(place)
        if rng.random() < 0.5:
            with Collection(folder, WordEncoder()) as collection:
                _fill(place, rng.randrange(60_000))
                _try_to_update(collection, place)
        else:
            _fill(place, 0)
        with Collection(folder, WordEncoder()) as collection:
            _check_asked(collection, range(PAPERS), (0, 1))
        (place / "filling").unlink()
        _check_whole(folder, (0, 1))
        with Collection(folder, WordEncoder()) as collection:
            write_papers(place / "papers", range(PAPERS), 1)
            collection.add([place / "papers"])
            _check_asked(collection, range(PAPERS), (1,))


def _fill(place: Path, left: int) -> None:
    """Leave so many bytes of the disk."""
    with open(place / "filling", "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    size = (place / "filling").stat().st_size
    os.truncate(place / "filling", max(0, size - left))


def _try_to_update(collection: Collection, place: Path) -> None:
    papers = place.parent / "new papers"
    write_papers(papers, range(PAPERS, 4 * PAPERS))
    try:
        collection.add([papers])
    except QuotewiseError as error:
        assert str(error).endswith(".") and "\n" not in str(error), str(error)


def gone(rng: random.Random) -> None:
    """A folder that goes away while it is indexed, and a collection that is deleted while it is open."""
    with tempfile.TemporaryDirectory(prefix="gone-") as scratch:
        place = Path(scratch)
        folder = _made(place)
        many = place / "many"
        for number in range(8):
            write_papers(many / str(number), range(8))
        remover = threading.Timer(rng.uniform(0, 0.03), shutil.rmtree, [many])
        with Collection(folder, WordEncoder()) as collection:
            remover.start()
            with suppress(QuotewiseError):
                collection.add([many])
            remover.join()
            _check_asked(collection, range(PAPERS))
            shutil.rmtree(folder)
            _check_refused(lambda: collection.add([place / "papers"]), "not there any more")
        assert not folder.exists()


def clock(rng: random.Random) -> None:
    """Files that are changed to others of the same size, with their times set to what they were, or before."""
    with tempfile.TemporaryDirectory(prefix="clock-") as scratch:
        place = Path(scratch)
        folder = _made(place)
        path = place / "papers" / "paper-1.txt"
        before = path.stat()
        time.sleep(2 * TICK_NS / 1e9)  # of changes within a tick of the file system's clock, no time tells
        path.write_text(paper(1).replace("Ada Lind", "Eva Berg"), "utf-8")
        back = before.st_mtime_ns - rng.choice([0, 0, 10**9, 10**13])
        os.utime(path, ns=(back, back))
        with Collection(folder, WordEncoder()) as collection:
            [known] = [one for one in collection.documents() if one.source.endswith("paper-1.txt")]
            if not has_changed(collection.document(known.id)):
                raise LostError("wrong: a changed file is taken for the same")
            collection.add([place / "papers"])
            if "Eva Berg" not in collection.document(known.id).text:
                raise LostError("wrong: a changed file is not read again")


def _check_whole(folder: Path, versions: tuple[int, ...] = (0,)) -> None:
    if faults := storage_faults(folder / DATABASE):
        raise LostError(f"lost: {faults[0].what}")
    with Collection(folder, WordEncoder()) as collection:
        _check_asked(collection, range(PAPERS), versions)


def run(count: int, seed: int) -> Counter[str]:
    """Try so many cases: how many runs there were, and in how many something was lost, wrong or otherwise found."""
    cases = [gone, clock, *([read_only, full] if may_mount() else [])]
    tally: Counter[str] = Counter(runs=0, lost=0, wrong=0, found=0)
    for number in range(count):
        case = cases[number % len(cases)]
        tally["runs"] += 1
        try:
            case(random.Random(f"{seed} {number}"))
        except LostError as error:
            tally["wrong" if "wrong:" in str(error) else "lost"] += 1
            print(f"run {number}, {case.__name__}: {error}", flush=True)
        except Exception:
            tally["found"] += 1
            print(f"run {number}, {case.__name__}: {traceback.format_exc()}", flush=True)
    return tally


def main() -> int:
    """Run it from the command line; the exit code is 1 where anything was lost, wrong or found."""
    parser = CommandParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally = run(options.count, options.seed)
    print(tally_line(tally))
    return exit_code(tally)


if __name__ == "__main__":
    sys.exit(run_command(main))
