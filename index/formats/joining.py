"""One document's extract inside another one: a part of a mail, a file in an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.formats.extract import Extract, TextBuilder
from index.layout import blocks_of
from index.records import Block, BlockKind, Locator


def append_extract(builder: TextBuilder, extract: Extract, *, lowered: int = 0, locator_prefix: str = "") -> None:
    """Add all that an extract holds, character by character, with its blocks, marks and locators.

    Its headings stand so many levels lower; its title, where it is one of its blocks, becomes the heading above them.
    Each of its parts is found by `locator_prefix` and its own name: "report.pdf, page 3". What is added afterwards
    belongs to the last of them, unless a new part is begun. Its pages become parts, since they do not count among those
    of the whole.
    """
    blocks, marks = (extract.blocks, extract.marks) if extract.blocks else blocks_of(extract.text)
    if not blocks:
        return
    first, end = blocks[0].start, blocks[-1].end
    parts = list(_parts(extract, first, end, locator_prefix))
    inside = [(max(first, a), min(end, b)) for a, b in marks if a < end and b > first]
    lower = [_lowered(block, lowered) for block in blocks]
    builder.append(extract.text[first:end], lower, inside, parts, offset=first)


def _parts(extract: Extract, first: int, end: int, prefix: str) -> Iterator[Locator]:
    """The locators of the extract's text from `first` to `end`, named in words that hold outside it."""
    own = list(extract.locators)
    if not own:
        own = [Locator(start, f"page {number}") for number, start in enumerate(extract.page_starts, start=1)]
    if prefix and (not own or own[0].start > first):
        own.insert(0, Locator(0, ""))
    ends = [*(one.start for one in own), end][1:]
    for locator, following in zip(own, ends, strict=True):
        start = min(max(first, locator.start), end)
        if start < max(first, following):  # else nothing stands in it
            skipped = extract.text.count("\n", locator.start, start) if locator.counted else 0
            name = ", ".join(filter(None, (prefix, locator.name)))
            yield replace(locator, start=start, name=name, first=locator.first + skipped)


def _lowered(block: Block, levels: int) -> Block:
    if block.kind is BlockKind.HEADING:
        return replace(block, level=block.level + levels)
    return replace(block, kind=BlockKind.HEADING, level=levels) if block.kind is BlockKind.TITLE and levels else block
