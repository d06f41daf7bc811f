"""What is told of a document that is opened at a citation: plain data, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.children.pages import Box
from index.formats import DocumentKind
from index.records import Place

ViewKind = Literal["pages", "text"]


@dataclass(frozen=True, slots=True)
class Marked:
    """The places in a document that are marked: quoted words, and the sentences that they stand in."""

    quote: tuple[Place, ...] = ()
    sentence: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        for start, end in (*self.quote, *self.sentence):
            if not 0 <= start <= end:
                raise ValueError(f"a place needs 0 <= start <= end, got {start}, {end}")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document, `document.text[start:end]`, laid out as HTML. What is to be asked for next ends at
    `before` and begins at `after`; None where nothing is left there."""

    start: int
    end: int
    before: int | None
    after: int | None
    html: str


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A document opened at a place of it.

    `source` is its file and `address` the one from which that was fetched, or ""; `pages` is how many it has (0: it has
    none), `length` its characters. `view` is "pages" where its pages can be shown as images, `stale` tells that its
    file was changed or is gone since it was indexed.
    `page`, `locator` (see `Citation`) and `under`, the headings from the uppermost, are those of the place, `marked`
    what is marked of it.
    """

    id: str
    title: str
    source: str
    address: str
    kind: DocumentKind
    pages: int
    length: int
    view: ViewKind
    stale: bool
    page: int | None
    locator: str
    under: tuple[str, ...]
    marked: Marked
    part: Part


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page, numbered from 1, of so many points as it is shown, with the boxes of the quoted words and of their
    sentences: left, top, right and bottom from its upper left corner.

    `is_exact` is False where it cannot be told any more where the characters stand, since the text was taken out of the
    file by another version of Quotewise; then there are no boxes.
    """

    page: int
    width: float
    height: float
    quote: tuple[Box, ...]
    sentence: tuple[Box, ...]
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words were found: `document.text[start:end]`, on this page if there are pages."""

    start: int
    end: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The places of words in a document, in order, and whether there are more."""

    places: tuple[FoundPlace, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """The file of a document, with the very bytes that were indexed."""

    path: Path
    data: bytes
