"""The progress of files that are added or read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from ui.web.listing import FileEntry

MOST_ENTRIES = 1000  # whose progress is told


class FileEntries:
    """The files of the last additions, in order. Safe to use from several threads."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """`changed` is called after each change."""
        self._changed = changed
        self._lock = threading.Lock()
        self._entries: dict[str, FileEntry] = {}

    def all(self) -> tuple[FileEntry, ...]:
        """All there are."""
        with self._lock:
            return tuple(self._entries.values())

    def begin(self, entries: Iterable[FileEntry]) -> None:
        """Add files. Where nothing is under way any more, they take the place of those before."""
        with self._lock:
            if not any(one.state in ("waiting", "reading") for one in self._entries.values()):
                self._entries = {}
            self._entries.update((one.id, one) for one in entries)
            for id_ in [one.id for one in self._entries.values() if one.state in ("done", "failed")]:
                if len(self._entries) <= MOST_ENTRIES:
                    break
                del self._entries[id_]
        self._changed()

    def reading(self, entry: FileEntry) -> ReadingProgress:
        """Note that the file of an entry is being read; what is to be told how far it is."""
        begun = replace(entry, state="reading")
        self.note(begun)
        return ReadingProgress(self, begun)

    def note(self, entry: FileEntry) -> None:
        """Let an entry take the place of the one with its id; one that was given up before is none any more."""
        with self._lock:
            if entry.id in self._entries:
                self._entries[entry.id] = entry
        self._changed()


class ReadingProgress:
    """Notes how far the file of an entry is read: a `FileProgress` and `PageProgress` (see `index.adding`)."""

    def __init__(self, entries: FileEntries, entry: FileEntry) -> None:
        self._entries, self._entry = entries, entry

    def __call__(self, done: int, total: int, file: str) -> None:
        """Nothing: there is one file."""

    def pages(self, file: str, done: int, total: int) -> None:
        """So many of its pages are read, of so many."""
        self._entries.note(replace(self._entry, pages_read=done, pages=total))
