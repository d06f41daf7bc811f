"""Words looked for in a document: apart from case, accents, white space and typography, and over the ends of lines.

Text and words are folded alike, and each fold is kept, so that every place that is found is one of the text itself.
"""

from __future__ import annotations

import re
import time
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from index.phrases import SAME
from index.records import Place
from index.views import JOINERS, SILENT

LONGEST = 500  # characters that are looked for
STEP = 1_000_000  # characters that are folded at a time: common words are found in the first
# After which no more is looked for. A text of 5 MB takes 0.4 s, one of which every other character is folded 4.
MOST_SECONDS = 5.0
REACH = 20_000  # characters behind a step in which what begins in it may end
LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
    "\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u2026": "...",
}  # fmt: skip
ACCENT, UNSEEN, SOFT_HYPHEN = "\u0300", "\u200b", "\u00ad"  # stand for all of their kind
# What is not compared one for one: white space; what is not read; hyphens between letters, since many are there only
# for the end of a line; signs for several letters.
FOLDS = re.compile(
    rf"(?P<blank>[ ][ \n{UNSEEN}]+|\n[ \n{UNSEEN}]*)|(?P<nothing>[{ACCENT}{UNSEEN}]+|{SOFT_HYPHEN}(?:[ ]*\n[ \n]*)?|"
    rf"-(?<=[^\W\d_{ACCENT}]-)(?:[ ]*\n[ \n]*)?(?=[^\W\d_]))|(?P<sign>[{''.join(LIGATURES)}])"
)


class _Folding(dict[int, int]):
    """For str.translate: what a character is compared as."""

    def __missing__(self, code: int) -> int:
        self[code] = found = ord(_folded(chr(code)))
        return found


def _folded(character: str) -> str:
    if character in (SOFT_HYPHEN, "\n"):
        return character
    if unicodedata.combining(character):
        return ACCENT
    if character in SILENT or character in JOINERS:
        return UNSEEN
    if character.isspace():
        return " "
    same = character.translate(SAME)
    if same.lower() in LIGATURES:
        return same.lower()
    plain = [one for one in unicodedata.normalize("NFKD", same) if not unicodedata.combining(one)]
    base = plain[0].translate(SAME).lower() if len(plain) == 1 else ""
    return base if len(base) == 1 and not base.isspace() else same


FOLDING = _Folding()


class _Fold(NamedTuple):
    """Characters of a text from `text_start` on, and what stands for them from `start` on in what it is folded to."""

    start: int
    end: int
    text_start: int
    text_end: int


class _FoldedText:
    """A text as it is compared, and the way back."""

    def __init__(self, text: str) -> None:
        self._folds = [_Fold(0, 0, 0, 0)]
        self._given = text
        pieces: list[str] = []
        folded = text.translate(FOLDING)
        length = position = 0
        for found in FOLDS.finditer(folded):
            by = "" if found["nothing"] else " " if found["blank"] else LIGATURES[found["sign"]]
            start, end = found.span()
            length += start - position
            pieces += (folded[position:start], by)
            self._folds.append(_Fold(length, length + len(by), start, end))
            length, position = length + len(by), end
        self.text = "".join((*pieces, folded[position:]))

    def place(self, start: int, end: int) -> Place:
        """Where in the text that was given the characters stand that are compared as these."""
        return self._character(start)[0], self._with_accents(self._character(end - 1)[1])

    def _character(self, at: int) -> Place:
        fold = self._folds[bisect_right(self._folds, at, key=lambda fold: fold.start) - 1]
        if at < fold.end:
            return fold.text_start, fold.text_end
        return fold.text_end + at - fold.end, fold.text_end + at - fold.end + 1

    def _with_accents(self, end: int) -> int:
        while end < len(self._given) and unicodedata.combining(self._given[end]):
            end += 1
        return end


def find(text: str, words: str, most: int) -> tuple[list[Place], bool]:
    """The first `most` places of the words in the text, in order, and whether there may be more. Words that have
    nothing to look for are found nowhere."""
    wanted = _FoldedText(words[:LONGEST]).text.strip()
    if not wanted or most < 1:
        return [], False
    found: list[Place] = []
    for place in _places(text, wanted):
        if place is None or len(found) == most:
            return found, True
        found.append(place)
    return found, False


def _places(text: str, wanted: str) -> Iterator[Place | None]:
    """The places, step by step; none begins inside another. None where time is over."""
    position, started = 0, time.monotonic()
    for begun in range(0, len(text), STEP):
        if time.monotonic() - started > MOST_SECONDS:
            yield None
        folded = _FoldedText(text[begun : begun + STEP + REACH])
        at = folded.text.find(wanted)
        while at >= 0:
            start, end = folded.place(at, at + len(wanted))
            if start >= STEP:
                break
            if begun + start >= position:
                position = begun + end
                yield begun + start, position
                at = folded.text.find(wanted, at + len(wanted))
            else:  # in what was found behind the step before
                at = folded.text.find(wanted, at + 1)
