"""Sentences with exact offsets.

nupunkt finds the boundaries inside running prose; of the segmenters tried it cuts the fewest SQuAD
answers in two and never loses text. What it does not know is layout: headings, list items and other
lines that end without punctuation. So the text is first cut into blocks where a line break is meant
as a break, and each block is then given to nupunkt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from index.records import Sentence

# A line that opens a list item: a bullet, or a number or letter followed by . or ).
LIST_ITEM = re.compile(r"\s*(?:[-*+•‣▪–—]\s|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s|#{1,6}\s|\|)")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Prose is wrapped at 40 to 200 columns; anything outside is one line per paragraph, or a list.
NARROWEST_WRAP, WIDEST_WRAP = 40, 200
TERMINAL = tuple('.!?:;…"”’)')


def split_pieces(text: str) -> list[tuple[int, int]]:
    """Cut `text` at every sentence boundary; the pieces joined give the text back, white space included."""
    pieces: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        pieces.extend((start + a, start + b) for a, b in _prose_pieces(text[start:end]))
    return pieces


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order, trimmed of white space; every other character is covered."""
    sentences = []
    for start, end in split_pieces(text):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            sentences.append(Sentence(left, right))
    return sentences


def _prose_pieces(block: str) -> Iterator[tuple[int, int]]:
    """nupunkt's spans, stretched so that they tile the block whatever it returned."""
    cuts = sorted({end for _, end in _segmenter()(block) if 0 < end < len(block)})
    yield from pairwise([0, *cuts, len(block)])


@cache
def _segmenter():  # type: ignore[no-untyped-def]
    from nupunkt import sent_spans  # imported late: it loads its model, and a question needs none of it

    return sent_spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines between line breaks that are meant as breaks; they tile the text."""
    lines = [(m.start(), m.end()) for m in LINE.finditer(text)]
    start = 0
    width = 0
    for number, (line_start, line_end) in enumerate(lines):
        if line_start == start:
            width = _paragraph_width(text, lines, number)
        following = lines[number + 1] if number + 1 < len(lines) else None
        if following is None:
            break
        if not _is_soft_wrap(text[line_start:line_end], text[slice(*following)], width):
            yield start, line_end
            start = line_end
    if start < len(text):
        yield start, len(text)


def _paragraph_width(text: str, lines: list[tuple[int, int]], first: int) -> int:
    """The longest line from `first` to the next blank line: the column at which the paragraph was wrapped."""
    width = 0
    for start, end in lines[first : first + 200]:
        length = len(text[start:end].strip())
        if length == 0:
            break
        width = max(width, length)
    return width


def _is_soft_wrap(line: str, following: str, width: int) -> bool:
    """Whether the break after `line` only wraps it: the next line's first word would not have fitted."""
    line, words = line.rstrip(), following.split(maxsplit=1)
    if not line.strip() or not words or LIST_ITEM.match(following):
        return False
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return False
    if words[0][0].islower() and not line.endswith(TERMINAL) and len(line) >= NARROWEST_WRAP:
        return True
    return len(line.strip()) + 1 + len(words[0]) > width
