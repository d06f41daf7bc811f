"""How much memory indexing takes: `python -m qa.evaluation.bulk_memory FOLDER`, `--made MEGABYTES ...` or `--notes N`.

Files are indexed as `quotewise index` does, in a process of its own that may not have more memory than `--limit`, and
whose memory is looked at ten times a second, with that of the processes that parse files for it. Made-up files
(`qa.evaluation.made_files`) and the collection lie in a temporary folder, which is deleted. With `--encoder stand-in`
the vectors are made up as well, since real ones of so much text would take hours: what is measured then is everything
else.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.children.pool import workers
from index.collection import Collection
from index.errors import DocumentError
from index.resources import used_seconds
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.collection_speed import MadeUpEncoder, bytes_written
from qa.evaluation.made_files import MEGABYTE, make_corpus, make_notes
from qa.evaluation.memory import MemorySampler, Moment

STAND_IN = "stand-in"
SHOWN = 12  # moments of a run whose memory is told


@dataclass(frozen=True, slots=True)
class BulkIndexed:
    """What a process did: seconds on the clock and of the processor, its own and those of its workers; bytes that it
    wrote, and that the collection has; how many documents, passages and refused files there are."""

    seconds: float
    processor: float
    workers: float
    written: int
    stored: int
    documents: int
    passages: int
    refused: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 where something was refused or the memory did not suffice."""
    made = CommandParser(prog="python -m qa.evaluation.bulk_memory", description=__doc__)
    made.add_argument("folder", type=Path, nargs="?", help="a folder of files to index")
    made.add_argument("--made", type=int, nargs="+", default=[], help="megabytes of made-up text to index")
    made.add_argument("--notes", type=int, nargs="+", default=[], help="how many files of a sentence each to index")
    made.add_argument("--encoder", default=None, help=f"the encoder, or {STAND_IN} (default: the usual one)")
    made.add_argument("--limit", type=int, default=2_000, help="megabytes of memory for each process (default: 2,000)")
    made.add_argument("--scratch", type=Path, help="where temporary folders are made (default: the system's place)")
    made.add_argument("--into", type=Path, help="index the folder into this new collection, in this process")
    options = made.parse_args(arguments)
    if options.into:
        print(json.dumps(asdict(index(options.folder, options.into, options.encoder, options.limit * MEGABYTE))))
        return 0
    if not (options.folder or options.made or options.notes):
        made.error("name a folder, or give --made or --notes")
    print("vectors: made up (stand-in encoder)" if options.encoder == STAND_IN else "vectors: real", flush=True)
    failed = 0
    if options.folder:
        failed |= measure(options.folder, options.encoder, options.limit, options.scratch)
    for kind, sizes in ((make_corpus, options.made), (make_notes, options.notes)):
        for size in sizes:
            with tempfile.TemporaryDirectory(dir=options.scratch) as files:
                kind(Path(files), size)
                failed |= measure(Path(files), options.encoder, options.limit, options.scratch)
    return failed


def measure(files: Path, encoder: str | None, most: int, scratch: Path | None) -> int:
    """Index the files in a process of its own with so many megabytes, and print what it took; 1 where that failed."""
    sizes = [path.stat().st_size for path in files.rglob("*") if path.is_file()]
    if not sizes:
        raise DocumentError(f"There is no file in {files}: name a folder of documents.")
    size = sum(sizes) / MEGABYTE
    print(f"{size:,.1f} MB in {len(sizes):,} files, the largest of {max(sizes) / MEGABYTE:.1f} MB", flush=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        command = [sys.executable, "-m", "qa.evaluation.bulk_memory", str(files), "--into", folder]
        command += ["--limit", str(most), *(["--encoder", encoder] if encoder else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run, MemorySampler(run.pid) as memory:
            told = run.communicate()[0]
        if run.returncode:
            print(f"  ended with {run.returncode}")
        else:
            done = BulkIndexed(**json.loads(told))
            print(
                f"  {done.seconds:,.1f} s ({done.processor:,.1f} s of the processor, workers {done.workers:,.1f}), "
                f"{size / done.seconds:.2f} MB/s; {done.documents:,} documents, {done.passages:,} passages, "
                f"{done.refused} refused; written {done.written / MEGABYTE:,.0f} MB, "
                f"stored {done.stored / MEGABYTE:,.0f} MB"
            )
        tell_memory(memory)
    return int(bool(run.returncode or done.refused or memory.together.private > most * MEGABYTE))


def tell_memory(memory: MemorySampler) -> None:
    """Print the most memory, and how it went."""
    alone, together = memory.alone, memory.together
    print(
        f"  most memory, MB: private {alone.private / MEGABYTE:,.0f}, with workers {together.private / MEGABYTE:,.0f}; "
        f"resident {alone.resident / MEGABYTE:,.0f}, with workers {together.resident / MEGABYTE:,.0f}"
    )
    print("  private MB over time, with workers:", ", ".join(map(_told, _peaks(memory.samples))), flush=True)


def _peaks(samples: Sequence[Moment]) -> list[Moment]:
    """The highest of each of some parts of a run of about equal length."""
    each = -(-len(samples) // SHOWN)
    parts = (samples[first : first + each] for first in range(0, len(samples), each))
    return [max(part, key=lambda one: one.together.private) for part in parts]


def _told(one: Moment) -> str:
    alone, together = one.alone.private / MEGABYTE, one.together.private / MEGABYTE
    return f"{one.seconds:.0f} s {alone:.0f} ({together:.0f})"


def index(files: Path, folder: Path, encoder: str | None, most: int) -> BulkIndexed:
    """Index the files with at most so many bytes of memory, which workers may not have either."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    begun = time.perf_counter()
    with Collection(folder, MadeUpEncoder() if encoder == STAND_IN else encoder) as collection:
        changes = collection.add([files])
        documents, passages = collection.counts()
    seconds = time.perf_counter() - begun
    workers().close()  # only of processes that have ended the system tells what they used
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    for one in changes.refused:
        print(one.reason, file=sys.stderr)
    stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return BulkIndexed(
        seconds, used_seconds(), used.ru_utime + used.ru_stime, bytes_written(), stored, documents, passages,
        len(changes.refused),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(run_command(main))
