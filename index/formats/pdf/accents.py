"""Accents that a page draws as characters of their own over or under a letter, as older TeX fonts do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from index.formats.pdf.shapes import Box

TAKEN = "\x03"  # stands where an accent was that now belongs to its letter
_COMBINING = {
    "`": "\u0300", "\u00b4": "\u0301", "\u02c6": "\u0302", "\u02dc": "\u0303", "\u00af": "\u0304", "\u02d8": "\u0306",
    "\u02d9": "\u0307", "\u00a8": "\u0308", "\u02da": "\u030a", "\u02dd": "\u030b", "\u02c7": "\u030c",
    "\u00b8": "\u0327", "\u02db": "\u0328",
}  # fmt: skip
_ACCENT = re.compile(f"[{''.join(_COMBINING)}\u0300-\u0304\u0306-\u0308\u030a-\u030c\u0327\u0328]")
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_FARTHEST = 60  # characters from an accent to its letter
_NARROWEST_BLANK = 0.1  # of the height of a letter
_OVERLAP = 0.5  # of the narrower of accent and letter; neighbours in a line share next to nothing


def with_accents(text: str, box: Callable[[int], Box]) -> str:
    """A page's text with the letters under its accents as one character each, and `TAKEN` for each such accent.

    `box` gives the place of a character. The accent is mostly drawn before its letter, and some behind it.
    """
    found: list[str] = []
    for accent in _ACCENT.finditer(text):
        at = accent.start()
        sign = _COMBINING.get(accent.group(), accent.group())
        for letter in _candidates(text, at):
            base = found[letter] if found else text[letter]
            whole = unicodedata.normalize("NFC", _DOTLESS.get(base, base) + sign) if base.isalpha() else ""
            if len(whole) == 1 and _over(box(at), box(letter)):
                found = found or list(text)
                found[at], found[letter] = TAKEN, whole
                for blank in _made_up(text, at, letter, box):
                    found[blank] = TAKEN
                break
    return "".join(found) or text


def _candidates(text: str, at: int) -> Iterator[int]:
    """The places of the letters that an accent may belong to, over a blank where one stands between; those farther
    away last, since some programs draw all letters of a line and then its accents."""
    behind = at + 2 if text[at + 1 : at + 2] == " " else at + 1
    before = at - 2 if text[max(0, at - 1) : at] == " " else at - 1
    for step in range(1 if text[at] == "`" else _FARTHEST):  # a grave accent is a quote in many a text
        yield from (place for place in (behind + step, before - step) if 0 <= place < len(text))


def _made_up(text: str, at: int, letter: int, box: Callable[[int], Box]) -> Iterator[int]:
    """The places of the blanks that PDFium made up since the accent lies back or ahead."""
    if abs(at - letter) == 2 and text[(at + letter) // 2] == " ":
        yield (at + letter) // 2
    elif text[at - 1 : at + 2 : 2] == "  ":
        yield at - 1
        before, behind = box(at - 2), box(min(at + 2, len(text) - 1))
        if abs(behind[0] - before[2]) < _NARROWEST_BLANK * (before[3] - before[1]):
            yield at + 1


def _over(accent: Box, letter: Box) -> bool:
    """Whether an accent stands at the place of a letter."""
    shared = min(accent[2], letter[2]) - max(accent[0], letter[0])
    narrower = min(accent[2] - accent[0], letter[2] - letter[0])
    height = letter[3] - letter[1]
    return shared > 0 and shared >= _OVERLAP * narrower and abs(accent[1] - letter[1]) < height
