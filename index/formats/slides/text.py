"""Paragraphs on a PowerPoint slide: their characters, and the bullets and numbers before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.formats.docx.equations import equation
from index.formats.docx.package import M
from index.formats.numerals import written
from index.formats.packages import COMPATIBILITY, A
from index.formats.pieces import Piece, typed_items
from index.formats.scripts import Script, ScriptedText
from index.formats.symbols import with_symbols
from index.records import BlockKind

_DASHES = ("-", "–", "—")
_NUMBER_FORMATS = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman"} | {
    "romanUc": "upperRoman"
}
_EDGES = {"ParenBoth": ("(", ")"), "ParenR": ("", ")"), "Period": ("", "."), "Minus": ("- ", " -"), "Plain": ("", "")}
_FIELD_TO_COME = "‹#›"  # stands where a slide's number is to be shown


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """The characters of a paragraph; `bold` tells that all of them are bold."""

    text: str
    bold: bool


def paragraphs(body: Any, bullet: Callable[[Any, int], Any | None]) -> Iterator[Piece]:
    """Yields the paragraphs of a text body; `bullet` finds what says which bullet one of some depth (from 0) has."""
    counts: dict[int, tuple[str, int]] = {}  # by depth: the kind of numbers of the list that goes on, and the last one
    for paragraph in body.iterchildren(f"{A}p"):
        line = drawn_line(paragraph)
        if not line.text.strip():
            continue
        properties = paragraph.find(f"{A}pPr")
        stated = "" if properties is None else properties.get("lvl", "")
        depth = int(stated) if stated in tuple("012345678") else 0
        mark = _mark(bullet(paragraph, depth), depth, counts)
        if mark:
            yield Piece(BlockKind.ITEM, line.text, depth + 1, mark, bold=line.bold)
        else:
            yield from typed_items(line.text, bold=line.bold)


def _mark(bullet: Any | None, depth: int, counts: dict[int, tuple[str, int]]) -> str:
    """The bullet or number of a paragraph, which is counted; "" where it has none."""
    for deeper in [one for one in counts if one > depth]:
        del counts[deeper]
    kind = "" if bullet is None else bullet.tag.removeprefix(A)
    if kind != "buAutoNum":
        counts.pop(depth, None)
        if kind in ("", "buNone"):
            return ""
        character = bullet.get("char", "") if bullet is not None else ""
        return character if character in _DASHES else "•"
    scheme = bullet.get("type", "arabicPeriod") if bullet is not None else ""
    stated = bullet.get("startAt", "1") if bullet is not None else ""
    start = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 6 else 1
    before = counts.get(depth)
    number = before[1] + 1 if before and before[0] == f"{scheme} {start}" else start
    counts[depth] = f"{scheme} {start}", number
    edge = next((one for one in _EDGES if scheme.endswith(one)), "Period")
    figure = written(number, _NUMBER_FORMATS.get(scheme.removesuffix(edge), "decimal"))
    return _EDGES[edge][0] + figure + _EDGES[edge][1]


def drawn_line(paragraph: Any) -> DrawnLine:
    """Returns what a paragraph (<a:p>) shows."""
    text = ScriptedText()
    bold = True
    for run in _runs(paragraph):
        if run.tag == f"{A}br":
            text.put("\n")
        elif run.tag.startswith(M):
            text.put(equation(run))
        else:
            inner = "".join(part.text or "" for part in run.iterchildren(f"{A}t")).replace("\x0b", "\n")
            if run.tag == f"{A}fld" and inner == _FIELD_TO_COME:
                continue
            properties = run.find(f"{A}rPr")
            font = None if properties is None else properties.find(f"{A}sym")
            text.put(
                with_symbols(inner, "Wingdings" if font is None else font.get("typeface", "")), _script(properties)
            )
            if inner.strip():
                bold = bold and properties is not None and properties.get("b") in ("1", "true")
    whole = text.whole()
    return DrawnLine(whole, bold and bool(whole.strip()))


def _runs(paragraph: Any) -> Iterator[Any]:
    for child in paragraph:
        if child.tag in (f"{A}r", f"{A}fld", f"{A}br"):
            yield child
        elif child.tag == f"{COMPATIBILITY}AlternateContent":  # an equation, and a picture of it for old programs
            yield from child.iterfind(f"{COMPATIBILITY}Choice//{M}oMath")
        else:
            yield from child.iter(f"{M}oMath")


def _script(properties: Any | None) -> Script:
    """Whether a run is raised or lowered, by thousandths of a percent of its size."""
    raised = "" if properties is None else properties.get("baseline", "").removesuffix("%")
    if not raised.lstrip("-").strip("0"):
        return ""
    return "subscript" if raised.startswith("-") else "superscript"
