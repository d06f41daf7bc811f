"""Which rows of a table name its columns, told from what their cells hold.

A wrong header is worse than none: each cell below would be read under a wrong name. So a row counts as one only where
something speaks for it: the file says so, it is set off, or names stand over numbers and dates.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.formats.sheets.delimited import kind_of_text
from index.formats.sheets.grid import Sheet, SheetCell
from index.formats.sheets.regions import Row

SAMPLE = 200  # rows that are looked at below a header
MOST_HEADERS = 4  # rows of one header
MOST_ABOVE = 8  # rows of remarks that may stand above one
LONGEST_NAME = 300  # characters of a cell that names a column
LONGEST_LABEL = 60  # characters of the label of a value
_SENTENCE = re.compile(r".{40,}[.!]", re.DOTALL)
_YEAR = re.compile(r"(?:1[89]|20|21)\d\d(?:\s?[/–-]\s?\d{2,4})?")
MOSTLY = 0.8  # of the cells: "nearly all"
_LONG_SERIES = 5  # numbers
_DIGITS = 4  # of a year


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header, from `first` to before `end` among those of a table, and the names as they are to be
    written, by column. `spanned` are the columns that the name of another one stands over."""

    first: int
    end: int
    names: Mapping[int, str]
    spanned: Mapping[int, int] = field(default_factory=dict)


def header_of(rows: Sequence[Row], sheet: Sheet, *, plain: bool) -> Header | None:
    """Returns the header of a table's rows, None where nothing says that there is one. `plain` tells that the file has
    no styles, so that nothing could be set off in it."""
    for first in range(min(MOST_ABOVE, len(rows) - 1)):
        if first and any(cell.kind == "number" for cell in rows[first - 1][1].values()):
            return None  # it would stand below values
        below = rows[first:]
        end = 0
        while end < min(MOST_HEADERS, len(below) - 1) and below[end][0] in sheet.header_rows:
            end += 1
        if not end or not _covers(below[:end], below[end : end + SAMPLE], sheet):
            end = _told_by_cells(below, sheet, plain, alone=first == 0)
        if end:
            while first and _are_as_names(rows[first - 1], rows[first : first + end], below[end:], sheet):
                first, end, below = first - 1, end + 1, rows[first - 1 :]
            if end == 1:
                return Header(first, first + 1, *_of_one_row(below[0], sheet))
            filled = sorted({column for _, cells in below for column in cells})
            return Header(first, first + end, _joined(below[:end], filled, sheet))
    return None


def _told_by_cells(rows: Sequence[Row], sheet: Sheet, plain: bool, *, alone: bool) -> int:
    """How many rows the header has that begins with the first one; 0 where there is none. `alone` tells that nothing
    stands above it."""
    for end in range(1, min(MOST_HEADERS, len(rows) - 1) + 1):
        head, body = rows[:end], rows[end : end + SAMPLE]
        if not _are_names(head[-1][1], plain=plain):
            return 0
        if _goes_on(head, rows[end], body[1:], sheet):
            continue
        return end if _covers(head, body, sheet) and _speaks_for(head, body, plain, alone) else 0
    return 0


def _are_as_names(above: Row, head: Sequence[Row], body: Sequence[Row], sheet: Sheet) -> bool:
    """Whether the row above a header names the columns as fully: below it stand units, or remarks on the names."""
    return len(above[1]) >= len(head[0][1]) and _are_names(above[1]) and _covers([above], body[:SAMPLE], sheet)


def _are_names(cells: Mapping[int, SheetCell], *, plain: bool = False) -> bool:
    """Whether all cells may be names of columns: texts, a series of years or dates, the number of an index column."""
    texts = [cell for cell in cells.values() if cell.kind == "text"]
    if not plain and any(len(cell.text) > LONGEST_NAME or _SENTENCE.fullmatch(cell.text) for cell in texts):
        return False
    if texts and not any(any(map(str.isalpha, cell.text)) for cell in texts):
        return False  # "-", "*", "1." name nothing
    others = [cell for cell in cells.values() if cell.kind != "text"]
    if len(others) == 1 and len(texts) > 2 and next(iter(cells.values())).kind == "number":
        return True
    return not others or _is_series(others)


