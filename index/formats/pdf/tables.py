"""Rows of cells that stand under one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from index.formats.pdf.shapes import TextLine, TextSegment
from index.formats.traced import joined

FEWEST_ROWS = 3
LONGEST_CELL = 45  # characters on average; more is prose beside prose
NARROWEST_STRIP = 0.7  # of the character size, free over all rows between two columns
MOST_TRIED = 40  # rows that are no table together are tried again without the first, unless there are as many
MOST_COLUMNS = 60
WIDEST_STEP = 3.2  # of the character size, from one row's baseline to the next
_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"(?:[•◦▪■●○‣·∙*–—-]|\(?\w{1,4}[.)])")
_PAGE_NUMBER = re.compile(r"(?:.*\.\s?)?\d{1,4}|[ivxlc]{1,9}")
_SECTION = re.compile(r"(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*|[IVX]+)?\.?")
_LEADERS = re.compile(r"(?:\.\s?){3,}$")

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PdfTable:
    """Rows of cells from the top down, all with as many cells, and whether the first names the columns.

    `pages` are the pages of the rows; `edges` are the columns' left edges.
    """

    rows: list[list[str]]
    pages: list[int]
    edges: list[float]
    has_header: bool = False
    is_contents: bool = False


def find_tables(lines: Sequence[TextLine]) -> list[tuple[int, int, PdfTable]]:
    """The tables among lines that are read from the top down: (first line, end, table)."""
    found = []
    number = 0
    while number < len(lines):
        if len(lines[number].segments) < 2 or lines[number].field or lines[number].mono:
            number += 1
            continue
        end, strips = _extent(lines, number)
        table = _table(lines[number:end], strips) if end - number >= FEWEST_ROWS else None
        if table is None:
            number = number + 1 if end - number < MOST_TRIED else end
            continue
        found.append((number, end, table))
        number = end
    return found


def _extent(lines: Sequence[TextLine], start: int) -> tuple[int, list[Strip]]:
    """How far the rows go that leave the same strips free, and the strips."""
    strips = _gaps(lines[start])
    end = start + 1
    for line, above in zip(lines[start + 1 :], lines[start:], strict=False):
        step = (above.v - line.v) / max(line.size, above.size)
        if line.field or line.mono or not 0 < step < WIDEST_STEP:
            break
        rest = _still_free(strips, line)
        full = len(line.segments) > 1
        if not rest or (not full and (len(rest) < len(strips) or step > 2.2)):
            break
        if full and len(rest) < len(strips) and end - start >= FEWEST_ROWS and len(strips) > 1 and len(rest) < 2:
            break
        strips = rest
        end += 1
    while end > start + 1 and len(lines[end - 1].segments) < 2 and not _hangs(lines[end - 1], strips):
        end -= 1
    return end, strips


def _hangs(line: TextLine, strips: Sequence[Strip]) -> bool:
    """Whether a single cell stands in another column than the first."""
    return line.left > strips[0][0]


def _gaps(line: TextLine) -> list[Strip]:
    return [
        (a.right, b.left)
        for a, b in pairwise(line.segments)
        if b.left - a.right >= NARROWEST_STRIP * max(a.size, b.size)
    ]


def _still_free(strips: Sequence[Strip], line: TextLine) -> list[Strip]:
    """The parts of the strips that a line leaves free as well."""
    free = [(-1e9, line.segments[0].left), *_gaps(line), (line.right, 1e9)]
    rest = []
    place = 0
    for left, right in strips:
        while place < len(free) - 1 and free[place][1] <= left:
            place += 1
        for a, b in free[place : place + 3]:
            if min(b, right) - max(a, left) >= NARROWEST_STRIP * line.size:
                rest.append((max(a, left), min(b, right)))
                break
    return rest


def _table(lines: Sequence[TextLine], strips: Sequence[Strip]) -> PdfTable | None:
    """The lines as a table, or None where they are no table."""
    if len(strips) >= MOST_COLUMNS:
        return None
    rows = [_cells(line, strips) for line in lines]
    full = [row for row in rows if sum(map(bool, row)) > 1]
    if len(full) < FEWEST_ROWS or not _aligned(lines, strips):
        return None
    if sum(any(map(str.isalnum, row[0])) for row in full) < 0.5 * len(full) and any(row[0] for row in full):
        return None  # equations under one another
    if mean(len(cell) for row in full for cell in row if cell) > LONGEST_CELL:
        return None
    if sum(bool(_MARK.fullmatch(row[0])) for row in full) > 0.6 * len(full) and not _DIGIT.match(full[0][-1]):
        return None  # a list
    columns = len(strips) + 1
    contents = columns < 4 and _is_contents(full)
    if columns == 2 and not contents and not _is_pair_table(full, len(rows)):
        return None
    pages = [line.page for line in lines]
    rows, pages = _merged(lines, rows, pages)
    edges = [min(line.left for line in lines), *(right for _, right in strips)]
    return PdfTable(rows, pages, edges, not contents and _has_header(lines[0], lines[1:], rows), contents)


def _cells(line: TextLine, strips: Sequence[Strip]) -> list[str]:
    cells: list[list[str]] = [[] for _ in range(len(strips) + 1)]
    for segment in line.segments:
        middle = (segment.left + segment.right) / 2
        cells[sum((left + right) / 2 < middle for left, right in strips)].append(segment.text)
    return [joined(" ", cell) for cell in cells]


def _aligned(lines: Sequence[TextLine], strips: Sequence[Strip]) -> bool:
    """Whether every column but the first has a common left edge, right edge or middle in most of its rows."""
    for left, right in zip(strips, [*strips[1:], (1e9, 1e9)], strict=True):
        column = [s for line in lines for s in line.segments if left[0] <= s.left < right[0] and len(line.segments) > 1]
        if len(column) < 2 or not any(_agree(column, edge) for edge in ("left", "right", "middle")):
            return False
    return True


def _agree(column: Sequence[TextSegment], edge: str) -> bool:
    places = [s.left if edge == "left" else s.right if edge == "right" else (s.left + s.right) / 2 for s in column]
    middle = median(places)
    return sum(abs(place - middle) < 0.5 * column[0].size for place in places) >= 0.6 * len(places)


def _is_pair_table(rows: Sequence[Sequence[str]], count: int) -> bool:
    """Two columns are a table where every row has both and one is of short cells; else they may be anything."""
    return len(rows) >= 0.75 * count and min(median(len(row[i]) for row in rows) for i in (0, 1)) < 22


def _is_contents(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows end in page numbers that rise; rows of three columns begin with the number of a section."""
    if not all(_PAGE_NUMBER.fullmatch(row[-1]) for row in rows):
        return False
    if len(rows[0]) == 3 and sum(bool(_SECTION.fullmatch(row[0])) for row in rows) < 0.5 * len(rows):
        return False
    if sum(bool(_LEADERS.search(row[-2])) for row in rows) >= 0.5 * len(rows):
        return True
    numbers = [int(found.group()) for row in rows if (found := re.search(r"\d+$", row[-1]))]
    return len(numbers) >= 0.7 * len(rows) and all(a <= b for a, b in pairwise(numbers))


