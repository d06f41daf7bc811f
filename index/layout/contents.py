"""Tables of contents without page numbers: lines that stand again as headings below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.records import Block, BlockKind

FEWEST = 3  # lines in a row
MOST_OTHER = 0.25  # of them may be headings in other words
LONGEST = 200  # characters
NAMED = re.compile(
    r"\b(?:contents?|toc|index|inhalt\w*|sommaire|table des mati\u00e8res|indice|\u00edndice)\b", re.IGNORECASE
)
NUMBERED = re.compile(r"[(\[]?(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)+)\b")
LISTED = (BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADER, BlockKind.PARAGRAPH, BlockKind.PREFORMATTED)


def with_contents(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, where lines in a row that name the headings below are contents.

    A list of sections may also answer a question. So it counts as contents only under that name, or where every line
    has its heading's number.
    """
    last = {_words(text, block): at for at, block in enumerate(blocks) if block.kind is BlockKind.HEADING}
    found = list(blocks)
    first = 0
    while last and first < len(blocks):
        end = first
        while end < len(blocks) and blocks[end].kind in LISTED and blocks[end].end - blocks[end].start <= LONGEST:
            end += 1
        named = [at for at in range(first, end) if last.get(_words(text, blocks[at]), -1) >= end]
        if len(named) >= FEWEST:
            start, stop = named[0], named[-1] + 1
            inside = range(start, stop)
            told = start > 0 and NAMED.search(text, blocks[start - 1].start, blocks[start - 1].end) is not None
            numbered = all(NUMBERED.match(text, blocks[at].start) for at in inside)
            if (told or numbered) and len(inside) - len(named) <= MOST_OTHER * len(inside):
                for at in inside:
                    found[at] = replace(blocks[at], kind=BlockKind.CONTENTS, level=0, mark=0, cells=(), header=())
        first = max(end, first + 1)
    return tuple(found)


def _words(text: str, block: Block) -> str:
    return "".join(filter(str.isalnum, text[block.start : block.end].casefold()))
