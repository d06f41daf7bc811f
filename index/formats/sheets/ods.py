"""OpenDocument spreadsheets as sheets. Each cell keeps, beside its value, the text that was seen when it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.formats.packages import XmlPackage
from index.formats.sheets.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    CellCount,
    CellKind,
    PlacedText,
    Sheet,
    SheetCell,
    Spans,
    area_at,
)
from index.formats.sheets.ods_styles import OpenStyles
from index.formats.sheets.workbook import local

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_NAMES = ("style", "table-column", "table-row", "shapes", "database-range", "table")
_HIDDEN = ("collapse", "filter")
_KINDS: dict[str, CellKind] = {
    "float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date", "boolean": "truth",
}  # fmt: skip
_MOST_BLANKS = 1000


def read_tables(package: XmlPackage, count: CellCount) -> list[Sheet]:
    """Returns the sheets of a spreadsheet that are shown. Raises ValueError where it is none."""
    styles = OpenStyles()
    for element in package.elements("styles.xml", "style"):
        styles.add(element)
    sheets: list[OpenSheet] = []
    ranges: list[str] = []
    current: Any = None
    for element in package.elements("content.xml", *_NAMES):
        tag = local(element)
        if tag == "style":
            styles.add(element)
        elif tag == "database-range":
            if element.get(f"{_TABLE}contains-header", "true") == "true":
                ranges.append(element.get(f"{_TABLE}target-range-address", ""))
        elif (table := _table_of(element)) is not None and tag != "table":
            if table is not current:
                current = table
                sheets.append(
                    OpenSheet(table.get(f"{_TABLE}name", ""), table.get(f"{_TABLE}style-name", ""), styles, count)
                )
            sheets[-1].take(tag, element)
    if not sheets and current is None and package.read("content.xml") is None:
        raise ValueError("no content")
    for address in ranges:
        _take_range(sheets, address)
    return [sheet.read() for sheet in sheets if not sheet.hidden]


def _table_of(element: Any) -> Any | None:
    """The sheet that an element belongs to; None inside another cell or a shape's own table."""
    found = None
    for above in element.iterancestors():
        tag = local(above)
        if tag in ("table-cell", "shapes", "frame", "tracked-changes"):
            return None
        if tag == "table" and found is None:
            found = above
    return found


