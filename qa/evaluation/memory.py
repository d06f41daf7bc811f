"""How much memory processes hold while something is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

EVERY = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that processes hold: `private` are theirs alone and lie in no file, so that the system cannot take them
    back; `resident` are all that are in memory, with mapped files and what several share, once for each."""

    private: int = 0
    resident: int = 0

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.private + other.private, self.resident + other.resident)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a process, and it with all that it has started, held so many seconds after the beginning."""

    seconds: float
    alone: Memory
    together: Memory


class MemorySampler:
    """Looks at a process again and again while it is open. `samples` are what it saw, in order; Linux only."""

    def __init__(self, process: int, every: float = EVERY) -> None:
        self._process, self._every = process, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.samples: list[Moment] = []

    def __enter__(self) -> MemorySampler:
        self._begun = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            alone = memory_of(self._process)
            others = (memory_of(one) for one in descendants(self._process))
            seconds = time.perf_counter() - self._begun
            self.samples.append(Moment(seconds, alone, sum(others, alone)))
            self._stop.wait(self._every)

    @property
    def alone(self) -> Memory:
        """The most of each that the process held."""
        return most([one.alone for one in self.samples])

    @property
    def together(self) -> Memory:
        """The most of each that it held with all that it has started."""
        return most([one.together for one in self.samples])


def most(seen: list[Memory]) -> Memory:
    """The most of each."""
    return Memory(max((one.private for one in seen), default=0), max((one.resident for one in seen), default=0))


def memory_of(process: int) -> Memory:
    """What a process holds now; nothing where it has ended."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
        told = {name: 1024 * int(rest[0]) for name, *rest in map(str.split, lines[1:])}
        return Memory(told["Anonymous:"], told["Rss:"])
    return Memory()


def descendants(process: int) -> Iterator[int]:
    """The processes that a process has started, and those that they have."""
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                for child in map(int, (thread / "children").read_text("ascii").split()):
                    yield child
                    yield from descendants(child)
