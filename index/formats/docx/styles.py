"""The styles of a Word file: what a paragraph is, and what hides or raises its characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.formats.docx.package import VALUE, W, is_on, number
from index.formats.style_names import CONTENTS_STYLE, HEADING_STYLE, STYLE_KINDS
from index.records import BlockKind

_LONGEST_CHAIN = 50  # of styles that are based on one another; Word itself ends much earlier


@dataclass(frozen=True, slots=True)
class WordStyle:
    """What a style and those it is based on say. `level` is a heading's. `num` and `depth` are the list of its
    paragraphs; "" is none. `align` is "superscript" or "subscript". `heads` tells that a table's first row looks
    unlike the others."""

    id: str = ""
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    num: str = ""
    depth: int | None = None
    hidden: bool = False
    bold: bool = False
    align: str = ""
    heads: bool = False


class WordStyles:
    """The styles by their id."""

    def __init__(self, root: Any | None) -> None:
        self._elements: dict[str, Any] = {}
        self._default = ""
        self._found: dict[str, WordStyle] = {}
        for style in () if root is None else root.iterchildren(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._elements[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._default = name

    def of_paragraph(self, properties: Any | None) -> WordStyle:
        """Returns the style that a paragraph's properties name, or else the usual one."""
        named = None if properties is None else properties.find(f"{W}pStyle")
        return self.get(self._default if named is None else named.get(VALUE, ""))

    def get(self, name: str) -> WordStyle:
        """Returns the style of this id. One that is not defined is told by its id alone."""
        if name not in self._found:
            self._found[name] = self._resolve(name)
        return self._found[name]

    def _resolve(self, name: str) -> WordStyle:
        chain: list[Any] = []
        names: list[str] = []
        step = name
        while step and len(chain) < _LONGEST_CHAIN:
            style = self._elements.get(step)
            if style is None:
                names.append(step.lower())
                break
            chain.append(style)
            names.append(_text(style, "name", step).lower())
            step = _text(style, "basedOn")
        kind, level = _kind(names, chain)
        nums = [num for style in chain if (num := style.find(f"{W}pPr/{W}numPr")) is not None]
        num = next((value for one in nums if (value := _text(one, "numId"))), "")
        depth = next((number(one.find(f"{W}ilvl"), most=8) for one in nums if one.find(f"{W}ilvl") is not None), None)
        return WordStyle(
            name, kind, level, "" if num == "0" else num, depth,
            _switch(chain, "vanish"), _switch(chain, "b"), _first(chain, "vertAlign"),
            any(one.get(f"{W}type") == "firstRow" for style in chain for one in style.iterchildren(f"{W}tblStylePr")),
        )  # fmt: skip


def _kind(names: list[str], chain: list[Any]) -> tuple[BlockKind, int]:
    """What a chain of styles makes of a paragraph, and a heading's level: the nearest style that says so counts."""
    for place, name in enumerate(names):
        if CONTENTS_STYLE.fullmatch(name):
            return BlockKind.CONTENTS, 0
        if name in STYLE_KINDS:
            return STYLE_KINDS[name], 0
        outline = chain[place].find(f"{W}pPr/{W}outlineLvl") if place < len(chain) else None
        if outline is not None:
            level = number(outline, 9)
            return (BlockKind.HEADING, level + 1) if level < 9 else (BlockKind.PARAGRAPH, 0)
        if heading := HEADING_STYLE.fullmatch(name):
            return BlockKind.HEADING, int(heading.group(1))
    return BlockKind.PARAGRAPH, 0


def _text(element: Any, name: str, otherwise: str = "") -> str:
    child = element.find(f"{W}{name}")
    return otherwise if child is None else child.get(VALUE, otherwise)


def _switch(chain: list[Any], name: str) -> bool:
    for style in chain:
        if (element := style.find(f"{W}rPr/{W}{name}")) is not None:
            return is_on(element)
    return False


def _first(chain: list[Any], name: str) -> str:
    for style in chain:
        if (element := style.find(f"{W}rPr/{W}{name}")) is not None:
            return str(element.get(VALUE, ""))
    return ""
