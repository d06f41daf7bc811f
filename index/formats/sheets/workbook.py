"""Excel workbooks: their sheets, the strings that these share, the formats of their cells.

The zip is read directly, each sheet row by row. Of the libraries that read .xlsx, openpyxl gives values and codes of
formats, but no number as it is shown, and drops text boxes and charts; calamine is ten times as fast, and tells nothing
of formats, hidden rows, comments and drawings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.formats.packages import OpenXmlPackage, R
from index.formats.sheets.number_codes import BUILT_IN

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROWS = re.compile(r"\$(\d{1,7}):\$(\d{1,7})")
_MOST_HEADER_ROWS = 10
_WHITE = ("FFFFFFFF", "00FFFFFF")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook: its name, its part, and the rows that are printed on each page."""

    name: str
    part: str
    header_rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How a cell looks: the code of its number format, and whether it is set off."""

    code: str = "General"
    strong: bool = False


class ExcelWorkbook:
    """A workbook's sheets that are shown, with what they share."""

    def __init__(self, package: OpenXmlPackage) -> None:
        """Raises ValueError where the package holds no workbook."""
        links = package.links("").values()
        part = next((link.target for link in links if link.kind == "officeDocument"), "xl/workbook.xml")
        root = package.xml(part)
        if root is None or local(root) != "workbook":
            raise ValueError("no workbook")
        self.package = package
        properties = root.find("{*}workbookPr")
        self.from_1904 = properties is not None and is_true(properties.get("date1904"))
        self.sheets = tuple(self._sheets(root, part))
        targets = {link.kind: link.target for link in package.links(part).values()}
        self.strings = self._strings(targets.get("sharedStrings", "xl/sharedStrings.xml"))
        self.styles = self._styles(package.xml(targets.get("styles", "xl/styles.xml")))

    def _sheets(self, root: Any, part: str) -> Iterator[SheetPart]:
        links = self.package.links(part)
        titles: dict[str, frozenset[int]] = {}
        for named in root.iterfind("{*}definedNames/{*}definedName"):
            if named.get("name") == "_xlnm.Print_Titles" and (rows := _ROWS.search(named.text or "")):
                first, last = int(rows[1]), int(rows[2])
                titles[named.get("localSheetId", "")] = frozenset(
                    range(first, min(last, first + _MOST_HEADER_ROWS) + 1)
                )
        for at, sheet in enumerate(root.iterfind("{*}sheets/{*}sheet")):
            link = links.get(sheet.get(f"{R}id", ""))
            if sheet.get("state", "visible") == "visible" and link and link.kind in ("worksheet", "chartsheet"):
                yield SheetPart(sheet.get("name", ""), link.target, titles.get(str(at), frozenset()))

    def _strings(self, part: str) -> list[str]:
        return [rich_text(item) for item in self.package.elements(part, "si")]

    def _styles(self, root: Any | None) -> list[CellStyle]:
        if root is None:
            return []
        codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
        bold = [is_on(font.find("{*}b")) for font in root.iterfind("{*}fonts/{*}font")]
        filled = [_is_coloured(fill) for fill in root.iterfind("{*}fills/{*}fill")]
        styles = []
        for one in root.iterfind("{*}cellXfs/{*}xf"):
            number = one.get("numFmtId", "0")
            built_in = BUILT_IN.get(int(number), "General") if number.isdecimal() and len(number) < 6 else "General"
            strong = _at(bold, one.get("fontId")) or _at(filled, one.get("fillId"))
            styles.append(CellStyle(codes.get(number) or built_in, strong))
        return styles


def rich_text(item: Any) -> str:
    """Returns the text of a string, without what only tells how it is spoken."""
    pieces = [
        text.text or "" for text in item.iter("{*}t") if local(text.getparent()) != "rPh"
    ]  # fmt: skip
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Returns a text with _x000D_ and its like as the character they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    character = chr(code)
    return character if code >= 32 and not 0xD800 <= code < 0xE000 else "\n" if code == 10 else " "


def local(element: Any) -> str:
    """Returns the name of an element without its namespace, "" of what is none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_true(value: str | None) -> bool:
    """Whether an attribute is set and not turned off."""
    return value in ("1", "true", "on")


def is_on(element: Any | None) -> bool:
    """Whether an element such as <b/> is there and not turned off."""
    return element is not None and element.get("val", "1") not in ("0", "false", "off")


def _is_coloured(fill: Any) -> bool:
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return fill.find("{*}gradientFill") is not None
    if pattern.get("patternType", "none") in ("none", "gray125"):
        return False
    color = pattern.find("{*}fgColor")
    if color is None or color.get("rgb") in _WHITE or color.get("indexed") in ("9", "64", "65"):
        return False
    return color.get("theme") != "0" or color.get("tint", "0") not in ("0", "")


def _at(values: list[bool], number: str | None) -> bool:
    at = int(number) if number is not None and number.isdecimal() and len(number) < 8 else -1
    return values[at] if 0 <= at < len(values) else False
