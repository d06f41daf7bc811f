"""The pages of a long PDF read by two processes at a time, since PDFium uses one core.

A short file is read before another process has begun.
"""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from index.children.frames import RESULT
from index.children.limits import ParsingLimits
from index.children.process import Ended, Reply, WorkerProcess
from index.formats.pdf.pages import PageLines, read_pages
from index.resources import cores

LEAST_PAGES = 300  # for another process, which begins in the time of some 50 pages


def all_pages(pdf: Any, data: bytes, *, traced: bool = False) -> list[PageLines]:
    """The pages of an open PDF; the second half of a long one is read by a worker from the same `data`.

    Where that fails for whatever reason, this process reads them as well. `traced` is as in `read_pages`.
    """
    count = len(pdf)
    if count < LEAST_PAGES or cores() < 2:
        return read_pages(pdf, range(count), traced=traced)
    half = count // 2
    try:
        worker = WorkerProcess()
    except OSError:
        return read_pages(pdf, range(count), traced=traced)
    with closing(worker), ThreadPoolExecutor(1) as waiting:
        limits = ParsingLimits.of(len(data))
        asked = waiting.submit(worker.ask, f"{__name__}:pages_from", (half, traced), data, limits)
        try:
            first = read_pages(pdf, range(half), traced=traced)
            rest = _pages(asked.result())
        except BaseException:
            worker.end()
            raise
    return first + (rest if len(rest) == count - half else read_pages(pdf, range(half, count), traced=traced))


def pages_from(data: bytes, first: int, traced: bool) -> bytes:
    """What the worker does: the pages from number `first` on, as a pickle."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(data)) as pdf:
        return pickle.dumps(read_pages(pdf, range(first, len(pdf)), traced=traced), pickle.HIGHEST_PROTOCOL)


def _pages(reply: Reply | Ended) -> list[PageLines]:
    """What the worker found; nothing where that is not whole. It runs our own code on the bytes that this process reads
    as well, with no other rights than it has: its pickle can be trusted as much as this process."""
    if isinstance(reply, Ended) or reply.sign != RESULT:
        return []
    try:
        pages: list[PageLines] = pickle.loads(reply.found)
    except (pickle.UnpicklingError, EOFError):
        return []
    return pages