def _take_range(sheets: list[OpenSheet], address: str) -> None:
    """Note the first row of a database range, which may be filtered and sorted: it names the columns."""
    first, _, last = address.partition(":")
    name, _, cell = first.rpartition(".")
    area = area_at(f"{cell}:{last.rpartition('.')[2]}")
    for sheet in sheets:
        if area and area.bottom > area.top and sheet.name == name.lstrip("$").strip("'").replace("''", "'"):
            sheet.header_rows.add(area.top)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as the file has it: its text, its comment, and what is drawn in it."""

    cell: SheetCell | None
    note: str = ""
    box: str = ""


class OpenSheet:
    """Reads one sheet from its elements."""

    def __init__(self, name: str, style: str, styles: OpenStyles, count: CellCount) -> None:
        self.name, self.header_rows = name, set[int]()
        self._style, self._styles, self._count = style, styles, count
        self._rows: dict[int, dict[int, SheetCell]] = {}
        self._row = 1  # the next one
        self._column = 1  # of which the style is told next
        self._column_styles: list[tuple[int, str]] = []  # the last column of each run, and its style
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._wide: dict[tuple[int, int], int] = {}
        self._notes: list[PlacedText] = []
        self._boxes: list[PlacedText] = []

    @property
    def hidden(self) -> bool:
        """Whether the sheet is not shown."""
        return self._style in self._styles.hidden_tables

    def take(self, tag: str, element: Any) -> None:
        """Read an element of the sheet."""
        if tag == "table-column":
            last = min(self._column + _repeated(element, "columns") - 1, MOST_COLUMNS)
            if element.get(f"{_TABLE}visibility") in _HIDDEN:
                self._hidden_columns.append((self._column, last))
            self._column_styles.append((last, element.get(f"{_TABLE}default-cell-style-name", "")))
            self._column = last + 1
        elif tag == "table-row":
            self._take_row(element)
        elif tag == "shapes" and (text := _drawn(element)):
            self._boxes.append(PlacedText(1, 1, text))

    def read(self) -> Sheet:
        """Returns what the sheet shows."""
        columns = Spans.of(self._hidden_columns)
        rows = {
            number: {column: cell for column, cell in cells.items() if column not in columns}
            for number, cells in self._rows.items()
        }
        notes = tuple(note for note in self._notes if note.column not in columns)
        boxes = tuple(box for box in self._boxes if box.column not in columns or box.row == box.column == 1)
        return Sheet(
            self.name, rows, Spans.of(self._hidden_rows), columns, self._wide, frozenset(self.header_rows), notes,
            boxes=boxes,
        )  # fmt: skip

    def _take_row(self, row: Any) -> None:
        first, last = self._row, min(self._row + _repeated(row, "rows") - 1, MOST_ROWS)
        self._row = last + 1
        if first > MOST_ROWS:
            return
        if row.get(f"{_TABLE}visibility") in _HIDDEN:
            self._hidden_rows.append((first, last))
            return
        cells = self._cells(row, first)
        if not cells:
            return
        if (above := row.getparent()) is not None and local(above) == "table-header-rows":
            self.header_rows.add(first)
        self._count.add(cells.values(), last - first + 1)
        for number in range(first, last + 1):
            self._rows[number] = dict(cells) if number > first else cells

    def _cells(self, row: Any, number: int) -> dict[int, SheetCell]:
        cells: dict[int, SheetCell] = {}
        column = 1
        default = row.get(f"{_TABLE}default-cell-style-name", "")
        for element in row:
            tag = local(element)
            if tag not in ("table-cell", "covered-table-cell"):
                continue
            last = min(column + _repeated(element, "columns") - 1, MOST_COLUMNS)
            if tag == "table-cell" and len(element) and column <= MOST_COLUMNS:
                shown = self._cell(element, default, column)
                if shown.cell is not None:
                    self._count.add([shown.cell], last - column)
                    cells |= dict.fromkeys(range(column, last + 1), shown.cell)
                if shown.note:
                    self._notes.append(PlacedText(number, column, shown.note))
                if shown.box:
                    self._boxes.append(PlacedText(number, column, shown.box))
            over = _repeated(element, "columns", "spanned")
            if over > 1:
                self._wide[number, column] = min(column + over - 1, MOST_COLUMNS)
            column = last + 1
        return cells

    def _cell(self, element: Any, default: str, column: int) -> ShownCell:
        text = "\n".join(_shown(child) for child in element if local(child) == "p").strip()
        note = "\n".join("\n".join(_lines(child)) for child in element if local(child) == "annotation")
        box = "\n".join(
            filter(None, (_drawn(child) for child in element if str(child.tag).startswith(_DRAW)))
        )  # fmt: skip
        if not text:
            return ShownCell(None, note, box)
        style = element.get(f"{_TABLE}style-name") or default or self._column_style(column)
        kind = _KINDS.get(element.get(f"{_OFFICE}value-type", ""), "text")
        return ShownCell(SheetCell(text, kind, self._styles.is_strong(style)), note, box)

    def _column_style(self, column: int) -> str:
        return next((style for last, style in self._column_styles if last >= column), "")


def _repeated(element: Any, what: str, how: str = "repeated") -> int:
    text = element.get(f"{_TABLE}number-{what}-{how}", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _lines(element: Any) -> Iterator[str]:
    """The paragraphs of a comment or a text box."""
    for paragraph in element.iter(f"{_TEXT}p", f"{_TEXT}h"):
        if text := _shown(paragraph).strip():
            yield text


def _drawn(element: Any) -> str:
    """The texts of shapes. A chart or a picture may have a stand-in for programs that cannot show it."""
    return "\n".join(_lines(element))


def _shown(paragraph: Any) -> str:
    """The text of a paragraph, its blanks as they are written: one by one in the text, more by elements."""
    pieces: list[str] = []
    stack: list[Any] = [paragraph]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        tag = local(one)
        if one is not paragraph and one.tail:
            stack.append(one.tail)
        if tag == "s":
            counted = one.get(f"{_TEXT}c", "1")
            pieces.append(" " * min(int(counted) if counted.isdecimal() and len(counted) < 8 else 1, _MOST_BLANKS))
        elif tag in ("tab", "line-break"):
            pieces.append("\t" if tag == "tab" else "\n")
        elif tag not in ("annotation", "note", "ruby-text"):
            stack += reversed(list(one))
            if one.text:
                pieces.append(one.text)
    return "".join(pieces)
