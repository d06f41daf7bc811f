"""Where characters of a PDF's page stand on it, as a viewer shows it: one box for each run on a line; done by a worker.

Which characters is told by their places among those that PDFium tells of the page; see `index.formats.pdf.origins`.
"""

from __future__ import annotations

import ctypes
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from index.formats.ocr.records import OcrPage
from index.formats.pdf.drawing import opened_page
from index.formats.pdf.origins import ANNOTATIONS, READ
from index.formats.pdf.scanned import read_scan
from index.formats.pdf.shapes import Box
from index.records import Place

MOST_CHARACTERS = 20_000  # of a page that are marked, in 0.2 s
SAME_LINE = 0.5  # of the lower of two boxes, that they must share across the line
# Times the height of the lower one, that the higher may have: a first letter that is as high as several lines is a box
# by itself, else its line's would cover those below.
AS_HIGH = 1.8
FARTHEST = 1.2  # times the height of a line, from one box of it to the next
LEAST = 0.2  # points; a box that is thinner is none
HIGHEST = 1.5  # times its size, a font's height. TeX's signs for formulas have 1.7, and would cover the line below.


def page_boxes(data: bytes, number: int, groups: Sequence[Sequence[Place]]) -> bytes:
    """As JSON: `width` and `height` of page `number`, from 1, and `groups`, for each group of characters its boxes.

    Boxes are left, top, right and bottom in points from the upper left corner of the page as it is shown. Raises
    DocumentError.
    """
    import pypdfium2.raw as pdfium

    with opened_page(data, number) as page, closing(page.get_textpage()) as textpage:
        shown = _Shown(page.get_rotation() % 360, page.get_bbox(), *page.get_size())
        is_read = any(READ <= start < ANNOTATIONS for group in groups for start, _ in group)
        words = read_scan(page.pdf, data, number - 1) if is_read else None
        reader = _Characters(page, textpage, shown, pdfium, words)
        found = [lines_of_boxes(islice(reader.of(group), MOST_CHARACTERS)) for group in groups]
        boxes = [[[round(edge, 2) for edge in shown.clipped(box)] for box in group] for group in found]
        return json.dumps({"width": shown.width, "height": shown.height, "groups": boxes}).encode()


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a page is shown: turned clockwise by so many degrees, and only what lies in a box of it."""

    degrees: int
    box: Box
    width: float
    height: float

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of the page before it is turned as left, top, right and bottom of what is shown."""
        x0, y0, x1, y1 = self.box
        if self.degrees == 90:
            return bottom - y0, left - x0, top - y0, right - x0
        if self.degrees == 180:
            return x1 - right, bottom - y0, x1 - left, top - y0
        if self.degrees == 270:
            return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom

    def clipped(self, box: Box) -> Box:
        """As much of a shown box as lies on the page."""
        left, top, right, bottom = box
        return max(left, 0.0), max(top, 0.0), min(right, self.width), min(bottom, self.height)


@dataclass(frozen=True, slots=True)
class MarkedCharacters:
    """The box of a character as it is shown, and whether its line runs up or down the page, or aslant."""

    box: Box
    upright: bool = True
    aslant: bool = False


