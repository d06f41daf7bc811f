"""Questions of the page that were stopped, whether they wait, are read or are answered already.

Gradio can end an event as well, but the page cannot tell that from one for which there was no room: both fail, and the
next question was told that the page is busy.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

MOST_KEPT = 1000  # ids of stopped questions; those that still wait are among the last ones


class Stopped(Exception):
    """Nobody waits for the answer any more."""


class Stops:
    """Which questions were stopped, by their ids. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stopped: OrderedDict[str, None] = OrderedDict()
        self._tell: dict[str, Callable[[], None]] = {}  # what to call for a question that is being answered

    def add(self, question_id: str) -> None:
        """Stop a question."""
        with self._lock:
            self._stopped[question_id] = None
            if len(self._stopped) > MOST_KEPT:
                self._stopped.popitem(last=False)
            tell = self._tell.get(question_id)
        if tell:
            tell()

    def has(self, question_id: str) -> bool:
        """Whether the question was stopped."""
        with self._lock:
            return question_id in self._stopped

    @contextmanager
    def told(self, question_id: str, tell: Callable[[], None]) -> Iterator[None]:
        """While it is open, `tell` is called when the question is stopped."""
        with self._lock:
            self._tell[question_id] = tell
        try:
            yield
        finally:
            with self._lock:
                self._tell.pop(question_id, None)
