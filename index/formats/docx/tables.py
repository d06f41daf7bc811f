"""The rows and cells of a table of a Word file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from index.formats.docx.lines import shown
from index.formats.docx.package import VALUE, W, is_on, number
from index.formats.docx.styles import WordStyles
from index.formats.pieces import Piece, flat
from index.formats.tables import LONGEST_REPEATED, WIDEST, TableCell, TableRow, laid_out


def table_pieces(table: Any, styles: WordStyles, within: Callable[[Any], list[Piece]]) -> list[Piece]:
    """Returns a table as pieces; `within` reads what stands in a cell."""
    rows = list(_rows(table, within))
    named, look = table.find(f"{W}tblPr/{W}tblStyle"), table.find(f"{W}tblPr/{W}tblLook")
    heads = named is not None and styles.get(named.get(VALUE, "")).heads
    return laid_out(rows, styled=heads and look is not None and _first_row(look))


def _rows(table: Any, within: Callable[[Any], list[Piece]]) -> Iterator[TableRow]:
    """The rows of a table. A merged cell stands in each of its rows again, but only where it is short: else the text
    would grow with each table that is nested in another."""
    above: dict[int, str] = {}  # the cells of the row before, by column
    for row in _nearest(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None or is_on(row.find(f"{W}trPr/{W}hidden")):
            continue
        column = number(row.find(f"{W}trPr/{W}gridBefore"), most=WIDEST)
        cells: list[TableCell] = []
        shaded = False
        for element in _nearest(row, f"{W}tc"):
            cells.append(_cell(element, column, above, within))
            column += cells[-1].wide
            shaded |= _is_shaded(element)
        above = {cell.column: cell.text for cell in cells}
        yield TableRow(tuple(cells), is_on(row.find(f"{W}trPr/{W}tblHeader")), shaded)


def _cell(element: Any, column: int, above: dict[int, str], within: Callable[[Any], list[Piece]]) -> TableCell:
    properties = element.find(f"{W}tcPr")
    merged, wide = (None if properties is None else properties.find(f"{W}{name}") for name in ("vMerge", "gridSpan"))
    width = max(1, min(number(wide, 1, WIDEST), WIDEST - column))
    if merged is not None and merged.get(VALUE, "continue") == "continue":
        text = above.get(column, "")
        return TableCell(column, width, text if len(text) <= LONGEST_REPEATED else "", again=True)
    pieces = tuple(within(element))
    return TableCell(column, width, flat(pieces), pieces)


def _is_shaded(cell: Any) -> bool:
    shade = cell.find(f"{W}tcPr/{W}shd")
    return shade is not None and shade.get(f"{W}fill", "auto").lower() not in ("auto", "ffffff", "")


def _nearest(element: Any, tag: str) -> Iterator[Any]:
    """The elements of this tag below, without those that stand in one another."""
    for child in shown(element):
        if child.tag == tag:
            yield child
        else:
            yield from _nearest(child, tag)


def _first_row(look: Any) -> bool:
    """Whether a table's look sets its first row off."""
    if (stated := look.get(f"{W}firstRow")) is not None:
        return stated in ("1", "true", "on")
    value = look.get(VALUE, "")
    return bool(re.fullmatch(r"[0-9A-Fa-f]{1,8}", value)) and bool(int(value, 16) & 0x20)
