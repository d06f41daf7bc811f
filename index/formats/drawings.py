"""What diagrams (SmartArt), charts and shapes of an office file show in words and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.formats.packages import CHART, DIAGRAM, A
from index.formats.pieces import Piece
from index.records import BlockKind

_VALUES = ("val", "yVal")
_LABELS = ("cat", "xVal")
_MOST_CELLS = 100_000  # of a chart; what has more is none that anyone reads, and could be made to fill the memory


def diagram_pieces(root: Any) -> list[Piece]:
    """Returns the texts of a diagram, each before those that are drawn as parts of it."""
    texts = {point.get("modelId", ""): point.find(f"{DIAGRAM}t") for point in root.iter(f"{DIAGRAM}pt")}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "")
            place = int(order) if order.isascii() and order.isdigit() and len(order) < 9 else 0
            below.setdefault(link.get("srcId", ""), []).append((place, link.get("destId", "")))
    tops = [point.get("modelId", "") for point in root.iter(f"{DIAGRAM}pt") if point.get("type") == "doc"]
    found: list[Piece] = []
    waiting = [*reversed(texts), *reversed(tops)]  # what nothing leads to comes last, in the order of the file
    while waiting:
        name = waiting.pop()
        if name in texts:
            text = texts.pop(name)
            found += () if text is None else drawn_pieces(text)
            waiting += (one for _, one in sorted(below.get(name, ()), reverse=True))
    return found


def drawn_pieces(element: Any) -> list[Piece]:
    """Returns the paragraphs of a shape's text."""
    return [
        Piece(BlockKind.PARAGRAPH, text)
        for paragraph in element.iter(f"{A}p")
        if (text := _drawn(paragraph).strip())
    ]  # fmt: skip


def _drawn(element: Any) -> str:
    signs = {f"{A}br": "\n", f"{A}tab": "\t"}
    return "".join(
        signs.get(part.tag, part.text or "") for part in element.iter(f"{A}t", *signs)
    )  # fmt: skip


def chart_pieces(root: Any) -> list[Piece]:
    """Returns a chart as a table: its title, a header row of the series' names, a row for each category."""
    pieces = [
        Piece(BlockKind.CAPTION, text)
        for title in root.iterfind(f"{CHART}chart/{CHART}title")
        if (text := " ".join(_drawn(title).split()))
    ]
    labels: dict[int, str] = {}
    series: list[tuple[str, dict[int, str]]] = []
    for one in root.iter(f"{CHART}ser"):
        for name in _LABELS:
            labels = labels or dict(_points(one.find(f"{CHART}{name}")))
        named = one.find(f"{CHART}tx")
        words = "" if named is None else " ".join(value.text or "" for value in named.iter(f"{CHART}v"))
        series.append((words, {at: v for name in _VALUES for at, v in _points(one.find(f"{CHART}{name}"))}))
    places = sorted({*labels, *(at for _, values in series for at in values)})
    if len(places) * len(series) > _MOST_CELLS:
        return pieces
    if any(name for name, _ in series):
        pieces.append(Piece(BlockKind.HEADER, cells=("", *(name for name, _ in series))))
    names = tuple(range(len(series) + 1)) if any(name for name, _ in series) else ()
    for at in places:
        cells = (labels.get(at, ""), *(values.get(at, "") for _, values in series))
        pieces.append(Piece(BlockKind.ROW, cells=cells, names=names, apart="\n" if names or at else "\n\n"))
    return pieces


def _points(element: Any | None) -> Iterator[tuple[int, str]]:
    """The points of a series that the chart keeps, by their place."""
    if element is None:
        return
    code = next((code.text or "" for code in element.iter(f"{CHART}formatCode")), "")
    for point in element.iter(f"{CHART}pt"):
        place, value = point.get("idx", ""), point.find(f"{CHART}v")
        if place.isascii() and place.isdigit() and len(place) < 8 and value is not None:
            yield int(place), _figure(value.text or "", code)


def _figure(text: str, code: str) -> str:
    """A number as the chart shows it: 4.2999999999999998 is 4.3, and 0.5 is 50% where the format is one of those."""
    if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?", text):
        return " ".join(text.split())
    if code.endswith("%"):
        return f"{float(text) * 100:.10g}%"
    return f"{float(text):.12g}"
