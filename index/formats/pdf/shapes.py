"""What a PDF's page is taken for: runs of characters, segments of lines, and lines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HYPHEN = "\x02"  # what PDFium gives for a hyphen that cuts a word at a line's end
CELL_GAP = 1.0  # of the character size: a wider gap may part two columns

Box = tuple[float, float, float, float]
Letter = tuple[str, float, float]  # a character with its left and right edge


@dataclass(frozen=True, slots=True, eq=False)
class TextRun:
    """Characters side by side in one font, in coordinates turned so that they are read from left to right.

    `v` is the height of the baseline, upwards; `left` and `right` are the edges, in points. `follows` tells what PDFium
    saw between this run and the one before it in the file: "" (nothing), " ", or "\n". `index` is the place of the
    first character in the file. `letters` are read where every character's edges are needed.
    """

    text: str
    left: float
    right: float
    v: float
    size: float
    bold: bool = False
    mono: bool = False
    index: int = 0
    follows: str = "\n"
    reader: Callable[[TextRun], list[Letter]] | None = None

    def letters(self) -> list[Letter]:
        """Every visible character with its edges; only while the page is open."""
        return self.reader(self) if self.reader is not None else []


@dataclass(frozen=True, slots=True)
class Direction:
    """Where a line runs on the page before the page is turned: anticlockwise degrees."""

    degrees: int

    def turned(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Returns a box as it lies where this direction runs from left to right."""
        if self.degrees == 0:
            return left, bottom, right, top
        if self.degrees == 90:
            return bottom, -right, top, -left
        if self.degrees == 180:
            return -right, -top, -left, -bottom
        if self.degrees == 270:
            return -top, left, -bottom, right
        cosine, sine = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        x, y = (left + right) / 2, (bottom + top) / 2
        along, across = x * cosine + y * sine, y * cosine - x * sine
        half = min(right - left, top - bottom) / 4  # a slanting character's upright box is wider than itself
        return along - half, across - half, along + half, across + half


@dataclass(frozen=True, slots=True)
class TextSegment:
    """Characters of a line without a wide gap between them."""

    left: float
    right: float
    text: str
    size: float
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """What stands on one baseline of a page (numbered from 0), in its segments from left to right."""

    page: int
    v: float
    segments: list[TextSegment]
    size: float
    bold: bool
    mono: bool
    text: str
    field: tuple[str, str] | None = None  # a form's label and value, where this line is one

    @classmethod
    def of(cls, page: int, v: float, segments: list[TextSegment], field: tuple[str, str] | None = None) -> TextLine:
        """Returns the line that segments make, which must be some."""
        if len(segments) == 1:
            only = segments[0]
            return cls(page, v, segments, only.size, only.bold, only.mono, only.text, field)
        size = segments[0].size
        if any(segment.size != size for segment in segments):
            sizes: Counter[float] = Counter()
            for segment in segments:
                sizes[segment.size] += len(segment.text)
            size = max(sizes, key=lambda size: (sizes[size], size))
        bold, mono = all(segment.bold for segment in segments), all(segment.mono for segment in segments)
        return cls(page, v, segments, size, bold, mono, _joined(segments, mono), field)

    @property
    def left(self) -> float:
        return self.segments[0].left

    @property
    def right(self) -> float:
        if len(self.segments) == 1:  # as most lines have
            return self.segments[0].right
        return max(segment.right for segment in self.segments)

    def part(self, segments: list[TextSegment]) -> TextLine:
        """Returns a line with some of the segments."""
        return self if len(segments) == len(self.segments) else TextLine.of(self.page, self.v, segments)


def _joined(segments: Sequence[TextSegment], mono: bool) -> str:
    """The segments' text; in a monospaced line the blanks between them count."""
    text, right = "", 0.0
    for segment in segments:
        if text:
            blanks = round((segment.left - right) / (0.6 * segment.size)) if mono else 1
            text += " " * max(1, min(blanks, 80))
        text += segment.text
        right = segment.right
    return text
