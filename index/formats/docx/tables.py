"""Tables of a Word file as header rows and rows, or as paragraphs where they only lay out the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from index.formats.docx.lines import shown
from index.formats.docx.package import VALUE, W, is_on, number
from index.formats.docx.pieces import WordPiece, flat
from index.formats.docx.styles import WordStyles
from index.records import BlockKind

_LONGEST_NAME = 60  # characters of a header's cell
_LONGEST_ONLY = 300  # characters of a cell in a table of one row; with more, its cells are columns of the page
_LONGEST_REPEATED = 200  # characters of a merged cell that are written again in each of its rows; see `_rows`
_WIDEST = 100  # columns; Word has 63 at most
_TALLEST_HEADER = 5  # rows
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-]\d{2,4})?")


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell over `wide` columns from `column`. `again` tells that it only repeats the cell above."""

    column: int
    wide: int
    text: str
    pieces: tuple[WordPiece, ...] = ()
    again: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether all that stands in it is bold."""
        return bool(self.pieces) and all(piece.bold for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class WordRow:
    """`is_header` tells that Word repeats it on every page."""

    cells: tuple[WordCell, ...]
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


def table_pieces(table: Any, styles: WordStyles, within: Callable[[Any], list[WordPiece]]) -> list[WordPiece]:
    """Returns a table as pieces; `within` reads what stands in a cell."""
    rows = list(_rows(table, within))
    named, look = table.find(f"{W}tblPr/{W}tblStyle"), table.find(f"{W}tblPr/{W}tblLook")
    heads = named is not None and styles.get(named.get(VALUE, "")).heads
    return _laid_out(rows, styled=heads and look is not None and _first_row(look))


def _rows(table: Any, within: Callable[[Any], list[WordPiece]]) -> Iterator[WordRow]:
    """The rows of a table. A merged cell stands in each of its rows again, but only where it is short: else the text
    would grow with each table that is nested in another."""
    above: dict[int, str] = {}  # the cells of the row before, by column
    for row in _nearest(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None or is_on(row.find(f"{W}trPr/{W}hidden")):
            continue
        column = number(row.find(f"{W}trPr/{W}gridBefore"), most=_WIDEST)
        cells: list[WordCell] = []
        shaded = False
        for element in _nearest(row, f"{W}tc"):
            cells.append(_cell(element, column, above, within))
            column += cells[-1].wide
            shaded |= _is_shaded(element)
        above = {cell.column: cell.text for cell in cells}
        yield WordRow(tuple(cells), is_on(row.find(f"{W}trPr/{W}tblHeader")), shaded)


def _cell(element: Any, column: int, above: dict[int, str], within: Callable[[Any], list[WordPiece]]) -> WordCell:
    properties = element.find(f"{W}tcPr")
    merged, wide = (None if properties is None else properties.find(f"{W}{name}") for name in ("vMerge", "gridSpan"))
    width = max(1, min(number(wide, 1, _WIDEST), _WIDEST - column))
    if merged is not None and merged.get(VALUE, "continue") == "continue":
        text = above.get(column, "")
        return WordCell(column, width, text if len(text) <= _LONGEST_REPEATED else "", again=True)
    pieces = tuple(within(element))
    return WordCell(column, width, flat(pieces), pieces)


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


def _laid_out(rows: list[WordRow], *, styled: bool) -> list[WordPiece]:
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
    pieces: list[WordPiece] = []
    if count > _TALLEST_HEADER or any(len(cell.text) > _LONGEST_REPEATED for row in rows[:count] for cell in row.cells):
        count = min(count, 1)  # they are no names, and would be written again for each column that they span
    above = rows[:count]
    while len(above) > 1 and len(above[0].cells) == 1:  # over all columns: what the table is called
        pieces.append(WordPiece(BlockKind.CAPTION, above.pop(0).cells[0].text))
    header = _named(above)
    apart = "\n\n"
    if header.texts:
        pieces.append(WordPiece(BlockKind.HEADER, cells=tuple(header.texts), apart=apart))
        apart = "\n"
    for row in rows[count:]:
        names = tuple(_name(cell, header) for cell in row.cells) if header.texts else ()
        pieces.append(WordPiece(BlockKind.ROW, cells=tuple(cell.text for cell in row.cells), names=names, apart=apart))
        apart = "\n"
    return pieces


def _named(rows: list[WordRow]) -> _Header:
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


def _name(cell: WordCell, header: _Header) -> int:
    """Which of the header's cells names this one; -1 where none does, or more than one."""
    found = {header.names.get(column, -1) for column in range(cell.column, cell.column + cell.wide)}
    return found.pop() if len(found) == 1 else -1


def _looks_like_header(rows: list[WordRow], styled: bool) -> bool:
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


def _words_over_values(texts: list[str], rest: list[WordRow]) -> bool:
    """Whether the texts are names and what lies below is not. Two columns alone may as well be labels and values:
    there, the values must all hold numbers."""
    shapes = {re.sub(r"\d+", "0", text) for text in texts[1:]}
    series = len(texts) > 2 and len(shapes) == 1 and shapes != {"0"}  # "Week 1", "Week 2"
    if not series and any(re.search(r"\d", text) and not _YEAR.fullmatch(text) for text in texts):
        return False
    if len(texts) > 2:
        return True
    return all(re.search(r"\d", row.cells[-1].text) for row in rest) and not re.search(r"\d", texts[-1])
