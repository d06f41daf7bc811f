"""The pages of a PDF: their lines, read by PDFium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from index.formats.pdf.characters import CharacterReader
from index.formats.pdf.forms import read_entries, with_entries
from index.formats.pdf.lines import lines_of
from index.formats.pdf.readable import is_readable
from index.formats.pdf.shapes import Direction, TextLine


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page in its main direction, those in others, its height, and whether it can be read."""

    lines: list[TextLine]
    aside: list[list[TextLine]] = field(default_factory=list)
    height: float = 0.0
    readable: bool = True


def read_pages(pdf: Any, numbers: Sequence[int], *, traced: bool = False) -> list[PageLines]:
    """The pages of an open PDF with these numbers, from 0. Where that is `traced`, their texts tell where their
    characters stand; see `index.formats.pdf.origins`."""
    if pdf.get_formtype():
        pdf.init_forms()
    fonts: dict[int, tuple[bool, bool]] = {}
    pages = []
    for number in numbers:
        page = pdf[number]
        try:
            pages.append(_read_page(page, number, pdf.formenv, fonts, number if traced else None))
        finally:
            page.close()
    return pages


def _read_page(
    page: Any, number: int, formenv: Any, fonts: dict[int, tuple[bool, bool]], traced: int | None
) -> PageLines:
    """The lines of a page. Its main direction is the one that most of its characters have."""
    import pypdfium2.raw as pdfium

    reader = CharacterReader(page, fonts, pdfium, traced)
    try:
        runs = reader.runs()
        order = sorted(runs, key=lambda one: -sum(len(run.text) for run in runs[one]))
        turned = [lines_of(runs[one], number, one.degrees == 0) for one in order]
    finally:
        reader.close()
    entries = read_entries(page, formenv, pdfium, traced)
    lines = turned[0] if turned else []
    if lines:
        readable = is_readable("\n".join(line.text for lines in turned for line in lines))
    else:
        readable = bool(entries) or not _is_image(page)  # what is filled into a scanned form can be read
    if entries:
        lines = with_entries(lines, entries, number, order[0] if order else _across(page))
    _, bottom, _, top = order[0].turned(*reader.box) if order else reader.box
    lines = [replace(line, v=line.v - bottom) for line in lines] if bottom else lines
    return PageLines(lines, turned[1:], top - bottom, readable)


def _across(page: Any) -> Direction:
    """The direction in which a person reads a page without text."""
    return Direction(page.get_rotation() % 360)


def _is_image(page: Any) -> bool:
    """Whether a page without text shows an image, as a scan does."""
    import pypdfium2.raw as pdfium

    objects = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    return next(iter(objects), None) is not None
