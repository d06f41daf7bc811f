"""What the worst file of each format costs: `python -m qa.evaluation.robustness.worst [--count N] [--only NAME]`.

Each large odd file and each that is made to do harm is indexed as `quotewise index` does it, in a process of its own,
with the encoder that comes with Quotewise where `--encoder` is given. Told are the processor time of all and of the
worker that reads it, and the most memory of either process. The time of all grows with the passages that are encoded;
so a stand-in encodes, unless that time is what is wanted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.child import PYTHON, child_environment
from index.children.pool import workers
from index.collection import Collection
from index.encoder_catalog import DEFAULT_ENCODER
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.crafted import MemoryWatch
from qa.evaluation.robustness.crafted_files import CraftedFile
from qa.evaluation.robustness.stand_ins import WordEncoder
from qa.evaluation.robustness.worst_files import WORST

CODE = "import sys; from qa.evaluation.robustness.worst import index_one; index_one(*sys.argv[1:])"
FORMATS = (".txt", ".md", ".html", ".pdf", ".docx")


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing a file came to: the seconds of processor time of all and of the worker, the most memory that the
    worker had in MB, the passages that were made, and why it was refused, else ""."""

    seconds: float
    reading: float
    worker: int
    passages: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a file costs; `program` is the most memory of the process that indexed it in MB, -1 where the system does
    not tell."""

    file: str
    bytes: int
    program: int
    indexed: Indexed

    @property
    def megabytes(self) -> int:
        """The most memory that one of the processes had."""
        return max(self.indexed.worker, self.program)


def main(arguments: Sequence[str] | None = None) -> int:
    """Index them and print; the exit code is 1 where one came to no end."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.worst", description=__doc__)
    made.add_argument("--count", type=float, default=1.0, metavar="N", help="times the usual pieces (default: 1)")
    made.add_argument("--only", default="", metavar="NAME", help="only files whose ending and name contain this")
    made.add_argument("--encoder", action="store_true", help="encode with the encoder that comes with Quotewise")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options.count, options.only, real=options.encoder))


def run(count: float, only: str = "", *, real: bool = False) -> int:
    """Index the files, print a line of each and a table of the worst; returns the exit code."""
    costs, lost = [], 0
    for one in WORST:
        if only in f"{one.suffix} {one.name}":
            cost = cost_of(one, count, real=real)
            lost += cost is None
            costs += [cost] if cost else []
            print(_row(cost) if cost else f"{one.suffix} {one.name}: came to no end", flush=True)
    print("\nfile | bytes | seconds | reading | MB | outcome\n--- | ---: | ---: | ---: | ---: | ---")
    for suffix in FORMATS:
        of_format = [cost for cost in costs if cost.file.startswith(f"{suffix} ")]
        slowest = max(of_format, key=lambda cost: cost.indexed.seconds, default=None)
        largest = max(of_format, key=lambda cost: cost.megabytes, default=None)
        for cost in dict.fromkeys((slowest, largest)):
            if cost:
                print(_row(cost))
    print(f"\nruns {len(costs) + lost}, lost {lost}, refused {sum(bool(cost.indexed.reason) for cost in costs)}")
    return int(lost > 0)


def cost_of(one: CraftedFile, count: float = 1.0, *, real: bool = False) -> Cost | None:
    """What a file with so many times its pieces costs; None where the process that indexed it came to no end."""
    data = one.make(count)
    with TemporaryDirectory() as folder:
        path = Path(folder, f"file{one.suffix}")
        path.write_bytes(data)
        command = [*PYTHON, "-c", CODE, str(Path(folder, "collection")), str(path), "real" if real else ""]
        process = subprocess.Popen(command, env=child_environment(), stdout=subprocess.PIPE)
        with process, MemoryWatch({process}) as watch:
            told = process.communicate()[0]
    if process.returncode:
        return None
    return Cost(f"{one.suffix} {one.name}", len(data), watch.megabytes, Indexed(**json.loads(told)))


def index_one(folder: str, path: str, encoder: str) -> None:
    """What the process does: index the file, and print an Indexed as JSON."""
    import resource  # not at the top: there is none on Windows

    with Collection(folder, DEFAULT_ENCODER if encoder else WordEncoder()) as collection:
        began = os.times()
        changes = collection.add([path])
        workers().close()  # the time of one that has ended is told
        ended = os.times()
        reading = ended.children_user + ended.children_system
        seconds = reading + ended.user + ended.system - began.user - began.system
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
        reason = "".join(one.reason for one in changes.refused)
        print(json.dumps(asdict(Indexed(seconds, reading, worker, collection.counts()[1], reason))))


def _row(cost: Cost) -> str:
    became = cost.indexed.reason or f"read: {cost.indexed.passages:,} passages"
    figures = f"{cost.bytes:,} | {cost.indexed.seconds:.1f} | {cost.indexed.reading:.1f} | {cost.megabytes:,}"
    return f"{cost.file} | {figures} | {became}"


if __name__ == "__main__":
    sys.exit(main())
