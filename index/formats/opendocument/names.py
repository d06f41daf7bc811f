"""The names of the XML in an OpenDocument file."""

from __future__ import annotations

_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE = f"{{{_SPACE}:office:1.0}}"
STYLE = f"{{{_SPACE}:style:1.0}}"
TEXT = f"{{{_SPACE}:text:1.0}}"
TABLE = f"{{{_SPACE}:table:1.0}}"
DRAW = f"{{{_SPACE}:drawing:1.0}}"
SLIDES = f"{{{_SPACE}:presentation:1.0}}"
CHART = f"{{{_SPACE}:chart:1.0}}"
FO = f"{{{_SPACE}:xsl-fo-compatible:1.0}}"
SVG = f"{{{_SPACE}:svg-compatible:1.0}}"
LINK = "{http://www.w3.org/1999/xlink}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
LIBRE_OFFICE = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"


def whole_number(text: str | None, otherwise: int = 0, most: int = 1_000_000) -> int:
    """Returns the number that an attribute states, or `otherwise` where it states none from 0 to `most`."""
    stated = text or ""
    return (
        int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) <= most else otherwise
    )
