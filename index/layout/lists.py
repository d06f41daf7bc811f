"""What leads to a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Block, BlockKind

ENDED = re.compile(r"[.!?\u3002\uff01\uff1f][)\"'\u201d\u2019*_]*$")  # a sentence that wants nothing more
LAST = 500  # characters of a paragraph that are looked at: what leads on stands at its end
POINTING = re.compile(r"\b(?:following|follows|below|these|those)\b[^.!?]*[.!?]\W*$", re.IGNORECASE)  # in the last one


def is_lead_in(text: str, block: Block) -> bool:
    """Whether a paragraph right before a list leads to it: its last sentence is left open or points to what follows."""
    said = text[max(block.start, block.end - LAST) : block.end].rstrip()
    return block.kind is BlockKind.PARAGRAPH and (not ENDED.search(said) or bool(POINTING.search(said)))


def lead_ins_of(text: str, blocks: Sequence[Block]) -> dict[int, Block]:
    """By where an item starts, the paragraph that leads to its list."""
    found: dict[int, Block] = {}
    leading: Block | None = None
    for block in blocks:
        if block.kind is not BlockKind.ITEM:
            leading = block if is_lead_in(text, block) else None
        elif leading is not None:
            found[block.start] = leading
    return found
