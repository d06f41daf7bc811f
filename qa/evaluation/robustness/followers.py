"""Processes that have only an address answer as the publisher does: `python -m qa.evaluation.robustness.followers URL`.

One process indexes a folder of made files with `--vectors URL`; two others with empty homes ask what is published
there, again and again, while it is called to add, change and remove files. Meanwhile each quote must be of a state that
a file had. When all is done, each of them must answer every question with the publisher's citations.

`--start PASSAGES.txt` measures instead what the start of such a process costs: how many seconds and megabytes it takes
to publish and to fetch documents of the paragraphs, one a line, that the file holds.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.collection import DATABASE, Collection
from index.indexing import without_vectors
from index.published.following import open_published
from index.records import Document
from index.resources import peak_bytes
from index.storage_rows import PreparedDocument
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.vector_changes import GivenVectors

SHIPS = ["Aurora", "Boreas", "Cygnet", "Dorado", "Electra", "Fulmar", "Grampus", "Halcyon", "Iris", "Jason"]
CHANGES = 6  # calls of the publisher
SETTLES = 10.0  # seconds, after which what was published must be known everywhere
PASSAGES_EACH = 10  # of a document whose start is measured
QUOTED = re.compile(r"is captain (\w+)")


def text_of(ship: str, captain: str) -> str:
    """What a file says."""
    return f"# The {ship}\n\nThe captain of the {ship} is captain {captain}. She was built in Leith.\n"


def question_about(ship: str) -> str:
    """What is asked of it."""
    return f"Who is the captain of the {ship}?"


def publish(folder: Path, home: Path, address: str) -> None:
    """Bring the publisher's own collection, and what is published, up to date with the folder."""
    environment = {**os.environ, "QUOTEWISE_HOME": str(home)}
    command = [sys.executable, "-m", "ui.cli", "index", str(folder), "--vectors", address]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def start_asking(home: Path, documents: Sequence[str]) -> subprocess.Popen[str]:
    """A process that answers a question a line, by `answer_lines`; the documents are the options that name them."""
    command = [sys.executable, "-m", "qa.evaluation.robustness.followers", *documents, "--ask"]
    pipe = subprocess.PIPE
    environment = {**os.environ, "QUOTEWISE_HOME": str(home)}
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)


def answer_lines(collection: Collection) -> None:
    """Answer the questions that come, with a line of JSON each: text and citations."""
    from qa.answerer import Answerer
    from qa.opened import kept_reader

    answerer = Answerer(collection, kept_reader(None))
    for line in sys.stdin:
        answer = answerer.ask(line.strip()).to_dict()
        print(json.dumps([answer["text"], answer["citations"]]), flush=True)


def asked(process: subprocess.Popen[str], ship: str) -> tuple[str, list[dict[str, object]]]:
    """What the process answers."""
    assert process.stdin and process.stdout
    process.stdin.write(question_about(ship) + "\n")
    process.stdin.flush()
    text, citations = json.loads(process.stdout.readline())
    return text, citations


def change(folder: Path, rng: random.Random, ever: set[tuple[str, str]]) -> None:
    """Add, change and remove some files."""
    for ship in rng.sample(SHIPS, 4):
        path = folder / f"{ship}.md"
        if path.exists() and rng.random() < 0.4:
            path.unlink()
            continue
        captain = f"N{rng.randrange(10_000)}"
        ever.add((ship, captain))
        path.write_text(text_of(ship, captain), "utf-8")


