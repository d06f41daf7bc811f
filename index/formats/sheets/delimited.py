"""Text files with values between commas, semicolons, tabs or bars, as a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from index.errors import DocumentError
from index.formats.encodings import decode
from index.formats.sheets.grid import MOST_COLUMNS, CellCount, CellKind, Sheet, SheetCell

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 100_000, 400
_LARGEST_FIELD = 10_000_000  # characters; the csv module takes 131,072 else
# A quote that is never closed takes in all rows behind it.
_MOST_LINES = 300  # of one field
_STATED = re.compile(r"sep=(.)[ \t]*(?:\r\n?|\n|$)", re.IGNORECASE)
_GROUPS = r"\d{1,3}(?:[,.'\u2019\u00a0\u202f ]\d{3})+|\d+"
_NUMBER = re.compile(
    rf"[(]?[-+\u2212]?\s?(?:[$€£¥]|USD|EUR|CHF)?\s?[-+]?(?:(?:{_GROUPS})(?:[.,]\d+)?|[.,]\d+)(?:[eE][-+]?\d+)?"
    r"\s?(?:%|[$€£¥]|USD|EUR|CHF)?[)]?"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:Z|[AP]M|[-+]\d{2}:?\d{2})?)?|"
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AP]M)?)?|"
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AP]M)?|"
    r"\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ]\d{2,4}",
    re.IGNORECASE,
)
_TRUTHS = frozenset(("true", "false", "yes", "no", "wahr", "falsch", "vrai", "faux"))


def delimited_sheet(data: bytes, name: str, expected: str = "") -> Sheet:
    """Returns the cells of a text file. `expected` is the sign that parts them where it occurs.

    Raises DocumentError for what is no text, and for too many cells.
    """
    text = decode(data, name)
    stated = _STATED.match(text)
    if stated:  # spreadsheet programs heed this line and do not show it
        text = text[stated.end() :]
    sample = text[:_SAMPLE_CHARACTERS]
    if len(sample) < len(text):
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    sign = stated[1] if stated else expected if expected and expected in sample else delimiter_of(sample)
    count = CellCount(name)
    rows: dict[int, dict[int, SheetCell]] = {}
    known: dict[str, SheetCell] = {}
    for number, fields in enumerate(_records(text, sign, name), 1):
        cells: dict[int, SheetCell] = {}
        for column, field in enumerate(fields, 1):
            if field and not field.isspace():
                if (cell := known.get(field)) is None:
                    cell = known[field] = SheetCell(field.strip(), kind_of_text(field.strip()))
                cells[column] = cell
        count.add(cells.values())
        if cells:
            rows[number] = cells
    return Sheet("", rows)


def delimiter_of(sample: str) -> str:
    """Returns the sign that parts the values of some lines: the one by which most rows have as many values, and most
    values are something: numbers, dates, words (as in van den Burg et al., "Wrangling messy CSV files", 2019)."""
    best, found = 0.0, ","
    for sign in _DELIMITERS:
        if sign in sample:
            score = _score(list(_parsed(sample, sign, quoted=True, most=_SAMPLE_ROWS)), sign)
            if score > best:
                best, found = score, sign
    return found


def kind_of_text(text: str) -> CellKind:
    """Returns what a value is that is only known as text."""
    if len(text) < 40:
        if _NUMBER.fullmatch(text):
            return "number"
        if _DATE.fullmatch(text):
            return "date"
        if text.casefold() in _TRUTHS:
            return "truth"
    return "text"


def _score(rows: Sequence[Sequence[str]], sign: str) -> float:
    filled = [row for row in rows if any(field.strip() for field in row)]
    if not filled:
        return 0.0
    widths = Counter(len(row) for row in filled)
    pattern = sum(count * (width - 1) / width for width, count in widths.items()) / len(widths)
    fields = [field.strip() for row in filled for field in row]
    told = sum(not field or kind_of_text(field) != "text" or _is_clean(field, sign) for field in fields)
    return pattern * told / len(fields)


def _is_clean(field: str, sign: str) -> bool:
    """Whether a text holds no other sign that might part it, and no quote that was left over."""
    return not any(one in field for one in _DELIMITERS if one != sign) and '"' not in field


def _records(text: str, sign: str, name: str) -> Iterator[list[str]]:
    """The rows; where a quote is never closed, with quotes as any other sign."""
    try:
        if any(_is_runaway(field) for row in _parsed(text, sign, quoted=True) for field in row):
            return _parsed(text, sign, quoted=False)
        return _parsed(text, sign, quoted=True)
    except csv.Error as error:
        raise DocumentError(f"{name} is not a readable table: save it again as .csv.") from error


def _is_runaway(field: str) -> bool:
    return len(field) > _MOST_LINES and field.count("\n") + field.count("\r") > _MOST_LINES


def _parsed(text: str, sign: str, *, quoted: bool, most: int = -1) -> Iterator[list[str]]:
    csv.field_size_limit(_LARGEST_FIELD)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=quoting, skipinitialspace=True)
    for number, row in enumerate(rows):
        if number == most:
            return
        yield row[:MOST_COLUMNS]
