"""The pages of a long PDF read by two processes at a time, since PDFium uses one core.

A short file is read before another process has begun.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from index.child import PYTHON, child_environment
from index.formats.pdf.pages import PageLines, read_pages

LEAST_PAGES = 300  # for another process, which begins in the time of some 50 pages
CODE = "import sys; from index.formats.pdf.aside import serve; serve(int(sys.argv[1]))"


def all_pages(pdf: Any, data: bytes) -> list[PageLines]:
    """The pages of an open PDF; the second half of a long one is read by another process from the same `data`.

    Where that fails for whatever reason, this process reads them as well.
    """
    count = len(pdf)
    if count < LEAST_PAGES or (os.cpu_count() or 1) < 2:
        return read_pages(pdf, range(count))
    half = count // 2
    command = [*PYTHON, "-c", CODE, str(half)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=child_environment()
    )
    with process, ThreadPoolExecutor(1) as waiting:
        try:
            written = waiting.submit(process.communicate, data)
            first = read_pages(pdf, range(half))
            rest = _pages(written.result()[0]) if not written.exception() and process.returncode == 0 else []
        finally:
            process.kill()
    return first + (rest if len(rest) == count - half else read_pages(pdf, range(half, count)))


def serve(first: int) -> None:
    """What the other process does: read the pages from number `first` on of the PDF on standard input."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(sys.stdin.buffer.read())) as pdf:
        pickle.dump(read_pages(pdf, range(first, len(pdf))), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


def _pages(written: bytes) -> list[PageLines]:
    """What the other process wrote; nothing where that is not whole. It runs our own code with our own rights, so that
    its pickle can be trusted."""
    try:
        pages: list[PageLines] = pickle.loads(written)
    except (pickle.UnpicklingError, EOFError):
        return []
    return pages
