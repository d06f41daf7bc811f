"""What a worker finds in a file, as bytes: numbers and text, never code."""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from typing import Any

from index.changes import RejectedFile
from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.extract import Extract
from index.formats.ocr.program import noted_wish
from index.records import Block, BlockKind, Locator, Place

KINDS = tuple(BlockKind)
NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
SEPARATOR = b"\0"  # occurs in no JSON


def extracted(data: bytes, suffix: str, name: str, most: int) -> bytes:
    """What the worker does: the Extract of a file of at most `most` characters, as bytes. Raises DocumentError."""
    with noted_wish() as noted:
        extract = FORMATS[suffix].extract(data, name)
    if len(extract.text) > most:
        raise DocumentError(
            f"{name} holds {len(extract.text):,} characters of text, above the limit of {most:,} in a file: split it "
            "and add the parts."
        )
    return to_bytes(replace(extract, wants_ocr=noted.wants_ocr))


def to_bytes(extract: Extract) -> bytes:
    """An Extract as JSON, with the text behind it."""
    facts = {
        "title": extract.title,
        "page_starts": extract.page_starts,
        "marks": extract.marks,
        "unreadable": extract.unreadable,
        "locators": list(map(astuple, extract.locators)),
        "blocks": [_numbers(block) for block in extract.blocks],
        "left_out": [(one.source, one.reason) for one in extract.left_out],
        "wants_ocr": extract.wants_ocr,
    }
    return json.dumps(facts, separators=(",", ":")).encode() + SEPARATOR + extract.text.encode("utf-8", "surrogatepass")


def from_bytes(written: bytes) -> Extract:
    """The Extract that was written. Raises ValueError, TypeError, IndexError or KeyError where it is none."""
    facts, _, text = written.partition(SEPARATOR)
    read = json.loads(facts)
    return Extract(
        text.decode("utf-8", "surrogatepass"),
        str(read["title"]),
        tuple(read["page_starts"]),
        tuple(map(_block, read["blocks"])),
        _places(read["marks"]),
        tuple(read["unreadable"]),
        tuple(Locator(*numbers) for numbers in read["locators"]),
        tuple(RejectedFile(str(source), str(reason)) for source, reason in read["left_out"]),
        bool(read["wants_ocr"]),
    )


def _numbers(block: Block) -> tuple[Any, ...]:
    first = (block.start, block.end, NUMBERS[block.kind], block.level, block.mark)
    return (*first, block.cells, block.header) if block.cells else first


def _block(numbers: list[Any]) -> Block:
    start, end, kind, level, mark, *cells = numbers
    return Block(start, end, KINDS[kind], level, mark, *map(_places, cells))


def _places(pairs: list[list[int]]) -> tuple[Place, ...]:
    return tuple((start, end) for start, end in pairs)
