"""Lines that state one thing as "Label: value"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.layout.lines import LINE
from index.records import Block, BlockKind, Place

LABELLED = re.compile(r"[*_]{0,3}([^\W\d_][^:.!?;*\n]{0,38}?)[*_]{0,3}[ \t]*:[*_]{0,3}[ \t]+(?=\S)")  # or in bold type
MOST_LABEL_WORDS = 5
LONGEST_FIELD = 160
FAQ_LABELS = frozenset("q a question answer frage antwort f".split())  # open the lines of an FAQ, not of a form
COLUMNS = re.compile(r"\t|\||[ ]{2}\S")  # a value has none: where they are, the line is a table's row
LONGEST_VALUE = 80  # of a line of a paragraph that is taken for a field
FEWEST = 2  # such lines in a row: one alone may as well be prose
CLOSING = (".", "!", "?", ":", ";", ",")  # end a sentence or leave it open, and end no value


def label_and_value(text: str, start: int, end: int) -> tuple[Place, int] | None:
    """Where the label of the line from `start` to `end` stands and where its value begins, if it has one."""
    found = LABELLED.match(text, start, end) if end - start <= LONGEST_FIELD else None
    if not found or found[1].casefold() in FAQ_LABELS or COLUMNS.search(text, found.end(), end):
        return None
    return (found.span(1), found.end()) if len(found[1].split()) <= MOST_LABEL_WORDS else None


def has_label(line: str) -> bool:
    """Whether the line is a label and a value."""
    return label_and_value(line, 0, len(line)) is not None


def field_of(start: int, end: int, label: Place, value: int) -> Block:
    """The field from `start` to `end`."""
    return Block(start, end, BlockKind.FIELD, cells=(label, (value, end)))


def with_fields(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, where short lines in a row that are all a label and a value are fields."""
    told: list[Block] = []
    fields: list[Block] = []  # of the paragraphs right before
    paragraphs: list[Block] = []
    for block in blocks:
        found = list(_fields_in(text, block))
        if not found:
            told += fields if len(fields) >= FEWEST else paragraphs
            fields, paragraphs = [], []
            told.append(block)
            continue
        fields += found
        paragraphs.append(block)
    return (*told, *(fields if len(fields) >= FEWEST else paragraphs))


def _fields_in(text: str, block: Block) -> Iterator[Block]:
    """The fields that the lines of a paragraph are; none where one of them is not."""
    if block.kind is not BlockKind.PARAGRAPH or block.mark or text[block.end - 1] in CLOSING:
        return
    fields = []
    for line in LINE.finditer(text, block.start, block.end):
        start, end = line.start(), line.start() + len(line.group().rstrip())
        start += len(line.group()) - len(line.group().lstrip())
        found = label_and_value(text, start, end)
        if not found or end - found[1] > LONGEST_VALUE or text[start:end].rstrip("*_").endswith(CLOSING):
            return
        fields.append(field_of(start, end, *found))
    yield from fields
