"""What Tesseract says of an image, as lines of words: hOCR, an XHTML of its own writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from index.formats.ocr.records import Box, OcrLine, OcrWord

# What Tesseract calls the size of a line is the height from its lowest to its highest letters, which is about this part
# of the size of the font.
HEIGHT = 0.92
_PROPERTY = re.compile(r"(\w+)((?:\s+-?[\d.]+)+)")
# How lines that are drawn around text are read. Dashes stay: they may be minus signs.
_RULE = re.compile(r"[|¦_=~.·:;,'‘’`´\"“”\\/\[\]{}()!<>]+")
_UNSURE_RULE = 75


def lines_of_hocr(written: str, scale: float) -> list[OcrLine]:
    """The lines of one image; `scale` is points for a pixel. Raises ValueError where it is no hOCR."""
    try:
        root = ElementTree.fromstring(written)
    except ElementTree.ParseError as error:
        raise ValueError(f"no hOCR: {error}") from error
    found = []
    for span in root.iter("{http://www.w3.org/1999/xhtml}span"):
        if span.get("class") != "ocrx_word":
            line = _line(span, scale)
            if line is not None:
                found.append(line)
    return found


def _line(span: ElementTree.Element, scale: float) -> OcrLine | None:
    facts = _properties(span)
    words = tuple(_words(span, scale))
    if not words or len(facts.get("bbox", ())) != 4:
        return None
    left, top, right, bottom = (edge * scale for edge in facts["bbox"])
    is_sideways = len(facts.get("baseline", ())) != 2  # it tells none of lines that run up or down
    slope, offset = (0.0, 0.0) if is_sideways else facts["baseline"]
    baseline = right if is_sideways else bottom + offset * scale - slope * left
    size = facts.get("x_size", [0.0])[0] * scale or (right - left if is_sideways else bottom - top)
    return OcrLine(words, round(baseline, 2), slope, round(max(size / HEIGHT, 1.0), 2), is_sideways)


def _words(span: ElementTree.Element, scale: float) -> Iterator[OcrWord]:
    for child in span.iter("{http://www.w3.org/1999/xhtml}span"):
        if child.get("class") != "ocrx_word":
            continue
        facts = _properties(child)
        box, sure = facts.get("bbox", []), round(facts.get("x_wconf", [0.0])[0])
        for text in "".join(child.itertext()).split():
            is_rule = _RULE.fullmatch(text) and (text.strip("|¦_") == "" or sure < _UNSURE_RULE)
            if len(box) == 4 and not is_rule and text.isprintable():
                yield OcrWord(text, sure, _scaled(box, scale))


def _scaled(box: list[float], scale: float) -> Box:
    left, top, right, bottom = (round(edge * scale, 2) for edge in box)
    return left, top, max(left, right), max(top, bottom)


def _properties(span: ElementTree.Element) -> dict[str, list[float]]:
    """The numbers in the title of an element, by their names."""
    return {name: [float(one) for one in numbers.split()] for name, numbers in _PROPERTY.findall(span.get("title", ""))}
