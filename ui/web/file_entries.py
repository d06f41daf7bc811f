"""The progress of files that are added or read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

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

    def note(self, entry: FileEntry) -> None:
        """Let an entry take the place of the one with its id; one that was given up before is none any more."""
        with self._lock:
            if entry.id in self._entries:
                self._entries[entry.id] = entry
        self._changed()
