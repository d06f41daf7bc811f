"""One thread that works in the background: what is to be done first, and something else while nothing is."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable

Job = Callable[[], None]
IDLE_SECONDS = 1.0  # between two turns of what is done while there is no job


class Jobs:
    """Does jobs in order. `idle` is called while there is none; it does a little, and tells whether there is more."""

    def __init__(self, name: str, idle: Callable[[], bool], idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle, self._idle_seconds = idle, idle_seconds
        self._waiting: deque[tuple[Hashable, Job]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def put(self, job: Job, key: Hashable = None, *, first: bool = False) -> None:
        """Let a job be done, before all others if so wanted; nothing where one of the same `key` waits already."""
        with self._changed:
            if key is None or all(other != key for other, _ in self._waiting):
                (self._waiting.appendleft if first else self._waiting.append)((key, job))
                self._changed.notify_all()

    def may_idle(self) -> bool:
        """Whether there is nothing to do and no end is wanted."""
        with self._changed:
            return not self._waiting and not self._closed

    def close(self) -> None:
        """Wait for what is being done, and do nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while job := self._next():
            job()

    def _next(self) -> Job | None:
        """The next job, once there is one; None at the end."""
        while True:
            with self._changed:
                if self._closed:
                    return None
                if self._waiting:
                    return self._waiting.popleft()[1]
            more = self._idle()
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._waiting), 0 if more else self._idle_seconds)
