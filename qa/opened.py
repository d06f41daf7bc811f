"""What is kept open between questions: a collection for each set of files, encoders and readers."""

from __future__ import annotations

import atexit
import hashlib
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from index.adding import FileProgress
from index.collection import Collection, Scope
from index.encoder import Encoder
from index.encoder_catalog import DEFAULT_ENCODER, encoder_name, export_folder, open_encoder
from index.errors import DamageError, DocumentError
from index.files import home
from index.loaders import TICK_NS, find_files, nothing_to_read, resolve_path
from qa.reading.balanced import Balanced, open_balanced
from qa.reading.catalog import ACCURATE, BALANCED, reader_folder, usual_reader
from qa.reading.reader import OnnxReader, Reader
from qa.seeds import seed_files

MOST_COLLECTIONS = 32  # of sets of files; those asked longest ago are opened again when they are wanted
MOST_MODELS = 4  # of encoders, and of readers: some 100 MB each

Stamp = tuple[str | int, ...]  # tells whether a file is as it was

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

    def known(self, key: Key) -> Value | None:
        """The value of the key, if there is one."""
        with self._lock:
            return self._values.get(key)

    def __len__(self) -> int:
        return len(self._values)

    def values(self) -> list[Value]:
        """All that there are."""
        with self._lock:
            return list(self._values.values())


@dataclass(slots=True)
class _Opened:
    """A collection kept for a set of paths, with the state of the files when it was last brought up to date."""

    collection: Collection
    stamps: tuple[Stamp, ...] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_collections: Kept[str, _Opened] = Kept(MOST_COLLECTIONS)
_published: Kept[str, Collection] = Kept(MOST_COLLECTIONS)
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
    name = encoder_name(encoder or DEFAULT_ENCODER)
    folder = _folder_of(paths, name)

    def open_it() -> _Opened:
        kept = _encoders.get(export_folder(name), lambda: open_encoder(name, report, download=download))
        return _Opened(_sound_collection(folder, kept, report))

    opened = _collections.get(str(folder), open_it)
    with opened.lock:
        try:
            _bring_up_to_date(opened, paths, progress)
        except DamageError:  # it holds nothing that is not in the files
            _repair(folder)
            _bring_up_to_date(opened, paths, progress)
    return opened.collection.whole()


def kept_published(address: str, download: bool = False) -> Scope:
    """The copy kept of what is published at an address, which follows it; see `open_published`."""
    from index.published.following import open_published  # files are asked without it

    return _published.get(address, lambda: open_published(address, download=download)).whole()


@atexit.register
def _close_all() -> None:
    """Close what is kept: a process may end without taking anything apart, and SQLite tidies up when it is closed."""
    for opened in _collections.values():
        opened.collection.close()
    for collection in _published.values():
        collection.close()


def _folder_of(paths: list[str | Path], name: str) -> Path:
    """Where the collection for these files and folders and the encoder of this name lies."""
    places = sorted(str(resolve_path(path)) for path in paths)
    key = "\n".join([export_folder(name).name, *places]).encode("utf-8", "surrogatepass")
    return home() / "opened" / hashlib.sha256(key).hexdigest()[:16]


def _repair(folder: Path) -> None:
    """See `index.repairing.repair`, which is imported only where something is to be mended."""
    from index.repairing import repair

    repair(folder)


def _sound_collection(folder: Path, encoder: Encoder, report: Callable[[str], None] | None) -> Collection:
    try:
        return Collection(folder, encoder, report)
    except DamageError:
        _repair(folder)
        return Collection(folder, encoder, report)


def mend_documents(documents: list[str | Path], encoder: str | None = None) -> None:
    """Mend the collection kept for these files and folders, which is damaged; see `index.repairing.repair`."""
    folder = _folder_of(documents, encoder_name(encoder or DEFAULT_ENCODER))
    _repair(folder)
    if opened := _collections.known(str(folder)):
        with opened.lock:
            opened.stamps = None


def _bring_up_to_date(opened: _Opened, paths: list[str | Path], progress: FileProgress | None) -> None:
    """Index what is new or changed below `paths` and drop what is gone from there."""
    found = find_files(paths)
    files = found.files
    stamps = tuple(map(_stamp, files))
    if stamps == opened.stamps:
        return
    opened.stamps = None  # until all went well
    if _just_changed(stamps):
        time.sleep(TICK_NS / 1e9)
        stamps = tuple(map(_stamp, files))
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
        raise nothing_to_read(found, paths, "name another folder")
    opened.stamps = stamps


def _stamp(file: Path) -> Stamp:
    """What tells whether the file is as it was: its time of change cannot be set, as the one of writing can. Nothing
    where it is gone meanwhile."""
    try:
        facts = file.stat()
    except OSError:
        return (str(file),)
    return str(file), facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino


def _just_changed(stamps: Iterable[Stamp]) -> bool:
    """Whether a file was changed so shortly ago that another change might not show in its times."""
    now = time.time_ns()
    return any(abs(now - int(stamp[3])) < TICK_NS for stamp in stamps if len(stamp) > 1)


def kept_reader(name: str | Path | None, download: bool = False) -> Reader | Balanced:
    """The reader of this name or folder, or two of them, opened once; see `open_reader`."""
    name = usual_reader() if name is None else name
    if name == BALANCED:
        accurate = reader_folder(ACCURATE)  # may have been installed anew
        return _balanced.get(accurate, lambda: open_balanced(accurate))
    # By name first, so that no two threads export the same checkpoint.
    folder = _naming.get(str(name), lambda: reader_folder(name, download=download))
    return _readers.get(folder, lambda: OnnxReader(folder))