def _is_series(cells: Sequence[SheetCell]) -> bool:
    """Whether the cells are years, dates or numbers that go on: what columns are called beside words."""
    if len(cells) < 2 or len({cell.text for cell in cells}) < len(cells):
        return False
    if all(cell.kind == "date" for cell in cells):
        return True
    if not all(cell.kind == "number" and cell.text.isascii() for cell in cells):
        return False
    years = all(_YEAR.fullmatch(cell.text) for cell in cells)
    if not years and not (len(cells) >= _LONG_SERIES and all(cell.text.isdigit() for cell in cells)):
        return False
    steps = {int(other.text[:_DIGITS]) - int(one.text[:_DIGITS]) for one, other in pairwise(cells)}
    if not years:
        return len(steps) == 1
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _goes_on(head: Sequence[Row], following: Row, body: Sequence[Row], sheet: Sheet) -> bool:
    """Whether the next row belongs to the header as well: it names what the rows above leave open, or is as they are
    where numbers stand below it."""
    cells = following[1]
    if not body or not _are_names(cells):
        return False
    row, above = head[-1]
    groups = any(sheet.wide.get((row, column), column) > column for column in above)
    open_columns = [column for column in cells if column not in above]
    kinds = _kinds(body)
    numeric = [column for column in cells if kinds.get(column) in ("number", "date")]
    labels = [column for column in cells if kinds.get(column) == "text" and column in above]
    if any(cell.kind != "text" for cell in cells.values()):  # a series of years below the names of groups
        return bool(groups or open_columns) and not labels and len(numeric) > 1
    if not numeric:
        return groups and all(cell.strong for cell in cells.values()) and not _strong(body)
    if all(cell.strong for cell in cells.values()) and not _strong(body):
        return True
    return not labels and (groups or 2 * len(open_columns) >= len(cells) or 2 * len(numeric) >= len(cells))


def _covers(head: Sequence[Row], body: Sequence[Row], sheet: Sheet) -> bool:
    """Whether nearly all columns have a name: all but the first, and but for few others."""
    named = {
        column
        for row, cells in head
        for first in cells
        for column in range(first, min(sheet.wide.get((row, first), first), first + SAMPLE) + 1)
    }
    filled = {column for _, cells in body for column in cells}
    return len(filled - named - {min(filled)}) <= len(filled) // 5 if filled else False


def _speaks_for(head: Sequence[Row], body: Sequence[Row], plain: bool, alone: bool) -> bool:
    """Whether the rows are set off from what is below, or names stand over something else."""
    names = {column: cell for _, cells in head for column, cell in cells.items()}
    below: dict[int, Counter[str]] = {}
    again = [row for row in body if _texts(row) == _texts(head[-1])]
    if again:  # it is written once more above each part of the table
        return True
    for _, cells in body:
        for column, cell in cells.items():
            below.setdefault(column, Counter())[cell.text] += 1
    values = [cell for column, cell in names.items() if cell.kind == "text" and cell.text in below.get(column, ())]
    if len(values) > len(names) // 5:
        return False  # names would be values as well
    strong = sum(cell.strong for cell in names.values())
    if strong >= MOSTLY * len(names) and not _strong(body):
        return True
    kinds = _kinds(body)
    over = [column for column, cell in names.items() if kinds.get(column) in ("number", "date", "truth")]
    if any(names[column].kind != "text" for column in over):
        return len([column for column in over if kinds[column] == "number"]) > 1
    if over:  # below remarks, the very next row must be of these kinds
        return alone or any(body[0][1][column].kind == kinds[column] for column in over if column in body[0][1])
    return alone and _are_words_over_words(list(names.values()), body, below, plain)


