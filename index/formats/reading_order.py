"""In which order the boxes on a page are read: from top to bottom and from left to right, columns for themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_MOST_AREAS, _DEEPEST = 1000, 40  # beyond these, boxes are read by their upper left corners
_OVERLAP = 0.1  # of its size on each side that a box may reach into the next one; text boxes have empty edges
_ALIKE = 0.8  # of the widest gap; a gap from there on parts as well
_NARROW = 0.5  # of the widest column; one below that holds labels for what stands beside it


@dataclass(frozen=True, slots=True)
class PageArea:
    """Where a box lies on its page, in any unit; `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float


def reading_order(areas: Sequence[PageArea]) -> list[int]:
    """Returns the numbers of the boxes in the order in which they are read: the page is cut at its widest
    gaps into rows or columns, and these again (a recursive X-Y cut, Nagy and Seth 1984)."""
    places = list(range(len(areas)))
    if len(areas) > _MOST_AREAS:
        return _by_corner(areas, places)
    return _ordered(areas, places, 0)


def _by_corner(areas: Sequence[PageArea], places: list[int]) -> list[int]:
    return sorted(places, key=lambda place: (areas[place].top, areas[place].left))


def _ordered(areas: Sequence[PageArea], places: list[int], depth: int) -> list[int]:
    if len(places) < 2:
        return places
    rows = _cut(places, lambda place: (areas[place].top, areas[place].bottom))
    columns = _cut(places, lambda place: (areas[place].left, areas[place].right))
    cut = columns if columns.widest > rows.widest and not (len(rows.parts) > 1 and _label(areas, columns)) else rows
    if len(cut.parts) < 2 or depth > _DEEPEST:
        return _by_corner(areas, places)
    return [place for part in cut.parts for place in _ordered(areas, part, depth + 1)]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Boxes in the parts between the widest gaps; `widest` is negative infinity where nothing parts them."""

    parts: list[list[int]]
    widest: float


def _cut(places: list[int], extent: Callable[[int], tuple[float, float]]) -> _Cut:
    parts: list[list[int]] = []
    gaps: list[float] = []
    reach = inner_reach = float("-inf")
    for place in sorted(places, key=extent):
        start, end = extent(place)
        edge = _OVERLAP * (end - start)
        if start + edge >= inner_reach:
            parts.append([])
            gaps.append(start - reach)
        parts[-1].append(place)
        reach, inner_reach = max(reach, end), max(inner_reach, end - edge)
    widest = max(gaps[1:], default=float("-inf"))
    joined: list[list[int]] = []
    for part, gap in zip(parts, gaps, strict=True):
        if joined and gap < _ALIKE * widest:
            joined[-1] += part
        else:
            joined.append(part)
    return _Cut(joined, widest)


def _label(areas: Sequence[PageArea], columns: _Cut) -> bool:
    """Whether a column is so narrow that it holds labels for what stands beside it."""
    widths = [
        max(areas[place].right for place in part) - min(areas[place].left for place in part) for part in columns.parts
    ]
    return min(widths) < _NARROW * max(widths)
