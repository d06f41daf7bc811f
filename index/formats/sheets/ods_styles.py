"""What the styles of an OpenDocument spreadsheet tell: which sheets are hidden, which cells are set off."""

from __future__ import annotations

from typing import Any

from index.formats.sheets.workbook import local

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DEEPEST = 20  # styles that rest on one another


class OpenStyles:
    """Styles of cells and sheets by name."""

    def __init__(self) -> None:
        self.hidden_tables: set[str] = set()
        self._strong: dict[str, bool] = {}  # of the styles that say so themselves
        self._parents: dict[str, str] = {}

    def add(self, style: Any) -> None:
        """Note what a <style:style> says."""
        name, family = style.get(f"{_STYLE}name", ""), style.get(f"{_STYLE}family")
        if family == "table":
            shown = [one.get(f"{_TABLE}display") for one in style if local(one) == "table-properties"]
            if "false" in shown:
                self.hidden_tables.add(name)
        elif family == "table-cell":
            self._parents[name] = style.get(f"{_STYLE}parent-style-name", "")
            told = [strong for one in style if (strong := _is_strong(one)) is not None]
            if told:
                self._strong[name] = any(told)

    def is_strong(self, name: str) -> bool:
        """Whether cells of this style are set off."""
        for _ in range(_DEEPEST):
            if name in self._strong or not name:
                break
            name = self._parents.get(name, "")
        return self._strong.get(name, False)


def _is_strong(properties: Any) -> bool | None:
    weight, colour = properties.get(f"{_FORMAT}font-weight"), properties.get(f"{_FORMAT}background-color")
    if weight is None and colour is None:
        return None
    bold = weight == "bold" or ((weight or "").isdecimal() and int(weight) >= 600)
    return bool(bold) or colour not in (None, "transparent", "#ffffff")
