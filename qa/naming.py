"""What a quote stands under: the lead-in of a list's item, the row and column of a cell, the label of a form's field.

"a raincoat" or "120" says little by itself. The words that say what it is stand elsewhere on the page, and are quoted
from there.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.layout.lists import is_lead_in
from index.records import Block, BlockKind, Document, Parts, Place
from index.views import view_at
from qa.listing import block_at, item_number, list_around, mark_of
from qa.records import Name, NameKind

LEADING = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TITLE, BlockKind.ITEM)


def names_at(document: Document, parts: Parts, place: Place) -> tuple[Name, ...]:
    """What a place of the document stands under. `parts` hold its block and, of an item, the list with what leads to
    it."""
    at = block_at(parts.blocks, place)
    if at is None:
        return ()
    if parts.blocks[at].kind is not BlockKind.ITEM:
        return names_in_row(document, parts.blocks[at], place)
    found = lead_in_of(document, parts, at)
    return (found,) if found else ()


def names_in_row(document: Document, block: Block, place: Place) -> tuple[Name, ...]:
    """What a place in a row or a field stands under: the row, which its first cell names, and the column; the label."""
    cell = next((i for i, (start, end) in enumerate(block.cells) if start <= place[0] and place[1] <= end), None)
    if cell is None:
        return ()
    filled = [place for place in block.cells if document.text[slice(*place)].strip()]
    wanted: list[tuple[NameKind, Place]] = []
    if block.kind is BlockKind.FIELD and cell == 1:
        wanted = [("field", block.cells[0])]
    elif block.kind is BlockKind.ROW:
        if filled[0] != block.cells[cell]:
            wanted = [("row", filled[0])]
        if block.header:
            wanted.append(("column", block.header[cell]))
    named = (_name(document, kind, *where) for kind, where in wanted)
    return tuple(name for name in named if name)


def lead_in_of(document: Document, parts: Parts, at: int) -> Name | None:
    """What leads to the list of item number `at`: the last sentence before it, a heading, or the item it is part of.

    None where nothing does, as before a list that goes on from elsewhere and begins with "4.".
    """
    blocks = parts.blocks
    items = list_around(document.text, blocks, (blocks[at].start, blocks[at].end))
    first = blocks.index(items[0])
    before = blocks[first - 1] if first else None
    if before is None or before.kind not in LEADING or (item_number(mark_of(document.text, items[0])) or 1) > 1:
        return None
    if before.kind is BlockKind.ITEM and before.level >= items[0].level:  # of another list
        return None
    if before.kind is BlockKind.PARAGRAPH and not is_lead_in(document.text, before):
        return None
    start = before.start + before.mark
    last = max((sentence.start for sentence in parts.sentences if sentence.start < before.end), default=start)
    return _name(document, "lead_in", max(start, last), before.end)


def begins_before(blocks: Sequence[Block], at: int) -> bool:
    """Whether the list of item number `at` may begin before the first of these blocks."""
    return all(block.kind is BlockKind.ITEM and block.level >= blocks[at].level for block in blocks[:at])


def _name(document: Document, kind: NameKind, start: int, end: int) -> Name | None:
    """The words at a place, without marks around them."""
    view = view_at(document.text, document.marks, start, end)
    if not view.units:
        return None
    start, end = view.place(*view.units[0])
    return Name(kind, document.text[start:end], start, end, view.text)
