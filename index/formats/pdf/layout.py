"""Lines to the order in which a person reads them: columns one after another, tables as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from index.formats.pdf.shapes import TextLine
from index.formats.pdf.tables import PdfTable, find_tables

DEEPEST = 3  # columns inside columns
NARROWEST_GUTTER = 0.6  # of the character size; blanks of justified lines are that wide, but not at one place
FEWEST_LINES = 3  # a column has
FEWEST_CHARACTERS = (
    15  # a line of prose in a column has on average; a newsletter's narrow columns had 25, a table's cells 5
)
STEP = 4.0  # points between the places where a gutter is looked for


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines that are read from the top down; `left` and `right` are the edges of their column."""

    lines: list[TextLine]
    left: float
    right: float


Part = Flow | PdfTable


def reading_order(lines: list[TextLine]) -> list[Part]:
    """The lines of a page (from the top down) as parts in the order in which they are read."""
    parts: list[Part] = []
    for flow in _split(lines, 0):
        parts += _with_tables(flow)
    return parts


def _with_tables(lines: list[TextLine]) -> list[Part]:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    parts: list[Part] = []
    position = 0
    for start, end, table in find_tables(lines):
        if start > position:
            parts.append(Flow(lines[position:start], left, right))
        parts.append(table)
        position = end
    if position < len(lines):
        parts.append(Flow(lines[position:], left, right))
    return parts


def _split(lines: list[TextLine], depth: int) -> list[list[TextLine]]:
    """The lines as runs that are read one after another: each column of prose is one."""
    if depth > DEEPEST or len(lines) < FEWEST_LINES:
        return [lines] if lines else []
    best: list[tuple[int, int, list[TextLine], list[TextLine]]] = []
    for x in _candidates(lines):
        bands = _bands(lines, x)
        if sum(end - start for start, end, _, _ in bands) > sum(end - start for start, end, _, _ in best):
            best = bands
    runs: list[list[TextLine]] = []
    position = 0
    for start, end, left, right in best:
        if start > position:
            runs += _split(lines[position:start], depth + 1)
        runs += _split(left, depth + 1) + _split(right, depth + 1)
        position = end
    if not best:
        return [lines]
    if position < len(lines):
        runs += _split(lines[position:], depth + 1)
    return runs


def _candidates(lines: Sequence[TextLine]) -> list[float]:
    """Places that few lines cross, while there are many at either side."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    width = right - left
    if width <= 0 or width > 100_000:
        return []
    cells = int(width / STEP) + 1
    changes = [0] * (cells + 2)
    for line in lines:
        for segment in line.segments:
            changes[int((segment.left - left) / STEP)] += 1
            changes[min(cells, int((segment.right - left) / STEP) + 1)] -= 1
    covered, total = [], 0
    for change in changes[:cells]:
        total += change
        covered.append(total)
    before, after = _running_maximum(covered), _running_maximum(covered[::-1])[::-1]
    low = [c < 0.8 * min(a, b) for c, a, b in zip(covered, before, after, strict=True)]
    found: list[tuple[float, float]] = []
    cell = 0
    while cell < cells:
        end = cell
        while end < cells and low[end] and covered[end] == covered[cell]:
            end += 1
        if end > cell:
            found.append((covered[cell] / min(before[cell], after[cell]), left + STEP * (cell + end) / 2))
        cell = max(end, cell + 1)
    return [x for _, x in sorted(found)[:8]]


def _running_maximum(numbers: Sequence[int]) -> list[int]:
    highest, result = 0, []
    for number in numbers:
        highest = max(highest, number)
        result.append(highest)
    return result


def _bands(lines: Sequence[TextLine], x: float) -> list[tuple[int, int, list[TextLine], list[TextLine]]]:
    """Runs of lines that have two columns of prose at both sides of `x`: (first, end, left lines, right lines)."""
    found = []
    start = 0
    for number in range(len(lines) + 1):
        crossing = number == len(lines) or any(s.left < x - 1 and s.right > x + 1 for s in lines[number].segments)
        if not crossing:
            continue
        if number - start >= FEWEST_LINES:
            end = _end_of_columns(lines, start, number, x)
            band = lines[start:end]
            if not _has_gutter(band, x):  # most places end here, before any line is cut in two
                start = number + 1
                continue
            left = [line.part(part) for line in band if (part := [s for s in line.segments if s.left < x])]
            right = [line.part(part) for line in band if (part := [s for s in line.segments if s.left >= x])]
            if _are_columns(left, right):
                found.append((start, end, left, right))
        start = number + 1
    return found


def _has_gutter(lines: Sequence[TextLine], x: float) -> bool:
    """Whether the characters at both sides of `x` stand apart as columns do."""
    left = [segment.right for line in lines for segment in line.segments if segment.left < x]
    right = [segment.left for line in lines for segment in line.segments if segment.left >= x]
    if len(left) < FEWEST_LINES or len(right) < FEWEST_LINES:
        return False
    smallest = min(segment.size for line in lines for segment in line.segments)
    return min(right) - max(left) >= NARROWEST_GUTTER * smallest


def _end_of_columns(lines: Sequence[TextLine], start: int, end: int, x: float) -> int:
    """Lines only at the left, well below the end of the right column, are read after both."""
    last_right = max((n for n in range(start, end) if any(s.left >= x for s in lines[n].segments)), default=start)
    for number in range(last_right + 1, end):
        if lines[number - 1].v - lines[number].v > 2 * lines[number].size:
            return number
    return end


def _are_columns(left: Sequence[TextLine], right: Sequence[TextLine]) -> bool:
    if len(left) < FEWEST_LINES or len(right) < FEWEST_LINES:
        return False
    size = median(line.size for line in (*left, *right))
    if min(line.left for line in right) - max(line.right for line in left) < NARROWEST_GUTTER * size:
        return False
    top, foot = min(left[0].v, right[0].v), max(left[-1].v, right[-1].v)
    if top - foot < 0.3 * min(left[0].v - left[-1].v, right[0].v - right[-1].v):
        return False
    if any(_looks_tabular(side) for side in (left, right)):
        return False
    if any(_mean_characters(side) < FEWEST_CHARACTERS / 2 for side in (left, right)):
        return False
    beside = {round(line.v, 1) for line in left} & {round(line.v, 1) for line in right}
    if len(beside) < 0.5 * min(len(left), len(right)):
        return True  # their lines are not on common baselines, as a table's rows would be
    return all(_is_prose(side) for side in (left, right))


def _looks_tabular(lines: Sequence[TextLine]) -> bool:
    """Whether most of the lines are short: marks, numbers, single words."""
    return median(len(line.text) for line in lines) < 8


def _mean_characters(lines: Sequence[TextLine]) -> float:
    """Characters of a segment on average."""
    return mean(len(segment.text) for line in lines for segment in line.segments)


def _is_prose(lines: Sequence[TextLine]) -> bool:
    """Whether lines fill their column."""
    if _mean_characters(lines) < FEWEST_CHARACTERS:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    return median(line.right - line.left for line in lines) > 0.6 * width
