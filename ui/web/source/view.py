"""A document opened at a citation, as the page and the service show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from index.addresses.places import address_of
from index.errors import DocumentError
from index.formats import kind_of
from index.loaders import has_changed, lies_here, read_file
from index.records import Block, Document, Place
from qa.citing import LONGEST_SENTENCE, enclosing
from qa.showing import shown
from qa.source import Source
from ui.web.source.finding import find
from ui.web.source.inline_html import InlineHtml
from ui.web.source.layout_html import stretch_html
from ui.web.source.pdf_pages import PdfPages
from ui.web.source.records import (
    Finding,
    FoundPlace,
    Marked,
    MarkedPage,
    OpenedSource,
    OriginalFile,
    Part,
)
from ui.web.source.stretches import Stretch, around, before, behind, is_more_before, is_more_behind

LONGEST_HEADING = 200  # characters of a heading that are told of where a place stands


class Outlined(Source, Protocol):
    """What documents are opened from: a collection, or a part of one."""

    def headings_above(self, document_id: str, offset: int) -> list[Block]:
        """The headings that a place of a document stands under, the uppermost first."""
        ...


class SourceView:
    """Opens documents at places of them. Safe to use from several threads.

    Of a document that is not there, each method raises KeyError; for offsets and pages that none can have, ValueError.
    """

    def __init__(self, source: Callable[[], Outlined]) -> None:
        """`source` gives what is asked at the time."""
        self._source = source
        self._pages = PdfPages()

    def open(self, document_id: str, start: int = 0, end: int = 0) -> OpenedSource:
        """The document with the stretch around `document.text[start:end]`, the quoted words."""
        source = self._source()
        with source.snapshot():
            document = source.document(document_id)
            marked = _marked(source, document, start, end)
            headings = source.headings_above(document_id, start)
            stretch = around(source, document, (start, end))
        part = _part(document, stretch, marked)
        inline = InlineHtml(document, Marked())
        return OpenedSource(
            id=document.id,
            title=document.title,
            source=document.source,
            address=address_of(document.source),
            kind=kind_of(document.source),
            pages=len(document.page_starts),
            length=len(document.text),
            view="pages" if _is_paged(document) and lies_here(document) else "text",
            stale=has_changed(document),
            page=document.page_at(start),
            locator=document.locator_at(start, stretch.blocks),
            under=tuple(shown(inline.plain(one.start, one.end)[:LONGEST_HEADING]) for one in headings),
            marked=marked,
            part=part,
        )

    def part(self, document_id: str, start: int, end: int) -> Part:
        """The stretch around `document.text[start:end]`, with these words and their sentence marked."""
        source = self._source()
        with source.snapshot():
            document = source.document(document_id)
            marked = _marked(source, document, start, end)
            return _part(document, around(source, document, (start, end)), marked)

    def part_before(self, document_id: str, offset: int, marked: Marked | None = None) -> Part:
        """The stretch that ends at `offset`; see `Part.before`."""
        return self._next(before, document_id, offset, marked)

    def part_behind(self, document_id: str, offset: int, marked: Marked | None = None) -> Part:
        """The stretch that begins at `offset`; see `Part.after`."""
        return self._next(behind, document_id, offset, marked)

    def _next(
        self, which: Callable[[Source, Document, int], Stretch], document_id: str, offset: int, marked: Marked | None
    ) -> Part:
        _check(offset, offset)
        source = self._source()
        with source.snapshot():
            document = source.document(document_id)
            return _part(document, which(source, document, offset), marked or Marked())

    def page(
        self, document_id: str, page: int, quote: Sequence[Place] = (), sentence: Sequence[Place] = ()
    ) -> MarkedPage:
        """A page of a PDF, numbered from 1, with the boxes of the quoted words and of their sentences, each told by
        their places in the document. Raises DocumentError where the file is gone, changed or cannot be drawn."""
        document = self._paged(document_id, page)
        return self._pages.marked(document, _original(document), page, Marked(tuple(quote), tuple(sentence)))

    def page_image(self, document_id: str, page: int, width: int) -> bytes:
        """A page of a PDF, numbered from 1, as a PNG of about `width` pixels across (see `PdfPages.image`). Raises
        DocumentError where the file is gone, changed or cannot be drawn."""
        document = self._paged(document_id, page)
        return self._pages.image(document, _original(document), page, width)

    def find(self, document_id: str, words: str, most: int = 500) -> Finding:
        """The first `most` places of words in the document; see `ui.web.source.finding`."""
        document = self._source().document(document_id)
        places, more = find(document.text, words, most)
        return Finding(tuple(FoundPlace(start, end, document.page_at(start)) for start, end in places), more)

    def file(self, document_id: str) -> OriginalFile:
        """The file of the document, with the bytes that were indexed. Raises DocumentError where there are none."""
        return _original(self._source().document(document_id))

    def _paged(self, document_id: str, page: int) -> Document:
        """The document, if it is a PDF with such a page."""
        document = self._source().document(document_id)
        if not _is_paged(document) or not 1 <= page <= len(document.page_starts):
            raise ValueError(f"{document.title} has no page {page}")
        return document


def _is_paged(document: Document) -> bool:
    return kind_of(document.source) in ("PDF", "image") and len(document.page_starts) > 0


def _check(start: int, end: int) -> None:
    if not 0 <= start <= end:
        raise ValueError(f"a place needs 0 <= start <= end, got {start}, {end}")


def _marked(source: Source, document: Document, start: int, end: int) -> Marked:
    """A place as quoted words, and the sentence that they stand in; of a very long one, what is near."""
    _check(start, end)
    end = min(end, len(document.text))
    if start >= end:
        return Marked()
    sentences = source.parts(document.id, start, end).sentences
    if not sentences:
        return Marked(((start, end),))
    first, last = enclosing(sentences, start, end)
    first, last = max(first, start - LONGEST_SENTENCE), min(last, end + LONGEST_SENTENCE)
    return Marked(((start, end),), ((first, last),))


def _part(document: Document, stretch: Stretch, marked: Marked) -> Part:
    html = stretch_html(document, stretch, marked)
    return Part(
        stretch.start,
        stretch.end,
        stretch.start if is_more_before(document, stretch.start) else None,
        stretch.end if is_more_behind(document, stretch.end) else None,
        html,
    )


def _original(document: Document) -> OriginalFile:
    """The document's file. Raises DocumentError unless it holds the bytes that were indexed."""
    path = Path(document.source)
    if not document.modified_ns or not document.sha256:
        raise DocumentError(f"{document.title} comes from no file that is known: read its text instead.")
    if document.is_copy and not lies_here(document):
        raise DocumentError(f"The file of {document.title} does not lie here, where a copy is asked: read its text.")
    content = read_file(path)
    if content.sha256 != document.sha256:
        raise DocumentError(f"{path.name} was changed since it was indexed: index it again to see it as it is now.")
    return OriginalFile(path, content.data)
