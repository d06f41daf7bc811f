"""A word that occurs nowhere, and the one that was probably meant.

A mended word must not change what is asked. So a word that is spelt right is left alone, unless another one sounds the
same. What is spelt right is told by the shipped reader's vocabulary: 21,000 words of English and frequent names.
"""

from __future__ import annotations

import re
from functools import cache

from index.spelling import edits, folded
from qa.reading.reader import SHIPPED_READER, TOKENIZER
from qa.source import Described

HEARD_EDITS = 2  # how far a word may be from one that sounds the same
SHORTEST = 4  # letters of a word that is mended at all
LONG = 8  # letters from which two edits are allowed instead of one
SHORTEST_SOUND = 6  # letters from which a word that is known is mended by its sound; a shorter one if it is a name
DOUBLED = re.compile(r"(.)\1+")
ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers", "or", "ly", "able", "ness", "less", "al", "y")
BEGINNINGS = ("un", "re", "non", "pre", "mis", "over", "sub", "inter")
# What is written for one another, in this order: Philip and Filip, Catherine and Katherine, colour and color.
SOUNDS = (
    ("ph", "f"), ("[vw]", "f"), ("ck|ch", "k"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("z", "s"), ("(?<=.)h", ""),
    ("y", "i"), ("([aou])e", r"\1"), ("our$", "or"), (DOUBLED.pattern, r"\1"), ("e$", ""),
)  # fmt: skip


def nearest(word: str, source: Described) -> str | None:
    """The word that occurs and was probably meant, as it is written there; None where none is near enough."""
    written = folded(word)
    if len(written) < SHORTEST or not written.isalpha():
        return None
    known = is_known(written)
    if known and len(written) < SHORTEST_SOUND and not word[0].isupper():
        return None
    fitting = []
    for rank, one in enumerate(source.words_like(word, HEARD_EDITS if known else most_edits(written))):
        its = folded(one)
        if is_heard_alike(written, its) if known else not is_longer_form(written, its):
            needed = edits(written, its, HEARD_EDITS)
            fitting.append((needed, slip(written, its), written[0] != its[0], rank, one))
    return min(fitting)[-1] if fitting else None


def slip(word: str, meant: str) -> int:
    """How a word comes to be typed for another that is as near: the more likely, the less. Letters are swapped, then
    one is left out or doubled, then a wrong one is hit, then one is put in."""
    if sorted(word) == sorted(meant):
        return 0
    if len(word) < len(meant) or DOUBLED.sub(r"\1", word) == DOUBLED.sub(r"\1", meant):
        return 1
    return 2 if len(word) == len(meant) else 3


def most_edits(word: str) -> int:
    """How many edits a word may be away from the one that was meant."""
    return 2 if len(word) >= LONG else 1


def is_longer_form(word: str, other: str) -> bool:
    """Whether one word is the other with two letters or more before or behind it: not misspelt, but made of it."""
    short, long = sorted((word, other), key=len)
    return len(long) - len(short) > 1 and (long.startswith(short) or long.endswith(short))


def is_heard_alike(word: str, other: str) -> bool:
    """Whether two words sound the same: Catherine and Katherine, licence and license."""
    return sound(word) == sound(other)


def sound(word: str) -> str:
    """A word in small letters as it sounds, roughly: letters that are often written for one another made the same."""
    heard = word
    for letters, same in SOUNDS:
        heard = re.sub(letters, same, heard)
    return heard


def is_known(word: str) -> bool:
    """Whether this is a word of English that is spelt right, or one with a frequent beginning or ending."""
    roots = {word}
    for ending in ENDINGS:
        if word.endswith(ending):
            root = word[: -len(ending)]
            roots |= {root, root + "e", root[:-1] + "y" if root.endswith("i") else root}
            roots |= {root[:-1]} if root[-1:] == root[-2:-1] else set()  # stopped
    roots |= {root.removeprefix(beginning) for root in tuple(roots) for beginning in BEGINNINGS}
    vocabulary = _vocabulary()
    return any(len(root) >= SHORTEST - 1 and f'"{root}":'.encode() in vocabulary for root in roots)


@cache
def _vocabulary() -> bytes:
    """The file with the vocabulary. It is searched as it stands: to parse it takes 11 ms, to find a word 0.1."""
    return (SHIPPED_READER / TOKENIZER).read_bytes()


def cased(word: str, like: str) -> str:
    """The word in the case in which `like` is written."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    if like[0].isupper():
        return word if word[0].isupper() and not word.isupper() else word.capitalize()
    return word.lower()
