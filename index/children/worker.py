"""What a worker does: it calls one function after the other on bytes that its parent sends, each within limits.

It imports only what these functions need, so that it begins in the time of a few pages. It ends when its parent ends,
when nothing has come for a while, and when its memory has grown, since a new one is soon there.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from contextlib import suppress
from importlib import import_module
from math import ceil
from queue import Empty, SimpleQueue
from typing import BinaryIO

from index.children.frames import FAILED, OUT_OF_MEMORY, REFUSED, RESULT, read_frame, write_frame
from index.errors import QuotewiseError

try:
    import resource
except ImportError:  # no such limits on Windows; there the parent's clock alone counts
    resource = None  # type: ignore[assignment]

NEARLY = 0.8  # of the memory that it may have: what then fails, fails for want of it
IDLE_SECONDS = 20.0
# Of memory at its highest, after which a worker makes room for a new one. Of 1,200 real files 5 leave it above.
GROWN_BYTES = 250_000_000


def serve() -> None:
    """Answer requests from standard input until there are no more."""
    requests, replies = sys.stdin.buffer, _own_output()
    _ignore_interrupts()
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(requests, waiting), daemon=True).start()
    with suppress(Empty, OSError):  # OSError: the parent has gone
        while _answer(waiting.get(timeout=IDLE_SECONDS), replies) and _peak_bytes() < GROWN_BYTES:
            pass
    os._exit(0)  # the other thread still waits for standard input


def _receive(requests: BinaryIO, waiting: SimpleQueue[bytes]) -> None:
    """Hand on what comes. The end of the parent ends this process as well, whatever it is doing."""
    while (request := read_frame(requests)) is not None:
        waiting.put(request)
    os._exit(0)


def _own_output() -> BinaryIO:
    """Standard output for the replies alone: what a library prints goes nowhere."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return os.fdopen(kept, "wb")


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; what is to become of it, the parent says."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(request: bytes, replies: BinaryIO) -> bool:
    """Do what is asked and reply; returns whether this process is still as good as new."""
    head, _, data = request.partition(b"\n")
    function, arguments, seconds, memory = json.loads(head)
    _limit(seconds, memory)
    del request
    try:
        module, _, name = function.partition(":")
        found = getattr(import_module(module), name)(data, *arguments)
    except QuotewiseError as error:
        reply, found = REFUSED, str(error).encode("utf-8", "surrogatepass")
    except MemoryError:
        reply, found = OUT_OF_MEMORY, b""
    except Exception as error:  # whatever a library makes of a damaged file
        reply, found = FAILED, f"{type(error).__name__}\n{traceback.format_exc()}".encode("utf-8", "surrogatepass")
    else:
        reply = RESULT
    if reply != RESULT and _peak_bytes() > NEARLY * memory:
        reply, found = OUT_OF_MEMORY, b""
    write_frame(replies, reply, found)
    return reply != OUT_OF_MEMORY


def _limit(seconds: float, memory: int) -> None:
    """Let the system end this process after so many seconds of processor time more, and refuse it more memory."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime + seconds))
    _set(resource.RLIMIT_DATA, memory)
    _set(resource.RLIMIT_CORE, 0)  # else each crash would write all memory to disk


def _set(kind: int, most: int) -> None:
    _, highest = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # a system that has no such limit
        resource.setrlimit(kind, (most if highest == resource.RLIM_INFINITY else min(most, highest), highest))


def _peak_bytes() -> int:
    """The most memory that this process has had; 0 where the system does not tell."""
    # What getrusage says is on Linux at least what the parent had.
    with suppress(OSError, ValueError, StopIteration), open("/proc/self/status", encoding="ascii") as status:
        return 1024 * int(next(line for line in status if line.startswith("VmHWM:")).split()[1])
    if resource is None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
