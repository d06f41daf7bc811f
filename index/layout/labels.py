"""Lines that state one thing as "Label: value"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Block, BlockKind

LABELLED = re.compile(r"([^\W\d_][^:.!?;]{0,38}?)[ \t]*:[ \t]+(?=\S)")
MOST_LABEL_WORDS = 5
LONGEST_FIELD = 160
FAQ_LABELS = frozenset(
    ("q", "a", "question", "answer", "frage", "antwort", "f")
)  # open the lines of an FAQ, not of a form
COLUMNS = re.compile(r"\t|\||[ ]{2}\S")  # a value has none: where they are, the line is a table's row
LONGEST_VALUE = 80  # of a paragraph that is taken for a field
FEWEST = 2  # such paragraphs in a row: one alone may as well be prose
CLOSING = (".", "!", "?", ":", ";", ",")  # end a sentence or leave it open, and end no value


def label_length(text: str) -> int:
    """The length of the label that the line begins with, or 0."""
    found = LABELLED.match(text) if len(text) <= LONGEST_FIELD else None
    if not found or found[1].casefold() in FAQ_LABELS or COLUMNS.search(text, found.end()):
        return 0
    return len(found[1]) if len(found[1].split()) <= MOST_LABEL_WORDS else 0


def field_of(text: str, start: int, end: int, label: int) -> Block:
    """The field from `start` to `end` of the text, whose label has so many characters."""
    value = text.index(":", start + label) + 1
    while text[value].isspace():
        value += 1
    return Block(start, end, BlockKind.FIELD, cells=((start, start + label), (value, end)))


def with_fields(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, where short paragraphs in a row that are all a label and a value are fields."""
    labels = [_label_of(text, block) for block in blocks]
    found = list(blocks)
    first = 0
    while first < len(blocks):
        last = first
        while last < len(blocks) and labels[last]:
            last += 1
        if last - first >= FEWEST:
            found[first:last] = [field_of(text, blocks[i].start, blocks[i].end, labels[i]) for i in range(first, last)]
        first = max(last, first + 1)
    return tuple(found)


def _label_of(text: str, block: Block) -> int:
    if block.kind is not BlockKind.PARAGRAPH or block.mark or block.end - block.start > LONGEST_FIELD:
        return 0
    said = text[block.start : block.end]
    label = label_length(said)
    is_value = len(said) - label <= LONGEST_VALUE and "\n" not in said and not said.endswith(CLOSING)
    return label if is_value else 0
