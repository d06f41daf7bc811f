"""Text out of Word files: what a reader of the file sees, block by block."""

from __future__ import annotations

import re
from typing import Any

from index.errors import DocumentError
from index.formats.docx.body import WordBody
from index.formats.docx.imports import imported_pieces
from index.formats.docx.package import W, is_on
from index.formats.extract import Extract
from index.formats.packages import OpenXmlPackage, R
from index.formats.pieces import Piece, contents_told, headings_told, put_together
from index.formats.scripts import with_marks
from index.formats.titles import telling_title
from index.records import BlockKind

_OLD_WORD = b"\xd0\xcf\x11\xe0"  # a compound file: the old .doc, or a new one that is encrypted
_DEEPEST_IMPORT = 2  # Word files in Word files
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# "Page 3 of 5" and its like, at the head or foot of every page.
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|blatt|página|pagina|pag|s|p|strona|sida|side|стр|страница)\b[\W_]*)?\d+"
    r"(?:[\W_]*(?:of|von|de|di|sur|van|z|av|af|из)?[\W_]*\d+)?[\W_]*",
    flags=re.IGNORECASE,
)
_LONGEST_PAGE_NUMBER = 40  # characters


def extract_docx(data: bytes, name: str) -> Extract:
    """Paragraphs, notes and table rows of a Word file in reading order.

    What stands at the head of its pages comes once, before them, and what stands at their foot after them.
    """
    return _extract(data, name)


def _extract(data: bytes, name: str, outer: OpenXmlPackage | None = None, depth: int = 0) -> Extract:
    if data.startswith(_OLD_WORD):
        raise DocumentError(
            f"{name} has a password or is of the old kind of Word file: save it as .docx without a password."
        )
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
    found: dict[tuple[str, ...], Piece] = {}
    for target in targets:
        if (root := package.xml(target)) is not None:
            for piece in reader.read_apart(root):
                text = piece.flat.strip()
                if len(text) > _LONGEST_PAGE_NUMBER or not _PAGE_NUMBER.fullmatch(text):
                    found.setdefault((piece.text, *piece.cells), piece)
    return list(found.values())


def _title(package: OpenXmlPackage, pieces: list[Piece], name: str) -> str:
    """The title that the file states, or else the first one on the page, or else the heading over all others."""
    part = next((link.target for link in package.links("").values() if link.kind == "core-properties"), "")
    root = package.xml(part) if part else None
    stated = None if root is None else root.find(_TITLE)
    if stated is not None and (title := telling_title(stated.text or "", name)):
        return title
    if titles := [piece for piece in pieces if piece.kind is BlockKind.TITLE]:
        return _on_one_line(titles[0].text)
    first, *others = [piece for piece in pieces if piece.kind is BlockKind.HEADING] or [Piece(BlockKind.TITLE)]
    # The first of several headings of one level only names a section.
    return _on_one_line(first.text) if all(one.level > first.level for one in others) else ""


def _on_one_line(text: str) -> str:
    return " ".join(with_marks(text)[0].split())
