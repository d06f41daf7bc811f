"""Tables in plain text: cells between bars, between tabs, under one another, or told by the shape of their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.layout.lines import Line, is_rule
from index.records import Block, BlockKind, Place

GAP = re.compile(r"\s{2,}")
WORD = re.compile(r"\S+")
NUMBER = re.compile(r"[-+−]?[.,:/]*\d[\d.,:/%]*$")
LONGEST_ROW = 1000
FEWEST_ALIGNED = 3
EMPTY: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Table:
    """Lines that are a table, each with its cells; one that only draws a rule has none."""

    rows: tuple[tuple[Line, tuple[Place, ...]], ...]
    has_header: bool

    def blocks(self) -> list[Block]:
        """A header or row for every line, the cells named by the header."""
        blocks: list[Block] = []
        names: tuple[Place, ...] = ()
        for line, cells in self.rows:
            if not cells:
                blocks.append(Block(line.start, line.end, BlockKind.PREFORMATTED))
            elif self.has_header and not names:
                names = cells
                blocks.append(Block(line.start, line.end, BlockKind.HEADER, cells=cells))
            else:
                header = tuple((*names, *[EMPTY] * len(cells))[: len(cells)]) if names else ()
                blocks.append(Block(line.start, line.end, BlockKind.ROW, cells=cells, header=header))
        return blocks


def table_at(lines: list[Line], first: int, end: int) -> Table | None:
    """The table that begins at line `first` and ends before line `end` at the latest, or None."""
    text = lines[first].text
    if len(text) > LONGEST_ROW:
        return None
    if "|" in text and (table := _separated(lines, first, end, "|")):
        return table
    if "\t" in text and (table := _separated(lines, first, end, "\t")):
        return table
    return _aligned(lines, first, end) or _shaped(lines, first, end)


def _separated(lines: list[Line], first: int, end: int, sign: str) -> Table | None:
    """Two rows or more with as many cells each."""
    rows: list[tuple[Line, tuple[Place, ...]]] = []
    count = 0
    for line in lines[first : min(end, first + 2)]:  # most attempts end here
        if sign not in line.text:
            return None
    for number in range(first, end):
        line = lines[number]
        if is_rule(line.text) and (sign in line.text or rows):
            rows.append((line, ()))
            continue
        if sign not in line.text or len(line.text) > LONGEST_ROW:
            break
        cells = _split(line, sign)
        count = count or len(cells)
        if len(cells) != count:
            break
        rows.append((line, cells))
    full = sum(1 for _, cells in rows if cells)
    return Table(tuple(rows), _has_header(rows)) if full >= 2 and count >= 2 else None


def _split(line: Line, sign: str) -> tuple[Place, ...]:
    """The places of the cells between the signs; a bar at either edge of the line encloses no cell."""
    places: list[Place] = []
    position = line.start
    parts = line.text.split(sign)
    for part in parts:
        left = len(part) - len(part.lstrip())
        start = position + (left if part.strip() else 0)
        places.append((start, start + len(part.strip())))
        position += len(part) + 1
    if sign == "|":
        places = places[1 if not parts[0].strip() else 0 : -1 if not parts[-1].strip() and len(parts) > 1 else None]
    return tuple(places)


def _aligned(lines: list[Line], first: int, end: int) -> Table | None:
    """Three rows or more of cells two blanks apart, one column of which begins or ends at the same place in all."""
    rows: list[tuple[Line, list[Place]]] = []
    starts: set[int] = set()
    ends: set[int] = set()
    for number in range(first, end):
        line = lines[number]
        if len(line.text) > LONGEST_ROW or "  " not in line.text:
            break
        cells = _cells(line)
        shift = line.indent - line.start
        these_starts, these_ends = {a + shift for a, _ in cells[1:]}, {b + shift for _, b in cells[1:]}
        starts, ends = (starts & these_starts, ends & these_ends) if rows else (these_starts, these_ends)
        if not starts and not ends:
            break
        rows.append((line, cells))
    if len(rows) < FEWEST_ALIGNED:
        return None
    columns = _columns(rows)
    placed = [(line, () if is_rule(line.text) else _in_columns(line, cells, columns)) for line, cells in rows]
    return Table(tuple(placed), _has_header(placed))


def _cells(line: Line) -> list[Place]:
    cells: list[Place] = []
    position = 0
    for gap in GAP.finditer(line.text):
        cells.append((line.start + position, line.start + gap.start()))
        position = gap.end()
    cells.append((line.start + position, line.end))
    return cells


def _columns(rows: list[tuple[Line, list[Place]]]) -> list[Place]:
    """From where to where each column reaches, told by the rows with the most cells."""
    most = max(len(cells) for _, cells in rows)
    full = [[(a - line.start + line.indent, b - line.start + line.indent) for a, b in cells]
            for line, cells in rows if len(cells) == most]  # fmt: skip
    return [(min(row[n][0] for row in full), max(row[n][1] for row in full)) for n in range(most)]


def _in_columns(line: Line, cells: list[Place], columns: list[Place]) -> tuple[Place, ...]:
    """The cells with empty ones where the row has nothing in a column."""
    if len(cells) == len(columns):
        return tuple(cells)
    placed: list[Place] = []
    for number, (start, end) in enumerate(cells):
        shift = line.indent - line.start
        spare = len(columns) - len(placed) - (len(cells) - number)  # columns that may stay empty
        while spare > 0 and columns[len(placed)][1] <= start + shift:
            placed.append((start, start))
            spare -= 1
        placed.append((start, end))
    return tuple(placed)


def _shaped(lines: list[Line], first: int, end: int) -> Table | None:
    """Rows one blank apart: at least three lines whose names, numbers and units follow one another alike."""
    start = first
    shape = _shape(lines[start].text)
    if shape is None and start + FEWEST_ALIGNED < end and not any(map(str.isdigit, lines[first].text)):
        start += 1
        shape = _shape(lines[start].text)
    if shape is None:
        return None
    last = start
    while last < end and _shape(lines[last].text) == shape:
        last += 1
    if last - start < FEWEST_ALIGNED:
        return None
    rows = [(line, _shaped_cells(line, numbers=True)) for line in lines[start:last]]
    if start == first:
        return Table(tuple(rows), has_header=False)
    names = _shaped_cells(lines[first], numbers=False)
    if len(names) != len(rows[0][1]):
        names = ((lines[first].start, lines[first].end),)
        return Table(((lines[first], names), *rows), has_header=False)
    return Table(((lines[first], names), *rows), has_header=True)


def _shape(text: str) -> str | None:
    """Such as "WNWNw": what follows what in the line, runs taken together; None for what is like a sentence."""
    if len(text) > 200 or not text[:1].isupper():
        return None
    shape = ""
    for word in text.split():
        sign = "N" if NUMBER.match(word) else "W" if word[0].isupper() else "w" if word[0].isalpha() else "?"
        if sign == "?" or (sign != "N" and word[-1] in ".,;:!?"):
            return None
        if shape[-1:] != sign or sign == "N":
            shape += sign
    return shape if "N" in shape and len(shape) >= 3 else None


def _shaped_cells(line: Line, *, numbers: bool) -> tuple[Place, ...]:
    """Cut before every number and before every name that follows something else; in a header before every capital."""
    cells: list[Place] = []
    before = ""
    for found in WORD.finditer(line.text):
        word = found.group()
        sign = "N" if NUMBER.match(word) else "W" if word[0].isupper() else "w"
        begins = sign == "N" or (sign == "W" and (not numbers or before != "W"))
        place = (line.start + found.start(), line.start + found.end())
        if cells and not begins:
            place = (cells.pop()[0], place[1])
        cells.append(place)
        before = sign
    return tuple(cells)


def _has_header(rows: list[tuple[Line, tuple[Place, ...]]]) -> bool:
    """Whether the first row names the columns: a rule stands below it, or only the rows below have digits."""
    full = [(line, cells) for line, cells in rows if cells]
    if len(full) < 2:
        return False
    if rows[0][1] and not rows[1][1]:
        return True
    has_digit = [any(map(str.isdigit, line.text)) for line, _ in full]
    return not has_digit[0] and sum(has_digit[1:]) >= 0.5 * (len(full) - 1)
