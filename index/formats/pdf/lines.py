"""Runs to lines: what stands on one baseline, with the raised and lowered signs beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from index.formats.pdf.segments import Raised, segments_of
from index.formats.pdf.shapes import TextLine, TextRun

SAME_BASELINE = 0.25  # of the character size: neighbouring lines mostly lie 1 or more apart, raised signs 0.3 to 0.5
INITIAL = 1.8  # times the usual size: a first letter that is as high as several lines
MOST_BESIDE = 12  # lines beside such a letter
SMALL = 0.86  # a raised or lowered sign has at most this part of its line's size


@dataclass(slots=True)
class _Row:
    v: float
    runs: list[TextRun]
    small: list[Raised] = field(default_factory=list)  # raised or lowered signs, and by how much


def lines_of(runs: Sequence[TextRun], page: int, upright: bool) -> list[TextLine]:
    """The lines of a page from the top down. `upright` is False where PDFium is known to lose blanks."""
    if not runs:
        return []
    body = _usual_size(runs)
    rows = _with_initials(_rows(runs), body)
    rows = _attach_small(rows, body)
    marks = _marks(rows)
    lines = []
    for row in rows:
        segments = segments_of(row.runs, row.small, upright, marks)
        if segments:
            lines.append(TextLine.of(page, row.v, segments))
    return lines


def _marks(rows: Sequence[_Row]) -> set[str]:
    """The small numbers that lines begin with, as notes do."""
    firsts = (min((*row.runs, *(run for run, _ in row.small)), key=lambda run: run.left) for row in rows)
    return {found.group() for run in firsts if (found := re.match(r"\d{1,3}", run.text.strip()))}


def _usual_size(runs: Iterable[TextRun]) -> float:
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[round(run.size, 1)] += len(run.text)
    return max(sizes, key=lambda size: (sizes[size], size))


def _rows(runs: Sequence[TextRun]) -> list[_Row]:
    """Runs by their baseline, from the top down, each row from left to right."""
    rows: list[_Row] = []
    for run in sorted(runs, key=lambda run: -run.v):
        if not run.text.strip():
            continue
        if rows and rows[-1].v - run.v <= SAME_BASELINE * min(run.size, rows[-1].runs[0].size):
            rows[-1].runs.append(run)
        else:
            rows.append(_Row(run.v, [run]))
    for row in rows:
        row.runs.sort(key=lambda run: run.left)
    return rows


def _with_initials(rows: list[_Row], body: float) -> list[_Row]:
    """Move a large first letter, which is as high as several lines, to the uppermost line beside it."""
    for number, row in enumerate(rows):
        for run in [run for run in row.runs if run.size > INITIAL * body and len(run.text.strip()) == 1]:
            top = run.v + 0.9 * run.size
            first, beside = None, None
            for other in range(number, max(-1, number - MOST_BESIDE), -1):
                if rows[other].v > top:
                    break
                near = next((one for one in rows[other].runs if 0 <= one.left - run.right < body), None)
                if near is not None and near.size < run.size / INITIAL:
                    first, beside = other, near
            if first is None or beside is None or not run.text.strip().isupper():
                continue
            row.runs.remove(run)
            rows[first].runs.append(replace(run, right=beside.left, v=beside.v, size=beside.size, bold=beside.bold))
            rows[first].runs.sort(key=lambda one: one.left)
    return [row for row in rows if row.runs]


def _attach_small(rows: list[_Row], body: float) -> list[_Row]:
    """Move raised and lowered signs into the line that they stand beside."""
    before = [list(row.runs) for row in rows]
    starts = [[run.left for run in runs] for runs in before]
    for number, row in enumerate(rows):
        kept = []
        for run in row.runs:
            near = None
            if run.size <= SMALL * 1.3 * body and len(run.text.strip()) <= 6:
                near = _neighbour(before, starts, number, run)
            if near is None:
                kept.append(run)
            else:
                rows[near].small.append((run, run.v - rows[near].v))
        row.runs = kept
    rows = [row for row in rows if row.runs or row.small]
    for row in rows:
        if not row.runs:  # its line was itself taken to another line
            row.runs = [run for run, _ in row.small]
            row.small = []
    return rows


def _neighbour(
    rows: Sequence[Sequence[TextRun]], starts: Sequence[Sequence[float]], number: int, run: TextRun
) -> int | None:
    """The place of the row whose characters a small run stands beside, a little higher or lower than they."""
    for other in (number + 1, number - 1, number + 2, number - 2):
        if not 0 <= other < len(rows):
            continue
        place = bisect_left(starts[other], run.left)
        for beside in (place - 1, place):
            if not 0 <= beside < len(rows[other]):
                continue
            near = rows[other][beside]
            gap = run.left - near.right if beside < place else near.left - run.right
            rise = (run.v - near.v) / near.size
            if run.size <= SMALL * near.size and gap < 1.5 * near.size and -0.45 < rise < 0.7:
                return other
    return None
