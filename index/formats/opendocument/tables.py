"""The rows and cells of a table of an OpenDocument file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from index.formats.opendocument.names import TABLE, whole_number
from index.formats.pieces import Piece, flat
from index.formats.tables import LONGEST_REPEATED, WIDEST, TableCell, TableRow, laid_out

_GROUPS = frozenset(f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group"))
_Above = dict[int, tuple[int, int, str]]  # by column: into how many more rows a cell reaches, its width, its text


def table_pieces(table: Any, within: Callable[[Any], list[Piece]]) -> list[Piece]:
    """Returns a table as pieces; `within` reads what stands in a cell. What is merely repeated stands there once."""
    above: _Above = {}
    rows = [
        TableRow(tuple(_cells(row, above, within)), is_header)
        for row, is_header in _rows(table, is_header=False)
        if row.get(f"{TABLE}visibility", "visible") == "visible"
    ]
    return laid_out(rows, styled=table.get(f"{TABLE}use-first-row-styles") == "true")


def _rows(element: Any, *, is_header: bool) -> Iterator[tuple[Any, bool]]:
    for child in element:
        if child.tag == f"{TABLE}table-row":
            yield child, is_header
        elif child.tag in _GROUPS:
            yield from _rows(child, is_header=is_header or child.tag == f"{TABLE}table-header-rows")


def _cells(row: Any, above: _Above, within: Callable[[Any], list[Piece]]) -> Iterator[TableCell]:
    """The cells of a row. One that reaches into the next rows stands there again, but only where it is short."""
    column = 0
    for element in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        again = min(whole_number(element.get(f"{TABLE}number-columns-repeated"), 1), WIDEST)
        if element.tag == f"{TABLE}covered-table-cell":
            for covered in range(column, column + again):
                if (reaching := above.get(covered)) is not None:
                    left, wide, text = reaching
                    above[covered] = left - 1, wide, text
                    if left <= 1:
                        del above[covered]
                    yield TableCell(covered, wide, text if len(text) <= LONGEST_REPEATED else "", again=True)
            column += again
            continue
        wide = max(1, min(whole_number(element.get(f"{TABLE}number-columns-spanned"), 1), WIDEST))
        high = whole_number(element.get(f"{TABLE}number-rows-spanned"), 1)
        pieces = tuple(within(element))
        text = flat(pieces)
        if high > 1:
            above[column] = high - 1, wide, text
        yield TableCell(column, wide, text, pieces)
        column += max(1, again)
