"""What was read on pages as the lines that PDFs are made of, so that columns, tables and headings are found alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

from index.formats.ocr.records import OcrLine, OcrPage, OcrWord
from index.formats.pdf.lines import lines_of
from index.formats.pdf.origins import read_words
from index.formats.pdf.pages import PageLines
from index.formats.pdf.readable import is_readable
from index.formats.pdf.shapes import CELL_GAP, HYPHEN, TextLine, TextRun
from index.formats.traced import TracedText

# From one size of characters to the next that is told apart: what Tesseract says of lines of one size differs.
STEP = 1.2
NEAR = 1.3  # times the usual size of another page, within which a page is taken to have the same

Placed = tuple[OcrWord, TracedText]  # a word with its text, which tells where it was read


def page_lines(pages: Mapping[int, OcrPage], others: Iterable[TextLine]) -> dict[int, PageLines]:
    """The lines of pages that were read, by their numbers from 0. `others` are the file's lines that were not read by
    OCR. A page on which nothing can be read is not readable."""
    usual = _usual(others) or _usual(line for page in pages.values() for line in page.lines)
    return {number: _page_lines(page, number, usual) for number, page in pages.items()}


def _usual(lines: Iterable[TextLine] | Iterable[OcrLine]) -> float:
    """The middle of the sizes of all characters; 0 where there are none."""
    counted: Counter[float] = Counter()
    for line in lines:
        counted[line.size] += len(line.text) if isinstance(line, TextLine) else sum(len(w.text) for w in line.words)
    half, so_far = sum(counted.values()) / 2, 0
    for size in sorted(counted):
        so_far += counted[size]
        if so_far >= half:
            return size
    return 0.0


def _page_lines(page: OcrPage, number: int, usual: float) -> PageLines:
    own = _usual(page.lines)
    body = usual if own and 1 / NEAR < usual / own < NEAR else own
    slope = median(line.slope for line in page.lines if not line.is_sideways) if _has_across(page) else 0.0
    runs: list[TextRun] = []
    sideways: list[list[TextLine]] = []
    place = 0
    for line in page.lines:
        words = []
        for word in line.words:
            words.append((word, read_words(word.text, number, place)))
            place += len(word.text) + 1
        size = _told_size(line.size, own) * body
        if line.is_sideways:
            top, bottom = min(w.box[1] for w in line.words), max(w.box[3] for w in line.words)
            run = TextRun(_text(words), top, bottom, page.width - line.baseline, size)
            sideways.append(lines_of([run], number, True))
        else:
            runs += _runs(line, words, size, slope, page.height)
    lines = lines_of(runs, number, True)
    return PageLines(lines, sideways, page.height, bool(lines) and is_readable(page.text))


def _has_across(page: OcrPage) -> bool:
    return any(not line.is_sideways for line in page.lines)


def _told_size(size: float, own: float) -> float:
    """How many times the usual size of its page a line has, in steps: 1 for all that are near it."""
    return STEP ** math.trunc(round(math.log(size / own) / math.log(STEP), 6))


def _runs(line: OcrLine, words: Sequence[Placed], size: float, slope: float, height: float) -> Iterable[TextRun]:
    """The words of a line up to each wide gap, on a page that is made straight."""
    groups: list[list[Placed]] = [[words[0]]]
    for (before, _), one in pairwise(words):
        if one[0].box[0] - before.box[2] > CELL_GAP * size:
            groups.append([])
        groups[-1].append(one)
    for group in groups:
        left, right = group[0][0].box[0], max(word.box[2] for word, _ in group)
        y = line.baseline + line.slope * left
        shift = slope * y
        index = group[0][1].origins[0]
        yield TextRun(_text(group), left + shift, right + shift, height - (y - slope * left), size, index=index)


def _text(words: Sequence[Placed]) -> str:
    """The words of a run with blanks between them; of a hyphen behind a letter at its end, the one that may cut a
    word."""
    text = TracedText("", ())
    for _, word in words:
        text = text + " " + word if text else word
    if text.endswith(("-", "\u2010", "\xad", "¬")) and text[-2:-1].isalpha():
        return text[:-1] + TracedText(HYPHEN, text.origins[-1:])
    return text
