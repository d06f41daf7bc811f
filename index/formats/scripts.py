"""Raised and lowered characters in plain text: 10⁶ and H₂O must not become 106 and H2O, nor 1994 with note 3 19943."""

from __future__ import annotations

import re
from typing import Literal

from index.records import Place

Script = Literal["", "superscript", "subscript"]

# Stand around the mark of a note while a text is put together; neither a page nor a Word file can hold them.
MARK, MARK_END = "\1", "\2"
NOTE_TEXT = re.compile(r"\s*(?:\[[^\]]{1,12}\]|\(\d{1,3}\)|\d{1,3}(?:\s*,\s*\d{1,3})*|[a-z*†‡§¶#]{1,2}\)?)\s*$")
# What an exponent stands behind: 10, 2, a unit of length or time, a variable, a closing bracket.
RAISED_BASE = re.compile(
    r"(?:(?<![\d.,])(?:10|2)|(?<![^\W\d_])(?:[kcdmµμn]?m|in|ft|yd|mi|px|sq|s|[a-zA-Zα-ωΑ-Ω])|(?<=[\d)\s])[)\]])$"
)
# What a raised 2 or 3 stands behind as well: a digit alone, "= mc", "πr", "(a + b)". A note's mark that is kept looks
# as on the page; an exponent that is taken for one is lost: "5² is 25" was read as "5 is 25".
POWER_BASE = re.compile(
    r"(?:(?<![\w.,])\d|[=+−*·×]\s?[a-zA-Zα-ω]{1,3}|(?<![^\W\d_])[α-ω][a-zA-Z]|(?<=\W[a-zA-Z])[)\]])$"
)
RAISED = str.maketrans("0123456789+-−–=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
LOWERED = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def superscript(text: str) -> str:
    """`text` as it is written above the line: "6" gives "⁶", "a/b" gives "^(a/b)", and the "th" of "5th" stays."""
    return _moved(text, RAISED, "^")


def subscript(text: str) -> str:
    """`text` as it is written below the line: "2" gives "₂", "1/2" gives "_(1/2)", and the "max" of "Vmax" stays."""
    return _moved(text, LOWERED, "_")


def _moved(text: str, table: dict[int, int], sign: str) -> str:
    inner = text.strip()
    if not inner or not any(character.isascii() and character.isalnum() for character in inner):
        return text  # a sign such as ® or ™ stands above the line by itself
    if len(inner) > 1 and inner.replace(".", "").isalpha():
        return text  # ordinals, "Mlle", "TM": whoever searches for these types plain letters
    if all(ord(character) in table for character in inner):
        moved = inner.translate(table)
    else:
        moved = sign + (inner if inner.isalnum() else "(" + inner + ")")
    left = len(text) - len(text.lstrip())
    return text[:left] + moved + text[left + len(inner) :]


def is_note_number(before: str, inner: str) -> bool:
    """Whether raised text is the mark of a note and no exponent, as far as the text before it tells."""
    if not NOTE_TEXT.match(inner):
        return False
    inner = inner.strip()
    if inner[0] in "*†‡§¶#[(" or inner.endswith(")"):
        return True
    if inner.isalpha() or RAISED_BASE.search(before[-12:]):  # "5th", "x to the n"
        return False
    return inner not in ("2", "3") or POWER_BASE.search(before[-12:]) is None


def note_mark(inner: str) -> str:
    """A note's mark as it is written into a text, between its signs."""
    return f"{MARK} {superscript(inner.strip())}{MARK_END}"


def with_marks(text: str) -> tuple[str, list[Place]]:
    """The text without the signs around its notes' marks, and the places of these marks."""
    if MARK not in text:
        return text, []
    pieces: list[str] = []
    marks: list[Place] = []
    length = opened = 0
    for piece in re.split(f"([{MARK}{MARK_END}])", text):
        if piece == MARK:
            opened = length
        elif piece == MARK_END:
            if opened < length:
                marks.append((opened, length))
        else:
            pieces.append(piece)
            length += len(piece)
    return "".join(pieces), marks


class ScriptedText:
    """Puts a line together out of runs, some of which are raised or lowered."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._moved: list[str] = []  # raised or lowered alike, and not yet among the pieces
        self._script: Script = ""

    def put(self, text: str, script: Script = "") -> None:
        """Add a run."""
        if script != self._script:
            self._flush()
        self._script = script
        (self._moved if script else self._pieces).append(text)

    def whole(self) -> str:
        """Returns the line; a raised number behind a word is set off as the mark of a note."""
        self._flush()
        return "".join(self._pieces)

    def _flush(self) -> None:
        inner, self._moved = "".join(self._moved), []
        if not inner:
            return
        before = "".join(self._pieces[-4:])
        if self._script == "subscript":
            self._pieces.append(subscript(inner))
        elif before[-1:].strip() and is_note_number(before, inner):
            self._pieces.append(note_mark(inner))
        else:
            self._pieces.append(superscript(inner))