def try_followers(address: str) -> int:
    """Run the trial; 0 where all answers were as they must be."""
    rng = random.Random(0)
    ever: set[tuple[str, str]] = set()
    wrong = questions = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder, own = Path(scratch) / "ships", Path(scratch) / "publisher"
        folder.mkdir()
        address = address if "#" in address else f"{address}#ships-{os.getpid()}"
        for _ in range(3):
            change(folder, rng, ever)
        publish(folder, own, address)
        followers = [start_asking(Path(scratch) / f"home{number}", ["--follow", address]) for number in range(2)]
        for _ in range(CHANGES):
            change(folder, rng, ever)
            environment = {**os.environ, "QUOTEWISE_HOME": str(own)}
            command = [sys.executable, "-m", "ui.cli", "index", str(folder)]  # the address is remembered
            publisher = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
            while publisher.poll() is None:
                for ship in SHIPS:
                    for process in followers:
                        _, citations = asked(process, ship)
                        questions += 1
                        wrong += sum(not is_true(one, ever) for one in citations)
        print(f"{questions} questions while documents were changed; {wrong} quotes of what no file ever said")
        time.sleep(SETTLES)
        publisher_asks = start_asking(own, ["--own", str(own / "collection")])
        same = sum(asked(publisher_asks, ship) == asked(process, ship) for ship in SHIPS for process in followers)
        print(f"{same} of {len(SHIPS) * 2} answers are the publisher's, citations and all")
        for process in (*followers, publisher_asks):
            assert process.stdin
            process.stdin.close()
            process.wait()
    return 0 if not wrong and same == len(SHIPS) * 2 else 1


def is_true(citation: dict[str, object], ever: set[tuple[str, str]]) -> bool:
    """Whether the quoted sentence once stood in a file of its name."""
    found = QUOTED.search(str(citation["sentence"]))
    return found is None or (Path(str(citation["source"])).stem, found[1]) in ever


def measured_start(passages: Sequence[str], address: str) -> None:
    """Publish documents of these passages, with made vectors, and print what that and the start of a follower cost."""
    vectors = np.random.default_rng(0).normal(size=(len(passages), 384)).astype(np.float32)
    encoder = GivenVectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    with tempfile.TemporaryDirectory() as scratch:
        address = address if "#" in address else f"{address}#start-{os.getpid()}"
        with Collection(Path(scratch) / "own", encoder, vectors=address) as own:
            own.put_back(prepared(passages, encoder))
            size = (own.folder / DATABASE).stat().st_size / 1e6
            begun = time.perf_counter()
            own.publish()
            seconds = time.perf_counter() - begun
            print(f"{own.counts()} documents and passages, {size:.0f} MB: published in {seconds:.1f} s", flush=True)
        command = [sys.executable, "-m", "qa.evaluation.robustness.followers", "--follow", address, "--once"]
        for _ in range(5):
            subprocess.run(command, check=True)


def prepared(passages: Sequence[str], encoder: GivenVectors) -> list[PreparedDocument]:
    """Documents of some passages each."""
    found = []
    for first in range(0, len(passages), PASSAGES_EACH):
        name = f"/made-up/{first}.txt"
        one = without_vectors(Document(name, name, name, name, "\n\n".join(passages[first : first + PASSAGES_EACH])))
        views = [plan.view.text for plan in one.passages]
        found.append(PreparedDocument(one.document, one.sentences, one.passages, encoder.encode_passages(views)))
    return found


def open_once(address: str) -> None:
    """Open what is published, with an encoder that is not looked at, and print what that cost."""
    encoder = GivenVectors(np.ones((1, 384), np.float32))
    before, begun, used = peak_bytes(), time.perf_counter(), time.process_time()
    with open_published(address, encoder) as copy:
        seconds, processor = time.perf_counter() - begun, time.process_time() - used
        size = sum(file.stat().st_size for file in copy.folder.iterdir()) / 1e6
        print(
            f"started in {seconds:.1f} s ({processor:.1f} of the processor) with {copy.counts()[1]:,} passages: "
            f"{size:.0f} MB on disk, {(peak_bytes() - before) / 1e6:.0f} MB of memory",
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial, or measure the start."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.followers", description=__doc__)
    made.add_argument("url", nargs="?", help="the address of Milvus")
    made.add_argument("--start", type=Path, metavar="FILE", help="measure the start with these passages, one a line")
    made.add_argument("--follow", metavar="ADDRESS", help="open what is published there, in this process")
    made.add_argument("--own", type=Path, help="open this collection, in this process")
    made.add_argument("--ask", action="store_true", help="answer a question a line")
    made.add_argument("--once", action="store_true", help="tell what opening costs")
    options = made.parse_args(arguments)
    if options.once:
        open_once(options.follow)
    elif options.ask:
        with open_published(options.follow) if options.follow else Collection(options.own) as collection:
            answer_lines(collection)
    elif options.start:
        measured_start(options.start.read_text("utf-8").splitlines(), options.url)
    else:
        return try_followers(options.url)
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
