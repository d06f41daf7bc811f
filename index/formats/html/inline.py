"""A run of text inside a block of a page: white space as a browser folds it, raised characters, marks of notes."""

from __future__ import annotations

import re

from index.formats.scripts import subscript, superscript
from index.records import Place

# Signs that stand in a run for what is no character; a page cannot hold them as text.
LINE_END, MARK, MARK_END = "\0", "\1", "\2"
SIGNS = str.maketrans("", "", LINE_END + MARK + MARK_END)
SPACES = re.compile(r"[ \t\r\n\f]+")
LINE_ENDS = re.compile(r" ?\0[ \0]*")
NOTE_NAMES = re.compile(
    r"(?:^|[-_\s])(?:foot|end)?(?:ref|reference|note|noteref|fn|fnref|cite)s?(?:$|[-_\d\s])", re.IGNORECASE
)
NOTE_TEXT = re.compile(r"\s*(?:\[[^\]]{1,12}\]|\(\d{1,3}\)|\d{1,3}(?:\s*,\s*\d{1,3})*|[a-z*†‡§¶#]{1,2}\)?)\s*$")
# What an exponent stands behind: 10, 2, a unit of length or time, a variable, a closing bracket.
RAISED_BASE = re.compile(
    r"(?:(?<![\d.,])(?:10|2)|(?<![^\W\d_])(?:[kcdmµμn]?m|in|ft|yd|mi|px|sq|s|[a-zA-Zα-ωΑ-Ω])|(?<=[\d)\s])[)\]])$"
)


def folded(run: str) -> tuple[str, list[Place]]:
    """The text of a run with white space folded, and the places of what is only a mark."""
    text = LINE_ENDS.sub("\n", SPACES.sub(" ", run)).strip(" \n")
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


def raised(before: str, inner: str, *, is_note: bool) -> str:
    """What stands for raised text: "⁶" behind "10", but " ³" as a mark where it is the number of a note.

    `is_note` tells that the page says so, by a link or by the name of a class.
    """
    if not inner.strip():
        return inner
    if is_note or (NOTE_TEXT.match(inner) and not _is_exponent(before, inner.strip())):
        return f"{MARK} {superscript(inner.strip()).translate(SIGNS)}{MARK_END}"
    return superscript(inner)


def lowered(inner: str) -> str:
    """What stands for lowered text."""
    return subscript(inner)


def _is_exponent(before: str, inner: str) -> bool:
    if inner[0] in "*†‡§¶#[(" or inner.endswith(")"):
        return False
    if inner.isalpha():
        return True  # "5th", "x to the n"
    return RAISED_BASE.search(before[-12:]) is not None