def _merged(
    lines: Sequence[TextLine], rows: Sequence[list[str]], pages: Sequence[int]
) -> tuple[list[list[str]], list[int]]:
    """Rows with what goes on in their cells on the next line."""
    steps = [above.v - line.v for above, line in pairwise(lines)]
    usual = median(steps)
    result, kept = [list(rows[0])], [pages[0]]
    for step, row, page, line in zip(steps, rows[1:], pages[1:], lines[1:], strict=True):
        goes_on = not row[0] and step < min(1.45 * line.size, 1.1 * usual) and not any(map(_DIGIT.match, row))
        alone = row[0] and not any(row[1:]) and step < 1.45 * line.size and row[0][0].islower()
        if goes_on or alone:
            result[-1] = [(a + " " + b).strip() for a, b in zip(result[-1], row, strict=True)]
        else:
            result.append(list(row))
            kept.append(page)
    return result, kept


def _has_header(first: TextLine, others: Sequence[TextLine], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it looks otherwise than the rest, or has words over numbers."""
    if first.bold and not all(line.bold for line in others):
        return True
    steps = [above.v - line.v for above, line in pairwise((first, *others))]
    one_line_each = len(rows) == len(steps) + 1 and max(map(len, rows[0])) < 25
    if one_line_each and not _DIGIT.search(rows[0][0]) and steps[0] > max(steps[1:]) + 0.1 * first.size:
        return True  # set off, mostly by a rule
    if any(map(_DIGIT.search, rows[0])) or not all(rows[0][1:]):
        return False
    numeric = [sum(bool(_DIGIT.match(row[i].lstrip("-−+€$£(<>≈~"))) for row in rows[1:]) for i in range(len(rows[0]))]
    return any(count >= 0.6 * (len(rows) - 1) for count in numeric[1:])
