"""The lines of a text, and what a line says by itself: an item's mark, a rule, a wrap."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")
# What opens a list item: a bullet, or a number or letter followed by . or ), or between brackets.
ITEM_MARK = re.compile(
    r"(?:[-*+•‣▪◦·●–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\d{1,3}(?:\.\d{1,3}){1,3}[.)]?(?=\s+[^\W\d_a-z]))(?=\s)"
)
QUOTED = re.compile(r"(?:>[ \t]?)+")
CONTENTS = re.compile(r"(?:[.·…_][ \t]?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})$")
LONGEST_CONTENTS = 300
BULLETS = frozenset("-*+•‣▪◦·●–—")
SURE_BULLETS = frozenset("•‣▪◦●")  # never begin a line of prose
RULE_CHARACTERS = frozenset("-=_*~#+|:.–—─═━ \t")
TERMINAL = tuple('.!?:;…"”’)。！？।؟»')
# Prose is wrapped at 20 to 200 columns. What is narrower than 40 is prose only where many lines go on in small letters.
NARROWEST_WRAP, SURE_WRAP, WIDEST_WRAP = 20, 40, 200
# A line that ends in one of these goes on below, whatever the next word looks like.
UNFINISHED = frozenset(
    (
        "a an the of in on at to for from by with and or as is are was were be that which its their der die das dem "
        "den des ein eine einen einer und oder von zu im mit für auf le la les de du un une et à en el los las y del il"
    ).split()
)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


class Line(NamedTuple):
    """`text[start:end]` of the whole, without white space around it, and the column where it begins."""

    start: int
    end: int
    indent: int
    text: str

    def __bool__(self) -> bool:
        return self.start < self.end


def lines_of(text: str) -> list[Line]:
    """Every line, the empty ones too."""
    lines = []
    for found in LINE.finditer(text):
        whole = found.group()
        inner = whole.strip()
        left = len(whole) - len(whole.lstrip()) if inner else 0
        start = found.start() + left
        indent = len(whole[:left].expandtabs(8)) if left else 0
        lines.append(Line(start, start + len(inner), indent, inner))
    return lines


def is_rule(text: str) -> bool:
    """Whether the line only draws one, such as "-----" or "* * *"."""
    return len(text) >= 3 and text[0] in RULE_CHARACTERS and RULE_CHARACTERS.issuperset(text) and len(set(text)) <= 5


def mark_of(text: str) -> str:
    """What would open a list item at the beginning of the line, or ""."""
    if text[:1].isalnum() or text[:1] == "(" or text[:1] in BULLETS:
        found = ITEM_MARK.match(text)
        return found.group() if found else ""
    return ""


def is_contents(text: str) -> bool:
    """Whether the line leads by dots to the number of a page."""
    return len(text) <= LONGEST_CONTENTS and text[-1:].isalnum() and CONTENTS.search(text) is not None


@lru_cache(4096)
def follows(mark: str, following: str) -> bool:
    """Whether two marks are neighbours in one list: "a)" and "b)", "iv." and "v.", or the same bullet."""
    if mark in BULLETS or following in BULLETS:
        return mark == following
    if (mark[0] != following[0] and "(" in (mark[0], following[0])) or mark[-1] != following[-1]:
        return False
    return any(value + 1 in _values(following) for value in _values(mark))


def is_first(mark: str) -> bool:
    """Whether the mark begins a list: a bullet, "1.", "(a)", "i."."""
    return mark in BULLETS or 1 in _values(mark)


def _values(mark: str) -> set[int]:
    """What the mark may count as: "i." is 1 and 9."""
    inner = mark.strip("().")
    if inner.isdecimal():
        return {int(inner)}
    parts = inner.split(".")
    if len(parts) > 1:  # "1.2": the parts before the last belong to one number
        return {int("1" + "".join(f"{int(part):03}" for part in parts))} if all(map(str.isdecimal, parts)) else set()
    values = set()
    small = inner.lower()
    if len(small) == 1 and small.isascii():
        values.add(ord(small) - 96 + (0 if inner == small else 1000))
        if inner != small and small == "a":
            values.add(1)
    if all(character in ROMAN for character in small):
        digits = [ROMAN[character] for character in small]
        value = sum(-a if b > a else a for a, b in zip(digits, [*digits[1:], 0], strict=True))
        values.add(value if inner == small else value + 2000)
        if inner != small and value == 1:
            values.add(1)
    return values


def is_soft_wrap(line: Line, following: Line, width: int) -> bool:
    """Whether the break after `line` only wraps it, in a paragraph whose longest line has `width` characters."""
    if not line or not following or not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return False
    first = following.text.split(maxsplit=1)[0]
    length = len(line.text)
    if length + 1 + len(first) > width:  # the next word would not have fitted
        return True
    open_end = not line.text.endswith(TERMINAL)
    if first[0].islower() and open_end and length >= min(SURE_WRAP, 0.6 * width):
        return True
    if open_end and length >= 0.6 * width and line.text.rsplit(maxsplit=1)[-1] in UNFINISHED:
        return True
    return open_end and not first[0].isupper() and first[0] not in BULLETS and length >= 0.6 * width
