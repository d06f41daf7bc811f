"""How blocks, views and the parts of a document are written into a database row, and read from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.checksums import checked
from index.records import Block, BlockKind, Document, Locator, Passage, Run, View


def block_row(block: Block) -> tuple[Any, ...]:
    """A block as the columns of a row, its cells and their names as JSON."""
    places = (json.dumps(group, separators=(",", ":")) if group else "" for group in (block.cells, block.header))
    return (block.start, block.end, block.kind.value, block.level, block.mark, *places)


def read_block(row: Sequence[Any]) -> Block:
    """The block that `block_row` wrote, from its row with the checksum. ValueError where it is not as it was."""
    start, end, kind, level, mark, *written = checked(row, "the structure of a document")
    cells, header = (tuple((a, b) for a, b in json.loads(group)) if group else () for group in written)
    return Block(start, end, BlockKind(kind), level, mark, cells, header)


def write_parts(document: Document) -> str:
    """Where a document's pages begin, as a JSON list; with them, where there are any, its locators."""
    if not document.locators:
        return json.dumps(document.page_starts)
    locators = list(map(astuple, document.locators))
    return json.dumps({"pages": document.page_starts, "locators": locators}, separators=(",", ":"))


def read_parts(written: str) -> tuple[tuple[int, ...], tuple[Locator, ...]]:
    """The page starts and locators that `write_parts` wrote."""
    read = json.loads(written)
    if isinstance(read, list):
        return tuple(read), ()
    return tuple(read["pages"]), tuple(Locator(*one) for one in read["locators"])


def write_map(view: View) -> str:
    """What a view has beside its text, as JSON."""
    runs = [(run.view_start, run.view_end, run.start, run.end) for run in view.runs]
    return json.dumps([view.context, view.units, runs], separators=(",", ":"))


def read_ids(connection: sqlite3.Connection, query: str, values: Sequence[Any] = ()) -> NDArray[np.int64]:
    """The ids that a query selects as `id`, in its order. They come as one text: 15,000 rows took 4.5 ms, this 0.9."""
    [joined] = connection.execute(f"SELECT group_concat(id) FROM ({query})", values).fetchone()
    return np.fromstring(joined or "", np.int64, sep=",")


def read_passage(row: Sequence[Any]) -> Passage:
    """The passage of a row: id, document's id, start, end, text, the view's text, its map and the checksum. ValueError
    where it is not as it was."""
    id_, document_id = row[:2]
    start, end, text, view, written = checked(row[2:], "a passage")
    context, units, runs = json.loads(written)
    places = tuple((a, b) for a, b in units)
    return Passage(id_, document_id, start, end, text, View(view, tuple(Run(*run) for run in runs), places, context))
