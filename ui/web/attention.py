"""Questions go before work in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from index.changes import RejectedFile
from index.collection import Collection, Scope
from index.records import DocumentSummary


class Attention:
    """Knows whether questions are being answered now. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asking = 0
        self._ended = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While it is open, a question is being answered."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._ended = time.monotonic()
                self._changed.notify_all()

    def is_wanted(self, seconds: float = 0.0) -> bool:
        """Whether a question is being answered, or one was within the last so many seconds."""
        with self._changed:
            return self._asking > 0 or time.monotonic() - self._ended < seconds

    def let_pass(self, most: float) -> None:
        """Wait until no question is being answered, at most so many seconds: work goes on however many ask."""
        with self._changed:
            self._changed.wait_for(lambda: not self._asking, most)


class AskedScope(Scope):
    """A part of a collection that says so while it is asked."""

    def __init__(
        self,
        attention: Attention,
        collection: Collection,
        summaries: list[DocumentSummary] | None,
        left_out: tuple[RejectedFile, ...] = (),
    ) -> None:
        super().__init__(collection, summaries, left_out)
        self._attention = attention

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See `Scope.snapshot`."""
        with self._attention.asking(), super().snapshot():
            yield
