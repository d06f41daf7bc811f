"""The rows and cells of tables in rich text: cells end where lines across the page say, row by row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.formats.pieces import Piece, flat
from index.formats.tables import LONGEST_REPEATED, WIDEST, TableCell, TableRow, laid_out

_SAME_EDGE = 60  # twips by which edges may differ that are meant to be one: 1 mm


@dataclass(slots=True)
class _Definition:
    """What a row says of its cells: where each ends, and which go on in the one before or above."""

    edges: list[int] = field(default_factory=list)
    beside: set[int] = field(default_factory=set)
    above: set[int] = field(default_factory=set)
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[Piece, ...], ...]
    edges: tuple[int, ...]
    beside: frozenset[int]
    above: frozenset[int]
    is_header: bool


class RtfTable:
    """Collects the rows of a table while it is read."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._cells: list[tuple[Piece, ...]] = []
        self._defined = _Definition()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it so far."""
        return not self._rows and not self._cells

    def define(self, word: str, number: int | None) -> None:
        """Take a control word that says how the next row is built."""
        if word == "trowd":
            self._defined = _Definition()
        elif word == "trhdr":
            self._defined.is_header = True
        elif word == "clmrg":
            self._defined.beside.add(len(self._defined.edges))
        elif word == "clvmrg":
            self._defined.above.add(len(self._defined.edges))
        elif word == "cellx":
            self._defined.edges.append(number or 0)

    def end_cell(self, pieces: Sequence[Piece]) -> None:
        """A cell has ended that holds these."""
        self._cells.append(tuple(pieces))

    def end_row(self) -> None:
        """A row has ended."""
        own = self._defined
        if self._cells:
            self._rows.append(
                _Row(tuple(self._cells), tuple(own.edges), frozenset(own.beside), frozenset(own.above), own.is_header)
            )
        self._cells = []

    def pieces(self) -> list[Piece]:
        """Returns the table as pieces."""
        self.end_row()
        edges = _joined(sorted({edge for row in self._rows for edge in row.edges}))
        above: dict[int, str] = {}
        rows = []
        for row in self._rows:
            cells = list(_cells(row, edges, above))
            above = {cell.column: cell.text for cell in cells}
            rows.append(TableRow(tuple(cells), row.is_header))
        return laid_out(rows)


def _joined(edges: list[int]) -> list[int]:
    """The edges, where those that are meant to be one are."""
    found: list[int] = []
    for edge in edges:
        if not found or edge - found[-1] > _SAME_EDGE:
            found.append(edge)
    return found


def _cells(row: _Row, edges: list[int], above: dict[int, str]) -> list[TableCell]:
    found: list[TableCell] = []
    known = len(row.edges) == len(row.cells)
    column = 0
    for number, pieces in enumerate(row.cells):
        end = bisect_left(edges, row.edges[number] - _SAME_EDGE) + 1 if known else number + 1
        wide = max(1, min(end - column, WIDEST))
        text = flat(pieces)
        if number in row.beside and found and not text:
            last = found[-1]
            wide = min(last.wide + wide, WIDEST)
            found[-1] = TableCell(last.column, wide, last.text, last.pieces, last.again)
        elif number in row.above and not text:
            before = above.get(column, "")
            found.append(TableCell(column, wide, before if len(before) <= LONGEST_REPEATED else "", again=True))
        else:
            found.append(TableCell(column, wide, text, pieces))
        column = max(column + 1, end)
    return found
