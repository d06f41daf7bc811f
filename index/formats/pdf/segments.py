"""The runs of a line to its text: words apart, raised and lowered signs in place, letters drawn twice but once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from index.formats.pdf.shapes import CELL_GAP, HYPHEN, Letter, TextRun, TextSegment
from index.formats.pdf.signs import RIGHT_TO_LEFT
from index.formats.scripts import is_note_number, subscript, superscript
from index.formats.traced import joined

Raised = tuple[TextRun, float]  # a small sign, and how far it stands above its line (below it, where negative)

FARTHEST_LETTERS = 0.6  # of the character size, between the letters of one word
SAME_PLACE = 0.2  # of the character size: letters drawn twice lie nearer; "ll" in Helvetica lies 0.22 apart
_UNIT = re.compile(r"(?:^|[^\w])(?:[kcdmµμn]?m|ft|in|yd|mi|s|sec|h|min|[a-zA-Z]|10)$")
_ENDS_IN_NUMBER = re.compile(r"\d\s*$")


def _merged(small: list[Raised]) -> list[Raised]:
    """Raised or lowered signs that stand side by side as one, such as the "N", "-" and "1" of an exponent."""
    found: list[Raised] = []
    for run, rise in sorted(small, key=lambda one: one[0].left):
        last, last_rise = found[-1] if found else (run, -rise)
        if (last_rise > 0) == (rise > 0) and run.left - last.right < 0.3 * run.size:
            found[-1] = (replace(last, text=last.text + run.text, right=max(last.right, run.right)), last_rise)
        else:
            found.append((run, rise))
    return found


@dataclass(slots=True)
class _Pieces:
    """The runs of one segment while it is put together."""

    left: float
    right: float
    text: list[str] = field(default_factory=list)
    runs: list[TextRun] = field(default_factory=list)


def segments_of(runs: list[TextRun], small: list[Raised], upright: bool, marks: set[str]) -> list[TextSegment]:
    """The segments of a line. `upright` is False where PDFium is known to lose blanks; `marks` are those of notes."""
    if len(runs) == 1 and not small and upright:
        only = _segment(_Pieces(runs[0].left, runs[0].right, [runs[0].text], runs))
        return [only] if only is not None else []
    small = _merged(small)
    raised = {id(run): rise for run, rise in small}
    runs = runs + [run for run, _ in small]
    rtl = any(not run.text.isascii() and RIGHT_TO_LEFT.search(run.text) for run in runs)
    runs.sort(key=(lambda run: run.index) if rtl else (lambda run: run.left))
    found: list[_Pieces] = []
    doubled = _Doubled()
    for run in runs:
        previous = found[-1].runs[-1] if found else None
        text = run.text if rtl or upright else _spaced(run)
        if previous is not None and not rtl:
            text = doubled.removed(run, previous, text)
            if not text.strip():
                continue
        gap = _distance(previous, run, rtl) if previous is not None else 0.0
        size = max(run.size, previous.size) if previous is not None else run.size
        if previous is None or (gap > CELL_GAP * size and not rtl and id(run) not in raised):
            found.append(_Pieces(run.left, run.right))
            blank = ""
        else:
            blank = " " if _apart(previous, run, gap, upright and not rtl) else ""
        if id(run) in raised:
            text, blank = _moved(text.strip(), "".join(found[-1].text[-3:]), blank, raised[id(run)], marks)
        pieces = found[-1]
        pieces.text.append(blank + text)
        pieces.runs.append(run)
        pieces.left, pieces.right = min(pieces.left, run.left), max(pieces.right, run.right)
    return [segment for pieces in found if (segment := _segment(pieces)) is not None]


class _Doubled:
    """Finds letters that are drawn twice at one place of a line, for a bold look or as a shadow."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._taken: set[int] = set()

    def removed(self, run: TextRun, previous: TextRun, text: str) -> str:
        """The text of a run without what stands at its place already."""
        if run.left > previous.right - 0.3 * run.size:
            return text
        step = SAME_PLACE * run.size
        self._take(previous, step)
        letters = run.letters()
        new = [
            letter
            for letter in letters
            if not any((letter[0], round(letter[1] / step) + near) in self._seen for near in (-1, 0, 1))
        ]
        self._take(run, step)
        return text if len(new) == len(letters) else joined("", [letter[0] for letter in new])

    def _take(self, run: TextRun, step: float) -> None:
        if id(run) not in self._taken:
            self._taken.add(id(run))
            self._seen.update((character, round(left / step)) for character, left, _ in run.letters())


