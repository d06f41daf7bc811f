"""Many files into a collection by several workers, with Ray Data: read, split, encode, store.

Workers parse files and make vectors; this process alone writes, some documents in one transaction. A worker that dies
is replaced and its files are read again. A run that is stopped at any moment is resumed by repeating it: what is stored
is not read again, and a document is stored in place of an earlier one with its id, so never twice.

Without RAY_ADDRESS the workers are processes of this machine. Ray's sockets listen at all its network addresses, and
take orders only with a token that is made for the run. For several machines, set RAY_ADDRESS to the address of a Ray
cluster (`ray start --head` tells it). Each of its machines needs the same release of Quotewise and must see the
documents and the folder QUOTEWISE_HOME at the same paths, as on a shared file system. The collection itself lies on a
local disk of the machine that runs this: SQLite is not to be trusted on a network's file system.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.adding import FileProgress, add_prepared
from index.bulk_workers import FILE, PATH, BulkFile, EncodingWorker, read_row
from index.changes import Changes
from index.collection import DATABASE, Collection
from index.encoder import EncoderCard
from index.errors import CollectionError, ModelError, QuotewiseError
from index.files import clear_abandoned
from index.loaders import FileContent, find_files
from index.parsing import ParsedFile
from index.records import Document
from index.resources import cores
from index.storage import Storage
from index.storage_rows import PreparedDocument

FILES_TOGETHER = 16  # go from worker to worker, and are read again where one dies
OBJECT_STORE_BYTES = 500_000_000  # of this machine's memory, for what waits between the steps
NOT_INSTALLED = "Workers need Ray, which is not installed: run pip install 'quotewise[cluster]'."
# Nothing is reported to Ray's makers. A local cluster takes orders only with a token made for it; without one in the
# environment, Ray would write one to ~/.ray.
SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token"}


def add_bulk(
    collection: Collection, paths: Iterable[str | Path], workers: int, progress: FileProgress | None = None
) -> Changes:
    """Add or update files and folders as `Collection.add` does, with so many workers that read and as many that encode.

    `progress` is told of all files while they are compared with what is stored, then of those that are read. Raises
    ModelError where Ray is not installed, CollectionError where the workers cannot go on.
    """
    if workers < 1:
        raise ValueError(f"{workers} workers")
    check_ray()
    with closing(Storage(collection.folder / DATABASE)) as storage:
        changes = add_prepared(
            storage, _Workers(collection.encoder.card, workers, progress), find_files(paths), progress
        )
    clear_abandoned(collection.folder)
    while collection.encode_pending():  # what an earlier run has left
        pass
    return changes


class _Workers:
    """The way of files through the workers (see `Preparation`). They start once all files are begun."""

    def __init__(self, card: EncoderCard, workers: int, progress: FileProgress | None) -> None:
        self._card, self._workers, self._progress = card, workers, progress
        self._begun: list[str] = []
        self._prepared: dict[str, PreparedDocument] = {}  # told, and not yet stored, by document

    def begin(self, path: Path, content: FileContent) -> None:
        self._begun.append(str(path))

    def finished(self, *, last: bool = False) -> Iterator[ParsedFile]:
        if not (last and self._begun):
            return
        for number, file in enumerate(_through_workers(self._begun, self._card, self._workers)):
            if self._progress:
                self._progress(number, len(self._begun), str(file.parsed.path))
            if file.prepared:
                self._prepared[file.prepared.document.id] = file.prepared
            yield file.parsed

    def prepare(self, documents: Sequence[Document]) -> Iterable[PreparedDocument]:
        return [self._prepared.pop(document.id) for document in documents]


def _through_workers(paths: Sequence[str], card: EncoderCard, workers: int) -> Iterator[BulkFile]:
    """What the workers made of each of the files, in the order in which they were done."""
    ray = _import_ray()
    with _cluster(ray, workers) as threads:
        try:
            rows = ray.data.from_items(
                [{PATH: path} for path in paths], override_num_blocks=-(-len(paths) // FILES_TOGETHER)
            )
            read = rows.map(read_row, compute=ray.data.TaskPoolStrategy(workers), num_cpus=1)
            encoded = read.map_batches(
                EncodingWorker, fn_constructor_args=(card.name, card.fingerprint, threads), batch_size=None,
                compute=ray.data.ActorPoolStrategy(size=workers), num_cpus=1,
            )  # fmt: skip
            for row in encoded.iter_rows():
                yield pickle.loads(row[FILE])
        except ray.exceptions.RayError as error:
            raise _explained(error) from error


@contextmanager
def _cluster(ray: Any, workers: int) -> Iterator[int]:
    """The cluster at RAY_ADDRESS, or one of this machine that ends with this process; yields how many threads an
    encoder may use, so that they do not fight for cores."""
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    away = bool(os.environ.get("RAY_ADDRESS"))
    try:
        if away:
            ray.init(**quiet)
        else:
            ray.init(
                num_cpus=2 * workers, object_store_memory=OBJECT_STORE_BYTES, include_dashboard=False,
                _node_ip_address="127.0.0.1", **quiet,
            )  # fmt: skip
    except (RuntimeError, OSError, ray.exceptions.RayError) as error:
        raise _explained(error) from error
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield 1 if away else max(1, cores() // workers)
    finally:
        ray.shutdown()


def _explained(error: BaseException) -> QuotewiseError:
    """What the workers ended with, as one sentence."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, QuotewiseError):
        return cause
    said = str(error).strip().splitlines() or [type(error).__name__]
    return CollectionError(
        f"The workers could not go on ({said[-1]}): run the same command again, which keeps what is stored."
    )


def check_ray() -> None:
    """Raise ModelError where Ray is not installed."""
    _import_ray()


def _import_ray() -> Any:
    """Ray with Ray Data. Raises ModelError where it is not installed."""
    if not os.environ.get("RAY_ADDRESS"):  # Ray reads these when it is imported
        for name, value in {**SETTINGS, "RAY_AUTH_TOKEN": secrets.token_hex(32)}.items():
            os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ModelError(NOT_INSTALLED) from error
    return ray
