"""Files parsed side by side, ahead of their turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.children.pool import MOST_WORKERS
from index.children.process import WorkerProcess
from index.errors import DocumentError
from index.loaders import FileContent, LoadedFile, load

MOST_AHEAD = 4 * MOST_WORKERS  # files that wait for their turn, or
MOST_BYTES_AHEAD = 50_000_000  # bytes of them


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file made, or why there is nothing."""

    path: Path
    loaded: LoadedFile | None
    reason: str = ""


class ParsingAhead:
    """Files on their way to documents. What has come of them is told in the order in which they were begun."""

    def __init__(self, told: Callable[[str, int, int], None] | None = None) -> None:
        """`told` is called by other threads: a file whose pages take long, how many are read, and of how many."""
        self._told = told
        self._threads = ThreadPoolExecutor(MOST_WORKERS)
        self._asked: set[WorkerProcess] = set()
        self._begun: deque[tuple[Path, int, Future[LoadedFile]]] = deque()

    def __enter__(self) -> ParsingAhead:
        return self

    def __exit__(self, *exception: object) -> None:
        """Leave what is not finished: nobody will ask for it."""
        left = [future for _, _, future in self._begun if not future.cancel()]
        while wait(left, timeout=0.05).not_done:
            for worker in list(self._asked):
                worker.end()
        self._threads.shutdown()

    def begin(self, path: Path, content: FileContent) -> None:
        """Parse the content of the file at `path` as soon as there is a worker for it."""
        told = partial(self._told, str(path)) if self._told else None
        self._begun.append((path, len(content.data), self._threads.submit(load, path, content, self._asked, told)))

    def finished(self, *, last: bool = False) -> Iterator[ParsedFile]:
        """What is finished and next in order. One that is at work is waited for only where too many wait behind it, or
        where the `last` file has begun."""
        while self._begun and (last or self._is_full() or self._begun[0][2].done()):
            path, _, future = self._begun.popleft()
            try:
                yield ParsedFile(path, future.result())
            except DocumentError as error:
                yield ParsedFile(path, None, str(error))

    def _is_full(self) -> bool:
        return len(self._begun) > MOST_AHEAD or sum(size for _, size, _ in self._begun) > MOST_BYTES_AHEAD