def _distance(previous: TextRun, run: TextRun, rtl: bool) -> float:
    """How far a run stands from the one that is read before it, at whichever side that is."""
    right = run.left - previous.right
    return max(right, previous.left - run.right) if rtl else right


def _apart(previous: TextRun, run: TextRun, gap: float, upright: bool) -> bool:
    """Whether a blank stands between two runs of a line."""
    if previous.text[-1] == " " or run.text[0] == " ":
        return False
    size = max(previous.size, run.size)
    if upright and run.follows == "" and run.index > previous.index:
        return gap > 0.5 * size  # PDFium saw them follow one another, and saw no blank
    if upright and run.follows == " " and run.index > previous.index:
        return gap > 0
    return gap > 0.15 * size


def _moved(text: str, before: str, blank: str, rise: float, marks: set[str]) -> tuple[str, str]:
    """A raised or lowered sign as plain text, and the blank before it.

    A small number above the line is an exponent behind a unit, a variable or 10, and else the mark of a note. The
    mark is left out, because "20" with the note 3 must not be read as 203; at a line's beginning it stands.
    """
    if rise <= 0:
        return subscript(text), ""
    if not before.strip():
        return text + " ", ""
    if all(number in marks for number in re.split(r"\s*,\s*", text)) and "," in text:
        return "", ""
    if text.isalpha() and (text.isupper() or len(text) > 2):
        return text, blank if len(text) > 2 else ""
    if not text.isdecimal():
        return superscript(text), ""
    if _UNIT.search(before.rstrip()) and (text not in marks or text in ("2", "3")):
        return superscript(text), ""
    if text not in marks and (_ENDS_IN_NUMBER.search(before) or not is_note_number(before.rstrip(), text)):
        return superscript(text), ""
    return "", ""


def _spaced(run: TextRun) -> str:
    """A turned run's text with the blanks that only its gaps tell, where it has none."""
    letters = run.letters() if len(run.text) > 1 and " " not in run.text.strip() else []
    gaps = [b[1] - a[2] for a, b in pairwise(letters)]
    if not gaps or max(gaps) < 0.2 * run.size:
        return run.text
    usual = median(gaps)
    pieces = [letters[0][0]]
    for gap, (character, _, _) in zip(gaps, letters[1:], strict=True):
        pieces.append(" " + character if gap > usual + 0.2 * run.size else character)
    return joined("", pieces)


def _segment(pieces: _Pieces) -> TextSegment | None:
    text = joined("", pieces.text).strip()
    if not text:
        return None
    blanks = text.count(" ")
    if blanks >= 4 and len(text) < 3 * blanks and _is_set_apart(text):
        text = _unspaced([letter for run in pieces.runs for letter in run.letters()], pieces.runs[0].size) or text
    if HYPHEN in text[:-1]:
        text = text[:-1].replace(HYPHEN, "-") + text[-1]
    run = pieces.runs[0]
    if all(one.size == run.size and one.bold == run.bold and one.mono == run.mono for one in pieces.runs):
        return TextSegment(pieces.left, pieces.right, text, round(run.size, 2), run.bold, run.mono)
    sizes: Counter[float] = Counter()
    for run in pieces.runs:
        sizes[round(run.size, 2)] += len(run.text)
    size = max(sizes, key=lambda size: (sizes[size], size))
    total = sum(sizes.values())
    bold = sum(len(run.text) for run in pieces.runs if run.bold) > 0.9 * total
    mono = sum(len(run.text) for run in pieces.runs if run.mono) > 0.9 * total
    return TextSegment(pieces.left, pieces.right, text, size, bold, mono)


def _is_set_apart(text: str) -> bool:
    words = text.split()
    single = sum(len(word) == 1 and word.isalpha() for word in words)
    return single >= 5 and single >= 0.7 * len(words)


def _unspaced(letters: Sequence[Letter], size: float) -> str:
    """Letters set apart for looks, as words: "S U N D A Y  L U N C H" is "SUNDAY LUNCH"; "" where they are none."""
    gaps = [b[1] - a[2] for a, b in pairwise(letters)]
    if not gaps:
        return ""
    usual = median(gaps)
    if usual > FARTHEST_LETTERS * size:
        return ""  # the cells of a chart
    pieces = [letters[0][0]]
    for gap, (character, _, _) in zip(gaps, letters[1:], strict=True):
        pieces.append(" " + character if gap > 1.5 * usual else character)
    return joined("", pieces)
