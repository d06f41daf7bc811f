"""Pages of a PDF or an image drawn by a worker, and where on them the characters of its text stand.

PDFium may end or hang on a file that was made to do harm, so that it never reads a file in the program itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from index.children.frames import FAILED, REFUSED, RESULT
from index.children.limits import ParsingLimits
from index.children.pool import viewers
from index.children.process import Ended
from index.errors import DocumentError, reason_of
from index.formats import kind_of
from index.formats.pdf.origins import Origins
from index.records import Place

# What draws a page, what finds words on it, and what tells where those of a file stand: of PDFs, and of images.
IMAGE, FRAME_IMAGE = "index.formats.pdf.drawing:page_image", "index.formats.image:frame_image"
BOXES, FRAME_BOXES = "index.formats.pdf.boxes:page_boxes", "index.formats.image:frame_boxes"
ORIGINS, FRAME_ORIGINS = "index.formats.pdf.tracing:written_origins", "index.formats.image:image_origins"
# Of processor time for one page. Of 536 pages of real files the slowest took 2.2 s, half of them less than 0.1 s.
PAGE_SECONDS = 10.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """Boxes on a page of so many points: left, top, right and bottom from its upper left corner, as it is shown. There
    are as many groups as were asked for."""

    width: float
    height: float
    groups: tuple[tuple[Box, ...], ...]

    def __post_init__(self) -> None:
        if not (self.width > 0 and self.height > 0):
            raise ValueError(f"a page has a size, got {self.width} x {self.height}")
        if any(not (a <= c and b <= d) for group in self.groups for a, b, c, d in group):
            raise ValueError("a box goes from left to right and from the top down")


def page_image(data: bytes, name: str, page: int, width: int) -> bytes:
    """A page of a PDF, numbered from 1, as a PNG of about `width` pixels across; see `index.formats.pdf.drawing`.

    Raises DocumentError where it cannot be drawn.
    """
    found = _viewed(
        FRAME_IMAGE if _is_image(name) else IMAGE, (page, width), data, f"Page {page} of {name}", _page_limits(data)
    )
    if not found.startswith(b"\x89PNG"):
        raise DocumentError(_cannot(f"Page {page} of {name}", "no image came of it"))
    return found


def page_boxes(data: bytes, name: str, page: int, groups: Sequence[Sequence[Place]]) -> PageBoxes:
    """Where groups of characters of a page stand, each told by its place among the page's (see
    `index.formats.pdf.origins`). Raises DocumentError where that cannot be told."""
    what = f"Page {page} of {name}"
    found = _viewed(FRAME_BOXES if _is_image(name) else BOXES, (page, groups), data, what, _page_limits(data))
    try:
        read = json.loads(found)
        boxes = tuple(tuple((a, b, c, d) for a, b, c, d in group) for group in read["groups"])
        return PageBoxes(float(read["width"]), float(read["height"]), boxes)
    except (ValueError, TypeError, KeyError) as error:
        raise DocumentError(_cannot(what, type(error).__name__)) from error


def character_origins(data: bytes, name: str) -> Origins:
    """Where the characters of a PDF's text stand on its pages. Raises DocumentError where that cannot be told."""
    found = _viewed(FRAME_ORIGINS if _is_image(name) else ORIGINS, (name,), data, name, ParsingLimits.of(len(data)))
    try:
        return Origins.from_bytes(found)
    except ValueError as error:
        raise DocumentError(_cannot(name, type(error).__name__)) from error


def _is_image(name: str) -> bool:
    return kind_of(name) == "image"


def _page_limits(data: bytes) -> ParsingLimits:
    return ParsingLimits(PAGE_SECONDS, ParsingLimits.of(len(data)).megabytes)


def _viewed(function: str, arguments: Sequence[object], data: bytes, what: str, limits: ParsingLimits) -> bytes:
    """What a worker found. Raises DocumentError."""
    try:
        reply = viewers().ask(function, arguments, data, limits)
    except OSError as error:
        raise DocumentError(_cannot(what, f"no process can be started, {reason_of(error)}")) from error
    if isinstance(reply, Ended):
        why = "takes too long" if reply.late else "damaged, or takes too much memory"
        raise DocumentError(_cannot(what, why))
    if reply.sign == RESULT:
        return reply.found
    said = reply.found.decode("utf-8", "replace")
    if reply.sign == REFUSED:
        raise DocumentError(said)
    raise DocumentError(_cannot(what, said.partition("\n")[0] if reply.sign == FAILED else "takes too much memory"))


def _cannot(what: str, why: str) -> str:
    return f"{what} cannot be shown as an image ({why}): read its text instead."
