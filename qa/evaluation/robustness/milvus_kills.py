"""Milvus is killed while vectors are sent to it: `python -m qa.evaluation.robustness.milvus_kills SERVER ASKED.npy`.

SERVER is the program of the PyPI package `milvus`, "milvus-server", which is best installed into an environment of its
own. A collection with made vectors is searched through it, which sends it what it lacks; it is killed with SIGKILL in
the middle of that, started again, and searched again. Then each passage must be there once, and a search must find what
one over files finds.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from index.collection import Collection
from index.errors import CollectionError
from index.vectors.milvus_server import MilvusServer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.vector_changes import GivenVectors, made_documents

URL, PORT = "http://127.0.0.1:19530", 19530
PASSAGES, KILLS = 20_000, 3
STARTS_WITHIN = 1_200  # seconds: on a busy machine it takes minutes to find what it had
TOLD_EVERY = 20  # seconds
QUESTIONS = 20
POSITION = "_position"  # at the end of the name of what tells how far the vectors go
READ_TOGETHER = 10_000  # ids that are asked for together


@contextmanager
def server(program: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The server over its data in the folder, once it answers."""
    wait_for(is_free, "the port")
    with open(folder / "log", "ab") as log:
        command = [str(program), "--data", str(folder), "--proxy-port", str(PORT)]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: process.poll() is not None or is_ready(), "the server")
        if process.poll() is not None:
            said = (folder / "log").read_text("utf-8", "replace")[-500:]
            raise CollectionError(f"The server {program} ended ({' '.join(said.split())}): see what it wants.")
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def wait_for(done: Callable[[], bool], what: str) -> None:
    """Wait until it is done, and tell how long that takes. Raises CollectionError where it takes too long."""
    begun = told = time.monotonic()
    while not done():
        now = time.monotonic()
        if now > begun + STARTS_WITHIN:
            raise CollectionError(f"Waited {STARTS_WITHIN} s for {what}: try again when the machine is less busy.")
        if now > told + TOLD_EVERY:
            told = now
            print(f"waiting for {what}, {now - begun:.0f} s", flush=True)
        time.sleep(0.5)


def is_ready() -> bool:
    """Whether it answers behind its port, which it opens before its parts have found one another."""
    if not answers():
        return False
    try:
        MilvusServer(URL).has("quotewise")
    except CollectionError:
        return False
    return True


def is_free() -> bool:
    """Whether the server can have its port. It stays taken for a minute after a kill, and the program that starts the
    server would look for another one."""
    with socket.socket() as one:
        try:
            one.bind(("0.0.0.0", PORT))
        except OSError:
            return False
    return True


def answers() -> bool:
    """Whether something listens at the port."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", PORT)) == 0


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started, without a chance to write anything."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_at(process: subprocess.Popen[bytes], added: int, answered: threading.Event) -> None:
    """Kill the server once it has told that it has so many, or the question is answered."""
    from pymilvus import MilvusClient, MilvusException

    client, has = MilvusClient(URL), 0
    while has < added and not answered.is_set():
        time.sleep(0.02)
        with suppress(MilvusException):
            for name in client.list_collections():
                if name.endswith(POSITION):
                    rows = client.query(name, "id == 1", ["added"], consistency_level="Strong")
                    has = max([has, *(int(row["added"]) for row in rows)])
    kill(process)
    print(f"killed when it had {has:,}", flush=True)


def search(folder: Path, encoder: GivenVectors, vectors: str) -> list[list[int]]:
    """What each question finds, by id; before the first, what lacks is sent."""
    with Collection(folder, encoder, vectors=vectors) as collection:
        return [[hit.passage.id for hit in collection.search_dense(str(n), 20)] for n in range(QUESTIONS)]


def searched(
    folder: Path, encoder: GivenVectors, process: subprocess.Popen[bytes], what: str
) -> list[list[int]] | None:
    """What `search` finds through the server, or None where that is killed meanwhile. One that has just started may
    refuse what it has not loaded as yet, and is asked again."""
    found: list[list[list[int]]] = []

    def done() -> bool:
        try:
            found.append(search(folder, encoder, URL))
        except CollectionError as error:
            print(f"  {error}", flush=True)
        return bool(found) or process.poll() is not None

    wait_for(done, what)
    return found[0] if found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill and compare; returns 0 where nothing was lost."""
    made = CommandParser(prog="python -m qa.evaluation.robustness.milvus_kills", description=__doc__)
    made.add_argument("server", type=Path, help="the program milvus-server")
    made.add_argument("vectors", type=Path, help="vectors of passages (.npy)")
    options = made.parse_args(arguments)
    vectors = np.load(options.vectors, mmap_mode="r")[:PASSAGES]
    with tempfile.TemporaryDirectory() as scratch:
        folder, data = Path(scratch) / "collection", Path(scratch) / "milvus"
        data.mkdir()
        with Collection(folder, GivenVectors(vectors)) as collection:
            collection.put_back(made_documents(vectors))
        expected = search(folder, GivenVectors(vectors), "files")
        for number in range(1, KILLS + 1):
            with server(options.server, data) as process:
                answered, most = threading.Event(), PASSAGES * number // (KILLS + 1)
                killer = threading.Thread(target=kill_at, args=(process, most, answered), daemon=True)
                killer.start()
                found = searched(folder, GivenVectors(vectors), process, "the search")
                print(
                    f"kill {number}: {'in the middle' if found is None else 'everything was sent before'}", flush=True
                )
                answered.set()
                killer.join()
        with server(options.server, data) as process:
            found = searched(folder, GivenVectors(vectors), process, "the last search")
            if found is None:
                raise CollectionError(f"The server {options.server} ended: try again.")
            ids = held()
    same = sum(len(set(one) & set(other)) for one, other in zip(found, expected, strict=True))
    print(f"{len(set(ids)):,} of {len(vectors):,} passages are there, {len(ids) - len(set(ids))} of them twice")
    print(f"{same:,} of the {QUESTIONS * 20} passages that a search over files finds are found")
    return 0 if ids == list(range(1, len(vectors) + 1)) else 1


def held() -> list[int]:
    """The ids of all vectors that Milvus holds, ascending; what is there twice is told twice."""
    from pymilvus import MilvusClient

    client = MilvusClient(URL)
    names = client.list_collections()
    [name] = [one[: -len(POSITION)] for one in names if one.endswith(POSITION)]
    ids = []
    for first in range(0, 2 * PASSAGES, READ_TOGETHER):
        own = f"id >= {first} and id < {first + READ_TOGETHER}"
        ids += [int(row["id"]) for row in client.query(name, own, ["id"], consistency_level="Strong")]
    return sorted(ids)


if __name__ == "__main__":
    sys.exit(run_command(main))
