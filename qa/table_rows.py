"""Rows of a table that say the same of several things: "Which rooms have a projector?".

Nothing is computed. A row counts where its cell says what the best answer's row says in the cell that the question
names, and every other word of the question must be the table's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.keywords import STOP_WORDS
from index.records import Block, BlockKind, Place
from qa.listing import block_at
from qa.same_text import same_text

WORDS = re.compile(r"[^\W_]+")
YES = frozenset("yes y x true \u2713 \u2714 \u2705".split())
NO = frozenset("no n none false \u2717 \u2718 - \u2013 \u2014".split())
DENIES = re.compile(r"\b(?:no|not|without|lacks?|never|cannot|\w+n['\u2019]t)\b", re.IGNORECASE)
# Compare amounts, which nothing here does.
COMPARES = re.compile(
    r"\b(?:more|less|fewer|most|least|over|under|above|below|than|before|after|between|until|since|\w{3,}est)\b", re.I
)
# Say nothing of what rows are wanted.
GENERAL = frozenset(
    "all list name give show table listed offered offer available exist everything please shown given main different "
    "kind type sort one have no not without lack cannot".split()
)
Cell = tuple[Block, Place]


def table_around(text: str, blocks: Sequence[Block], place: Place) -> list[Block]:
    """The rows of the table in which the place of the text stands, in order; nothing where it stands in none."""
    own = block_at(blocks, place)
    if own is None or blocks[own].kind is not BlockKind.ROW:
        return []
    first = last = own
    while first and _goes_on(blocks[first - 1], blocks[own]):
        first -= 1
    while last + 1 < len(blocks) and _goes_on(blocks[last + 1], blocks[own]):
        last += 1
    return list(blocks[first : last + 1])


def cells_like(text: str, rows: Sequence[Block], place: Place, question: str, context: str) -> list[Cell]:
    """The cells that answer a question for several things, where the best answer stands at `place` in one of these
    rows; nothing where that cannot be told from words alone.

    Either the question names what a cell of the answer's row says ("Italy"), or a column whose cell says yes, or no
    where the question denies: then those rows count that say the same there. Or it names nothing but the column that is
    wanted: then all rows. `context` is what stands above the table.
    """
    own = block_at(rows, place)
    if own is None or COMPARES.search(question):
        return []
    row = rows[own]
    cell = next((i for i, (start, end) in enumerate(row.cells) if start <= place[0] and place[1] <= end), None)
    if cell is None:
        return []
    asked = _words(question) - GENERAL
    headers = [text[slice(*one)] for one in row.header] if row.header else [""] * len(row.cells)
    telling = [
        at for at, one in enumerate(row.cells) if _decides(text[slice(*one)].strip(), headers[at], asked, question)
    ]
    wanted = 0 if cell in telling else cell
    telling = [at for at in telling if at != wanted]
    columns = [headers[wanted], *(f"{headers[at]} {text[slice(*row.cells[at])]}" for at in telling)]
    if not asked <= _words(f"{context} {' '.join(columns)}") or not (telling or _words(headers[wanted]) & asked):
        return []
    kept = [one for one in rows if all(_says_the_same(text, one, row, at) for at in telling)]
    return [(one, one.cells[wanted]) for one in kept if text[slice(*one.cells[wanted])].strip()]


def _goes_on(block: Block, own: Block) -> bool:
    return block.kind is BlockKind.ROW and block.header == own.header and len(block.cells) == len(own.cells)


def _decides(words: str, header: str, asked: set[str], question: str) -> bool:
    """Whether the question names what a cell says, or its column where the cell says yes or no as is asked."""
    if words.casefold() in YES | NO:
        column = _words(header)
        return bool(column) and column <= asked and (words.casefold() in NO) == bool(DENIES.search(question))
    return bool(_words(words)) and _words(words) <= asked


def _says_the_same(text: str, one: Block, other: Block, at: int) -> bool:
    words, like = (text[slice(*row.cells[at])].strip().casefold() for row in (one, other))
    return any(words in group and like in group for group in (YES, NO)) or same_text(words, like)


def _words(text: str) -> set[str]:
    """The content words of a text, each in the singular."""
    words = (word for word in WORDS.findall(text.casefold()) if word not in STOP_WORDS)
    return {
        f"{word[:-3]}y" if word.endswith("ies") else word[:-1] if word[-1] == "s" and len(word) > 3 else word
        for word in words
    }
