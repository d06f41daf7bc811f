"""Tables of HTML pages: cells that span several places, and which row names the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.formats.extract import TextBuilder
from index.records import Block, BlockKind

MOST_SPAN = 100  # columns or rows that one cell is repeated in
MOST_COLUMNS = 1000  # that are filled by repeating
# Characters that the cells of one table repeat; a cell of 40,000 in a hundred rows and columns would be 400 MB of text.
MOST_REPEATED = 500_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the page states it."""

    text: str
    is_header: bool
    columns: int = 1
    rows: int = 1


class TableRows:
    """The rows of a table while its elements are read."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._spare = MOST_REPEATED
        self.head: set[int] = set()  # the numbers of the rows in <thead>

    def write(self, builder: TextBuilder) -> None:
        """Add the table to the text, row by row."""
        grid = self._grid()
        if self._is_form(grid):
            for number, row in enumerate(grid):
                builder.add_field(row[0].text, row[1].text, apart="\n" if number else "\n\n")
            return
        header: Block | None = None
        apart = "\n\n"
        first = next((number for number, row in enumerate(grid) if len(row) > 1), 0)
        above: list[list[str]] = []  # rows of names right above; together they name the columns
        for number, row in enumerate(grid):
            texts = [cell.text for cell in row]
            if len(self.rows[number]) == 1 and len(row) > 1 and len({*texts}) == 1:
                added = builder.add(
                    BlockKind.CAPTION, " ".join(texts[0].split()), apart=apart
                )  # a row across all columns
            elif self._names_columns(grid, number, first):
                above.append(texts)
                if number + 1 < len(grid) and self._names_columns(grid, number + 1, first):
                    continue
                added = builder.add_row(joined_names(above), is_header=True, apart=apart)
                header = added or header
                above = []
            else:
                added = builder.add_row(texts, header, apart=apart)
            apart = "\n" if added else apart

    def _grid(self) -> list[list[Cell]]:
        """The rows with a cell that spans several columns or rows repeated in each."""
        grid: list[list[Cell]] = []
        reaching: dict[int, tuple[int, Cell]] = {}  # column: how many more rows the cell reaches into
        for cells in self.rows:
            row: list[Cell] = []
            for cell in cells:
                self._take_reaching(row, reaching)
                for number in range(min(cell.columns, MOST_SPAN, max(1, MOST_COLUMNS - len(row)))):
                    if cell.rows > 1:
                        reaching[len(row)] = (min(cell.rows, MOST_SPAN) - 1, cell)
                    row.append(self._again(cell) if number else cell)
            self._take_reaching(row, reaching)
            grid.append(row)
        return grid

    def _take_reaching(self, row: list[Cell], reaching: dict[int, tuple[int, Cell]]) -> None:
        """Append the cells of rows above that reach into the next places."""
        while len(row) in reaching:
            column = len(row)
            left, cell = reaching.pop(column)
            if left > 1:
                reaching[column] = (left - 1, cell)
            row.append(self._again(cell))

    def _again(self, cell: Cell) -> Cell:
        """The cell as it is repeated: empty, once the table has repeated too much."""
        self._spare -= len(cell.text)
        return cell if self._spare >= 0 else Cell("", cell.is_header)

    def _is_form(self, grid: list[list[Cell]]) -> bool:
        """Whether every row is a label and a value."""
        pairs = all(len(row) == 2 and row[0].is_header and not row[1].is_header for row in grid)
        return bool(grid) and pairs and not self.head and all(row[0].text and row[1].text for row in grid)

    def _names_columns(self, grid: list[list[Cell]], number: int, first: int) -> bool:
        row = grid[number]
        if number in self.head:
            return True
        if len(row) > 1 and all(cell.is_header or not cell.text for cell in row) and any(cell.text for cell in row):
            return True
        if number != first or self.head or len(row) < 2 or any(cell.is_header for one in grid for cell in one[1:]):
            return False
        has_digit = [any(any(map(str.isdigit, cell.text)) for cell in one) for one in grid]
        return not has_digit[number] and len(grid) > 2 and 2 * sum(has_digit) >= len(grid) - 1


def joined_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """What each column is called by rows of names, from top to bottom: "Fee" over "adult" is "Fee adult"."""
    columns = zip_longest(*rows, fillvalue="")
    return [" ".join(dict.fromkeys(name for name in column if name)) for column in columns]
