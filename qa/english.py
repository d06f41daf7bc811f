"""Which words are English and spelt right: those of the shipped reader's vocabulary, 21,000 with frequent names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from index.keywords import STOP_WORDS
from index.spelling import edits
from qa.reading.reader import SHIPPED_READER, TOKENIZER

SHORTEST_ROOT = 3  # letters of a word without its ending
LONGER_ROOT = 4  # the same before endings, and behind beginnings, that many misspelt words seem to have
ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers", "or", "ly", "able", "ness", "less", "al", "y", "est")
RARER = ("ers", "or", "ly", "able", "ness", "less", "al", "y")
# Rank from which a known word is rare: "wat", "moe" and "tak" are. To read another word for one that occurs nowhere
# changes 4 of 1,500 questions to other documents then, and 17 from 10,000 on.
RARE = 20_000
BEGINNINGS = ("un", "re", "non", "pre", "mis", "over", "sub", "inter", "de", "co")
# Words that a question asks with, and little words: that one of them occurs nowhere in a short text explains nothing.
ASKING = frozenset(
    (
        "after again all also always am any anybody anyone anything anywhere because before being between both "
        "called does doing done during each either else even ever every explain few find further gave get gets "
        "give given gives go goes going got happen happened happens here hers him himself if itself just know "
        "knows let less like list made make makes mean meaning means might more most must name need needed needs "
        "neither never no nor not off once only onto other otherwise out over own per please said same say says "
        "shall show shows since somebody someone something still tell tells though through too under until up "
        "upon use used uses very via whether within without yes yet"
    ).split()
)
LITTLE = STOP_WORDS | ASKING


def is_known(word: str) -> bool:
    """Whether this is a word of English that is spelt right, or one with a frequent beginning or ending."""
    return not vocabulary().keys().isdisjoint(_roots(word))


def is_usual(word: str) -> bool:
    """Whether this is a known word that is not rare: "cove", but not "wat"."""
    ranks = vocabulary()
    return any(ranks.get(root, RARE) < RARE for root in _roots(word))


def _roots(word: str) -> set[str]:
    """The word, and what it may be made of with a frequent beginning or ending."""
    roots = {word}
    for ending in ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= (LONGER_ROOT if ending in RARER else SHORTEST_ROOT):
            roots |= _before(root, ending)
    for beginning in BEGINNINGS:
        roots |= {root[len(beginning) :] for root in tuple(roots) if _begins(root, beginning)}
    return roots


def _before(root: str, ending: str) -> set[str]:
    """The words of which this may be one with the ending."""
    if ending in ("s", "d") and root[-1:] == ending:  # "kisss"
        return set()
    if ending == "d" and not root.endswith("e"):
        return set()
    found = {root, root + "e"} if ending[0] in "eioay" else {root}
    if root.endswith("i"):  # ferries, happily
        found.add(root[:-1] + "y")
    if root[-1] == root[-2] and ending in ("ed", "ing", "er", "ers", "able", "y"):  # stopped
        found.add(root[:-1])
    return found


def _begins(word: str, beginning: str) -> bool:
    return word.startswith(beginning) and len(word) - len(beginning) >= LONGER_ROOT


def similar_words(word: str) -> Iterator[str]:
    """The words of the vocabulary that are one edit from this one."""
    letters = set(word)
    for length in range(len(word) - 1, len(word) + 2):
        for one in _by_length().get(length, ()):
            if len(letters.symmetric_difference(one)) <= 2 and edits(word, one, 1) == 1:
                yield one


@cache
def vocabulary() -> dict[str, int]:
    """The words with their ranks, the most frequent first. To look for them in the file as it stands takes a third of
    the time that it takes to parse it."""
    content = (SHIPPED_READER / TOKENIZER).read_bytes()
    return {word.decode(): int(rank) for word, rank in re.findall(rb'"([a-z]{3,})":\s*(\d+)', content)}


@cache
def _by_length() -> dict[int, list[str]]:
    found = defaultdict(list)
    for word in sorted(vocabulary()):
        found[len(word)].append(word)
    return dict(found)
