"""What is kept open between questions: a collection for each set of files, encoders and readers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from index.adding import FileProgress
from index.collection import Collection, Scope
from index.encoder import Encoder
from index.encoder_catalog import DEFAULT_ENCODER, encoder_name, export_folder, open_encoder
from index.errors import DocumentError
from index.files import home
from index.loaders import find_files, resolve_path
from qa.reading.balanced import Balanced, open_balanced
from qa.reading.catalog import ACCURATE, BALANCED, reader_folder, usual_reader
from qa.reading.reader import OnnxReader, Reader
from qa.seeds import seed_files

MOST_COLLECTIONS = 32  # of sets of files; those asked longest ago are opened again when they are wanted
MOST_MODELS = 4  # of encoders, and of readers: some 100 MB each

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most so many values by key, those used last. Each is made once, and only those who want the same one wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: dict[Key, Value] = {}
        self._making: dict[Key, threading.Lock] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of the key, made if there is none. What `make` raises is raised, and nothing kept."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                found = key in self._values
                value = self._values.pop(key) if found else None
            value = value if found else make()
            with self._lock:
                self._values[key] = value  # type: ignore[assignment]  # behind all others
                while len(self._values) > self._most:  # not closed: another thread may be asking it
                    del self._values[next(iter(self._values))]
                self._making = {k: lock for k, lock in self._making.items() if k in self._values or lock.locked()}
        return value  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self._values)


@dataclass(slots=True)
class _Opened:
    """A collection kept for a set of paths, with the state of the files when it was last brought up to date."""

    collection: Collection
    stamps: tuple[tuple[str, int, int], ...] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_collections: Kept[str, _Opened] = Kept(MOST_COLLECTIONS)
_encoders: Kept[Path, Encoder] = Kept(MOST_MODELS)
_readers: Kept[Path, OnnxReader] = Kept(MOST_MODELS)
_balanced: Kept[Path, Balanced] = Kept(1)
_naming: Kept[str, Path] = Kept(MOST_MODELS)


def open_documents(
    documents: str | Path | Iterable[str | Path] | None,
    encoder: str | None = None,
    progress: FileProgress | None = None,
    report: Callable[[str], None] | None = None,
    *,
    download: bool = False,
) -> Scope:
    """The collection kept for just these files and folders, brought up to date with them.

    None stands for the documents that come with Quotewise. `progress` is told of each file, `report` when the encoder
    must first be prepared.
    """
    if documents is None:
        paths: list[str | Path] = list(seed_files())
    else:
        paths = [documents] if isinstance(documents, str | Path) else list(documents)
    if not paths:
        raise DocumentError("No documents were given: name at least one file or folder.")
    places = sorted(str(resolve_path(path)) for path in paths)
    name = encoder_name(encoder or DEFAULT_ENCODER)
    exported = export_folder(name)
    key = hashlib.sha256("\n".join([exported.name, *places]).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    folder = home() / "opened" / key

    def open_it() -> _Opened:
        kept = _encoders.get(exported, lambda: open_encoder(name, report, download=download))
        return _Opened(Collection(folder, kept))

    opened = _collections.get(str(folder), open_it)
    with opened.lock:
        _bring_up_to_date(opened, paths, progress)
    return opened.collection.whole()


def _bring_up_to_date(opened: _Opened, paths: list[str | Path], progress: FileProgress | None) -> None:
    """Index what is new or changed below `paths` and drop what is gone from there."""
    files = find_files(paths).files
    stamps = tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    if stamps == opened.stamps:
        return
    opened.stamps = None  # until all went well
    changes = opened.collection.add(files, progress)
    present = {str(file) for file in files} - {rejected.source for rejected in changes.refused}
    gone = [summary.id for summary in opened.collection.documents() if summary.source not in present]
    if gone:
        opened.collection.remove(*gone)
    named = {str(resolve_path(path)) for path in paths}
    for rejected in changes.refused:
        # A bad file among a folder's others is passed over; one that was named, or is all there is, is not.
        if rejected.source in named or not present:
            raise DocumentError(rejected.reason)
    if not files:
        raise DocumentError(f"There is no readable document in {', '.join(map(str, paths))}: name another folder.")
    opened.stamps = stamps


def kept_reader(name: str | Path | None, download: bool = False) -> Reader | Balanced:
    """The reader of this name or folder, or two of them, opened once; see `open_reader`."""
    name = usual_reader() if name is None else name
    if name == BALANCED:
        # By the folder: the accurate reader may have been installed anew.
        return _balanced.get(reader_folder(ACCURATE), lambda: open_balanced(reader_folder(ACCURATE)))
    # By name first, so that no two threads export the same checkpoint.
    folder = _naming.get(str(name), lambda: reader_folder(name, download=download))
    return _readers.get(folder, lambda: OnnxReader(folder))
