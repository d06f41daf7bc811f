"""Folders whose documents follow what happens there. Which they are is noted with the collection."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.changes import RejectedFile
from index.collection import Collection
from index.formats import is_current
from index.loaders import find_files, is_gone
from index.records import DocumentSummary
from ui.web.listing import FolderState, WatchedFolder

NOTE = "folders"
TOGETHER = 8  # files that are read in one step: what an end, or a file that is handed over, waits for
SETTLED_SECONDS = 1.0  # a file that was changed so shortly ago may still be written

Stamp = tuple[int, int]  # size in bytes, time of the last change in nanoseconds


@dataclass(slots=True)
class _Folder:
    """A folder that is followed. `without` are files in it whose documents a person has removed; they stay out."""

    path: str
    watched: bool
    without: set[str] = field(default_factory=set)
    state: FolderState = "ready"
    reason: str = ""  # why it is gone
    trouble: str = ""  # what keeps it from being watched as usual
    tried: dict[str, Stamp] = field(default_factory=dict)  # files that could not be read, as they were then
    waiting: deque[Path] = field(default_factory=deque)  # files to be read

    def holds(self, source: str) -> bool:
        """Whether a file lies in it, or below."""
        return source.startswith(self.path.rstrip(os.sep) + os.sep)


@dataclass(frozen=True, slots=True)
class SyncStep:
    """What one step of following a folder did: files that could not be read, whether anything was changed, whether
    there is more to do, and whether files were passed over since they may still be written."""

    refused: tuple[RejectedFile, ...] = ()
    changed: bool = False
    more: bool = False
    unsettled: bool = False


class Folders:
    """The folders of one collection. Safe to use from several threads, one of which calls `look` and `step`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # for which folders there are, and what stays out of them
        self._folders: dict[str, _Folder] = {}

    def load(self, collection: Collection) -> None:
        """Take up the folders that are noted with the collection. A note that is none is passed over."""
        try:
            for one in json.loads(collection.note(NOTE) or "[]"):
                without = {str(source) for source in one["without"]}
                self._folders[str(one["path"])] = _Folder(str(one["path"]), bool(one["watched"]), without)
        except (ValueError, TypeError, KeyError):
            return

    def shown(self, sources: Sequence[str]) -> tuple[WatchedFolder, ...]:
        """The folders, by path, with how many of these sources of documents lie in each."""
        with self._lock:
            folders = [one for _, one in sorted(self._folders.items())]
        return tuple(
            WatchedFolder(one.path, one.watched, one.state, sum(map(one.holds, sources)), one.reason or one.trouble)
            for one in folders
        )

    def watched(self) -> list[str]:
        """The paths of those that are watched."""
        with self._lock:
            return [one.path for one in self._folders.values() if one.watched]

    def paths(self) -> list[str]:
        """The paths of all."""
        with self._lock:
            return list(self._folders)

    def add(self, collection: Collection, path: Path, *, watch: bool) -> None:
        """Follow a folder from now on. One that is followed already is from now on watched or not, and what was removed
        from it by hand comes back."""
        with self._lock:
            self._folders[str(path)] = _Folder(str(path), watch, state="reading")
            self._note(collection)

    def forget(self, collection: Collection, path: str) -> bool:
        """Follow a folder no more; whether it was. Its documents stay."""
        with self._lock:
            known = self._folders.pop(path, None)
            if known:
                self._note(collection)
            return known is not None

    def leave_out(self, collection: Collection, sources: Iterable[str]) -> None:
        """Let the files at these places stay out, since their documents were removed by hand."""
        with self._lock:
            for source in sources:
                for folder in self._folders.values():
                    if folder.holds(source):
                        folder.without.add(source)
            self._note(collection)

    def take_in(self, collection: Collection, source: str) -> None:
        """Follow the file at this place again."""
        with self._lock:
            for folder in self._folders.values():
                folder.without.discard(source)
            self._note(collection)

    def trouble(self, path: str, sentence: str) -> bool:
        """Say what keeps a folder from being watched as usual, or nothing any more; whether that is new."""
        folder = self._folders.get(path)
        changed = folder is not None and folder.trouble != sentence
        if folder:
            folder.trouble = sentence
        return changed

    def failed(self, path: str, sentence: str) -> None:
        """Say why a folder cannot be followed now."""
        if folder := self._folders.get(path):
            folder.reason = sentence

    def look_whether_there(self) -> bool:
        """See which folders are there, but for what is in them; whether one went or came that is not watched."""
        with self._lock:
            folders = [one for one in self._folders.values() if not one.watched]
        changed = False
        for folder in folders:
            is_there = Path(folder.path).is_dir()
            if is_there == (folder.state == "gone"):
                folder.state, folder.reason = "ready" if is_there else "gone", "" if is_there else _gone(folder.path)
                changed = True
        return changed

    def step(self, collection: Collection, path: str) -> SyncStep:
        """Do some of what a folder wants. Begin with `look`; while there is `more`, call it again."""
        folder = self._folders.get(path)
        if folder is None:
            return SyncStep()
        some = [folder.waiting.popleft() for _ in range(min(TOGETHER, len(folder.waiting)))]
        there = [file for file in some if str(file) not in folder.without and not is_gone(str(file))]
        refused: tuple[RejectedFile, ...] = ()
        if there:
            refused = collection.add(there, text_first=True).refused
            folder.tried.update((one.source, stamp) for one in refused if (stamp := _stamp(Path(one.source))))
        if folder.waiting:
            return SyncStep(refused, bool(there), more=True)
        return self._finish(collection, folder, refused, bool(there))

    def look(self, collection: Collection, path: str) -> SyncStep:
        """See what is new or changed in a folder, and whether it is there; what it is then, `step` does."""
        folder = self._folders.get(path)
        if folder is None:
            return SyncStep()
        before = folder.state
        if not Path(path).is_dir():
            folder.state, folder.reason = "gone", _gone(path)
            return SyncStep(changed=before != "gone")
        files = find_files([path]).files
        known = {one.source: one for one in collection.documents_below(path)}
        if known and not any(Path(path).iterdir()):
            folder.state, folder.reason = "gone", _emptied(path)
            return SyncStep(changed=before != "gone")
        unsettled = False
        folder.waiting.clear()
        for file in files:
            stamp = _stamp(file)
            if stamp is None or str(file) in folder.without or _is_as_known(folder, known, file, stamp):
                continue
            if abs(time.time() - stamp[1] / 1e9) < SETTLED_SECONDS:
                unsettled = True
            else:
                folder.waiting.append(file)
        folder.state, folder.reason = "reading" if folder.waiting else "ready", ""
        return SyncStep(changed=before != folder.state, more=True, unsettled=unsettled)

    def _finish(
        self, collection: Collection, folder: _Folder, refused: tuple[RejectedFile, ...], changed: bool
    ) -> SyncStep:
        """Remove what is gone, last: what was moved has been followed by then."""
        known = collection.documents_below(folder.path)
        gone = [one for one in known if is_gone(one.source) and _is_removed(Path(one.source), Path(folder.path))]
        if gone:
            collection.remove(*(one.id for one in gone))
        before, folder.state = folder.state, "ready"
        for source in [one for one in list(folder.without) if is_gone(one)]:
            folder.without.discard(source)
        changed = changed or bool(gone) or before != folder.state
        return SyncStep(refused, changed)

    def _note(self, collection: Collection) -> None:
        noted = [
            {"path": one.path, "watched": one.watched, "without": sorted(one.without)} for one in self._folders.values()
        ]
        text = json.dumps(noted) if noted else None
        if text != collection.note(NOTE):
            collection.set_note(NOTE, text)


def _gone(path: str) -> str:
    return f"{path} is not there, so its documents are kept as they were: see whether its disk is connected."


def _emptied(path: str) -> str:
    return f"{path} is empty now, so its documents are kept as they were: connect its disk, or remove them yourself."


def _is_as_known(folder: _Folder, known: dict[str, DocumentSummary], file: Path, stamp: Stamp) -> bool:
    """Whether there is nothing to be read of the file that was not read."""
    summary = known.get(str(file))
    if summary is not None:
        same = (summary.size, summary.modified_ns) == stamp
        return same and is_current(summary.extraction, bool(summary.unreadable))
    return folder.tried.get(str(file)) == stamp


def _stamp(file: Path) -> Stamp | None:
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _is_removed(file: Path, top: Path) -> bool:
    """Whether a file that is gone was removed, as far as can be told: the nearest folder above it that is there holds
    something. An unmounted disk leaves an empty folder behind, or none at all."""
    for folder in (one for one in file.parents if one.is_relative_to(top)):
        try:
            return any(folder.iterdir())
        except FileNotFoundError:
            continue
        except OSError:
            return False
    return False
