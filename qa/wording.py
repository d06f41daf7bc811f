"""The words of a text without those that every text has, in one form each."""

from __future__ import annotations

import re

from index.keywords import STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:['\u2019][a-z]+)?(?:-[^\W_]+)*")
LONGEST_STEM = 9  # letters; "entitled" and "entitlement" then share one
ENDINGS = re.compile(r"(?:['\u2019]s?|ments?|ing|ed|ly|es|s|e)$")
SHORTEST_STEM = 3


def stem(word: str) -> str:
    """The word without its ending, in small letters: "Employees" and "employee" have one stem."""
    plain = word.casefold()
    if plain.endswith("ies") and len(plain) > 4:
        plain = plain[:-3] + "y"
    for _ in range(2):
        shorter = ENDINGS.sub("", plain)
        if len(shorter) < SHORTEST_STEM:
            break
        plain = shorter
    return plain[:LONGEST_STEM]


def content_stems(text: str) -> frozenset[str]:
    """The stems of a text's words that say something by themselves."""
    return frozenset(stem(word) for word in WORD.findall(text) if word.casefold() not in STOP_WORDS)


CAPITAL = re.compile(r"(?<=[a-z,;)\d]\s)[A-Z][\w'\u2019-]+|\b[A-Z]+-?\d+\w*\b")
NO_NAMES = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday eur usd gbp chf jpy vat mr mrs ms dr prof section article annex appendix chapter "
    "clause table figure page english i".split()
)


def proper_words(text: str) -> frozenset[str]:
    """The words, in small letters, that are written as names inside sentences, and those of capitals and figures, such
    as "X200". A line in which half of the words have capitals is a heading, and says nothing of names."""
    found: set[str] = set()
    for line in text.splitlines():
        words = WORD.findall(line)
        if sum(word[:1].isupper() for word in words) * 2 > len(words) and len(words) > 1:
            continue
        found.update(re.sub(r"['\u2019]s?$", "", one).casefold() for one in CAPITAL.findall(line))
    return frozenset(found - NO_NAMES)
