"""What a person sees of the characters that PDFium tells."""

from __future__ import annotations

import re
from functools import cache

from index.formats.pdf.accents import TAKEN
from index.formats.pdf.shapes import HYPHEN

_HYPHENS = {0x02, 0xAD, 0xFFFE}
_SYMBOL_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF02D: "-", 0xF06F: "◦"}  # of Symbol, Wingdings


class _Table(dict[int, str]):
    """For str.translate: what a person sees of a character; nothing of most controls."""

    def __missing__(self, code: int) -> str:
        self[code] = found = shown(chr(code))
        return found


@cache
def shown(character: str) -> str:
    """What is seen of a character: a hyphen, a bullet, nothing of most controls."""
    code = ord(character)
    if character == TAKEN:
        return ""
    if code in _HYPHENS:
        return HYPHEN
    if code in _SYMBOL_BULLETS:
        return _SYMBOL_BULLETS[code]
    if code < 32 or 0x7F <= code <= 0xA0 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        return " " if code in (9, 0xA0) else "\ufffd" if code >= 0xD800 else " "
    return character


SHOWN = _Table()
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
