"""The slides of an OpenDocument presentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.formats.opendocument.body import OdfBody
from index.formats.opendocument.names import DRAW, OFFICE, SLIDES, STYLE, SVG
from index.formats.opendocument.styles import OdfStyles
from index.formats.pieces import Piece
from index.formats.reading_order import PageArea
from index.formats.slides.deck import Slide, SlideBox, in_order
from index.records import BlockKind

_ON_EACH_SLIDE = ("header", "footer", "date-time", "page-number", "page")
_PAGE_PROPERTIES = f"{STYLE}drawing-page-properties"
_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75, None: 1.0}
_MOVED = re.compile(r"translate\s*\(\s*([^\s,)]+)[\s,]+([^\s,)]+)")
_DEEPEST_GROUP = 50


class OdfSlides:
    """Reads the pages of a presentation."""

    def __init__(self, body: OdfBody, styles: OdfStyles, masters: Any | None, master_body: OdfBody) -> None:
        """`masters` is the element that holds the master pages; `master_body` reads what stands on these."""
        self._body, self._styles, self._master_body = body, styles, master_body
        self._masters = {
            one.get(f"{STYLE}name", ""): one
            for one in (() if masters is None else masters.iterchildren(f"{STYLE}master-page"))
        }
        self._shown_by: dict[str, list[Piece]] = {}  # what a master page shows, by its name

    def slides(self, presentation: Any) -> Iterator[Slide]:
        """Yields each page."""
        footers = {
            one.get(f"{SLIDES}name", ""): "".join(one.itertext())
            for one in presentation.iterchildren(f"{SLIDES}footer-decl")
        }
        for page in presentation.iterchildren(f"{DRAW}page"):
            yield self._slide(page, footers)

    def _slide(self, page: Any, footers: dict[str, str]) -> Slide:
        titles: list[str] = []
        boxes = list(self._boxes(page, titles))
        repeated = []
        footer = footers.get(page.get(f"{SLIDES}use-footer-name", ""), "")
        if footer and self._stated(page, f"{SLIDES}display-footer") != "false":
            repeated.append(Piece(BlockKind.PARAGRAPH, footer))
        if self._stated(page, f"{SLIDES}background-objects-visible") != "false":
            repeated += self._of_master(page.get(f"{DRAW}master-page-name", ""))
        notes = [
            piece
            for one in page.iterchildren(f"{SLIDES}notes")
            for piece in in_order(list(self._boxes(one, [], notes=True)))
        ]
        comments = [piece for one in page.iterchildren(f"{OFFICE}annotation") for piece in self._taken(one)]
        hidden = self._stated(page, f"{SLIDES}visibility") == "hidden"
        return Slide(
            " ".join(titles), tuple(boxes), tuple(repeated), tuple(notes), tuple(comments), hidden=hidden
        )  # fmt: skip

    def _stated(self, page: Any, attribute: str) -> str | None:
        return self._styles.stated("drawing-page", page.get(f"{DRAW}style-name", ""), _PAGE_PROPERTIES, attribute)

    def _of_master(self, name: str) -> list[Piece]:
        if name not in self._shown_by:
            master = self._masters.get(name)
            self._shown_by[name] = []
            for shape in () if master is None else master:
                if shape.tag.startswith(DRAW) and shape.get(f"{SLIDES}class") is None:
                    self._shown_by[name] += _taken(self._master_body, shape)
        return self._shown_by[name]

    def _boxes(self, element: Any, titles: list[str], *, notes: bool = False, depth: int = 0) -> Iterator[SlideBox]:
        """What stands on a page or in a group; the words of its title go to `titles`."""
        for shape in element:
            kind = shape.get(f"{SLIDES}class")
            if not shape.tag.startswith(DRAW) or kind in _ON_EACH_SLIDE or shape.get(f"{SLIDES}placeholder") == "true":
                continue
            if shape.tag == f"{DRAW}g":
                inner = list(self._boxes(shape, titles, notes=notes, depth=depth + 1)) if depth < _DEEPEST_GROUP else []
                areas = [box.area for box in inner if box.area is not None]
                yield SlideBox(tuple(in_order(inner)), _around(areas) if areas else None)
            elif kind == "title" and not titles and not notes:
                titles += (piece.flat for piece in self._taken(shape))
            elif pieces := self._taken(shape):
                yield SlideBox(tuple(pieces), _area(shape))

    def _taken(self, element: Any) -> list[Piece]:
        return _taken(self._body, element)


def _taken(body: OdfBody, element: Any) -> list[Piece]:
    before, body.pieces = body.pieces, []
    body.take(element)
    found, body.pieces = body.pieces, before
    return found


def _around(areas: list[PageArea]) -> PageArea:
    return PageArea(
        min(one.left for one in areas), min(one.top for one in areas),
        max(one.right for one in areas), max(one.bottom for one in areas),
    )  # fmt: skip


def _area(shape: Any) -> PageArea | None:
    """Where a shape lies, in points; None where it does not say so."""
    left, top = _points(shape.get(f"{SVG}x")), _points(shape.get(f"{SVG}y"))
    if left is None and (moved := _MOVED.search(shape.get(f"{DRAW}transform", "")[:500])):
        left, top = _points(moved.group(1)), _points(moved.group(2))
    if left is None:  # a line
        ends = [_points(shape.get(f"{SVG}{name}")) for name in ("x1", "y1", "x2", "y2")]
        if any(end is None for end in ends):
            return None
        x1, y1, x2, y2 = (end or 0.0 for end in ends)
        return PageArea(min(x1, x2), min(y1, y2), max(x1, x2) + 1, max(y1, y2) + 1)
    wide, high = (_points(shape.get(f"{SVG}{name}")) or 0.0 for name in ("width", "height"))
    return PageArea(left, top or 0.0, left + max(wide, 1.0), (top or 0.0) + max(high, 1.0))


def _points(length: str | None) -> float | None:
    found = _LENGTH.fullmatch(length or "")
    return float(found.group(1)) * _POINTS[found.group(2)] if found else None
