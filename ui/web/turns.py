"""Who may have a question read now: one line for the page, the service and assistants."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from threading import Lock

from index.errors import QuotewiseError

AT_ONCE = 2  # questions that are read at one time, as many as there are cores on a small machine
MOST_WAITING = 32  # beside them: at 0.15 s a question, the last waits two to three seconds
BUSY = "Quotewise is busy with other questions: ask again in a moment."


class BusyError(QuotewiseError):
    """More is wanted at one time than is done."""


class Turns:
    """Lets AT_ONCE questions be read at one time, in the order in which they came. Safe to use from several threads.

    The page's own queue holds back what is asked there; whoever comes another way waits here, MOST_WAITING of both
    together at most.
    """

    def __init__(self) -> None:
        self._lock, self._free = Lock(), AT_ONCE
        self._waiting: deque[Future[None]] = deque()
        self._elsewhere: Callable[[], int] = lambda: 0

    def count_as_well(self, waiting: Callable[[], int]) -> None:
        """Let those who wait elsewhere, of whom `waiting` returns the number, take places here."""
        self._elsewhere = waiting

    @property
    def waiting(self) -> int:
        """How many wait here for their turn."""
        return len(self._waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A turn, for which a thread waits."""
        self._take().result()
        try:
            yield
        finally:
            self._give_back()

    @asynccontextmanager
    async def taken_soon(self) -> AsyncIterator[None]:
        """A turn, for which a task waits; one that is cancelled leaves its place. Raises BusyError where all places are
        taken."""
        if self.waiting + self._elsewhere() >= MOST_WAITING:
            raise BusyError(BUSY)
        turn = self._take()
        try:
            await asyncio.wrap_future(turn)
        except asyncio.CancelledError:
            self._leave(turn)
            raise
        try:
            yield
        finally:
            self._give_back()

    def _take(self) -> Future[None]:
        turn: Future[None] = Future()
        with self._lock:
            if not self._free:
                self._waiting.append(turn)
                return turn
            self._free -= 1
        turn.set_result(None)
        return turn

    def _leave(self, turn: Future[None]) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        if not turn.cancelled():  # it was given at this very moment
            self._give_back()

    def _give_back(self) -> None:
        with self._lock:
            while self._waiting:
                turn = self._waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    break
            else:
                self._free += 1
                return
        turn.set_result(None)
