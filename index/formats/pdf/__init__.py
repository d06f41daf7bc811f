"""PDF files: the text that a person sees on their pages, as blocks."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.pdf.blocks import Drafts, Style
from index.formats.pdf.characters import CharacterReader
from index.formats.pdf.forms import read_entries, with_entries
from index.formats.pdf.furniture import without_furniture
from index.formats.pdf.headings import mark_headings, plain
from index.formats.pdf.layout import Part, reading_order
from index.formats.pdf.lines import lines_of
from index.formats.pdf.readable import is_readable
from index.formats.pdf.shapes import Direction, TextLine
from index.formats.pdf.writing import largest_heading, write
from index.formats.titles import telling_title

_pdfium = threading.Lock()  # PDFium crashes where two threads use it
MOST_BOOKMARKS = 5000


@dataclass(slots=True)
class _Page:
    """The lines of a page in its main direction, those in others, its height, and whether it can be read."""

    lines: list[TextLine]
    aside: list[list[TextLine]] = field(default_factory=list)
    height: float = 0.0
    readable: bool = True


def extract_pdf(data: bytes, name: str) -> Extract:
    """The text of a PDF with its blocks, the offset at which each page begins, and the pages that cannot be read."""
    import pypdfium2

    try:
        with _pdfium, closing(pypdfium2.PdfDocument(data)) as pdf:
            pages = _read_pages(pdf)
            stated, outline = _stated_title(pdf), _outline(pdf)
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "password" in str(error).lower() else "is not a readable PDF"
        raise DocumentError(f"{name} {reason}: open it in a viewer, save an unlocked copy and add that.") from error
    if not any(page.lines and page.readable for page in pages):
        raise DocumentError(f"{name} {_why_unreadable(pages)} and add the result.")
    return _composed(pages, telling_title(stated, name), outline)


def _why_unreadable(pages: Sequence[_Page]) -> str:
    if any(page.lines for page in pages):
        what, force = "a PDF whose characters are not those that one sees", " --force-ocr"
    elif all(page.readable for page in pages):
        what, force = "a PDF without text, perhaps with words that are drawn", ""
    else:
        what, force = "a PDF without text, probably scanned", ""
    return f"is {what}: run it through OCR (for example ocrmypdf{force})"


def _composed(pages: Sequence[_Page], title: str, outline: dict[str, int]) -> Extract:
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


def _read_pages(pdf: Any) -> list[_Page]:
    if pdf.get_formtype():
        pdf.init_forms()
    fonts: dict[int, tuple[bool, bool]] = {}
    pages = []
    for number in range(len(pdf)):
        page = pdf[number]
        try:
            pages.append(_read_page(page, number, pdf.formenv, fonts))
        finally:
            page.close()
    return pages


def _read_page(page: Any, number: int, formenv: Any, fonts: dict[int, tuple[bool, bool]]) -> _Page:
    """The lines of a page. Its main direction is the one that most of its characters have."""
    import pypdfium2.raw as pdfium

    reader = CharacterReader(page, fonts, pdfium)
    try:
        runs = reader.runs()
        order = sorted(runs, key=lambda one: -sum(len(run.text) for run in runs[one]))
        turned = [lines_of(runs[one], number, one.degrees == 0) for one in order]
    finally:
        reader.close()
    entries = read_entries(page, formenv, pdfium)
    lines = turned[0] if turned else []
    if lines:
        readable = is_readable("\n".join(line.text for lines in turned for line in lines))
    else:
        readable = bool(entries) or not _is_image(page)  # what is filled into a scanned form can be read
    if entries:
        lines = with_entries(lines, entries, number, order[0] if order else _across(page))
    _, bottom, _, top = order[0].turned(*reader.box) if order else reader.box
    lines = [replace(line, v=line.v - bottom) for line in lines] if bottom else lines
    return _Page(lines, turned[1:], top - bottom, readable)


def _across(page: Any) -> Direction:
    """The direction in which a person reads a page without text."""
    return Direction(page.get_rotation() % 360)


def _is_image(page: Any) -> bool:
    """Whether a page without text shows an image, as a scan does."""
    import pypdfium2.raw as pdfium

    objects = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    return next(iter(objects), None) is not None


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
