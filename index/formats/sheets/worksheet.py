"""A sheet of an Excel workbook as its cells, notes and drawings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from index.formats.sheets.dates import days_of
from index.formats.sheets.drawn import drawn_texts, notes_of
from index.formats.sheets.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    Area,
    CellCount,
    CellKind,
    Sheet,
    SheetCell,
    Spans,
    area_at,
    cell_at,
)
from index.formats.sheets.number_codes import kind_of
from index.formats.sheets.numbers import general, shown_number, shown_text
from index.formats.sheets.workbook import CellStyle, ExcelWorkbook, SheetPart, is_true, local, rich_text, unescaped

_MOST_MERGED = 2_000_000  # places that merged cells are looked up in
_TAGS = ("sheetFormatPr", "sheetView", "col", "row", "mergeCell", "autoFilter")
_PLAIN = CellStyle()


class SheetReader:
    """Reads one sheet."""

    def __init__(self, workbook: ExcelWorkbook, count: CellCount) -> None:
        self._workbook, self._count = workbook, count
        self._shows_zeros = True
        self._rows: dict[int, dict[int, SheetCell]] = {}
        self._last = 0  # row that was read
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[Area] = []
        self._header_rows: set[int] = set()
        self._known: dict[tuple[str, CellKind, bool], SheetCell] = {}

    def read(self, sheet: SheetPart) -> Sheet:
        """Returns what the sheet shows."""
        package = self._workbook.package
        self._header_rows = set(sheet.header_rows)
        for element in package.elements(sheet.part, *_TAGS):
            self._take(local(element), element)
        links = package.links(sheet.part).values()
        for link in links:
            if link.kind == "table" and (table := package.xml(link.target)) is not None:
                self._take_table(table)
        columns, rows = Spans.of(self._hidden_columns), Spans.of(self._hidden_rows)
        shown = {
            number: {column: cell for column, cell in sorted(cells.items()) if column not in columns}
            for number, cells in sorted(self._rows.items())
        }
        wide = without_covered(shown, self._merged)
        titles, boxes = drawn_texts(package, sheet.part)
        notes = [one for one in notes_of(package, sheet.part) if one.row not in rows and one.column not in columns]
        return Sheet(
            sheet.name, shown, rows, columns, wide, frozenset(self._header_rows), tuple(notes), titles, boxes
        )  # fmt: skip

    def _take(self, tag: str, element: Any) -> None:
        if tag == "row":
            self._take_row(element)
        elif tag == "col":
            first, last = _number(element.get("min")), _number(element.get("max"))
            if is_true(element.get("hidden")) or element.get("width") == "0":
                self._hidden_columns.append((max(1, first), min(last, MOST_COLUMNS)))
        elif tag == "mergeCell":
            if area := area_at(element.get("ref", "")):
                self._merged.append(area)
        elif tag == "autoFilter":
            if area := area_at(element.get("ref", "")):
                self._header_rows.add(area.top)
        elif tag == "sheetView" and element.get("showZeros") in ("0", "false"):
            self._shows_zeros = False

    def _take_table(self, table: Any) -> None:
        area = area_at(table.get("ref", ""))
        if area and table.get("headerRowCount", "1") != "0":
            self._header_rows.add(area.top)

    def _take_row(self, row: Any) -> None:
        number = self._last = _number(row.get("r")) or self._last + 1
        if number > MOST_ROWS:
            return
        if is_true(row.get("hidden")):
            self._hidden_rows.append((number, number))
            return
        cells: dict[int, SheetCell] = {}
        column = 0
        for element in row:
            if local(element) != "c":
                continue
            place = cell_at(element.get("r", ""))
            column = place[1] if place else column + 1
            cell = self._cell(element)
            if cell is not None and column <= MOST_COLUMNS:
                cells[column] = cell
        if cells:
            self._count.add(cells.values())
            self._rows.setdefault(number, {}).update(cells)

    def _cell(self, element: Any) -> SheetCell | None:
        style = self._style(element.get("s"))
        text, kind = self._value(element, style)
        if not text or text.isspace():
            return None
        key = text, kind, style.strong
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = SheetCell(text.strip(), kind, style.strong)
        return found

    def _style(self, number: str | None) -> CellStyle:
        at = _number(number)
        return self._workbook.styles[at] if at < len(self._workbook.styles) else _PLAIN

    def _value(self, element: Any, style: CellStyle) -> tuple[str, CellKind]:
        """What a cell shows, and what it is."""
        stated, text, inline = element.get("t", "n"), "", None
        for child in element:
            tag = local(child)
            if tag == "v":
                text = child.text or ""
            elif tag == "is":
                inline = child
        if stated == "inlineStr":
            return (shown_text(rich_text(inline), style.code) if inline is not None else ""), "text"
        if stated == "s":
            strings, at = self._workbook.strings, _number(text.strip(), -1)
            return (shown_text(strings[at], style.code) if 0 <= at < len(strings) else ""), "text"
        if not text:
            return "", "text"
        if stated == "str":
            return shown_text(unescaped(text), style.code), "text"
        if stated == "b":
            return ("TRUE" if text.strip() in ("1", "true") else "FALSE"), "truth"
        if stated == "e":
            return text, "error"
        if stated == "d":
            days = days_of(text)
            return (text, "date") if days is None else self._shown(repr(days), style)
        return self._shown(text, style)

    def _shown(self, text: str, style: CellStyle) -> tuple[str, CellKind]:
        value = number_in(text)
        if value is None:
            return text, "text"
        if value == 0 and not self._shows_zeros:
            return "", "number"
        if style.code == "General":
            return general(value), "number"
        kind = kind_of(style.code)
        shown = shown_number(value, style.code, from_1904=self._workbook.from_1904)
        return shown, kind if kind != "text" else "number"


def without_covered(rows: Mapping[int, dict[int, SheetCell]], merged: Iterable[Area]) -> dict[tuple[int, int], int]:
    """Take out what lies below merged cells; returns the last column of each that spans several."""
    wide: dict[tuple[int, int], int] = {}
    numbers = list(rows)
    looked_up = 0
    for area in merged:
        if area.right > area.left:
            wide[area.top, area.left] = area.right
        at = bisect_left(numbers, area.top)
        while at < len(numbers) and numbers[at] <= area.bottom and looked_up < _MOST_MERGED:
            cells = rows[numbers[at]]
            looked_up += 1 + len(cells)
            for column in [one for one in cells if area.left <= one <= area.right]:
                if (numbers[at], column) != (area.top, area.left):
                    del cells[column]
            at += 1
    return wide


def number_in(text: str) -> float | None:
    """Returns the number that a text states, None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e300 and value == value else None


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
