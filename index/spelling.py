"""How nearly two words are spelt alike."""

from __future__ import annotations

import unicodedata


def edits(word: str, other: str, most: int) -> int:
    """How many letters must be added, dropped, exchanged or swapped with the next one to make one word the other, or
    `most` + 1 where it takes more.

    This is the optimal string alignment distance (Damerau 1964). It is meant for small `most`: the time it takes grows
    with the power of it, but not with the length of the words.
    """
    if abs(len(word) - len(other)) > most:
        return most + 1
    start, end = 0, 0
    shorter = min(len(word), len(other))
    while start < shorter and word[start] == other[start]:
        start += 1
    while end < shorter - start and word[-1 - end] == other[-1 - end]:
        end += 1
    word, other = word[start : len(word) - end], other[start : len(other) - end]
    if not word or not other or most == 0:
        return min(max(len(word), len(other)), most + 1)
    rests = [(word[1:], other[1:]), (word[1:], other), (word, other[1:])]
    if word[:2] == other[1::-1]:
        rests.append((word[2:], other[2:]))
    return 1 + min(edits(*rest, most - 1) for rest in rests)


def folded(word: str) -> str:
    """The word in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
