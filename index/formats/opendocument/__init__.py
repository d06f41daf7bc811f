"""Text out of OpenDocument files: texts (.odt) and presentations (.odp), also as one flat XML file."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.opendocument.body import OdfBody
from index.formats.opendocument.names import OFFICE, STYLE
from index.formats.opendocument.slides import OdfSlides
from index.formats.opendocument.styles import OdfStyles, style_roots
from index.formats.packages import XmlPackage, parse_xml
from index.formats.page_edges import leading_title, page_edge
from index.formats.pieces import Piece, contents_told, headings_told, put_together
from index.formats.slides.deck import put_slides
from index.formats.titles import telling_title

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_HEADS = tuple(f"{STYLE}{name}" for name in ("header-first", "header", "header-left"))
_FEET = tuple(f"{STYLE}{name}" for name in ("footer-first", "footer", "footer-left"))
_FIRST_MASTER = "Standard"


def extract_opendocument(data: bytes, name: str) -> Extract:
    """Headings, paragraphs, lists, tables and notes of a text, or the slides of a presentation, in reading order.

    What stands at the head of a text's pages comes once, before them, and what stands at their foot after them.
    """
    try:
        return _read(_opened(data, name), name)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds on damaged files
        raise DocumentError(
            f"{name} is not a readable OpenDocument file: open it in an office program and save it again."
        ) from error


@dataclass(frozen=True, slots=True)
class _Parts:
    """The roots of the parts of a file; of a flat file, all are one."""

    content: Any
    styles: Any | None
    facts: Any | None
    embedded: Callable[[str], Any | None]


def _opened(data: bytes, name: str) -> _Parts:
    if not data.startswith(b"PK"):
        root = parse_xml(data)
        return _Parts(root, root, root, lambda _: None)
    package = XmlPackage(data, name)
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise DocumentError(f"{name} has a password: save it without a password.")
    content = package.xml("content.xml")
    if content is None:
        raise ValueError("no content")

    def embedded(target: str) -> Any | None:
        return package.xml(posixpath.normpath(posixpath.join(target.removeprefix("./"), "content.xml")))

    return _Parts(content, package.xml("styles.xml"), package.xml("meta.xml"), embedded)


def _read(parts: _Parts, name: str) -> Extract:
    own, _ = style_roots(parts.content)
    of_styles, common = style_roots(parts.styles)
    styles, master_styles = OdfStyles(own, common), OdfStyles(of_styles, common)
    body = OdfBody(styles, parts.embedded)
    edges = OdfBody(master_styles, parts.embedded)
    masters = None if parts.styles is None else parts.styles.find(f"{OFFICE}master-styles")
    stated = None if parts.facts is None else parts.facts.find(f"{OFFICE}meta/{_TITLE}")
    title = telling_title("" if stated is None else stated.text or "", name)
    if (presentation := parts.content.find(f"{OFFICE}body/{OFFICE}presentation")) is not None:
        return put_slides(OdfSlides(body, styles, masters, edges).slides(presentation), title)
    text = parts.content.find(f"{OFFICE}body/{OFFICE}text")
    if text is None:
        raise ValueError("neither a text nor a presentation")
    pages = list(_used_masters(masters, own, common))
    head = page_edge(_at_pages(pages, _HEADS, edges))
    pieces = contents_told(headings_told(body.read(text)))
    whole = [*head, *pieces, *page_edge(_at_pages(pages, _FEET, edges))]
    return put_together(whole, title or leading_title(pieces))


def _used_masters(masters: Any | None, *styles: Any | None) -> Iterator[Any]:
    """The master pages that the text names, beginning with the usual one, and those that follow on them."""
    known = {one.get(f"{STYLE}name", ""): one for one in (() if masters is None else masters)}
    named = [
        style.get(f"{STYLE}master-page-name", "")
        for root in styles
        for style in (() if root is None else root.iterchildren(f"{STYLE}style"))
    ]
    waiting = [_FIRST_MASTER, *named]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in known and name not in seen:
            seen.add(name)
            yield known[name]
            waiting.append(known[name].get(f"{STYLE}next-style-name", ""))


def _at_pages(pages: list[Any], edges: tuple[str, ...], body: OdfBody) -> Iterator[Piece]:
    for page in pages:
        for edge in page:
            if edge.tag in edges and edge.get(f"{STYLE}display") != "false":
                yield from body.read(edge)
