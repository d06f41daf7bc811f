"""Tables of office files as header rows and rows, or as paragraphs where they only lay out the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.formats.pieces import Piece
from index.records import BlockKind

_LONGEST_NAME = 60  # characters of a header's cell
_LONGEST_ONLY = 300  # characters of a cell in a table of one row; with more, its cells are columns of the page
# Characters of a merged cell that are written again in each of its rows: else the text would grow with each table that
# is nested in another.
LONGEST_REPEATED = 200
WIDEST = 100  # columns; Word has 63 at most
_TALLEST_HEADER = 5  # rows
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-]\d{2,4})?")


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell over `wide` columns from `column`. `again` tells that it only repeats the cell above."""

    column: int
    wide: int
    text: str
    pieces: tuple[Piece, ...] = ()
    again: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether all that stands in it is bold."""
        return bool(self.pieces) and all(piece.bold for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class TableRow:
    """`is_header` tells that it names the columns, as one that is repeated on every page."""

    cells: tuple[TableCell, ...]
    is_header: bool = False
    shaded: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether each of its cells is bold or empty."""
        return all(cell.is_bold for cell in self.cells if cell.text) and any(cell.text for cell in self.cells)


@dataclass(slots=True)
class _Header:
    """The cells that name columns: their texts, and which of them names each column."""

    texts: list[str] = field(default_factory=list)
    names: dict[int, int] = field(default_factory=dict)


def laid_out(rows: list[TableRow], *, styled: bool = False) -> list[Piece]:
    """Returns a table as pieces. `styled` tells that its style sets the first row off."""
    rows = [row for row in rows if any(cell.text for cell in row.cells)]
    if not rows:
        return []
    longest = max(len(cell.text) for row in rows for cell in row.cells)
    most = max(sum(1 for cell in row.cells if cell.text) for row in rows)
    if most == 1 or (len(rows) == 1 and longest > _LONGEST_ONLY):
        return [piece for row in rows for cell in row.cells if not cell.again for piece in cell.pieces]
    count = next((at for at, row in enumerate(rows) if not row.is_header), 0)
    if not count and _looks_like_header(rows, styled):
        count = 1
    pieces: list[Piece] = []
    if count > _TALLEST_HEADER or any(len(cell.text) > LONGEST_REPEATED for row in rows[:count] for cell in row.cells):
        count = min(count, 1)  # they are no names, and would be written again for each column that they span
    above = rows[:count]
    while len(above) > 1 and len(above[0].cells) == 1:  # over all columns: what the table is called
        pieces.append(Piece(BlockKind.CAPTION, above.pop(0).cells[0].text))
    header = _named(above)
    apart = "\n\n"
    if header.texts:
        pieces.append(Piece(BlockKind.HEADER, cells=tuple(header.texts), apart=apart))
        apart = "\n"
    for row in rows[count:]:
        names = tuple(_name(cell, header) for cell in row.cells) if header.texts else ()
        pieces.append(Piece(BlockKind.ROW, cells=tuple(cell.text for cell in row.cells), names=names, apart=apart))
        apart = "\n"
    return pieces


def _named(rows: list[TableRow]) -> _Header:
    """The header that rows make up. Of several, each column gets what stands above it, from top to bottom: "Fee" over
    "adult" is "Fee adult"."""
    header = _Header()
    if len(rows) == 1:
        for at, cell in enumerate(rows[0].cells):
            header.texts.append(cell.text)
            header.names |= dict.fromkeys(range(cell.column, cell.column + cell.wide), at)
    elif rows:
        columns: dict[int, dict[str, None]] = {}
        for cell in (cell for row in rows for cell in row.cells):
            for column in range(cell.column, cell.column + cell.wide):
                columns.setdefault(column, {})[cell.text] = None
        for at, column in enumerate(sorted(columns)):
            header.texts.append(" ".join(text for text in columns[column] if text))
            header.names[column] = at
    return header


def _name(cell: TableCell, header: _Header) -> int:
    """Which of the header's cells names this one; -1 where none does, or more than one."""
    found = {header.names.get(column, -1) for column in range(cell.column, cell.column + cell.wide)}
    return found.pop() if len(found) == 1 else -1


def _looks_like_header(rows: list[TableRow], styled: bool) -> bool:
    """Whether the first row of a table names the columns, where the file does not say so: all its cells are filled and
    short, it looks otherwise than the next ones, and none of it occurs again below."""
    first, rest = rows[0], rows[1:]
    texts = [cell.text for cell in first.cells]
    if not rest or len(texts) < 2 or not all(texts[1:]) or any(len(text) > _LONGEST_NAME for text in texts):
        return False
    if any(len(text) > _LONGEST_NAME // 2 and text.endswith((".", "!", ";")) for text in texts):
        return False
    below: dict[int, set[str]] = {}
    for row in rest:
        for cell in row.cells:
            below.setdefault(cell.column, set()).add(cell.text)
    if any(cell.text and cell.text in below.get(cell.column, ()) for cell in first.cells):
        return False
    if styled or (first.is_bold and not all(row.is_bold for row in rest)) or (first.shaded and not rest[0].shaded):
        return True
    if all(row.cells[0].is_bold or row.cells[0].text.endswith(":") for row in rows):
        return False  # each row has its own label
    return _words_over_values(texts, rest)


def _words_over_values(texts: list[str], rest: list[TableRow]) -> bool:
    """Whether the texts are names and what lies below is not. Two columns alone may as well be labels and values:
    there, the values must all hold numbers."""
    shapes = {re.sub(r"\d+", "0", text) for text in texts[1:]}
    series = len(texts) > 2 and len(shapes) == 1 and shapes != {"0"}  # "Week 1", "Week 2"
    if not series and any(re.search(r"\d", text) and not _YEAR.fullmatch(text) for text in texts):
        return False
    if len(texts) > 2:
        return True
    return all(re.search(r"\d", row.cells[-1].text) for row in rest) and not re.search(r"\d", texts[-1])
