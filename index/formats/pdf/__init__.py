"""PDF files: the text that a person sees on their pages, as blocks."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.ocr.program import INSTALL, is_installed
from index.formats.pdf.aside import all_pages
from index.formats.pdf.blocks import Drafts, Style
from index.formats.pdf.furniture import without_furniture
from index.formats.pdf.headings import mark_headings, plain
from index.formats.pdf.layout import Part, reading_order
from index.formats.pdf.ocr_names import locators_of
from index.formats.pdf.pages import PageLines
from index.formats.pdf.scanned import read_scans
from index.formats.pdf.writing import largest_heading, write
from index.formats.titles import telling_title

_pdfium = threading.Lock()  # PDFium crashes where two threads use it
MOST_BOOKMARKS = 5000
NO_OUTLINE: Mapping[str, int] = MappingProxyType({})


def extract_pdf(data: bytes, name: str) -> Extract:
    """The text of a PDF with its blocks, the offset at which each page begins, and the pages that cannot be read."""
    return _extracted(data, name, traced=False)


def traced_pdf(data: bytes, name: str) -> Extract:
    """The same with a text that tells where its characters stand; see `index.formats.pdf.origins`."""
    return _extracted(data, name, traced=True)


def _extracted(data: bytes, name: str, *, traced: bool) -> Extract:
    import pypdfium2

    try:
        with _pdfium, closing(pypdfium2.PdfDocument(data)) as pdf:
            pages, read = read_scans(pdf, data, all_pages(pdf, data, traced=traced))
            stated, outline = _stated_title(pdf), _outline(pdf)
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "password" in str(error).lower() else "is not a readable PDF"
        raise DocumentError(f"{name} {reason}: open it in a viewer, save an unlocked copy and add that.") from error
    if not any(page.lines and page.readable for page in pages):
        raise DocumentError(f"{name} is {_why_unreadable(pages)}.")
    extract = composed(pages, telling_title(stated, name), outline)
    if not read:
        return extract
    plain_text = extract.text if traced else str.__str__(extract.text)
    return replace(extract, text=plain_text, locators=locators_of(extract, read))


def _why_unreadable(pages: Sequence[PageLines]) -> str:
    if any(page.lines for page in pages):
        what = "a PDF whose characters are not those that one sees"
    elif all(page.readable for page in pages):
        what = "a PDF without text, perhaps with words that are drawn"
    else:
        what = "a PDF without text, probably scanned"
    if is_installed():
        return f"{what}, and OCR reads no words on its pages: add a sharper copy, or save its text as .txt and add that"
    return f"{what}: {INSTALL} and add it again"


def composed(pages: Sequence[PageLines], title: str = "", outline: Mapping[str, int] = NO_OUTLINE) -> Extract:
    """The pages of a document as its text and blocks."""
    bodies = without_furniture([page.lines for page in pages], [page.height for page in pages])
    parts: list[list[Part]] = []
    for page, lines in zip(pages, bodies, strict=True):
        found = reading_order(lines) if page.readable else []
        for aside in page.aside if page.readable else []:
            found += reading_order(aside)
        parts.append(found)
    style = Style.of(part for page in parts for part in page)
    drafts = Drafts(style)
    for page_parts in parts:
        drafts.add_page(page_parts)
    blocks = drafts.finish()
    levels = mark_headings(blocks, style, outline)
    unreadable = tuple(number for number, page in enumerate(pages, 1) if not page.readable)
    return write(blocks, levels, style, len(pages), title or largest_heading(blocks), unreadable)


def _stated_title(pdf: Any) -> str:
    try:
        return (pdf.get_metadata_value("Title") or "").strip()
    except UnicodeDecodeError:  # half a character; the file's name serves as well
        return ""


def _outline(pdf: Any) -> dict[str, int]:
    """The depth of each title in the file's outline that has one depth only."""
    depths: dict[str, int] = {}
    several: set[str] = set()
    for bookmark in islice(pdf.get_toc(max_depth=8), MOST_BOOKMARKS):
        try:
            title = plain(bookmark.get_title())
        except UnicodeDecodeError:
            continue
        if title and depths.setdefault(title, bookmark.level) != bookmark.level:
            several.add(title)
    return {title: depth for title, depth in depths.items() if title not in several}
