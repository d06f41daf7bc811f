"""A run of text inside a block of a page: white space as a browser folds it, raised characters, marks of notes."""

from __future__ import annotations

import re

from index.formats.scripts import MARK, MARK_END, is_note_number, note_mark, subscript, superscript, with_marks
from index.records import Place

# Stands in a run for a line's end; a page cannot hold it as text.
LINE_END = "\0"
SIGNS = str.maketrans("", "", LINE_END + MARK + MARK_END)
SPACES = re.compile(r"[ \t\r\n\f]+")
LINE_ENDS = re.compile(r" ?\0[ \0]*")
NOTE_NAMES = re.compile(
    r"(?:^|[-_\s])(?:foot|end)?(?:ref|reference|note|noteref|fn|fnref|cite)s?(?:$|[-_\d\s])", re.IGNORECASE
)


def folded(run: str) -> tuple[str, list[Place]]:
    """The text of a run with white space folded, and the places of what is only a mark."""
    return with_marks(LINE_ENDS.sub("\n", SPACES.sub(" ", run)).strip(" \n"))


def raised(before: str, inner: str, *, is_note: bool) -> str:
    """What stands for raised text: "⁶" behind "10", but " ³" as a mark where it is the number of a note.

    `is_note` tells that the page says so, by a link or by the name of a class.
    """
    if not inner.strip():
        return inner
    if is_note or is_note_number(before, inner):
        return note_mark(inner.translate(SIGNS))
    return superscript(inner)


def lowered(inner: str) -> str:
    """What stands for lowered text."""
    return subscript(inner)
