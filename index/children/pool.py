"""The workers of this program: at most so many at a time, each kept for what comes next."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence

from index.children.life import PagesTold
from index.children.limits import ParsingLimits
from index.children.process import Ended, Reply, WorkerProcess
from index.resources import cores

# Each may need some gigabytes for a file that does harm; and reading files is a small part of indexing them.
MOST_WORKERS = min(4, cores())
MOST_VIEWERS = 2  # one for pages, while the other finds where the characters of a long file stand


class WorkerPool:
    """Workers that are started when they are wanted. Safe to use from several threads."""

    def __init__(self, most: int = MOST_WORKERS) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._free: list[WorkerProcess] = []

    def ask(
        self,
        function: str,
        arguments: Sequence[object],
        data: bytes,
        limits: ParsingLimits,
        asked: set[WorkerProcess] | None = None,
        told: PagesTold | None = None,
    ) -> Reply | Ended:
        """Ask a worker (see `WorkerProcess.ask`, also for `told`); waits where all are at work.

        It is among `asked` meanwhile, so that another thread can end it. Raises OSError where none can be started.
        """
        kept: WorkerProcess | None = None
        with self._places:
            while True:
                kept = None if kept else self._take()
                worker = kept or WorkerProcess()
                if asked is not None:
                    asked.add(worker)
                try:
                    reply = worker.ask(function, arguments, data, limits, told)
                finally:
                    if asked is not None:
                        asked.discard(worker)
                if isinstance(reply, Reply):
                    self._keep(worker)
                elif kept and not reply.late:  # it may have ended before it was asked, or for what it had read before
                    continue
                return reply

    def close(self) -> None:
        """End the workers that nobody is asking."""
        while worker := self._take():
            worker.close()

    def _take(self) -> WorkerProcess | None:
        """One that is free, the last used first, so that the others end when they are not needed."""
        with self._lock:
            self._drop_ended()
            return self._free.pop() if self._free else None

    def _keep(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._free.append(worker)
            self._drop_ended()

    def _drop_ended(self) -> None:
        for worker in [one for one in self._free if one.has_ended]:
            self._free.remove(worker)
            worker.close()


_workers, _viewers = WorkerPool(), WorkerPool(MOST_VIEWERS)


def workers() -> WorkerPool:
    """The workers that all of the program shares for reading files."""
    return _workers


def viewers() -> WorkerPool:
    """Those that draw pages for a person who waits: files that are read meanwhile may keep the others for minutes."""
    return _viewers


def _begin_anew() -> None:
    """After a fork: the pipes are those of the other process."""
    global _workers, _viewers
    _workers, _viewers = WorkerPool(), WorkerPool(MOST_VIEWERS)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
atexit.register(lambda: workers().close())
atexit.register(lambda: viewers().close())
