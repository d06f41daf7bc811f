"""From the lines of a plain text to its blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from index.layout.headings import heading_level, is_capitals
from index.layout.labels import field_of, label_and_value
from index.layout.lines import (
    QUOTED,
    SURE_BULLETS,
    SURE_WRAP,
    TERMINAL,
    WIDEST_WRAP,
    Line,
    follows,
    is_contents,
    is_first,
    is_rule,
    is_soft_wrap,
    lines_of,
    mark_of,
)
from index.layout.tables import table_at
from index.records import Block, BlockKind, Place

FEWEST_FIELDS = 3
UNDERLINE = re.compile(r"(=+|-+|~+)$")
CODE = re.compile(r"[(){};=<>$\\]|^\w+/|--\w")
CODE_INDENT = 4
LOOK_AHEAD = 12  # lines in which the next item of a list must come
STRETCH = 64  # lines; a paragraph's width is that of the longest line in the next one or two stretches


def blocks_of(text: str) -> tuple[tuple[Block, ...], tuple[Place, ...]]:
    """The blocks of a plain text, which tile it, and the places of mere marks: quote signs and underlines.

    Takes time in proportion to the length of the text.
    """
    reader = _Reader(text)
    reader.read()
    return tuple(reader.blocks), tuple(reader.marks)


class _Reader:
    """Reads lines from the first to the last; every rule takes the lines that it knows and leaves the others."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.marks: list[Place] = []
        self._text = text
        self._lines = lines_of(text)
        self._ends = _run_ends(self._lines)
        self._widths = _widths(self._lines)
        self._item_marks: list[str | None] = [None] * len(self._lines)
        self._open: list[tuple[int, str]] = []  # the indents and marks of the items that the next may belong to
        full = [line for line in self._lines[:20_000] if line]
        lengths = sorted(len(line.text) for line in full)
        self._usual = lengths[len(lengths) * 9 // 10] if len(lengths) >= 20 else 0
        self._indented = sum(1 for line in full if line.indent >= CODE_INDENT) > 0.8 * len(full)
        self._caps = sum(1 for line in full if is_capitals(line.text)) < 0.3 * len(full) + 1
        self._rules: tuple[Callable[[int, int], int], ...] = (
            self._rule, self._quoted, self._underlined, self._contents, self._fields, self._table, self._heading,
            self._item, self._preformatted, self._paragraph,
        )  # fmt: skip

    def read(self) -> None:
        number = 0
        while number < len(self._lines):
            if not self._lines[number]:
                number += 1
                continue
            end = self._ends[number]
            # No rule and no quoted line begins with a letter; most lines do.
            for rule in self._rules[2:] if self._lines[number].text[0].isalpha() else self._rules:
                following = rule(number, end)
                if following > number:
                    break
            number = following

    def _add(self, kind: BlockKind, first: int, end: int, *, level: int = 0, mark: int = 0) -> int:
        """Add the lines from `first` to before `end` as a block; returns `end`."""
        self.blocks.append(Block(self._lines[first].start, self._lines[end - 1].end, kind, level, mark))
        if kind is not BlockKind.ITEM:
            self._open.clear()
        return end

    def _is_set_off(self, number: int) -> bool:
        """Whether nothing that goes on here stands on the line above."""
        return number == 0 or not self._lines[number - 1] or is_rule(self._lines[number - 1].text)

    def _rule(self, number: int, end: int) -> int:
        return self._add(BlockKind.PREFORMATTED, number, number + 1) if is_rule(self._lines[number].text) else number

    def _contents(self, number: int, end: int) -> int:
        is_one = is_contents(self._lines[number].text)
        return self._add(BlockKind.CONTENTS, number, number + 1) if is_one else number

    def _table(self, number: int, end: int) -> int:
        table = table_at(self._lines, number, end)
        if table is None:
            return number
        self.blocks += table.blocks()
        self._open.clear()
        return number + len(table.rows)

    def _underlined(self, number: int, end: int) -> int:
        if number + 1 >= end or not self._is_set_off(number):
            return number
        line, below = self._lines[number], self._lines[number + 1]
        drawn = UNDERLINE.match(below.text)
        if not drawn or len(below.text) < 3 or 2 * len(below.text) < len(line.text) or line.text.endswith((".", ",")):
            return number
        self.marks.append((below.start, below.end))
        return self._add(BlockKind.HEADING, number, number + 2, level=1 if below.text[0] == "=" else 2)

    def _heading(self, number: int, end: int) -> int:
        after = bool(self.blocks) and self.blocks[-1].kind is BlockKind.HEADING
        if not after and not self._is_set_off(number):
            return number
        level = heading_level(self._lines, number, end, caps=self._caps)
        if not level:
            return number
        return self._add(BlockKind.HEADING, number, number + 1, level=level if self.blocks else 1)

    def _fields(self, number: int, end: int) -> int:
        """Three lines or more with a label each; a line that is indented further goes on with the value above it."""
        found: list[Block] = []
        line = number
        while line < end and (told := label_and_value(self._text, self._lines[line].start, self._lines[line].end)):
            first = line
            line += 1
            while line < end and self._lines[line].indent > self._lines[first].indent + 1:
                line += 1
            found.append(field_of(self._lines[first].start, self._lines[line - 1].end, *told))
        if len(found) < FEWEST_FIELDS:
            return number
        self.blocks += found
        self._open.clear()
        return line

    def _quoted(self, number: int, end: int) -> int:
        """Lines that begin with ">": one block for each paragraph in them; an empty quoted line ends one."""
        if not self._lines[number].text.startswith(">"):
            return number
        after = number
        inner: list[Line] = []
        depths: list[int] = []
        while after < end and (found := QUOTED.match(self._lines[after].text)):
            line = self._lines[after]
            rest = line.text[found.end() :].lstrip()
            inner.append(Line(line.end - len(rest), line.end, 0, rest))
            depths.append(found.group().count(">"))
            self.marks.append((line.start, line.end - len(rest)))
            after += 1
        widths = _widths(inner)
        first = 0
        for place in range(1, len(inner) + 1):
            if place == len(inner) or not self._goes_on_quoted(inner, depths, widths[first], place):
                mark = len(
                    self._lines[number + first].text[: inner[first].start - self._lines[number + first].start].rstrip()
                )
                self._add(BlockKind.QUOTE, number + first, number + place, level=depths[first], mark=mark)
                first = place
        return after

    @staticmethod
    def _goes_on_quoted(inner: list[Line], depths: list[int], width: int, place: int) -> bool:
        if not inner[place]:
            return True  # an empty line is held by the block above it
        same = depths[place] == depths[place - 1] and bool(inner[place - 1])
        return same and not mark_of(inner[place].text) and is_soft_wrap(inner[place - 1], inner[place], width)

    def _item(self, number: int, end: int) -> int:
        mark = self._item_mark(number)
        if not mark:
            return number
        line = self._lines[number]
        while self._open and self._open[-1][0] > line.indent:
            self._open.pop()
        if self._open and self._open[-1][0] == line.indent:
            self._open.pop()
        self._open.append((line.indent, mark))
        after = number + 1
        while after < end and self._goes_on_in_item(line, after):
            after += 1
        return self._add(BlockKind.ITEM, number, after, level=len(self._open), mark=len(mark))

    def _goes_on_in_item(self, item: Line, number: int) -> bool:
        line = self._lines[number]
        if self._begins_block(number):
            return False
        if line.indent > item.indent + 1 or is_soft_wrap(self._lines[number - 1], line, self._widths[number - 1]):
            return True
        return line.text[0].islower() and not self._lines[number - 1].text.endswith(TERMINAL)

    def _item_mark(self, number: int) -> str:
        """The mark of the item that begins on the line, or "": a line of prose may begin with "1871." too."""
        mark = self._mark(number)
        if not mark or mark in SURE_BULLETS or any(follows(one, mark) for _, one in self._open):
            return mark
        before = self._lines[number - 1] if number else None
        width = self._widths[number - 1] if number else 0
        wrapped = (
            before
            and width >= SURE_WRAP
            and len(before.text) >= 0.6 * min(width, WIDEST_WRAP)
            and not before.text.endswith(TERMINAL)
        )
        if wrapped:
            return mark if is_first(mark) and self._next_item_follows(number, mark) else ""
        # "A. Smith" and "I." begin sentences as well.
        sure = not mark[0].isupper() or mark.endswith(")") or self._next_item_follows(number, mark)
        return mark if sure else ""

    def _next_item_follows(self, number: int, mark: str) -> bool:
        for ahead in range(number + 1, min(number + 1 + LOOK_AHEAD, len(self._lines))):
            if (found := self._mark(ahead)) and follows(mark, found):
                return True
        return False

    def _mark(self, number: int) -> str:
        """What would open a list item there; looked up once, since many lines ask for those of their neighbours."""
        mark = self._item_marks[number]
        if mark is None:
            mark = self._item_marks[number] = mark_of(self._lines[number].text)
        return mark

    def _begins_block(self, number: int) -> bool:
        text = self._lines[number].text
        return text[0] == ">" or is_rule(text) or is_contents(text) or bool(self._item_mark(number))

    def _preformatted(self, number: int, end: int) -> int:
        """Code and poems, line by line: only before the next blank line, and only where no line seems to be wrapped."""
        if (number and self._lines[number - 1]) or self._open or end - number > 2000:
            return number
        lines = self._lines[number:end]
        wraps = sum(is_soft_wrap(a, b, self._widths[number]) for a, b in pairwise(lines))
        is_code = not self._indented and all(line.indent >= CODE_INDENT for line in lines)
        if is_code:
            sure = any(CODE.search(line.text) for line in lines) or (len(lines) > 1 and wraps <= 0.3 * len(lines))
        else:
            longest = max(len(line.text) for line in lines)
            sure = len(lines) >= 3 and not wraps and self._usual >= SURE_WRAP and longest <= 0.6 * self._usual
            sure = sure and not all(line.text.endswith(TERMINAL) or mark_of(line.text) for line in lines)
        if not sure:
            return number
        for one in range(number, end):
            self._add(BlockKind.PREFORMATTED, one, one + 1)
        return end

    def _paragraph(self, number: int, end: int) -> int:
        width = self._widths[number]
        after = number + 1
        while (
            after < end
            and is_soft_wrap(self._lines[after - 1], self._lines[after], width)
            and not self._begins_block(after)
        ):
            after += 1
        return self._add(BlockKind.PARAGRAPH, number, after)


def _run_ends(lines: list[Line]) -> list[int]:
    """For every line the number of the next blank line, or how many lines there are."""
    ends = [len(lines)] * len(lines)
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if not lines[number]:
            end = number
        ends[number] = end
    return ends


def _widths(lines: list[Line]) -> list[int]:
    """For every line the length of the longest from it to the next blank line, or for one or two stretches.

    Narrow ones count as 0, which means not wrapped, where few lines go on in small letters: lists of short lines.
    """
    widths = [0] * len(lines)
    longest = stretch = 0
    small = total = 0
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if not line:
            longest = stretch = small = total = 0
            continue
        if number % STRETCH == STRETCH - 1:
            longest, stretch = stretch, 0
            small, total = small // 2, total // 2
        stretch = max(stretch, len(line.text))
        small, total = small + line.text[0].islower(), total + 1
        width = max(longest, stretch)
        widths[number] = width if width >= SURE_WRAP or (total >= 4 and small >= 0.4 * total) else 0
    return widths
