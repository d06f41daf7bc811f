"""Whether workers that are killed lose or double anything: `python -m qa.evaluation.bulk_kill [--files N]`.

Made-up files are added by `Collection.add`, and with workers into another collection. Of these, one that encodes is
killed once something is stored; later the whole run is killed, and the same command repeated. Then both collections are
compared: documents, sentences, passages, vectors, and all that `quotewise check` looks at.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from index.bulk import add_bulk
from index.child import PYTHON, child_environment
from index.collection import DATABASE, Collection
from index.repairing import check
from index.storage import Storage
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.collection_speed import PASSAGES_EACH, made_up_documents

RUN = (
    "import sys; from pathlib import Path; from index.bulk import add_bulk; from index.collection import Collection; "
    "add_bulk(Collection(sys.argv[1]), [sys.argv[2]], int(sys.argv[3]))"
)
Stored = dict[str, tuple[object, ...]]  # what is stored of each document, by its source


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 0 where both collections are the same."""
    made = CommandParser(prog="python -m qa.evaluation.bulk_kill", description=__doc__)
    made.add_argument("--files", type=int, default=600, help="how many there are (default: 600)")
    made.add_argument("--workers", type=int, default=2, help="how many read, and how many encode (default: 2)")
    made.add_argument("--passages", type=int, default=10, help="passages of a file, 1 to 10 (default: 10)")
    options = made.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        files, plain, bulk, paced = (Path(scratch, name) for name in ("files", "plain", "bulk", "paced"))
        write_files(files, options.files, options.passages)
        alone = timed(lambda: add_plain(plain, files))
        beside = timed(lambda: add_workers(paced, files, options.workers))
        print(f"Collection.add {alone:.1f} s, {options.workers} workers {beside:.1f} s: {alone / beside:.2f} times")
        killed_in_the_middle(bulk, files, options.workers, options.files)
        again = timed(lambda: add_workers(bulk, files, options.workers))
        print(f"repeated in {again:.1f} s; nothing to do in {timed(lambda: add_workers(bulk, files, 2)):.1f} s")
        return max(compared(plain, bulk), compared(plain, paced))


def write_files(folder: Path, number: int, passages: int) -> None:
    """Write so many texts of so many passages, and one file that cannot be read."""
    folder.mkdir()
    for document in made_up_documents(number * PASSAGES_EACH):
        (folder / Path(document.source).name).write_text("\n\n".join(document.text.split("\n\n")[:passages]), "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")


def add_plain(folder: Path, files: Path) -> None:
    """What one machine does without workers."""
    with Collection(folder) as collection:
        collection.add([files])


def add_workers(folder: Path, files: Path, workers: int) -> None:
    """The same with workers; prints what changed."""
    with Collection(folder) as collection:
        changes = add_bulk(collection, [files], workers)
    print(f"{len(changes.added)} added, {len(changes.unchanged)} unchanged, {len(changes.refused)} refused")


def killed_in_the_middle(folder: Path, files: Path, workers: int, number: int) -> None:
    """Begin to add the files, kill a worker once a tenth is stored, and all of it once a half is."""
    with Collection(folder) as collection:
        run = subprocess.Popen(
            [*PYTHON, "-c", RUN, str(folder), str(files), str(workers)], env=child_environment(),
            start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: collection.counts()[0] >= number // 10, run)
        victim = next(encoding_below(run.pid), None)
        if victim is None:
            raise RuntimeError("no worker that encodes was found")
        os.kill(victim, signal.SIGKILL)
        print(f"killed a worker with {collection.counts()[0]} documents stored")
        wait_until(lambda: collection.counts()[0] >= number // 2, run)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        time.sleep(3)  # Ray's own processes end by themselves
        print(f"killed the run with {collection.counts()[0]} of {number} documents stored")


def wait_until(reached: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    """Wait for it. Raises RuntimeError where the run ends before."""
    while not reached():
        if run.poll() is not None:
            raise RuntimeError(f"the run ended too early, with exit code {run.returncode}: take more files")
        time.sleep(0.05)


def encoding_below(pid: int) -> Iterator[int]:
    """The processes below this one that hold an encoder."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
    for one in parents:
        above = one
        while above in parents and above != pid:
            above = parents[above]
        with suppress(OSError):
            if above == pid and "EncodingWorker" in Path(f"/proc/{one}/cmdline").read_text("utf-8"):
                yield one


def compared(plain: Path, other: Path) -> int:
    """Print how the collections differ; 0 where they hold the same."""
    with Collection(plain) as one, Collection(other) as two:
        first, second = stored(one), stored(two)
        pending, (documents, passages) = two.pending(), two.counts()
    same, cosine, faults = first == second, smallest_cosine(plain, other), check(other)
    print(
        f"{other.name}: {documents} documents, {passages} passages, {'the same' if same else 'NOT the same'}; "
        f"smallest cosine {cosine:.6f}; {len(faults)} faults, {pending} pending"
    )
    return 0 if same and cosine > 0.9999 and not faults and not pending else 1


def smallest_cosine(one: Path, two: Path) -> float:
    """The smallest cosine of the vectors of the same words in both collections; 0 where one of them has others."""
    with closing(Storage(one / DATABASE)) as first, closing(Storage(two / DATABASE)) as second:
        ids = [document.id for document in first.summaries()]
        left, right = first.vectors_by_view(ids), second.vectors_by_view(ids)
    if left.keys() != right.keys():
        return 0.0
    return min(float(vector @ right[view]) for view, vector in left.items())


def stored(collection: Collection) -> Stored:
    """What is stored but for vectors, and for ids that tell only the order of storing."""
    return {
        one.source: (
            one.id, one.sha256, one.title, collection.document(one.id), collection.structure(one.id),
            collection.sentences(one.id),
            [(each.start, each.end, each.text, each.view) for each in collection.passages_of(one.id)],
        )
        for one in collection.documents()
    } | {one.source: (one.reason,) for one in collection.left_out()}  # fmt: skip


def timed(action: Callable[[], None]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(run_command(main))