class _Characters:
    """Reads the boxes of a page's characters."""

    def __init__(self, page: Any, textpage: Any, shown: _Shown, pdfium: Any, words: OcrPage | None) -> None:
        self._page, self._textpage, self._shown, self._pdfium = page, textpage, shown, pdfium
        self._words = words
        self._count = textpage.count_chars()

    def of(self, places: Sequence[Place]) -> Iterator[MarkedCharacters]:
        """The characters from here to there that are seen, in order."""
        for start, end in places:
            if start >= ANNOTATIONS:
                for number in range(start, end):
                    yield MarkedCharacters(self._shown.place(*self._annotation(number - ANNOTATIONS)))
            elif start >= READ:
                for box, across in self._words.shown_boxes(start - READ, end - READ) if self._words else ():
                    yield MarkedCharacters(box, across)
            else:
                for index in range(start, min(end, self._count)):
                    if not chr(min(self._pdfium.FPDFText_GetUnicode(self._textpage, index), 0x10FFFF)).isspace():
                        yield self._character(index)

    def _character(self, index: int) -> MarkedCharacters:
        turned = math.degrees(self._pdfium.FPDFText_GetCharAngle(self._textpage, index))
        angle = turned - self._shown.degrees
        quarter = round(angle / 90)
        box = self._shown.place(*self._box(index, round(turned / 90) % 2 == 0))
        return MarkedCharacters(box, quarter % 2 == 0, abs(angle - 90 * quarter) > 3)

    def _box(self, index: int, upright: bool) -> Box:
        """A box as high as the font, so that those of a line are alike; of fonts that tell no height, or one for signs
        as high as several lines, such as those of formulas and music, the box of what is drawn."""
        rect = self._pdfium.FS_RECTF()
        if not self._pdfium.FPDFText_GetLooseCharBox(self._textpage, index, rect):
            return self._tight(index)
        across, down = rect.right - rect.left, rect.top - rect.bottom
        highest = HIGHEST * self._size(index)
        if min(across, down) < LEAST or (down if upright else across) > highest:
            return self._tight(index)
        return rect.left, rect.bottom, rect.right, rect.top

    def _size(self, index: int) -> float:
        """The size of a character's font, in points on the page."""
        matrix = self._pdfium.FS_MATRIX()
        self._pdfium.FPDFText_GetMatrix(self._textpage, index, matrix)
        size: float = abs(self._pdfium.FPDFText_GetFontSize(self._textpage, index))
        return size * (math.hypot(matrix.c, matrix.d) or 1.0)

    def _tight(self, index: int) -> Box:
        edges = [ctypes.c_double() for _ in range(4)]
        self._pdfium.FPDFText_GetCharBox(self._textpage, index, *edges)
        left, right, bottom, top = (edge.value for edge in edges)
        return left, bottom, max(right, left + LEAST), max(top, bottom + LEAST)

    def _annotation(self, number: int) -> Box:
        annotation = self._pdfium.FPDFPage_GetAnnot(self._page, number)
        rect = self._pdfium.FS_RECTF()
        if annotation:
            self._pdfium.FPDFAnnot_GetRect(annotation, rect)
            self._pdfium.FPDFPage_CloseAnnot(annotation)
        return rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)


def lines_of_boxes(characters: Iterator[MarkedCharacters]) -> list[Box]:
    """The boxes of characters, those that follow one another on a line as one."""
    boxes: list[Box] = []
    last: MarkedCharacters | None = None
    for one in characters:
        if last is not None and _follows(boxes[-1], last, one):
            a, b = boxes[-1], one.box
            boxes[-1] = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
        elif not boxes or one.box != boxes[-1]:
            boxes.append(one.box)
        last = one
    return boxes


def _follows(line: Box, last: MarkedCharacters, one: MarkedCharacters) -> bool:
    """Whether a character stands on the line of the one before it, next to what there is of it."""
    if last.aslant or one.aslant or last.upright != one.upright:
        return False
    along, across = (_horizontal, _vertical) if one.upright else (_vertical, _horizontal)
    low, high = sorted((_extent(across(line)), _extent(across(one.box))))
    gap = -_shared(along(line), along(one.box))
    return (
        high <= AS_HIGH * low and _shared(across(line), across(one.box)) >= SAME_LINE * low and gap <= FARTHEST * high
    )


def _horizontal(box: Box) -> tuple[float, float]:
    return box[0], box[2]


def _vertical(box: Box) -> tuple[float, float]:
    return box[1], box[3]


def _extent(edges: tuple[float, float]) -> float:
    return edges[1] - edges[0]


def _shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How much two extents share; negative where they lie apart."""
    return min(one[1], other[1]) - max(one[0], other[0])
