"""Steps that are told in sentences: "First, rinse the filter. Then let it dry. Finally, put it back."."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Place

ASKS_STEPS = re.compile(
    r"\bsteps\b|\bin\s+what\s+order\b|\bprocedure\b|\bstep\s+by\s+step\b|\bin\s+which\s+order\b", re.I
)
FIRST = re.compile(
    r"(?:\W*)(?:first(?:ly)?|first\s+of\s+all|to\s+begin(?:\s+with)?|begin\s+by|start\s+by|step\s+1)\b", re.I
)
NEXT = re.compile(
    r"(?:\W*)(?:second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|then|next|after(?:wards?|\s+that|\s+this)?|now|once|"
    r"when|finally|last(?:ly)?|at\s+last|step\s+\d+)\b",
    re.I,
)
LAST = re.compile(r"(?:\W*)(?:finally|last(?:ly)?|at\s+last)\b", re.I)
LEAST_STEPS = 3


def steps_around(text: str, sentences: Sequence[Place], place: Place) -> list[Place]:
    """The sentences of one block that tell steps in order, of which one holds the place; nothing where none do.

    The first of them begins with "first", each of the others with a word that goes on.
    """
    at = next((i for i, (start, end) in enumerate(sentences) if start <= place[0] < end), None)
    if at is None:
        return []
    first = at
    while first and not FIRST.match(text, *sentences[first]):
        if not NEXT.match(text, *sentences[first]):
            return []
        first -= 1
    if not FIRST.match(text, *sentences[first]):
        return []
    last = first
    while (
        last + 1 < len(sentences) and NEXT.match(text, *sentences[last + 1]) and not LAST.match(text, *sentences[last])
    ):
        last += 1
    steps = list(sentences[first : last + 1])
    return steps if len(steps) >= LEAST_STEPS and last >= at else []
