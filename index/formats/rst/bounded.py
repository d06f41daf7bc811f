"""Marks inside a paragraph, as many as somebody writes.

docutils looks for the end of each mark in all that follows it, and keeps a message for each that has none: a paragraph
of 3,000 took 6 s, and one of 30,000 more than a file may take.
"""

from __future__ import annotations

import re
from typing import Any

MOST_MARKS = 1_000  # of one paragraph; one with more is read as it stands
_MARK = re.compile(r"[*`|]|_\b|\b_")


def bounded_inliner() -> Any:
    """docutils' reader of marks, which takes a paragraph of too many for one without any."""
    from docutils import nodes
    from docutils.parsers.rst import states

    inliner = states.Inliner()  # which cannot be inherited from: it looks its patterns up in its own class
    parse = inliner.parse

    def bounded(text: str, *context: Any) -> tuple[list[Any], list[Any]]:
        if len(_MARK.findall(text)) > MOST_MARKS:
            return [nodes.Text(nodes.unescape(text))], []
        found: tuple[list[Any], list[Any]] = parse(text, *context)
        return found

    inliner.parse = bounded
    return inliner
