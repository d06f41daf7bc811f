"""A word that occurs nowhere, and the one that was probably meant.

A mended word must not change what is asked. So a word that is spelt right is left alone, unless another one sounds the
same.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from index.spelling import folded
from qa.english import LITTLE, is_known, is_usual, similar_words, vocabulary
from qa.source import Described
from qa.typed.slips import FIRST, LEFT_OUT, slip_cost

HEARD_EDITS = 2  # how far a word may be from one that sounds the same
SHORTEST = 4  # letters of a word that is mended at all
SHORTEST_LITTLE = 3  # the same where a word such as "what" or "the" is meant
LONG = 8  # letters from which two edits are allowed instead of one
SHORTEST_SOUND = 6  # letters from which a word that is known is mended by its sound; a shorter one if it is a name
# How much it speaks for a word that it is frequent: by the logarithm of the passages with it. A word of English, and a
# little one, counts as if it were more frequent.
FREQUENT = 0.3
ENGLISH = 1.0
LITTLE_MORE, LITTLE_PASSAGES = 1.0, 50
# Words that questions have far more often than passages: as many passages as each of them counts for.
ASKING_PASSAGES = {
    "what": 20_000, "who": 4_000, "how": 4_000, "when": 3_000, "which": 3_000, "where": 2_000, "does": 3_000,
    "did": 3_000, "why": 500,
}  # fmt: skip
DOUBLED = re.compile(r"(.)\1+")
# What is written for one another, in this order: Philip and Filip, Catherine and Katherine, colour and color.
SOUNDS = (
    ("ph", "f"), ("[vw]", "f"), ("ck|t?ch", "k"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("z", "s"), ("(?<=.)h", ""),
    ("y", "i"), ("([aou])e", r"\1"), ("our$", "or"), (DOUBLED.pattern, r"\1"), ("e$", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that may be meant, as it is written where it occurs, in so many passages; 0: it is just a word of English.
    `slips` is what it costs to type the other word for it, and `cost` the same less what speaks for the word."""

    word: str
    passages: int
    slips: float
    cost: float


def nearest(word: str, source: Described) -> str | None:
    """The word that occurs and was probably meant, as it is written there; None where none is near enough."""
    return next((one.word for one in meant_by(word, source) if one.passages), None)


def meant_by(word: str, source: Described) -> list[Meant]:
    """The words that may be meant by one that occurs nowhere, the likeliest first."""
    written = folded(word)
    if len(written) < SHORTEST_LITTLE or not written.isalpha():
        return []
    known = is_spelt_right(word)
    if known and len(written) < SHORTEST_SOUND and not word[0].isupper():
        return []
    found = [_meant(written, one.word, one.passages) for one in source.words_like(word, most_edits(written, known))]
    if known:
        found = [one for one in found if is_heard_alike(written, folded(one.word))]
    else:
        found = [one for one in found if not is_longer_form(written, folded(one.word))]
        if not is_known(written):  # a rare word is not exchanged for another that occurs nowhere either
            there = {folded(one.word) for one in found}
            found += [_meant(written, one, 0) for one in similar_words(written) if one not in there]
    if len(written) < SHORTEST:
        if word[0].isupper():
            found = [one for one in found if folded(one.word) in LITTLE]
        found = [one for one in found if one.slips <= LEFT_OUT + FIRST]
    return sorted(found, key=lambda one: (one.cost, one.word))


def is_spelt_right(word: str) -> bool:
    """Whether a word that occurs nowhere is taken for one that is meant so: English, and a name or usual."""
    return is_known(folded(word)) if word[0].isupper() else is_usual(folded(word))


def _meant(written: str, word: str, passages: int) -> Meant:
    its = folded(word)
    slips = slip_cost(written, its)
    least = ASKING_PASSAGES.get(its, LITTLE_PASSAGES if its in LITTLE else 0)
    frequent = math.log1p(max(passages, least))
    prior = frequent + ENGLISH * (its in vocabulary()) + LITTLE_MORE * (its in LITTLE)
    return Meant(word, passages, slips, slips - FREQUENT * prior)


def most_edits(word: str, known: bool) -> int:
    """How many edits a word may be away from the one that was meant."""
    return HEARD_EDITS if known or len(word) >= LONG else 1


def is_form_of(word: str, other: str) -> bool:
    """Whether the other one is just the plural or the past of a word that is in no list: "condense" and "condensed",
    but not "infecte" and "infected"."""
    return other == word + "s" or (other == word + "d" and not is_known(folded(word[:-1])))


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


def cased(word: str, like: str) -> str:
    """The word in the case in which `like` is written."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    if like[0].isupper():
        return word if word[0].isupper() and not word.isupper() else word.capitalize()
    return word.lower()
