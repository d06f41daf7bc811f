"""How blocks and views are written into a database row, and read from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from index.records import Block, BlockKind, Passage, Run, View


def write_blocks(blocks: Sequence[Block]) -> str:
    """Blocks as JSON: a list for each, without the empty fields at its end."""
    rows = []
    for block in blocks:
        row: list[Any] = [block.start, block.end, block.kind.value, block.level, block.mark, block.cells, block.header]
        while not row[-1]:
            row.pop()
        rows.append(row)
    return json.dumps(rows, separators=(",", ":"))


def read_blocks(written: str) -> tuple[Block, ...]:
    """The blocks that `write_blocks` wrote."""
    blocks = []
    for start, end, kind, *rest in json.loads(written):
        level, mark, cells, header = [*rest, *(0, 0, (), ())[len(rest) :]]
        places = [tuple((a, b) for a, b in group) for group in (cells, header)]
        blocks.append(Block(start, end, BlockKind(kind), level, mark, *places))
    return tuple(blocks)


def write_map(view: View) -> str:
    """What a view has beside its text, as JSON."""
    runs = [(run.view_start, run.view_end, run.start, run.end) for run in view.runs]
    return json.dumps([view.context, view.units, runs], separators=(",", ":"))


def read_passage(row: Sequence[Any]) -> Passage:
    """The passage of a row: id, document's id, start, end, text, the view's text and its map."""
    id_, document_id, start, end, text, view, written = row
    context, units, runs = json.loads(written)
    places = tuple((a, b) for a, b in units)
    return Passage(id_, document_id, start, end, text, View(view, tuple(Run(*run) for run in runs), places, context))
