"""Where on a sheet something stands together: what no empty row or column parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.formats.sheets.grid import Sheet, SheetCell, Spans

Row = tuple[int, Mapping[int, SheetCell]]
_DEEPEST = 6  # cuts inside one another; what is laid out more finely stays together
_MOST_GROUPS = 40  # of columns beside one another; more are one table with gaps


@dataclass(frozen=True, slots=True)
class Region:
    """Rows of a sheet that stand together, of the columns that they have."""

    rows: tuple[Row, ...]
    columns: tuple[int, ...]

    @property
    def top(self) -> int:
        """The number of its first row."""
        return self.rows[0][0]

    @property
    def bottom(self) -> int:
        """The number of its last row."""
        return self.rows[-1][0]


def regions_of(sheet: Sheet) -> list[Region]:
    """Returns the regions of a sheet, from top to bottom and from left to right."""
    rows = [(number, cells) for number, cells in sheet.rows.items() if cells]
    found = _cut(rows, sheet, 0)
    return sorted(found, key=lambda region: (region.top, region.columns[0]))


def _cut(rows: Sequence[Row], sheet: Sheet, depth: int) -> list[Region]:
    regions: list[Region] = []
    for band in _bands(rows, sheet.hidden_rows):
        groups = _column_groups(band, sheet.hidden_columns)
        if len(groups) == 1 or depth == _DEEPEST:
            regions.append(Region(tuple(band), tuple(sorted({column for _, cells in band for column in cells}))))
            continue
        for group in groups:
            part = [(number, {c: cell for c, cell in cells.items() if c in group}) for number, cells in band]
            regions += _cut([row for row in part if row[1]], sheet, depth + 1)
    return regions


def _bands(rows: Sequence[Row], hidden: Spans) -> list[list[Row]]:
    """The rows where an empty one that is shown parts them."""
    bands: list[list[Row]] = []
    before = -1
    for row in rows:
        shown = hidden.shown(row[0])
        if not bands or shown - before > 1:
            bands.append([])
        bands[-1].append(row)
        before = shown
    return bands


def _column_groups(rows: Sequence[Row], hidden: Spans) -> list[set[int]]:
    """The columns of some rows where an empty one parts what stands for itself."""
    columns = sorted({column for _, cells in rows for column in cells})
    groups: list[set[int]] = []
    before = -1
    for column in columns:
        shown = hidden.shown(column)
        if not groups or shown - before > 1:
            groups.append(set())
        groups[-1].add(column)
        before = shown
    if len(groups) > _MOST_GROUPS:
        return [set(columns)]
    joined = groups[:1]
    for group in groups[1:]:
        if _stands_alone(rows, joined[-1], group):
            joined.append(group)
        else:
            joined[-1] |= group
    return joined


def _stands_alone(rows: Sequence[Row], left: set[int], right: set[int]) -> bool:
    """Whether the columns on the right are a table of their own: they begin or end in another row, or have labels of
    their own. Else the empty column is only space within a table, whose labels stand on the left."""
    rows = [row for row in rows if len(row[1]) > 1] or rows  # a title stands on the left of what it is about
    at_left = [number for number, cells in rows if not left.isdisjoint(cells)]
    at_right = [number for number, cells in rows if not right.isdisjoint(cells)]
    if not at_left or not at_right or at_left[0] != at_right[0] or abs(at_left[-1] - at_right[-1]) > 1:
        return True
    if len(left) == 1 or len(right) == 1:
        return False
    first = min(right)
    labels = [cells[first].kind for _, cells in rows[1:] if first in cells]
    return bool(labels) and 2 * sum(kind in ("text", "date") for kind in labels) > len(labels)
