"""A worker as its parent sees it: a process that is asked one thing at a time."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer

from index.child import PYTHON, child_environment
from index.children.frames import ALIVE, MOST_SIGNS, read_frame, write_frame
from index.children.life import PagesTold
from index.children.limits import CLOCK, ParsingLimits

CODE = "from index.children.worker import serve; serve()"
GRACE_SECONDS = 2.0  # for a process that has closed its output to be gone


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker replied: one of the signs in `index.children.frames`, and what it found."""

    sign: bytes
    found: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """A worker ended without a reply: `late` where its time was over, else by the signal of this name, if any."""

    late: bool = False
    signal: str = ""


class WorkerProcess:
    """A worker. Raises OSError where no process can be started. To be asked by one thread at a time."""

    def __init__(self) -> None:
        self._late = False
        self._process = subprocess.Popen(
            [*PYTHON, "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether there is no such process any more."""
        return self._process.poll() is not None

    def ask(
        self,
        function: str,
        arguments: Sequence[object],
        data: bytes,
        limits: ParsingLimits,
        told: PagesTold | None = None,
    ) -> Reply | Ended:
        """Let it call `function`, written as "module:name", on the data and the arguments, which JSON can hold.

        The function returns bytes. Its time counts anew with each sign of life (see `index.children.life`), which is
        `told` at once. A worker that has ended cannot be asked again.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        memory = limits.megabytes * 1_000_000
        head = json.dumps([function, arguments, limits.seconds, memory]).encode()
        try:
            for sign in range(MOST_SIGNS):
                with self._clock(CLOCK * limits.seconds):
                    if sign == 0:
                        with suppress(OSError):  # it has ended; how, is told below
                            write_frame(self._process.stdin, head, b"\n", data)
                    frame = read_frame(self._process.stdout, memory)
                if not frame:
                    return self._ended()
                if frame[:1] != ALIVE:
                    return Reply(frame[:1], frame[1:])
                if told is not None and (pages := _pages(frame[1:])):
                    told(*pages)
        except BaseException:  # an interruption: nobody wants the rest of the reply
            self.end()
            raise
        self._end_late()
        return self._ended()

    @contextmanager
    def _clock(self, seconds: float) -> Iterator[None]:
        """After so many seconds of what is done meanwhile, end it."""
        clock = Timer(seconds, self._end_late)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it and release the pipes; nobody may be asking it."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not written cannot be written any more
                if pipe is not None:
                    pipe.close()

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()

    def _ended(self) -> Ended:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self.close()
        code = self._process.returncode
        if self._late or -code == getattr(signal, "SIGXCPU", None):
            return Ended(late=True)
        return Ended(signal=_signal_name(-code) if code < 0 else "")


def _pages(sign: bytes) -> tuple[int, int] | None:
    """How many pages of all are done; None for what does not tell it: a file may have taken over its worker."""
    try:
        done, total = json.loads(sign)
    except (ValueError, TypeError):
        return None
    return (done, total) if type(done) is int and type(total) is int and 0 <= done <= total > 0 else None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
