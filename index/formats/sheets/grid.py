"""What a sheet shows, cell by cell, whatever file it comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from index.errors import DocumentError

CellKind = Literal["text", "number", "date", "truth", "error"]
# A sheet of 100,000 rows and ten columns has a million. More take above the memory that a small file may take.
MOST_CELLS = 3_000_000
# One string may stand in any number of cells: 30 kB of it in each of 100,000 would be 3 GB.
MOST_CHARACTERS = 50_000_000
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # as many as a spreadsheet program has


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows. `strong` tells that it is set off: bold, or on a colour."""

    text: str
    kind: CellKind = "text"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text at a cell that is none of its own: a comment, the words of a drawing."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of numbers, first and last included, in order: the hidden rows or columns of a sheet."""

    firsts: tuple[int, ...] = ()
    lasts: tuple[int, ...] = ()
    _before: tuple[int, ...] = field(init=False, default=())  # how many lie in the runs before each

    def __post_init__(self) -> None:
        sizes = (last - first + 1 for first, last in zip(self.firsts, self.lasts, strict=True))
        object.__setattr__(self, "_before", tuple(accumulate(sizes, initial=0)))

    @classmethod
    def of(cls, runs: Iterable[tuple[int, int]]) -> Spans:
        """The runs (first, last), joined where they meet."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(runs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = joined[-1][0], max(joined[-1][1], last)
            else:
                joined.append((first, last))
        return cls(tuple(first for first, _ in joined), tuple(last for _, last in joined))

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.firsts, number) - 1
        return at >= 0 and number <= self.lasts[at]

    def shown(self, number: int) -> int:
        """Which one the number is of those that are in no run."""
        at = bisect_right(self.firsts, number) - 1
        if at < 0:
            return number
        return number - self._before[at] - min(number, self.lasts[at]) + self.firsts[at] - 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of a sheet that a person sees: by row, and in it by column, both from 1 and in order.

    `wide` is the last column of each merged cell that spans several, by its row and column. `header_rows` are those
    that the file itself calls so. `notes` are comments, `titles` those of charts, `boxes` texts that lie on the cells.
    """

    name: str
    rows: Mapping[int, Mapping[int, SheetCell]]
    hidden_rows: Spans = Spans()
    hidden_columns: Spans = Spans()
    wide: Mapping[tuple[int, int], int] = field(default_factory=dict)
    header_rows: frozenset[int] = frozenset()
    notes: tuple[PlacedText, ...] = ()
    titles: tuple[PlacedText, ...] = ()
    boxes: tuple[PlacedText, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands on it."""
        return not (any(self.rows.values()) or self.notes or self.titles or self.boxes)


class CellCount:
    """Counts the cells of a file, and the characters in them, while it is read."""

    def __init__(self, name: str) -> None:
        self._name, self._cells, self._characters = name, 0, 0

    def add(self, cells: Iterable[SheetCell], times: int = 1) -> None:
        """Count some more, each so often; raises DocumentError where these are too many."""
        lengths = [len(cell.text) for cell in cells]
        self._cells += times * len(lengths)
        self._characters += times * sum(lengths)
        if self._characters > MOST_CHARACTERS:
            raise DocumentError(
                f"{self._name} holds more than {MOST_CHARACTERS:,} characters of text: split it and add the parts."
            )
        if self._cells > MOST_CELLS:
            raise DocumentError(f"{self._name} has more than {MOST_CELLS:,} filled cells: split it and add the parts.")


def column_letters(column: int) -> str:
    """Returns the letters of a column from 1: A, B, ... AA."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Returns the name of a cell: "B7"."""
    return f"{column_letters(column)}{row}"


def cell_at(name: str) -> tuple[int, int] | None:
    """Returns row and column of a cell such as "B7" or "$B$7"; None where it is none."""
    name = name.replace("$", "")
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    if not digits or len(digits) > 7 or not 0 < len(letters) <= 3 or not (letters.isascii() and letters.isalpha()):
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(digits)
    return (row, column) if 0 < row <= MOST_ROWS and column <= MOST_COLUMNS else None


def area_at(name: str) -> Area | None:
    """Returns the rectangle of "A1:B7"; None where it is none."""
    first, _, last = name.partition(":")
    one, other = cell_at(first), cell_at(last or first)
    if one is None or other is None:
        return None
    return Area(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
