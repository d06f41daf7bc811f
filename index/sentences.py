"""Sentences with exact offsets, inside the blocks of a document.

nupunkt finds the boundaries inside running prose; of the segmenters tried it cuts the fewest SQuAD answers in two and
never loses text. What it does not know are the ends of sentences in Chinese, Japanese, Hindi and Arabic, and those
behind a unit or a single letter ("5 V.", "vitamin C."), which it takes for abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from index.records import Block, BlockKind, Sentence

# Blocks that are prose; each of the others is one sentence.
PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE, BlockKind.CAPTION))
WIDE_STOP = re.compile(r"[\u3002\uff01\uff1f\uff61][\u300d\u300f\u201d\u2019\uff09)\"']*")  # no blank follows these
STOP = re.compile(r"[\u0964\u0965\u061f\u06d4][\u201d\u2019)\"'\u00bb]*\s+")
# Without one of these nothing ends: in 32,330 such blocks of real files no boundary was ever found.
ENDING = re.compile("[.!?\u2026\u203c-\u2049\u3002\uff01\uff1f\uff61\u0964\u0965\u061f\u06d4]")
LONGEST_PROSE = 20_000  # characters that are looked at together; a paragraph of so many is none that a person wrote
UNITS = (
    "V|kV|mV|A|mA|Ah|mAh|W|kW|MW|kWh|Wh|N|Nm|J|kJ|Pa|kPa|hPa|bar|psi|Hz|kHz|MHz|GHz|dB|g|kg|mg|t|m|mm|cm|km|nm|l|L|ml|"
    "mL|cl|dl|s|ms|h|min|K|C|F|\u00b0C|\u00b0F|\u00b0|%|B|kB|KB|MB|GB|TB|px|pt|lb|lbs|oz|ft|yd|mi|mph|rpm|ppm|m\u00b2|m\u00b3|km/h|m/s"
)
BEHIND_UNIT = re.compile(rf"\d\s?(?:{UNITS})\.[)\"'\u201d\u2019]*\s+(?=[\"'\u201c\u2018(]?[A-Z])")
OPENERS = (
    "The|This|That|These|Those|It|Its|They|There|He|She|We|You|If|When|In|On|At|For|From|To|A|An|And|But|All|Each|"
    "No|Not"
)
BEHIND_LETTER = re.compile(rf"\b[a-z]{{2,}}\s[A-Z0-9]\.\s+(?=(?:{OPENERS})\s[a-z])")


def split_pieces(text: str) -> list[tuple[int, int]]:
    """Cut prose at every sentence boundary; the pieces joined give the text back, white space included."""
    if not ENDING.search(text, 0, len(text.rstrip()) - 1):
        return [(0, len(text))] if text else []
    cuts = set(_boundaries(text))
    for pattern in (WIDE_STOP, STOP, BEHIND_UNIT, BEHIND_LETTER):
        cuts.update(found.end() for found in pattern.finditer(text))
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def _boundaries(text: str) -> Iterator[int]:
    """Where nupunkt ends sentences. A long text is read in parts, each from the last end that was found: without blanks
    or full of signs, it takes time by its square (75,000 characters: 0.7 s)."""
    start = 0
    while len(text) - start > LONGEST_PROSE:
        part = text[start : start + LONGEST_PROSE]
        ends = [end for _, end in _segmenter()(part)][:-1] or [part.rfind(" ") + 1 or len(part)]
        yield from (start + end for end in ends)
        start += ends[-1]
    yield from (start + end for _, end in _segmenter()(text[start:]))


def split_sentences(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """The sentences of a document's text in order, trimmed of white space; every other character is covered."""
    return [sentence for block in blocks for sentence in block_sentences(text, block)]


def block_sentences(text: str, block: Block) -> Iterator[Sentence]:
    """The sentences of one block. What introduces it, such as a number, belongs to the first."""
    if block.kind not in PROSE:
        yield Sentence(block.start, block.end)
        return
    first = block.start
    body = block.start + block.mark
    for a, b in split_pieces(text[body : block.end]):
        piece = text[body + a : body + b]
        end = body + a + len(piece.rstrip())
        start = body + a + len(piece) - len(piece.lstrip())
        if start < end:
            yield Sentence(min(first, start), end)
            first = block.end
    if first == block.start:  # a mark alone
        yield Sentence(block.start, block.end)


@cache
def _segmenter():  # type: ignore[no-untyped-def]
    from nupunkt import sent_spans  # imported late: it loads its model, and a question needs none of it

    return sent_spans
