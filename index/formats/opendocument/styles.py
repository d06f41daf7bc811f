"""The styles of an OpenDocument file: what a paragraph is, and what hides, raises or numbers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.formats.opendocument.names import FO, OFFICE, STYLE, TEXT, whole_number
from index.formats.scripts import Script
from index.formats.style_names import CONTENTS_STYLE, HEADING_STYLE, STYLE_KINDS
from index.records import BlockKind

_LONGEST_CHAIN = 50  # of styles that are based on one another
_CAPTIONS = frozenset(("illustration", "figure", "drawing", "table", "text"))  # based on "Caption"


@dataclass(frozen=True, slots=True)
class OdfStyle:
    """What a style and those it is based on say; None where they do not say it. `numbered` is whether its paragraphs
    may have a number, `list` the list style that they are in."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    hidden: bool | None = None
    bold: bool | None = None
    script: Script | None = None
    font: str | None = None
    list: str = ""
    numbered: bool = True


class OdfStyles:
    """The styles of one part; its own ones ("automatic") and those of the whole file."""

    def __init__(self, *roots: Any | None) -> None:
        """`roots` are elements with styles, the nearest first."""
        self._elements: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, Any] = {}
        self._found: dict[tuple[str, str], OdfStyle] = {}
        self.outline: Any | None = None
        for root in (one for one in roots if one is not None):
            for style in root.iterchildren(f"{STYLE}style"):
                self._elements.setdefault((style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")), style)
            for style in root.iterchildren(f"{TEXT}list-style"):
                self._lists.setdefault(style.get(f"{STYLE}name", ""), style)
            if self.outline is None:
                self.outline = root.find(f"{TEXT}outline-style")

    def get(self, family: str, name: str) -> OdfStyle:
        """Returns the style of a family, such as "paragraph"; one that is not defined is told by its name."""
        key = family, name
        if key not in self._found:
            self._found[key] = self._resolve(family, name)
        return self._found[key]

    def list_style(self, name: str) -> Any | None:
        """Returns the element that defines a list style; None where there is none."""
        return self._lists.get(name)

    def stated(self, family: str, name: str, properties: str, attribute: str) -> str | None:
        """Returns what a style or the nearest it is based on states; None where none does."""
        return _first(list(self._chain(family, name)), properties, attribute)

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        for _ in range(_LONGEST_CHAIN):
            style = self._elements.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")

    def _resolve(self, family: str, name: str) -> OdfStyle:
        chain = list(self._chain(family, name))
        names = [_words(one.get(f"{STYLE}display-name") or one.get(f"{STYLE}name", "")) for one in chain] or [
            _words(name)
        ]
        kind, level = _kind(names, chain)
        display = _first(chain, f"{STYLE}text-properties", f"{TEXT}display")
        weight = _first(chain, f"{STYLE}text-properties", f"{FO}font-weight")
        position = _first(chain, f"{STYLE}text-properties", f"{STYLE}text-position")
        lists = [one.get(f"{STYLE}list-style-name") for one in chain]
        return OdfStyle(
            kind, level,
            None if display is None else display == "none",
            None if weight is None else weight == "bold" or whole_number(weight) >= 600,
            None if position is None else _script(position),
            _first(chain, f"{STYLE}text-properties", f"{STYLE}font-name"),
            next((one for one in lists if one is not None), ""),
            _first(chain, f"{STYLE}paragraph-properties", f"{TEXT}enable-numbering") != "false",
        )  # fmt: skip


def style_roots(root: Any | None) -> tuple[Any | None, Any | None]:
    """Returns the styles of a part's own and those of the whole file in it."""
    if root is None:
        return None, None
    return root.find(f"{OFFICE}automatic-styles"), root.find(f"{OFFICE}styles")


def _words(name: str) -> str:
    return name.replace("_20_", " ").replace("_5f_", "_").strip().lower()


def _kind(names: list[str], chain: list[Any]) -> tuple[BlockKind, int]:
    for place, name in enumerate(names):
        if CONTENTS_STYLE.fullmatch(name):
            return BlockKind.CONTENTS, 0
        if name in STYLE_KINDS:
            return STYLE_KINDS[name], 0
        if name in _CAPTIONS and "caption" in names[place:]:
            return BlockKind.CAPTION, 0
        level = whole_number(chain[place].get(f"{STYLE}default-outline-level")) if place < len(chain) else 0
        if level:
            return BlockKind.HEADING, level
        if heading := HEADING_STYLE.fullmatch(name):
            return BlockKind.HEADING, int(heading.group(1))
    return BlockKind.PARAGRAPH, 0


def _first(chain: list[Any], properties: str, attribute: str) -> str | None:
    for style in chain:
        for one in style.iterchildren(properties):
            if (stated := one.get(attribute)) is not None:
                return str(stated)
    return None


def _script(position: str) -> Script:
    """What a position such as "super 58%" or "-33% 58%" says."""
    height = position.split()[0] if position.split() else ""
    if height == "super":
        return "superscript"
    if height == "sub" or height.startswith("-"):
        return "subscript"
    return "superscript" if height.strip("0.%") else ""
