"""What a shape on a PowerPoint slide has from the slide's layout and master: its place, and its bullets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.formats.packages import OPEN_XML, A, OpenXmlPackage

P = f"{{{OPEN_XML}/presentationml/2006/main}}"
TITLES = ("title", "ctrTitle")
ON_EACH_SLIDE = ("dt", "ftr", "sldNum", "hdr")
_BULLETS = (f"{A}buNone", f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip")
_DEEPEST = 8


def placeholder(shape: Any) -> Any | None:
    """Returns what says that a shape stands in a place of its layout (<p:ph>); None where it stands for itself."""
    return next((found for properties in shape for found in properties.iterfind(f"{P}nvPr/{P}ph")), None)


class SlideSources:
    """A slide, its layout and its master: from each, a shape takes what it does not say itself."""

    def __init__(self, package: OpenXmlPackage, part: str, defaults: Any | None) -> None:
        """`defaults` is the part that states how text looks that no master knows of."""
        self.layout, layout_part = _linked(package, part, "slideLayout")
        self.master, _ = _linked(package, layout_part, "slideMaster") if layout_part else (None, "")
        self._defaults = None if defaults is None else defaults.find(f"{P}defaultTextStyle")
        self._places = [_placeholders(self.layout), _placeholders(self.master)]

    def models(self, shape: Any) -> list[Any]:
        """Returns the shapes that a placeholder goes back to, the nearest first."""
        found = []
        place = placeholder(shape)
        for places in self._places:
            if place is None:
                break
            kind = _role(place)
            model = next(
                (one for mark, one in places if place.get("idx") and mark.get("idx") == place.get("idx")), None
            )
            if model is None or places is self._places[-1]:
                model = next((one for mark, one in places if _role(mark) == kind), model)
            if model is not None:
                found.append(model)
                place = placeholder(model)
        return found

    def bullet(self, paragraph: Any, depth: int, shape: Any, models: list[Any]) -> Any | None:
        """Returns what says which bullet a paragraph has, or that it has none; None where nothing does."""
        for properties in self._levels(paragraph, min(depth, _DEEPEST), shape, models):
            if (found := next((child for child in properties if child.tag in _BULLETS), None)) is not None:
                return found
        return None

    def _levels(self, paragraph: Any, depth: int, shape: Any, models: list[Any]) -> Iterator[Any]:
        level = f"{A}lvl{depth + 1}pPr"
        places = [paragraph.find(f"{A}pPr")]
        for one in (shape, *models):
            places.append(one.find(f"{P}txBody/{A}lstStyle/{level}"))
        place = placeholder(shape)
        if self.master is not None:
            role = "other" if place is None else _role(place)
            style = role if role in ("title", "body") else "other"
            places.append(self.master.find(f"{P}txStyles/{P}{style}Style/{level}"))
        if place is None and self._defaults is not None:
            places.append(self._defaults.find(level))
        yield from (one for one in places if one is not None)


def _linked(package: OpenXmlPackage, part: str, kind: str) -> tuple[Any | None, str]:
    link = next((link for link in package.links(part).values() if link.kind == kind), None)
    return (None, "") if link is None else (package.xml(link.target), link.target)


def _placeholders(root: Any | None) -> list[tuple[Any, Any]]:
    if root is None:
        return []
    return [(mark, shape) for shape in root.iter(f"{P}sp") if (mark := placeholder(shape)) is not None]


def _role(place: Any) -> str:
    """What a placeholder is for, as masters tell them apart."""
    kind = place.get("type", "obj")
    if kind in TITLES:
        return "title"
    return str(kind) if kind in ON_EACH_SLIDE else "body"
