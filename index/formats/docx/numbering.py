"""The numbers and bullets that Word puts before paragraphs: they stand nowhere in the text of the file.

See ECMA-376, part 1, 17.9. Lists that share an abstract definition go on counting one another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.formats.docx.package import VALUE, W, is_on, number
from index.formats.numerals import written

_DEPTHS = 9
_LONGEST_MARK = 60


@dataclass(frozen=True, slots=True)
class ListLevel:
    """One depth of a list. `restart` is the 1-based depth after which it counts anew; None is any outer one."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    style: str = ""
    restart: int | None = None
    legal: bool = False


@dataclass(frozen=True, slots=True)
class _List:
    """`counting` names what it counts together with; `again` holds where it starts anew at its first use."""

    counting: str
    levels: dict[int, ListLevel]
    again: dict[int, int]


class Numbering:
    """Gives each paragraph of a list its mark; they must be asked for in the order of the document."""

    def __init__(self, root: Any | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        abstract = {one.get(f"{W}abstractNumId", ""): one for one in root.iterchildren(f"{W}abstractNum")}
        by_style = {
            link.get(VALUE, ""): key for key, one in abstract.items() if (link := one.find(f"{W}styleLink")) is not None
        }
        levels = {key: _levels(one) for key, one in abstract.items()}
        for num in root.iterchildren(f"{W}num"):
            named = num.find(f"{W}abstractNumId")
            key = "" if named is None else named.get(VALUE, "")
            link = abstract[key].find(f"{W}numStyleLink") if key in abstract else None
            if link is not None:  # the list is defined where the style of lists is
                key = by_style.get(link.get(VALUE, ""), key)
            self._lists[num.get(f"{W}numId", "")] = _overridden(num, key, levels.get(key, {}))

    def depth(self, num: str, style: str) -> int:
        """The depth of a list, from 0, that belongs to a paragraph style; 0 where none does."""
        found = self._lists.get(num)
        return next((at for at, level in found.levels.items() if level.style == style), 0) if found else 0

    def mark(self, num: str, depth: int) -> str:
        """Count one more paragraph of a list. Returns its mark; "" where it shows none, or there is no such list."""
        found = self._lists.get(num)
        if found is None or depth not in found.levels:
            return ""
        counts = self._counts.setdefault(found.counting, [None] * _DEPTHS)
        before = counts[depth]
        if depth in found.again and (num, depth) not in self._begun:
            before = None
        self._begun.add((num, depth))
        counts[depth] = _start(found, depth) if before is None else before + 1
        for outer in range(depth):
            if counts[outer] is None:
                counts[outer] = _start(found, outer)
        for inner in range(depth + 1, _DEPTHS):
            restart = found.levels.get(inner, ListLevel()).restart
            if restart is None or depth < restart:
                counts[inner] = None
        return _shown(found, depth, counts)


def _start(found: _List, depth: int) -> int:
    return found.again.get(depth, found.levels.get(depth, ListLevel()).start)


def _levels(element: Any) -> dict[int, ListLevel]:
    return {
        depth: _level(one)
        for one in element.iterchildren(f"{W}lvl")
        if (depth := _depth(one)) is not None
    }  # fmt: skip


def _depth(element: Any) -> int | None:
    text = element.get(f"{W}ilvl", "")
    return int(text) if text in tuple("012345678") else None


def _level(element: Any) -> ListLevel:
    def text(name: str, otherwise: str = "") -> str:
        child = element.find(f"{W}{name}")
        return otherwise if child is None else str(child.get(VALUE, otherwise))

    restart = element.find(f"{W}lvlRestart")
    return ListLevel(
        number(element.find(f"{W}start"), 0), text("numFmt", "decimal"), text("lvlText")[:_LONGEST_MARK],
        text("pStyle"), None if restart is None else number(restart), is_on(element.find(f"{W}isLgl")),
    )  # fmt: skip


def _overridden(num: Any, key: str, levels: dict[int, ListLevel]) -> _List:
    own, again = dict(levels), {}
    for override in num.iterchildren(f"{W}lvlOverride"):
        depth = _depth(override)
        if depth is None:
            continue
        if (level := override.find(f"{W}lvl")) is not None:
            own[depth] = _level(level)
        if (start := override.find(f"{W}startOverride")) is not None:
            again[depth] = number(start, 1)
    return _List(key, own, again)


def _shown(found: _List, depth: int, counts: list[int | None]) -> str:
    level = found.levels[depth]
    if level.format == "bullet":  # most are characters of Symbol and Wingdings
        return level.text if level.text in ("-", "–", "—") else "•" if level.text.strip() else ""
    if level.format == "none" and "%" not in level.text:
        return level.text.strip()

    def value(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        kind = found.levels.get(at, ListLevel()).format
        return written(counts[at] or 0, "decimal" if level.legal and kind != "none" else kind)

    return re.sub(r"%([1-9])", value, level.text).strip()
