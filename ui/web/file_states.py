"""Whether the files of documents are still those that were read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index.errors import QuotewiseError
from index.files import file_sha256
from index.records import DocumentSummary
from ui.web.listing import DocumentState

LEAST_SECONDS = 3.0  # between two looks
REST = 20  # times as long as a look takes is waited before the next one, so that looking takes a twentieth at most
LARGEST_HASHED = 50_000_000  # bytes of a file that is compared where only its time is another one

Stamp = tuple[int, int]  # size in bytes, time of the last change in nanoseconds


class FileStates:
    """The states of files that are another one now or gone, as of the last look. One thread looks at a time.

    Size and time tell a file from another. Only where the time alone differs is its content compared, once for each
    time: a file that was merely written again is no other one.
    """

    def __init__(self) -> None:
        self._states: dict[str, DocumentState] = {}
        self._compared: dict[tuple[str, Stamp, str], bool] = {}
        self._next = 0.0

    def of(self, document_id: str) -> DocumentState:
        """The state of a document's file: "ready" where it is as it was read."""
        return self._states.get(document_id, "ready")

    def hurry(self) -> None:
        """Let the next look be due now."""
        self._next = 0.0

    def is_due(self) -> bool:
        """Whether it is time for another look."""
        return time.monotonic() >= self._next

    def look(self, summaries: Sequence[DocumentSummary], go_on: Callable[[], bool]) -> bool:
        """Look at the files of these documents, which are all there are; whether any state is another one now. `go_on`
        ends it early, and changes nothing."""
        began = time.monotonic()
        states: dict[str, DocumentState] = {}
        for one in summaries:
            if not go_on():
                return False
            state = self._state(one)
            if state != "ready":
                states[one.id] = state
        ended = time.monotonic()
        self._next = ended + max(LEAST_SECONDS, REST * (ended - began))
        there = {one.source for one in summaries}
        self._compared = {key: same for key, same in self._compared.items() if key[0] in there}
        changed, self._states = states != self._states, states
        return changed

    def _state(self, summary: DocumentSummary) -> DocumentState:
        if not summary.modified_ns:  # it comes from no file
            return "ready"
        try:
            facts = Path(summary.source).stat()
        except (FileNotFoundError, NotADirectoryError):
            return "gone"
        except (OSError, ValueError):  # it cannot be told
            return "ready"
        if (facts.st_size, facts.st_mtime_ns) == (summary.size, summary.modified_ns):
            return "ready"
        if facts.st_size != summary.size or facts.st_size > LARGEST_HASHED:
            return "changed"
        key = summary.source, (facts.st_size, facts.st_mtime_ns), summary.sha256
        if key not in self._compared:
            try:
                self._compared[key] = file_sha256(Path(summary.source)) == summary.sha256
            except (OSError, QuotewiseError):
                return "changed"
        return "ready" if self._compared[key] else "changed"
