"""Slides of any format, put together: each is a page, with its number as its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.formats.extract import Extract, TextBuilder
from index.formats.pieces import Piece, add_pieces, headings_told
from index.formats.reading_order import PageArea, reading_order
from index.records import BlockKind

_LONGEST_TITLE = 250  # characters; what is longer is a paragraph in a title's place
_LONGEST_FIRST = 80  # characters of a line at the top of a slide without a title that is taken for one
_LONGEST_ALONE = 60  # characters of a title with nothing below it that names what follows; a longer one says something
_SENTENCE_END = (".", "!", "?", "…")
_GOES_ON = (".", "…", ":", ";", ",")
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SlideBox:
    """What stands together on a slide, and where; without an area, behind all that has one."""

    pieces: tuple[Piece, ...]
    area: PageArea | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """What a slide shows: its title, its boxes, lines that other slides show as well, and what is noted to it. `hidden`
    tells that it is left out when the slides are shown; who opens the file sees it."""

    title: str = ""
    boxes: tuple[SlideBox, ...] = ()
    repeated: tuple[Piece, ...] = ()
    notes: tuple[Piece, ...] = ()
    comments: tuple[Piece, ...] = ()
    hidden: bool = False


def in_order(boxes: Sequence[SlideBox]) -> list[Piece]:
    """Returns what boxes show, in the order in which they are read."""
    placed = [(box, box.area) for box in boxes if box.area is not None]
    order = reading_order([area for _, area in placed])
    last = [box for box in boxes if box.area is None]
    return [piece for box in (*(placed[place][0] for place in order), *last) for piece in box.pieces]


def put_slides(slides: Iterable[Slide], title: str) -> Extract:
    """Returns the Extract of the slides, the first of which has the number 1. What is repeated on several slides comes
    once, on the first of them."""
    builder = TextBuilder()
    seen: set[str] = set()
    first = ""
    for number, slide in enumerate(slides, 1):
        builder.begin_page()
        place = f"slide {number} (hidden)" if slide.hidden else f"slide {number}"
        builder.begin_part(place)
        fresh = []
        for piece in slide.repeated:
            if (text := _WHITE.sub(" ", piece.flat.strip())) not in seen:
                seen.add(text)
                fresh.append(piece)
        add_pieces(builder, headings_told(_headed(slide)) + fresh)
        first = first or _WHITE.sub(" ", slide.title.strip())
        for name, pieces in (("notes", slide.notes), ("comments", slide.comments)):
            if pieces:
                builder.begin_part(f"{place}, {name}")
                add_pieces(builder, (Piece(BlockKind.NOTE, piece.flat) for piece in pieces))
    return builder.build(title or first)


def _headed(slide: Slide) -> list[Piece]:
    """What stands on a slide, under its title. Without one, a short line at its top is one: else the slide would stand
    under the title of the slide before."""
    pieces = in_order(slide.boxes)
    title = _WHITE.sub(" ", slide.title).strip()
    if title:
        alone = not any(piece.flat.strip() for piece in pieces)
        says = len(title) > _LONGEST_TITLE or (alone and (len(title) > _LONGEST_ALONE or title.endswith(_SENTENCE_END)))
        return [Piece(BlockKind.PARAGRAPH if says else BlockKind.HEADING, title, 0 if says else 1), *pieces]
    if len(pieces) > 1 and (line := pieces[0]).kind is BlockKind.PARAGRAPH:
        text = _WHITE.sub(" ", line.text.strip())
        if text and len(text) <= _LONGEST_FIRST and not text.endswith(_GOES_ON):
            pieces[0] = Piece(BlockKind.HEADING, text, 1)
    return pieces
