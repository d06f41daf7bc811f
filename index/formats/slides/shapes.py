"""The shapes on a PowerPoint slide: text, tables, diagrams and charts, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.formats.drawings import chart_pieces, diagram_pieces
from index.formats.packages import CHART, COMPATIBILITY, DIAGRAM, A, OpenXmlPackage, PartLink, R
from index.formats.pieces import Piece, flat
from index.formats.reading_order import PageArea
from index.formats.slides.deck import SlideBox, in_order
from index.formats.slides.inherited import ON_EACH_SLIDE, TITLES, P, SlideSources, placeholder
from index.formats.slides.text import paragraphs
from index.formats.tables import LONGEST_REPEATED, WIDEST, TableCell, TableRow, laid_out

_PLACES = (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", f"{P}xfrm")
_DEEPEST_GROUP = 50


class SlideShapes:
    """Reads the shapes of a slide: its `title`, its `boxes`, and what stands on its edge as on other slides'."""

    def __init__(self, package: OpenXmlPackage, part: str, sources: SlideSources, used: set[str]) -> None:
        """`used` are the parts, such as charts, that were placed already."""
        self.title = ""
        self.repeated: list[Piece] = []
        self._package, self._sources, self._used = package, sources, used
        self._links: dict[str, PartLink] = package.links(part)

    def boxes(self, tree: Any, depth: int = 0) -> list[SlideBox]:
        """Returns what stands in a slide or a group, in the order of the file."""
        found = []
        for shape in _shown(tree):
            if (box := self._box(shape, depth)) is not None and box.pieces:
                found.append(box)
        return found

    def _box(self, shape: Any, depth: int) -> SlideBox | None:
        if shape.tag == f"{P}grpSp":
            inner = () if depth > _DEEPEST_GROUP else tuple(in_order(self.boxes(shape, depth + 1)))
            return SlideBox(inner, _area(shape, []))
        if shape.tag == f"{P}graphicFrame":
            return SlideBox(tuple(self._graphic(shape)), _area(shape, self._sources.models(shape)))
        if shape.tag == f"{P}sp":
            return self._text(shape)
        return None

    def _text(self, shape: Any) -> SlideBox | None:
        body = shape.find(f"{P}txBody")
        if body is None:
            return None
        models = self._sources.models(shape)
        pieces = tuple(paragraphs(body, lambda one, level: self._sources.bullet(one, level, shape, models)))
        place = placeholder(shape)
        kind = "" if place is None else place.get("type", "obj")
        if kind in TITLES and not self.title:
            self.title = " ".join(piece.flat for piece in pieces)
            return None
        if kind in ON_EACH_SLIDE:
            if kind == "ftr":
                self.repeated += pieces
            return None
        return SlideBox(pieces, _area(shape, models))

    def _graphic(self, frame: Any) -> Iterator[Piece]:
        for table in frame.iterfind(f"{A}graphic/{A}graphicData/{A}tbl"):
            yield from _table(table)
        for tag, name, kind in ((f"{CHART}chart", "id", "chart"), (f"{DIAGRAM}relIds", "dm", "diagramData")):
            for named in frame.iterfind(f"{A}graphic/{A}graphicData/{tag}"):
                link = self._links.get(named.get(f"{R}{name}", ""))
                if link is None or link.kind != kind or link.target in self._used:
                    continue
                self._used.add(link.target)
                if (root := self._package.xml(link.target)) is not None:
                    yield from chart_pieces(root) if kind == "chart" else diagram_pieces(root)


def own_text(root: Any | None) -> list[Piece]:
    """Returns what a layout or master itself shows on each of its slides."""
    if root is None:
        return []
    return [
        piece
        for shape in root.iterfind(f"{P}cSld/{P}spTree//{P}sp")
        if placeholder(shape) is None and (body := shape.find(f"{P}txBody")) is not None
        for piece in paragraphs(body, lambda _, __: None)
    ]


def _shown(tree: Any) -> Iterator[Any]:
    """The shapes in a slide or group that are not hidden; of one in two versions, the one for new programs."""
    for shape in tree:
        if shape.tag == f"{COMPATIBILITY}AlternateContent":
            version = next(shape.iterchildren(f"{COMPATIBILITY}Choice"), None)
            yield from () if version is None else _shown(version)
        elif not any(named.get("hidden") in ("1", "true") for named in shape.iterfind(f"*/{P}cNvPr")):
            yield shape


def _area(shape: Any, models: list[Any]) -> PageArea | None:
    """Where a shape lies, in English Metric Units; None where neither it nor what it goes back to says so."""
    for one in (shape, *models):
        for path in _PLACES:
            if (found := one.find(path)) is None:
                continue
            corner, size = found.find(f"{A}off"), found.find(f"{A}ext")
            numbers = [
                _coordinate(None if element is None else element.get(name))
                for element, name in ((corner, "x"), (corner, "y"), (size, "cx"), (size, "cy"))
            ]
            if all(number is not None for number in numbers):
                x, y, wide, high = (float(number or 0) for number in numbers)
                return PageArea(x, y, x + max(wide, 1.0), y + max(high, 1.0))
    return None


def _coordinate(text: str | None) -> int | None:
    digits = (text or "").removeprefix("-")
    return int(text or "") if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def _table(table: Any) -> list[Piece]:
    """A table as pieces. A merged cell stands in each of its rows again, where it is short."""
    rows: list[TableRow] = []
    above: dict[int, str] = {}
    for row in table.iterchildren(f"{A}tr"):
        cells = []
        for column, cell in enumerate(row.iterchildren(f"{A}tc")):
            if cell.get("hMerge") in ("1", "true"):
                continue
            span = cell.get("gridSpan", "1")
            wide = max(1, min(int(span) if span.isascii() and span.isdigit() and len(span) < 6 else 1, WIDEST))
            if cell.get("vMerge") in ("1", "true"):
                text = above.get(column, "")
                cells.append(TableCell(column, wide, text if len(text) <= LONGEST_REPEATED else "", again=True))
                continue
            body = cell.find(f"{A}txBody")
            pieces = () if body is None else tuple(paragraphs(body, _own_bullet))
            cells.append(TableCell(column, wide, flat(pieces), pieces))
        above = {cell.column: cell.text for cell in cells}
        rows.append(TableRow(tuple(cells)))
    look = table.find(f"{A}tblPr")
    return laid_out(rows, styled=look is not None and look.get("firstRow") in ("1", "true"))


def _own_bullet(paragraph: Any, _: int) -> Any | None:
    """The bullet that a paragraph in a cell states itself."""
    properties = paragraph.find(f"{A}pPr")
    if properties is None:
        return None
    return next((child for child in properties if child.tag in (f"{A}buChar", f"{A}buAutoNum")), None)
