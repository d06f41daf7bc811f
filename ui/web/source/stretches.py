"""Which stretch of a document is shown at once: around a citation, before or behind what is shown already."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.records import Block, Document, Parts, Place
from qa.source import Source

LENGTH = 20_000  # characters that are shown at once
BEFORE = 6_000  # of these, those before a citation
# By which a stretch may be longer so as to end with a block or a sentence; what is longer is cut inside.
SLACK = 4_000
NEAR = 200  # characters in which a blank is looked for to cut at
PARAGRAPH = re.compile(r"\S(?:.*\S)?(?:\n[^\S\n]*\S.*)*")
INNER = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Stretch:
    """`document.text[start:end]` with the blocks that reach into it."""

    start: int
    end: int
    blocks: tuple[Block, ...]


def around(source: Source, document: Document, place: Place) -> Stretch:
    """The stretch around a place, or around the first characters of a long one."""
    start = min(place[0], len(document.text))
    end = min(max(start + LENGTH - BEFORE, min(place[1], start + LENGTH)), len(document.text))
    return _cut(source, document, max(0, start - BEFORE), end)


def behind(source: Source, document: Document, offset: int) -> Stretch:
    """The stretch that begins at an offset."""
    start = min(offset, len(document.text))
    return _cut(source, document, start, min(start + LENGTH, len(document.text)), start=start)


def before(source: Source, document: Document, offset: int) -> Stretch:
    """The stretch that ends at an offset."""
    end = min(offset, len(document.text))
    return _cut(source, document, max(0, end - LENGTH), end, end=end)


def _cut(
    source: Source, document: Document, first: int, last: int, *, start: int | None = None, end: int | None = None
) -> Stretch:
    """The stretch from about `first` to about `last`; from `start` or to `end` exactly, where these are given."""
    parts = source.parts(document.id, first, max(last, first + 1))
    start = _beginning(document.text, parts, first) if start is None else start
    end = _ending(document.text, parts, last) if end is None else end
    blocks = parts.blocks or _paragraphs(document.text, start, end)
    return Stretch(start, end, tuple(block for block in blocks if block.start < end and start < block.end))


def _beginning(text: str, parts: Parts, first: int) -> int:
    """Where a block begins at or before `first`, if that is near; else a sentence, a word."""
    for starts in ((block.start for block in parts.blocks), (one.start for one in parts.sentences)):
        near = max((start for start in starts if start <= first), default=0)
        if first - near <= SLACK:
            return near
    blank = max(text.rfind(" ", first - NEAR, first), text.rfind("\n", first - NEAR, first))
    return blank + 1 if blank >= 0 else first


def _ending(text: str, parts: Parts, last: int) -> int:
    """Where a block ends at or behind `last`, if that is near; else a sentence, a word."""
    if last >= len(text):
        return last
    for ends in ((block.end for block in parts.blocks), (one.end for one in parts.sentences)):
        near = max(ends, default=len(text))
        if near - last <= SLACK:
            return max(near, last)
    blanks = [at for at in (text.find(sign, last, last + NEAR) for sign in " \n") if at >= 0]
    return min(blanks, default=last)


def _paragraphs(text: str, start: int, end: int) -> list[Block]:
    """Blocks of a document of which none are known."""
    return [Block(*found.span()) for found in PARAGRAPH.finditer(text, start, end)]


def is_more_before(document: Document, offset: int) -> bool:
    """Whether anything is to be read before the offset."""
    found = INNER.search(document.text)
    return found is not None and found.start() < offset


def is_more_behind(document: Document, offset: int) -> bool:
    """Whether anything is to be read from the offset on."""
    return INNER.search(document.text, offset) is not None
