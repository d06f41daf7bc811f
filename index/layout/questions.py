"""Which paragraphs are the questions of an FAQ or an interview. Each is the heading of what answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.records import Block, BlockKind
from index.sentences import split_pieces

FEWEST = 3  # of them; and at least one block in MOST_BLOCKS: a novel has lines that only ask, too
MOST_BLOCKS = 100
LONGEST = 300  # characters
LEVEL = 9  # below all headings
FEWEST_WORDS = 3  # of a sentence that states something: a number or a greeting before a question has fewer
KINDS = (BlockKind.PARAGRAPH, BlockKind.ITEM)
CLOSING = " \t*_\u201d\u2019\"')"  # may stand behind the question mark
SPOKEN = tuple("\u201c\u2018\u201e\u00ab\u2013\u2014\"'")  # open what a person says in a story


def headed_by_questions(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, where those that only ask and stand before what answers them are headings, if there are enough."""
    asking = [_asks(text, block) for block in blocks]
    found = {
        number
        for number in range(len(blocks) - 1)
        if asking[number] and not asking[number + 1] and not (number and asking[number - 1])
        and blocks[number + 1].kind not in (BlockKind.TITLE, BlockKind.HEADING, BlockKind.CONTENTS)
    }  # fmt: skip
    if len(found) < max(FEWEST, len(blocks) / MOST_BLOCKS):
        return tuple(blocks)
    return tuple(
        replace(block, kind=BlockKind.HEADING, level=LEVEL, mark=0) if number in found else block
        for number, block in enumerate(blocks)
    )


def _asks(text: str, block: Block) -> bool:
    if block.kind not in KINDS or block.end - block.start > LONGEST:
        return False
    said = text[block.start + block.mark : block.end].strip()
    if not _ends_with_question_mark(said) or said.startswith(SPOKEN):
        return False
    # A heading is never quoted, so that what is stated before a question would be lost.
    return not any(_states(said[start:end]) for start, end in split_pieces(said))


def _states(sentence: str) -> bool:
    return len(sentence.split()) >= FEWEST_WORDS and not _ends_with_question_mark(sentence)


def _ends_with_question_mark(sentence: str) -> bool:
    return sentence.rstrip(CLOSING).endswith(("?", "？", "؟"))
