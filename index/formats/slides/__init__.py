"""Text out of PowerPoint files: slide by slide what a person sees, with what is noted to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.packages import A, OpenXmlPackage, R, refuse_compound, stated_title
from index.formats.pieces import Piece
from index.formats.slides.deck import Slide, put_slides
from index.formats.slides.inherited import P, SlideSources, placeholder
from index.formats.slides.shapes import SlideShapes, own_text
from index.formats.slides.text import drawn_line, paragraphs
from index.formats.titles import telling_title
from index.records import BlockKind

_OFF = ("0", "false")
_SETTLED = ("resolved", "closed")


def extract_pptx(data: bytes, name: str) -> Extract:
    """Titles, text boxes, tables, diagrams and charts of each slide in reading order, then its notes and comments.

    Hidden slides are read as well, and named as such. Footers and what a master shows come once.
    """
    refuse_compound(data, name, "PowerPoint", ".pptx")
    try:
        package = OpenXmlPackage(data, name)
        part = next((link.target for link in package.links("").values() if link.kind == "officeDocument"), "")
        root = package.xml(part or "ppt/presentation.xml")
        if root is None or root.tag != f"{P}presentation":
            raise ValueError("no presentation")
        title = telling_title(stated_title(package), name)
        return put_slides(_slides(package, part or "ppt/presentation.xml", root), title)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds on damaged files
        raise DocumentError(
            f"{name} is not a readable PowerPoint file: open it in a program for slides and save it again."
        ) from error


def _slides(package: OpenXmlPackage, part: str, presentation: Any) -> Iterator[Slide]:
    links = package.links(part)
    sources: dict[str, SlideSources] = {}  # by layout, of which there are few
    used: set[str] = set()
    for named in presentation.iterfind(f"{P}sldIdLst/{P}sldId"):
        link = links.get(named.get(f"{R}id", ""))
        if link is None or link.kind != "slide" or link.target in used:
            yield Slide()
            continue
        used.add(link.target)
        root = package.xml(link.target)
        if root is None:
            yield Slide()
            continue
        layout = next((one.target for one in package.links(link.target).values() if one.kind == "slideLayout"), "")
        if layout not in sources:
            sources[layout] = SlideSources(package, link.target, presentation)
        yield _slide(package, link.target, root, sources[layout], used)


def _slide(package: OpenXmlPackage, part: str, root: Any, sources: SlideSources, used: set[str]) -> Slide:
    tree = root.find(f"{P}cSld/{P}spTree")
    shapes = SlideShapes(package, part, sources, used)
    boxes = [] if tree is None else shapes.boxes(tree)
    repeated = shapes.repeated
    if root.get("showMasterSp") not in _OFF:
        repeated += own_text(sources.layout)
        if sources.layout is not None and sources.layout.get("showMasterSp") not in _OFF:
            repeated += own_text(sources.master)
    return Slide(
        shapes.title, tuple(boxes), tuple(repeated), *_noted(package, part, used), hidden=root.get("show") in _OFF
    )


def _noted(package: OpenXmlPackage, part: str, used: set[str]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The speaker's notes of a slide, and the comments on it that are not settled."""
    notes: list[Piece] = []
    comments: list[Piece] = []
    for link in package.links(part).values():
        if link.target in used or not (link.kind == "notesSlide" or link.kind.startswith("comments")):
            continue
        used.add(link.target)
        if (root := package.xml(link.target)) is None:
            continue
        if link.kind == "notesSlide":
            notes += _speaker_notes(root)
        else:
            comments += _comments(root)
    return tuple(notes), tuple(comments)


def _speaker_notes(root: Any) -> Iterator[Piece]:
    for shape in root.iterfind(f"{P}cSld/{P}spTree//{P}sp"):
        place, body = placeholder(shape), shape.find(f"{P}txBody")
        if body is not None and (place is None or place.get("type", "body") == "body"):
            yield from paragraphs(body, lambda _, __: None)


def _comments(root: Any) -> Iterator[Piece]:
    """Comments of the older kind, which hold plain text, and of the newer one, which are answered and settled."""
    for comment in root:
        if comment.get("status") in _SETTLED:
            continue
        for text in comment.iterchildren(f"{P}text"):
            yield Piece(BlockKind.NOTE, text.text or "")
        for paragraph in comment.iter(f"{A}p"):
            yield Piece(BlockKind.NOTE, drawn_line(paragraph).text)
