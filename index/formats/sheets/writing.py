"""Sheets as blocks, each with its cell: names, titles, tables under their headers, forms, lines, comments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.formats.extract import TextBuilder
from index.formats.sheets.forms import is_form
from index.formats.sheets.grid import PlacedText, Sheet, SheetCell, cell_name
from index.formats.sheets.headers import Header, header_of, same_columns
from index.formats.sheets.regions import Region, Row, regions_of
from index.records import BlockKind, Place

# What spreadsheet programs call a sheet that nobody named.
_UNNAMED = re.compile(
    r"(?:sheet|tabelle|feuil|feuille|hoja|foglio|planilha|folha|arkusz|blad|ark|лист|аркуш|list|munkalap|sayfa|taul|"
    r"シート|工作表|worksheet|tabellenblatt|página|page|data|csv)\s*[-_]?\d*(?:\s?\(\d+\))?",
    flags=re.IGNORECASE,
)
_NEAR = 3  # rows between a title and its table, or between parts of one table
_LONGEST_TITLE = 120  # characters
# Empty cells that stand for columns before or between those of a row. Each takes three characters; beyond these, the
# place names the cells from the first to the last filled one instead.
_MOST_EMPTY, _EMPTY_FOR_EACH = 60, 4


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was written: its rows, and where the name of each column stands."""

    rows: tuple[Row, ...]
    names: Mapping[int, Place]


