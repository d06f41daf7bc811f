"""Pages of a PDF without readable text, read on their images by OCR where it is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.formats.ocr.records import OcrPage
from index.formats.ocr.side_by_side import read_drawn
from index.formats.pdf.drawing import page_to_read
from index.formats.pdf.ocr_lines import page_lines
from index.formats.pdf.pages import PageLines


def read_scans(pdf: Any, data: bytes, pages: Sequence[PageLines]) -> tuple[list[PageLines], dict[int, OcrPage]]:
    """The pages of an open PDF with what can be read on those without readable text, and the words of these by their
    numbers from 0. Where no page has text, all are read: their words may be drawn as lines."""
    has_text = any(page.lines and page.readable for page in pages)
    wanted = [number for number, page in enumerate(pages) if not page.readable or not has_text]
    if not wanted:
        return list(pages), {}
    read = read_drawn(data, wanted, lambda number: page_to_read(pdf, number))
    others = [line for page in pages if page.readable for line in page.lines]
    found = {number: lines for number, lines in page_lines(read, others).items() if lines.readable}
    filled = [found.get(number, page) for number, page in enumerate(pages)]
    return filled, {number: page for number, page in read.items() if number in found}


def read_scan(pdf: Any, data: bytes, number: int) -> OcrPage | None:
    """The words of one page, numbered from 0; None where they cannot be read."""
    return read_drawn(data, [number], lambda one: page_to_read(pdf, one)).get(number)
