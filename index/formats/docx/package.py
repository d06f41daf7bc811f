"""The names and switches of the XML in a Word file."""

from __future__ import annotations

from typing import Any

from index.formats.packages import OPEN_XML

W = f"{{{OPEN_XML}/wordprocessingml/2006/main}}"
M = f"{{{OPEN_XML}/officeDocument/2006/math}}"
VALUE = f"{W}val"


def is_on(element: Any | None) -> bool:
    """Whether a switch such as <w:vanish/> is there and not turned off."""
    return element is not None and element.get(VALUE) not in ("0", "false", "off")


def number(element: Any | None, otherwise: int = 0, most: int = 1_000_000) -> int:
    """Returns the whole number that an element's value states, or `otherwise` where it states none from 0 to `most`."""
    text = "" if element is None else element.get(VALUE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most else otherwise