class SheetWriter:
    """Writes the sheets of one file one after the other."""

    def __init__(self, *, plain: bool = False, heads: bool = True) -> None:
        """`plain` tells that the file has no styles; `heads` that sheets have their name as a heading."""
        self.builder = TextBuilder()
        self._plain, self._heads = plain, heads
        self._sheet = Sheet("", {})
        self._level = 1
        self._next = -1  # the row that would follow in the part that is begun

    def write(self, sheet: Sheet) -> None:
        """Write a sheet."""
        self._sheet, self._level, self._next = sheet, 1, -1
        regions = regions_of(sheet)
        if self._heads and sheet.name:
            self.builder.begin_part(self._part())
            self.builder.add(BlockKind.HEADING, " ".join(sheet.name.split()), level=1)
            self._level = 2
        table: _Table | None = None
        for at, region in enumerate(regions):
            following = regions[at + 1] if at + 1 < len(regions) else None
            table = self._region(region, following, table) or table
        for kind, texts in (
            (BlockKind.CAPTION, sheet.titles), (BlockKind.PARAGRAPH, sheet.boxes), (BlockKind.NOTE, sheet.notes),
        ):  # fmt: skip
            for one in texts:
                self._placed(kind, one)

    def _region(self, region: Region, following: Region | None, before: _Table | None) -> _Table | None:
        """Write a region; returns the table that it is, if it is one."""
        if len(region.columns) == 1 and not self._is_column(region):
            is_title = len(region.rows) <= _NEAR and following is not None and _leads_to(region, following)
            self._lines(region.rows, titled=is_title or _is_set_off(region.rows))
            return None
        first = next((at for at, (_, cells) in enumerate(region.rows) if len(cells) > 1), 0)
        rows = region.rows[first:]
        self._lines(region.rows[:first], titled=True)
        header = header_of(rows, self._sheet, plain=self._plain) or self._over_one(region)
        names = before.names if header is None and before is not None and _goes_on(rows, before) else {}
        if not names and is_form(rows):
            self._form(rows)
            return None
        if header is not None:
            if header.first:
                self._rows(rows[: header.first], {}, apart="\n\n")
            return self._table(rows, header)
        self._rows(rows, names, apart="\n\n")
        return _Table(before.rows, names) if before is not None and names else None

    def _is_column(self, region: Region) -> bool:
        return self._over_one(region) is not None

    def _over_one(self, region: Region) -> Header | None:
        """The header of a single column: a word over numbers or dates."""
        if len(region.columns) != 1 or len(region.rows) < 3:
            return None
        [column] = region.columns
        cells = [row[column] for _, row in region.rows]
        if cells[0].kind != "text" or any(cell.kind not in ("number", "date") for cell in cells[1:]):
            return None
        return Header(0, 1, {column: cells[0].text})

    def _lines(self, rows: Sequence[Row], *, titled: bool) -> None:
        """Write rows of one cell each. `titled` tells that the first of them names what follows."""
        for at, (number, cells) in enumerate(rows):
            for column, cell in cells.items():
                self._begin(number, column)
                if titled and not at and _is_title(cell):
                    self.builder.add(BlockKind.HEADING, " ".join(cell.text.split()), level=self._level)
                else:
                    self.builder.add(BlockKind.PARAGRAPH, cell.text, apart="\n" if at else "\n\n")

    def _form(self, rows: Sequence[Row]) -> None:
        label, value = sorted({column for _, cells in rows for column in cells})
        apart = "\n\n"
        for number, cells in rows:
            if (label, value) != (1, 2) or value not in cells:
                self._begin(number, value if value in cells else label)
            elif number != self._next or apart != "\n":
                self.builder.begin_part(self._part(), "rows", number)
            if value in cells:
                self._next = number + 1 if (label, value) == (1, 2) else -1
                self.builder.add_field(cells[label].text, " ".join(cells[value].text.split()), apart=apart)
            else:
                self.builder.add(BlockKind.PARAGRAPH, cells[label].text, apart=apart)
            apart = "\n"

    def _table(self, rows: Sequence[Row], header: Header) -> _Table:
        """Write a table with its header, of which the last row has its place."""
        number = rows[header.end - 1][0]
        cells = {column: SheetCell(name) for column, name in header.names.items()}
        names = self._row(number, cells, {}, is_header=True, apart="\n\n")
        names |= {column: names[first] for column, first in header.spanned.items()}
        body = rows[header.end :]
        self._rows(body, names, apart="\n")
        return _Table(tuple(body), names)

    def _rows(self, rows: Sequence[Row], names: Mapping[int, Place], *, apart: str) -> None:
        for number, cells in rows:
            if len(cells) == 1 and self._is_across(number, cells):
                [(column, cell)] = cells.items()
                self._begin(number, column)
                self.builder.add(BlockKind.CAPTION, " ".join(cell.text.split()), apart=apart)
            else:
                self._row(number, cells, names, apart=apart)
            apart = "\n"

    def _is_across(self, number: int, cells: Mapping[int, SheetCell]) -> bool:
        """Whether the only cell of a row is merged over others: what the rows below it are about."""
        return all(self._sheet.wide.get((number, column), column) > column for column in cells)

    def _row(
        self, number: int, cells: Mapping[int, SheetCell], names: Mapping[int, Place], *, apart: str,
        is_header: bool = False,
    ) -> dict[int, Place]:  # fmt: skip
        """Write a row with an empty cell for each column that has none, so that the place of a cell can be counted;
        returns where each stands."""
        columns = sorted(cells)
        if columns[-1] - len(columns) <= _MOST_EMPTY + _EMPTY_FOR_EACH * len(columns):
            columns = list(range(1, columns[-1] + 1))
            if number != self._next or apart != "\n":
                self.builder.begin_part(self._part(), "rows", number)
            self._next = number + 1
        else:
            first, last = cell_name(number, columns[0]), cell_name(number, columns[-1])
            self.builder.begin_part(self._part(f"cells {first} to {last}" if first != last else f"cell {first}"))
            self._next = -1
        texts = [cells[column].text if column in cells else "" for column in columns]
        header = [names.get(column, (0, 0)) for column in columns] if names else None
        block = self.builder.add_row(texts, header, is_header=is_header, apart=apart)
        return {} if block is None else dict(zip(columns, block.cells, strict=False))

    def _placed(self, kind: BlockKind, one: PlacedText) -> None:
        self._begin(one.row, one.column)
        self.builder.add(kind, one.text)

    def _begin(self, row: int, column: int) -> None:
        """What is added next stands in this cell."""
        self.builder.begin_part(self._part(f"cell {cell_name(row, column)}"))
        self._next = -1

    def _part(self, place: str = "") -> str:
        sheet = f"sheet {' '.join(self._sheet.name.split())}" if self._sheet.name else ""
        return ", ".join(filter(None, (sheet, place)))


def is_telling_name(name: str) -> bool:
    """Whether the name of a sheet says anything."""
    return bool(name.strip()) and not _UNNAMED.fullmatch(name.strip()) and any(map(str.isalpha, name))


def _is_title(cell: SheetCell) -> bool:
    text = cell.text.strip()
    return (
        cell.kind == "text" and any(map(str.isalpha, text)) and len(text) <= _LONGEST_TITLE
        and "\n" not in text and not text.endswith((".", ";", ","))
    )  # fmt: skip


def _is_set_off(rows: Sequence[Row]) -> bool:
    """Whether the first of several lines alone is set off."""
    strong = [all(cell.strong for cell in cells.values()) for _, cells in rows]
    return len(rows) > 1 and strong[0] and not any(strong[1:])


def _leads_to(region: Region, following: Region) -> bool:
    return len(following.columns) > 1 and following.top - region.bottom <= _NEAR


def _goes_on(rows: Sequence[Row], before: _Table) -> bool:
    """Whether rows go on with the table above, from which only empty rows part them."""
    return before.rows[-1][0] < rows[0][0] <= before.rows[-1][0] + _NEAR and same_columns(rows, before.rows)
