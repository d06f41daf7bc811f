"""Running heads, feet and page numbers: what stands on a page for the book's sake and is no part of its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from index.formats.pdf.shapes import TextLine

OUTERMOST = 4  # lines at the top and at the foot of a page that are looked at
SET_OFF = 1.6  # of the character size, from the innermost of such lines to the text
SAME_HEIGHT = 4.0  # points, in steps of which heights are compared
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlcdm]{1,9}|[IVXLCDM]{1,9}")
_ENDS_ROMAN = re.compile(r"(?<=\s)[ivxlc]{1,9}$")
_ONLY_NUMBER = re.compile(
    r"(?:(?:page|seite|p\.|s\.|página|pagina|strona|стр\.|sayfa|side|sida|sivu)\s*)?[-–—\[(]?\s*#\s*[-–—\])]?"
    r"(?:\s*(?:of|von|/|de|di|z|из|av)\s*#)?",
    flags=re.IGNORECASE,
)
_OF_ALL = re.compile(r"\b(\d{1,4})\s*(?:/|of|von|de|di|из|av)\s*\d{1,4}$")  # "page 3 of 12"
# "Chapter 3" at the same height on three pages is a heading on each of them.
_COUNTED = re.compile(
    r"(?:chapter|section|part|appendix|article|kapitel|teil|abschnitt|chapitre|lesson|unit)\s*#", re.IGNORECASE
)


def without_furniture(pages: Sequence[list[TextLine]], heights: Sequence[float]) -> list[list[TextLine]]:
    """The lines of every page without heads, feet and page numbers; `heights` are the pages', in points.

    A line is one where it stands at the same height of at least two pages with the same words, its page number apart,
    and nothing but others of its kind lies between it and the page's edge.
    """
    furniture = _Furniture(pages, heights)
    kept = []
    for number, lines in enumerate(pages):
        dropped: set[int] = set()
        for at_foot in (False, True):
            ordered = sorted(lines, key=lambda line: line.v, reverse=not at_foot)
            outer = furniture.among(ordered[:OUTERMOST], number, at_foot)
            while outer and not _is_set_off(ordered, len(outer), number):
                outer.pop()
            dropped.update(map(id, outer))
        rest = [line for line in lines if id(line) not in dropped]
        kept.append(rest if rest or _only_numbers(lines, number) else lines)
    return kept if any(kept) else list(pages)  # pages of numbers only are read for these


class _Furniture:
    """How many pages have a line of the same words at the same height, by their page numbers' lead on the pages."""

    def __init__(self, pages: Sequence[list[TextLine]], heights: Sequence[float]) -> None:
        self._heights = heights
        self._pages = len(pages)
        self._usual = _usual_size(pages)
        self._all: Counter[tuple[bool, str, int]] = Counter()
        self._agreeing: Counter[tuple[bool, str, int, int]] = Counter()
        for number, lines in enumerate(pages):
            found = set()
            for at_foot, line in _outer(lines):
                key, lead = _key(line.text, number)
                found.add((at_foot, key, self._step(line, number, at_foot), lead))
            self._agreeing.update(found)
            self._all.update({(at_foot, key, step) for at_foot, key, step, _ in found})
        # Where numbered heads stand, the head of a chapter with one page only is a head too.
        self._numbered = {
            (at_foot, step, lead)
            for (at_foot, key, step, lead), count in self._agreeing.items()
            if count > 1 and _has_page_number(key)
        }

    def among(self, lines: Sequence[TextLine], page: int, at_foot: bool) -> list[TextLine]:
        """Returns the first of the lines that are furniture, from the page's edge inwards."""
        return list(takewhile(lambda line: self.has(line, page, at_foot), lines))

    def has(self, line: TextLine, page: int, at_foot: bool) -> bool:
        """Whether a line that nothing parts from the page's edge is furniture."""
        key, lead = _key(line.text, page)
        step = self._step(line, page, at_foot)
        steps = (step - 1, step, step + 1)
        if _ONLY_NUMBER.fullmatch(key):
            return sum(self._all[at_foot, key, near] for near in steps) > 1
        small = line.size <= 1.1 * self._usual
        agreeing = sum(self._agreeing[at_foot, key, near, lead] for near in steps)
        if "#" in (key[0], key[-1]):
            known = (at_foot, step, lead) in self._numbered
            return small and _has_page_number(key) and (known or agreeing > 1)
        # A large line on a few pages is a heading that comes again, such as the title of slides.
        return agreeing > (1 if small else max(2, self._pages // 2))

    def _step(self, line: TextLine, page: int, at_foot: bool) -> int:
        return round((line.v if at_foot else self._heights[page] - line.v) / SAME_HEIGHT)


def _has_page_number(key: str) -> bool:
    """Whether a line has words and a page number, and is no heading such as "Chapter 3"."""
    if not (key.startswith("#") or key.endswith("#")) or _ONLY_NUMBER.fullmatch(key):
        return False
    return not _COUNTED.fullmatch(key.rstrip("."))


def _usual_size(pages: Sequence[list[TextLine]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0.0


def _outer(lines: Sequence[TextLine]) -> list[tuple[bool, TextLine]]:
    """The uppermost and lowest lines, with whether they are at the foot."""
    ordered = sorted(lines, key=lambda line: -line.v)
    return [(False, line) for line in ordered[:OUTERMOST]] + [(True, line) for line in ordered[::-1][:OUTERMOST]]


def _key(text: str, page: int) -> tuple[str, int]:
    """The words of a line with its page number as "#", and how far that number is ahead of the page's place.

    The number may stand at either end, or be all there is.
    """
    text = " ".join(text.split())
    if _ROMAN.fullmatch(text):
        return "#", 0
    if _ENDS_ROMAN.search(text):
        return _ENDS_ROMAN.sub("#", text), 0
    text = _OF_ALL.sub(r"\1", text)
    first, last = re.match(r"\d{1,4}\b", text), re.search(r"\b\d{1,4}$", text)
    if _ONLY_NUMBER.fullmatch(_NUMBER.sub("#", text)):
        found = _NUMBER.search(text)
        return _NUMBER.sub("#", text), int(found.group()[:9]) - page if found else 0
    if last is not None:
        return text[: last.start()] + "#", int(last.group()) - page
    if first is not None:
        return "#" + text[first.end() :], int(first.group()) - page
    return text, 0


def _is_set_off(lines: Sequence[TextLine], count: int, page: int) -> bool:
    """Whether the outermost lines stand apart from the next; pages with the same text have it too."""
    last = lines[count - 1]
    if count == len(lines) or _ONLY_NUMBER.fullmatch(_key(last.text, page)[0]):
        return True
    return abs(last.v - lines[count].v) > SET_OFF * max(last.size, lines[count].size)


def _only_numbers(lines: Sequence[TextLine], page: int) -> bool:
    return all(_ONLY_NUMBER.fullmatch(_key(line.text, page)[0]) for line in lines)
