"""What lies on the cells of an Excel sheet: comments, text boxes, the titles of charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.formats.packages import CHART, A, OpenXmlPackage
from index.formats.sheets.grid import MOST_COLUMNS, MOST_ROWS, PlacedText, cell_at
from index.formats.sheets.workbook import local, rich_text

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_MOST_TEXTS = 100_000  # of one sheet


def notes_of(package: OpenXmlPackage, part: str) -> list[PlacedText]:
    """Returns the comments of a sheet, in the order of their cells. What answers a comment stands below it."""
    links = package.links(part).values()
    found: dict[tuple[int, int], list[str]] = {}
    # A conversation is kept once more as a comment that tells older programs that they cannot show it.
    kinds = ("threadedComment", "comments")
    for kind in kinds:
        before = set(found)
        for target in [link.target for link in links if link.kind == kind]:
            root = package.xml(target)
            for comment in () if root is None else root.iter("{*}comment", "{*}threadedComment"):
                place = cell_at(comment.get("ref", ""))
                if place is not None and place not in before and sum(map(len, found.values())) < _MOST_TEXTS:
                    found.setdefault(place, []).append(_said(comment))
    return [
        PlacedText(row, column, "\n".join(filter(None, texts)))
        for (row, column), texts in sorted(found.items())
        if any(texts)
    ]


def _said(comment: Any) -> str:
    texts = [child for child in comment if local(child) == "text"]
    return "\n".join(
        rich_text(text).strip() or (text.text or "").strip() for text in texts
    )  # fmt: skip


def drawn_texts(package: OpenXmlPackage, part: str) -> tuple[tuple[PlacedText, ...], tuple[PlacedText, ...]]:
    """Returns the titles of a sheet's charts, and the texts of its boxes and shapes, each at its upper left cell."""
    titles: list[PlacedText] = []
    boxes: list[PlacedText] = []
    for target in [link.target for link in package.links(part).values() if link.kind == "drawing"]:
        root = package.xml(target)
        if root is None:
            continue
        links = package.links(target)
        for anchor in list(root.iterchildren(*(f"{{*}}{name}" for name in _ANCHORS)))[:_MOST_TEXTS]:
            row, column = _corner(anchor)
            if text := "\n".join(_paragraphs(anchor)):
                boxes.append(PlacedText(row, column, text))
            for chart in anchor.iter(f"{CHART}chart"):
                link = next((links[value] for value in chart.attrib.values() if value in links), None)
                drawn = package.xml(link.target) if link is not None else None
                titles += [PlacedText(row, column, text) for text in _titles(drawn)]
    return tuple(titles), tuple(boxes)


def _corner(anchor: Any) -> tuple[int, int]:
    """Row and column of the cell in which a drawing begins."""
    at = anchor.find("{*}from")
    row, column = (at.findtext(f"{{*}}{name}") if at is not None else "0" for name in ("row", "col"))
    return _counted(row, MOST_ROWS), _counted(column, MOST_COLUMNS)


def _counted(text: str | None, most: int) -> int:
    text = (text or "").strip()
    return min(most, int(text) + 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _titles(chart: Any | None) -> Iterator[str]:
    """The title of a chart, and those of its axes."""
    for title in () if chart is None else chart.iter(f"{CHART}title"):
        if text := " ".join(_paragraphs(title)):
            yield text


def _paragraphs(element: Any) -> Iterator[str]:
    for paragraph in element.iter(f"{A}p"):
        signs = {f"{A}br": "\n", f"{A}tab": "\t"}
        text = "".join(signs.get(part.tag, part.text or "") for part in paragraph.iter(f"{A}t", *signs)).strip()
        if text:
            yield text
