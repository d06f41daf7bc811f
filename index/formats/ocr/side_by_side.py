"""The pages of a file read by several runs of Tesseract at a time, one for each core."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from index.children.life import alive
from index.formats.ocr.kept import KeptPages
from index.formats.ocr.program import OcrError, Tesseract, tesseract
from index.formats.ocr.reading import read_image
from index.formats.ocr.records import OcrPage
from index.resources import cores

# Of one file: an hour on two idle cores, at 1.7 s of processor time a page. What is behind them stays unread.
MOST_PAGES = 3000

Drawn = tuple[Any, float, float]  # an image of a page (of PIL), and the page's size in points


def read_drawn(data: bytes, numbers: Iterable[int], draw: Callable[[int], Drawn | None]) -> dict[int, OcrPage]:
    """The pages of a file with these numbers, from 0, as far as they can be read; none where Tesseract is not there.

    `draw` gives the image of a page, in this thread; None where there is none.
    """
    program = tesseract()
    if program is None:
        return {}
    kept = KeptPages(data, program)
    return dict(_read(kept, list(numbers)[:MOST_PAGES], draw, program))


def _read(
    kept: KeptPages, numbers: list[int], draw: Callable[[int], Drawn | None], program: Tesseract
) -> Iterator[tuple[int, OcrPage]]:
    at_work: deque[tuple[int, Future[OcrPage]]] = deque()
    with ThreadPoolExecutor(cores()) as threads:
        for begun, number in enumerate(numbers, 1):
            if (page := kept.get(number)) is not None:
                yield number, page
            elif (drawn := draw(number)) is not None:
                at_work.append((number, threads.submit(read_image, *drawn, program)))
            if len(at_work) > cores():
                yield from _finished(at_work, kept)
                alive(begun - len(at_work), len(numbers))
        while at_work:
            yield from _finished(at_work, kept)
            alive(len(numbers) - len(at_work), len(numbers))


def _finished(at_work: deque[tuple[int, Future[OcrPage]]], kept: KeptPages) -> Iterator[tuple[int, OcrPage]]:
    """The page that was begun first, once it is read; nothing where it could not be."""
    number, reading = at_work.popleft()
    try:
        page = reading.result()
    except OcrError:
        return
    kept.put(number, page)
    yield number, page
