"""How the time of odd files grows: `python -m qa.evaluation.robustness.growing [--count N] [--only NAME]`.

Each is made with so many pieces, and with twice as many; time in proportion to the length is a ratio of 2. Each stage
is measured: the text and blocks of the file, the blocks of any format, sentences, passages with their views.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from index.children.frames import RESULT
from index.children.limits import ParsingLimits
from index.children.process import Reply, WorkerProcess
from index.errors import DocumentError
from index.formats import FORMATS
from index.indexing import with_blocks
from index.loaders import FileContent, document_of
from index.passages import split_passages
from index.sentences import split_pieces, split_sentences
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.robustness.growing_files import GROWING, GrowingFile

STAGES = ("extract", "blocks", "sentences", "passages")
LIMITS = ParsingLimits(120.0, 3000)
LEAST_SECONDS, MOST_RATIO = 0.2, 3.0  # what takes less is not judged; a square gives 4


@dataclass(frozen=True, slots=True)
class Growth:
    """The seconds of each stage at `count` pieces and at twice as many; none where a run came to no end."""

    name: str
    count: int
    once: tuple[float, ...]
    twice: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times as long the file of twice the length takes."""
        return sum(self.twice) / max(sum(self.once), 1e-9)

    @property
    def is_steep(self) -> bool:
        """Whether one of the stages takes clearly more than time in proportion."""
        if not self.once or not self.twice:
            return True
        pairs = zip(self.once, self.twice, strict=True)
        return any(b >= LEAST_SECONDS and b > MOST_RATIO * max(a, LEAST_SECONDS / 4) for a, b in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code is 1 where a time grows too fast."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.growing", description=__doc__)
    made.add_argument("--count", type=float, default=1.0, metavar="N", help="times the usual length (default: 1)")
    made.add_argument("--only", default="", metavar="NAME", help="only files whose ending and name contain this")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options.count, options.only))


def run(count: float, only: str = "") -> int:
    """Measure the files, print a line of each and a summary; returns the exit code."""
    chosen = [one for one in GROWING if only in f"{one.suffix} {one.name}"]
    steep = []
    for one in chosen:
        growth = grown(one, max(1, round(count * one.usual)))
        print(_line(growth), flush=True)
        steep += [growth.name] if growth.is_steep else []
    print(f"runs {len(chosen)}, steep {len(steep)}: {', '.join(steep) or 'none'}")
    return 1 if steep else 0


def grown(one: GrowingFile, count: int) -> Growth:
    """The growth of a file's times from `count` pieces to twice as many."""
    once, twice = (_measured(one.suffix, one.data(count * times)) for times in (1, 2))
    return Growth(f"{one.suffix} {one.name}", count, once, twice)


def _line(growth: Growth) -> str:
    if not growth.once or not growth.twice:
        return f"{growth.name}, {growth.count:,}: came to no end within {LIMITS.seconds:.0f} s, {LIMITS.megabytes} MB"
    stages = ", ".join(
        f"{stage} {a:.2f} {b:.2f}" for stage, a, b in zip(STAGES, growth.once, growth.twice, strict=True) if b >= 0.05
    )
    times = f"{sum(growth.once):.2f} s, {sum(growth.twice):.2f} s, ratio {growth.ratio:.1f}"
    return f"{growth.name}, {growth.count:,}: {times} ({stages})"


def _measured(suffix: str, data: bytes) -> tuple[float, ...]:
    worker = WorkerProcess()
    try:
        reply = worker.ask("qa.evaluation.robustness.growing:stages", (suffix,), data, LIMITS)
    finally:
        worker.close()
    return tuple(json.loads(reply.found)) if isinstance(reply, Reply) and reply.sign == RESULT else ()


def stages(data: bytes, suffix: str) -> bytes:
    """What the worker does: the seconds of processor time of each stage, as JSON."""
    split_pieces("Load. The model.")
    with suppress(DocumentError):
        FORMATS[suffix].extract(b"Warm.", "warm")
    gc.disable()  # one collection took 0.6 s, in whichever stage it fell
    times = [time.process_time()]
    document = document_of(Path(f"file{suffix}"), FileContent(data, "", 0), FORMATS[suffix].extract(data, "file"))
    times.append(time.process_time())
    document = with_blocks(document)
    times.append(time.process_time())
    split_sentences(document.text, document.blocks)
    times.append(time.process_time())
    split_passages(document, document.blocks)
    times.append(time.process_time())
    return json.dumps([b - a for a, b in pairwise(times)]).encode()


if __name__ == "__main__":
    sys.exit(main())
