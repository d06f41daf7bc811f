"""Which paragraphs of a Word file are its table of contents."""

from __future__ import annotations

import re
from typing import Any

from index.formats.docx.package import W


def field_contents(body: Any) -> set[Any]:
    """Returns the paragraphs that a field for a table of contents fills. One that never ends fills none."""
    paragraphs: list[Any] = []
    fields: list[tuple[int, list[str]]] = []  # that are open: the paragraph each begins in, its instruction
    found: set[Any] = set()
    for element in body.iter(f"{W}p", f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}p":
            paragraphs.append(element)
        elif element.tag == f"{W}instrText":
            if fields:
                fields[-1][1].append(element.text or "")
        elif element.get(f"{W}fldCharType") == "begin":
            fields.append((len(paragraphs) - 1, []))
        elif element.get(f"{W}fldCharType") == "end" and fields:
            start, instruction = fields.pop()
            # Only the outermost counts, so that no paragraph is looked at twice. Its end stands in the next paragraph.
            if not fields and start >= 0 and re.match(r"\s*TOC\b", "".join(instruction)):
                found.update(paragraphs[start : max(start + 1, len(paragraphs) - 1)])
    return found
