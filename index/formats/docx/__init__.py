"""Text out of Word files: what a reader of the file sees, block by block."""

from __future__ import annotations

from typing import Any

from index.errors import DocumentError
from index.formats.docx.body import WordBody
from index.formats.docx.imports import imported_pieces
from index.formats.docx.package import W, is_on
from index.formats.extract import Extract
from index.formats.packages import OpenXmlPackage, R, refuse_compound, stated_title
from index.formats.page_edges import leading_title, page_edge
from index.formats.pieces import Piece, contents_told, headings_told, put_together
from index.formats.titles import telling_title

_DEEPEST_IMPORT = 2  # Word files in Word files


def extract_docx(data: bytes, name: str) -> Extract:
    """Paragraphs, notes and table rows of a Word file in reading order.

    What stands at the head of its pages comes once, before them, and what stands at their foot after them.
    """
    return _extract(data, name)


def _extract(data: bytes, name: str, outer: OpenXmlPackage | None = None, depth: int = 0) -> Extract:
    refuse_compound(data, name, "Word", ".docx")
    try:
        if outer is None:
            return _read(OpenXmlPackage(data, name), name, depth)
        package = OpenXmlPackage(data, name, outer.left)
        found = _read(package, name, depth)
        outer.left = package.left
        return found
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds on damaged files
        raise DocumentError(
            f"{name} is not a readable Word file: open it in a word processor and save it again."
        ) from error


def _read(package: OpenXmlPackage, name: str, depth: int) -> Extract:
    part = next(
        (link.target for link in package.links("").values() if link.kind == "officeDocument"), "word/document.xml"
    )
    root = package.xml(part)
    bodies = [] if root is None or root.tag != f"{W}document" else root.findall(f"{W}body")
    if not bodies:
        raise ValueError("no document")
    body = bodies[0]

    def imported(target: str) -> list[Piece]:
        content = package.read(target)
        if content is None or depth >= _DEEPEST_IMPORT:
            return []
        return imported_pieces(content, target, name, lambda inner, called: _extract(inner, called, package, depth + 1))

    reader = WordBody(package, part, body, imported)
    head = _at_pages(package, part, body, reader, "header")
    for one in bodies:  # some programs put files together without joining their bodies
        reader.read(one)
    foot = _at_pages(package, part, body, reader, "footer")
    pieces = [*head, *contents_told(headings_told(reader.pieces)), *foot]
    return put_together(pieces, _title(package, pieces, name))


def _at_pages(package: OpenXmlPackage, part: str, body: Any, reader: WordBody, kind: str) -> list[Piece]:
    """What stands at the head or foot of pages that the file has, each line once, without page numbers."""
    links = package.links(part)
    settings = package.of_kind(part, "settings")
    sides = settings is not None and is_on(settings.find(f"{W}evenAndOddHeaders"))
    targets: dict[str, None] = {}
    for section in body.iter(f"{W}sectPr"):
        first = is_on(section.find(f"{W}titlePg"))
        for reference in section.iterchildren(f"{W}{kind}Reference"):
            seen = {"first": first, "even": sides}.get(reference.get(f"{W}type", ""), True)
            link = links.get(reference.get(f"{R}id", ""))
            if seen and link is not None and link.kind == kind:
                targets[link.target] = None
    roots = [root for target in targets if (root := package.xml(target)) is not None]
    return page_edge(piece for root in roots for piece in reader.read_apart(root))


def _title(package: OpenXmlPackage, pieces: list[Piece], name: str) -> str:
    """The title that the file states, or else the first one on the page, or else the heading over all others."""
    if title := telling_title(stated_title(package), name):
        return title
    return leading_title(pieces)
