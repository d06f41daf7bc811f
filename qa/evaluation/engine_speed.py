"""How fast passages become vectors and the accurate reader reads, beside other ways to compute the same.

    python -m qa.evaluation.engine_speed encoder FOLDER
    python -m qa.evaluation.engine_speed reader FOLDER

`encoder` sets the pace of our encoder beside sentence-transformers' own `encode`, over the passages that are made of
the files in the folder. `reader` sets the accurate reader's engines side by side, over eight of these passages, and
tells for each what a new process takes until it has read the first one, and its memory. All take turns in each round,
so that whatever else the machine does slows all of them alike.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder_catalog import DEFAULT_ENCODER, open_encoder
from index.encoder_export import load_sentence_transformer
from index.errors import DocumentError
from index.indexing import without_vectors
from index.loaders import find_files, load, read_file
from index.records import View
from index.runtime import Arithmetic, Session, open_faster_session, open_session
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.speed import QUESTION, Read, take_turns
from qa.reading.catalog import ACCURATE, reader_folder
from qa.reading.reader import MODEL, OnnxReader, run_window
from qa.reading.windows import Window

WINDOWS = 8  # as many passages as are usually read
COLD_RUNS = 5
# A new process, which is told the engine, the reader's folder and a passage; seconds, seconds, megabytes.
COLD = """
import sys, time
started = time.perf_counter()
if sys.argv[1] == "ONNX Runtime":
    sys.modules["openvino"] = None
from pathlib import Path
from index.records import View
from qa.reading.reader import OnnxReader
reader = OnnxReader(Path(sys.argv[2]))
opened = time.perf_counter()
reader.read("Who?", [View.of(sys.argv[3])])
done = time.perf_counter()
try:
    import resource
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
except ImportError:  # as on Windows
    most = 0
print(opened - started, done - opened, most)
"""


def passages_of(folder: Path, most: int) -> list[str]:
    """What is encoded of the files in the folder: the first passages, each once. Files that cannot be read are left
    out; raises DocumentError where nothing is left."""
    views: dict[str, None] = {}
    for path in find_files([folder]).files:
        if len(views) >= most:
            break
        try:
            document = load(path, read_file(path)).document
        except DocumentError:
            continue
        views.update(dict.fromkeys(plan.view.text for plan in without_vectors(document).passages))
    if not views:
        raise DocumentError(f"{folder} holds no text: give a folder with documents that can be read.")
    return list(views)[:most]


def compare_encoders(passages: Sequence[str], rounds: int) -> None:
    """Print passages and tokens a second of both ways to the same vectors, and how alike these are."""
    ours, theirs = open_encoder(DEFAULT_ENCODER), load_sentence_transformer(DEFAULT_ENCODER, attention="sdpa")
    tokens = sum(map(len, theirs.tokenizer(list(passages), truncation=True, max_length=ours.card.max_tokens).input_ids))
    print(f"{len(passages):,} passages, {tokens / len(passages):.0f} tokens each, {rounds} rounds, medians")
    ways: dict[str, Read] = {
        "SentenceTransformer.encode": lambda: theirs.encode(list(passages), show_progress_bar=False),
        "Quotewise": lambda: ours.encode_passages(passages),
    }
    times = take_turns(ways, rounds)
    for name, taken in times.items():
        seconds = float(np.median(taken)) / 1000
        print(f"{name:26} {len(passages) / seconds:7.1f} passages/s {tokens / seconds:8,.0f} tokens/s")
    ratios = np.array(times["SentenceTransformer.encode"]) / np.array(times["Quotewise"])
    print(f"ratio {np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f} in a round)")
    expected = theirs.encode(list(passages), normalize_embeddings=True, show_progress_bar=False)
    print(f"smallest cosine of the two {(ours.encode_passages(passages) * expected).sum(axis=1).min():.5f}")


def compare_engines(passages: Sequence[str], rounds: int) -> None:
    """Print what the accurate reader takes with each engine: eight windows, the first of a new process, memory."""
    folder, views = reader_folder(ACCURATE), [View.of(passage) for passage in passages[:WINDOWS]]
    reader = OnnxReader(folder)
    windows = reader.windows(QUESTION, views)[:WINDOWS]
    sessions: dict[str, Session | None] = {
        "OpenVINO": open_faster_session(folder / MODEL, Arithmetic.INT8),
        "ONNX Runtime": open_session(folder / MODEL),
    }
    reads: dict[str, Read] = {name: _reads(session, windows) for name, session in sessions.items() if session}
    for name, taken in take_turns(reads, rounds).items():
        print(f"{name:13} {len(windows)} windows one by one {np.median(taken):6.0f} ms")
    for name in reads:
        command = [sys.executable, "-c", COLD, name, str(folder), passages[0]]
        lines = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(COLD_RUNS)]
        opened, first, most = np.median([[float(value) for value in line.split()] for line in lines], axis=0)
        print(f"{name:13} new process: open {opened:.2f} s, first windows {first:.2f} s, {most:.0f} MB at most")


def _reads(session: Session, windows: Sequence[Window]) -> Read:
    """Each window by itself, without the shipped reader's share."""
    return lambda: [run_window(session, window) for window in windows]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    made = CommandParser(prog="python -m qa.evaluation.engine_speed", description=(__doc__ or "").partition("\n")[0])
    made.add_argument("what", choices=("encoder", "reader"), help="what is measured")
    made.add_argument("folder", type=Path, help="documents whose passages it is measured with")
    made.add_argument("--passages", type=int, default=512, help="how many are encoded at most (default: 512)")
    made.add_argument("--rounds", type=int, default=5, help="how often each has its turn (default: 5)")
    options = made.parse_args(arguments)
    compare = compare_encoders if options.what == "encoder" else compare_engines
    compare(passages_of(options.folder, options.passages), options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
