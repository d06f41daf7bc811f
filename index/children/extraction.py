"""Text taken out of a file by a worker.

What comes back is numbers and text, never code: a file that takes over its worker does not take over the program.
"""

from __future__ import annotations

from index.children.extracts import from_bytes
from index.children.frames import FAILED, REFUSED, RESULT
from index.children.life import PagesTold
from index.children.limits import ParsingLimits
from index.children.pool import workers
from index.children.process import Ended, Reply, WorkerProcess
from index.errors import DocumentError, reason_of
from index.formats.extract import Extract

EXTRACTED = "index.children.extracts:extracted"


class WorkerError(Exception):
    """What a library raised in a worker: its traceback there."""


def extract_apart(
    data: bytes,
    suffix: str,
    name: str,
    limits: ParsingLimits | None = None,
    asked: set[WorkerProcess] | None = None,
    told: PagesTold | None = None,
) -> Extract:
    """What a file holds, found by a worker within the limits (None: those of its size); `asked` and `told` are as in
    `WorkerPool.ask`.

    Raises DocumentError where it is no document, or takes too much.
    """
    limits = limits or ParsingLimits.of(len(data))
    arguments = (suffix, name, limits.characters)
    try:
        reply = workers().ask(EXTRACTED, arguments, data, limits, asked, told)
    except OSError as error:
        raise DocumentError(
            f"{name} cannot be read, since no process can be started for it ({reason_of(error)}): end other programs."
        ) from error
    if isinstance(reply, Ended):
        raise DocumentError(_why_ended(reply, name, limits))
    return _found(reply, name, limits)


def _found(reply: Reply, name: str, limits: ParsingLimits) -> Extract:
    if reply.sign == RESULT:
        try:
            return from_bytes(reply.found)
        except (ValueError, TypeError, IndexError, KeyError) as error:
            raise DocumentError(_unforeseen(name, type(error).__name__)) from error
    said = reply.found.decode("utf-8", "surrogatepass")
    if reply.sign == REFUSED:
        raise DocumentError(said)
    if reply.sign == FAILED:
        what, _, trace = said.partition("\n")
        raise DocumentError(_unforeseen(name, what)) from WorkerError(trace)
    raise DocumentError(_too_large(name, limits))


def _unforeseen(name: str, what: str) -> str:
    return f"{name} cannot be read ({what}): open it where it comes from and save it again."


def _too_large(name: str, limits: ParsingLimits) -> str:
    return (
        f"{name} takes more than the {limits.megabytes:,} MB of memory that a file of its size may take: split it, or "
        "save its text as .txt and add that."
    )


def _why_ended(ended: Ended, name: str, limits: ParsingLimits) -> str:
    if ended.late:
        return (
            f"{name} takes more than the {limits.seconds:.0f} s that a file of its size may take: split it, or save "
            "its text as .txt and add that."
        )
    how = f" ({ended.signal})" if ended.signal else ""
    return (
        f"{name} is damaged or takes more than {limits.megabytes:,} MB of memory, so that reading it came to an abrupt "
        f"end{how}: open it where it comes from and save it again."
    )
