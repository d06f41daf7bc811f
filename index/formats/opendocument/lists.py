"""The numbers and bullets before the items and headings of an OpenDocument file.

See OpenDocument 1.3, part 3, 5.3 and 16.31: a list counts for itself unless it continues another one.
"""

from __future__ import annotations

from typing import Any

from index.formats.numerals import written
from index.formats.opendocument.names import ID, STYLE, TEXT, whole_number
from index.formats.opendocument.styles import OdfStyles

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DASHES = ("-", "–", "—")
_DEEPEST = 10
_LONGEST_EDGE = 30  # characters before or behind a number


class OdfCount:
    """How far a list or the headings are counted, by depth from 0."""

    def __init__(self) -> None:
        self._numbers: list[int | None] = [None] * _DEEPEST

    def restart(self, depth: int) -> None:
        """What comes at this depth is counted anew."""
        self._numbers[depth:] = [None] * (_DEEPEST - depth)

    def mark(self, style: Any | None, depth: int, stated: str | None) -> str:
        """Count one more paragraph. Returns its mark by the list style; `stated` is the number it must have, if any."""
        depth = min(depth, _DEEPEST - 1)
        level = _level(style, depth)
        start = whole_number(None if level is None else level.get(f"{TEXT}start-value"), 1)
        before = self._numbers[depth]
        self._numbers[depth] = whole_number(stated, start if before is None else before + 1)
        self.restart(depth + 1)
        if level is None:
            return ""
        if level.tag != f"{TEXT}list-level-style-number" and level.tag != f"{TEXT}outline-level-style":
            character = str(level.get(f"{TEXT}bullet-char", "•")).strip()
            return character if character in _DASHES else "•" if character else ""
        return self._number(style, level, depth)

    def _number(self, style: Any, level: Any, depth: int) -> str:
        if level.get(f"{STYLE}num-format", "") not in _FORMATS:
            return ""
        shown = max(1, min(whole_number(level.get(f"{TEXT}display-levels"), 1), depth + 1))
        figures = []
        for at in range(depth + 1 - shown, depth + 1):
            one = _level(style, at)
            kind = "" if one is None else one.get(f"{STYLE}num-format", "")
            if kind in _FORMATS:
                number = self._numbers[at]
                start = whole_number(None if one is None else one.get(f"{TEXT}start-value"), 1)
                figures.append(written(start if number is None else number, _FORMATS[kind]))
        before, behind = (str(level.get(f"{STYLE}num-{name}", ""))[:_LONGEST_EDGE] for name in ("prefix", "suffix"))
        return (before + ".".join(figures) + behind).strip()


class OdfLists:
    """Which lists count together; they must be asked for in the order of the document."""

    def __init__(self, styles: OdfStyles) -> None:
        self._styles = styles
        self._by_id: dict[str, OdfCount] = {}
        self._by_style: dict[str, OdfCount] = {}

    def begin(self, element: Any, style: str) -> OdfCount:
        """Returns the count of an outermost list of this style."""
        named = element.get(f"{TEXT}continue-list")
        if named is not None and named in self._by_id:
            count = self._by_id[named]
        elif element.get(f"{TEXT}continue-numbering") == "true" and style in self._by_style:
            count = self._by_style[style]
        else:
            count = OdfCount()
        self._by_style[style] = count
        if identity := element.get(ID):
            self._by_id[identity] = count
        return count


def _level(style: Any | None, depth: int) -> Any | None:
    """The element that says how a list's paragraphs of a depth are numbered."""
    for level in () if style is None else style:
        if level.get(f"{TEXT}level") == str(depth + 1):
            return level
    return None