def _are_words_over_words(
    names: Sequence[SheetCell], body: Sequence[Row], below: Mapping[int, Counter[str]], plain: bool
) -> bool:
    """Whether a table of words alone begins with a header: all names differ, are short, have no digits, and what stands
    below is longer or comes again and again."""
    texts = [cell.text for cell in names]
    if len({*texts}) < len(texts) or len(texts) < (2 if plain else 3) or len(body) < (2 if plain else 3):
        return False
    if any(len(text) > LONGEST_LABEL or not any(map(str.isalpha, text)) for text in texts):
        return False
    values = [(len(text), count) for column in below.values() for text, count in column.items()]
    longer = sum(length * count for length, count in values) / sum(count for _, count in values)
    again = sum(count for _, count in values if count > 1) / sum(count for _, count in values)
    digits = any(re.search(r"\d", text) for column in below.values() for text in column)
    spoken = digits and not any(re.search(r"\d", text) for text in texts)
    return spoken or longer > 1.5 * sum(map(len, texts)) / len(texts) or again > 0.3


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row[1].values()]


def _strong(rows: Sequence[Row]) -> bool:
    """Whether most of what stands in the rows is set off."""
    cells = [cell for _, row in rows for cell in row.values()]
    return bool(cells) and 2 * sum(cell.strong for cell in cells) > len(cells)


def _kinds(rows: Sequence[Row]) -> dict[int, str]:
    """What nearly all cells of each column are."""
    counts: dict[int, Counter[str]] = {}
    for _, cells in rows:
        for column, cell in cells.items():
            kind = kind_of_text(cell.text) if cell.kind == "text" else cell.kind
            counts.setdefault(column, Counter())[kind] += 1
    found: dict[int, str] = {}
    for column, kinds in counts.items():
        most, count = kinds.most_common(1)[0]
        if count >= MOSTLY * kinds.total():
            found[column] = most
    return found


def same_columns(rows: Sequence[Row], above: Sequence[Row]) -> bool:
    """Whether what stands in the rows goes on with the table above: hardly a further column, and the same kinds."""
    ours, theirs = _kinds(rows[:SAMPLE]), _kinds(above[:SAMPLE])
    shared = set(ours) & set(theirs)
    return bool(shared) and len(ours) - len(shared) <= len(ours) // 4 and all(ours[at] == theirs[at] for at in shared)


def _of_one_row(row: Row, sheet: Sheet) -> tuple[dict[int, str], dict[int, int]]:
    """What each column is called by one row, and which columns the name of another one stands over."""
    number, cells = row
    spanned = {
        column: first
        for first in cells
        for column in range(first + 1, min(sheet.wide.get((number, first), first), first + SAMPLE) + 1)
    }
    return {column: cell.text for column, cell in cells.items()}, spanned


def _joined(rows: Sequence[Row], filled: Sequence[int], sheet: Sheet) -> dict[int, str]:
    """What each of the filled columns is called by several rows: "Fee" over "adult" is "Fee adult". A name stands over
    all that it is merged over, or over the names below it up to the next one."""
    names: dict[int, list[str]] = {}
    for at, (row, cells) in enumerate(rows):
        columns = sorted(cells)
        for column, following in zip(columns, [*columns[1:], filled[-1] + 1], strict=True):
            end = sheet.wide.get((row, column), column)
            if end == column and at < len(rows) - 1 and column in rows[at + 1][1]:
                while end + 1 < following and end + 1 in rows[at + 1][1]:
                    end += 1
            text = " ".join(cells[column].text.split())
            for spanned in filled[bisect_left(filled, column) : bisect_right(filled, end)]:
                words = names.setdefault(spanned, [])
                if text not in words:
                    words.append(text)
    return {column: " ".join(words) for column, words in sorted(names.items())}
