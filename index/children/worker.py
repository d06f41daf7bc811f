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

from index.children.frames import ALIVE, FAILED, OUT_OF_MEMORY, REFUSED, RESULT, read_frame, write_frame
from index.children.life import tell_by
from index.errors import QuotewiseError
from index.resources import limit, peak_bytes, used_seconds

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
        while _answer(waiting.get(timeout=IDLE_SECONDS), replies) and peak_bytes() < GROWN_BYTES:
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
    tell_by(lambda done, total: _tell_alive(replies, seconds, done, total))
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
    if reply != RESULT and peak_bytes() > NEARLY * memory:
        reply, found = OUT_OF_MEMORY, b""
    write_frame(replies, reply, found)
    return reply != OUT_OF_MEMORY


def _tell_alive(replies: BinaryIO, seconds: float, done: int, total: int) -> None:
    """Tell the parent, which grants its time anew, and grant the processor's."""
    limit("CPU", ceil(used_seconds() + seconds))
    write_frame(replies, ALIVE, json.dumps([done, total]).encode())


def _limit(seconds: float, memory: int) -> None:
    """Let the system end this process after so many seconds of processor time more, and refuse it more memory. Where
    the system does neither, the parent's clock counts."""
    limit("CPU", ceil(used_seconds() + seconds))
    limit("DATA", memory)
    limit("CORE", 0)  # else each crash would write all memory to disk
