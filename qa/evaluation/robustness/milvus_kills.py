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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from index.collection import Collection
from index.errors import CollectionError
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.vector_changes import GivenVectors, made_documents

URL, PORT = "http://127.0.0.1:19530", 19530
PASSAGES, KILLS = 20_000, 3
STARTS_WITHIN = 240  # seconds
SETTLES = 12  # seconds in which its parts find one another behind the open port
QUESTIONS = 20
READ_TOGETHER = 10_000  # ids that are asked for together


@contextmanager
def server(program: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The server over its data in the folder, once it answers."""
    with open(folder / "log", "ab") as log:
        process = subprocess.Popen([program, "--data", folder], stdout=log, stderr=log, start_new_session=True)
    try:
        ends = time.monotonic() + STARTS_WITHIN
        while not answers():
            if time.monotonic() > ends or process.poll() is not None:
                raise CollectionError(f"The server {program} does not start: see {folder / 'log'}.")
            time.sleep(0.5)
        time.sleep(SETTLES)
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def answers() -> bool:
    """Whether something listens at the port."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", PORT)) == 0


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started, without a chance to write anything."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while answers():
        time.sleep(0.1)


def kill_at(process: subprocess.Popen[bytes], added: int) -> None:
    """Kill the server once it has told that it has so many."""
    from pymilvus import MilvusClient, MilvusException

    client, has = MilvusClient(URL), 0
    while has < added:
        time.sleep(0.02)
        with suppress(MilvusException):
            for name in client.list_collections():
                if name.endswith("_position"):
                    rows = client.query(name, "id == 1", ["added"], consistency_level="Strong")
                    has = max([has, *(int(row["added"]) for row in rows)])
    kill(process)
    print(f"killed when it had {has:,}", flush=True)


def search(folder: Path, encoder: GivenVectors, vectors: str) -> list[list[int]]:
    """What each question finds, by id; before the first, what lacks is sent."""
    with Collection(folder, encoder, vectors=vectors) as collection:
        return [[hit.passage.id for hit in collection.search_dense(str(n), 20)] for n in range(QUESTIONS)]


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
        expected = search(folder, GivenVectors(vectors), "")
        for number in range(1, KILLS + 1):
            with server(options.server, data) as process:
                killer = threading.Thread(target=kill_at, args=(process, PASSAGES * number // (KILLS + 1)), daemon=True)
                killer.start()
                try:
                    search(folder, GivenVectors(vectors), URL)
                    print(f"kill {number}: everything was sent before")
                except CollectionError as error:
                    print(f"kill {number}: {error}")
                killer.join(STARTS_WITHIN)
        with server(options.server, data):
            found = search(folder, GivenVectors(vectors), URL)
            ids = held()
    same = sum(len(set(one) & set(other)) for one, other in zip(found, expected, strict=True))
    print(f"{len(set(ids)):,} of {len(vectors):,} passages are there, {len(ids) - len(set(ids))} of them twice")
    print(f"{same:,} of the {QUESTIONS * 20} passages that a search over files finds are found")
    return 0 if ids == list(range(1, len(vectors) + 1)) else 1


def held() -> list[int]:
    """The ids of all vectors that Milvus holds, ascending; what is there twice is told twice."""
    from pymilvus import MilvusClient

    client = MilvusClient(URL)
    [name] = [one for one in client.list_collections() if not one.endswith("_position")]
    ids = []
    for first in range(0, 2 * PASSAGES, READ_TOGETHER):
        own = f"id >= {first} and id < {first + READ_TOGETHER}"
        ids += [int(row["id"]) for row in client.query(name, own, ["id"], consistency_level="Strong")]
    return sorted(ids)


if __name__ == "__main__":
    sys.exit(run_command(main))
