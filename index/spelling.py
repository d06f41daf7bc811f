"""How nearly two words are spelt alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise

# Letters that are no accented ones, which nothing folds, with what is typed for them.
OWN_LETTERS = {
    "ł": ("l",), "ø": ("o", "oe"), "đ": ("d", "dj"), "ð": ("d",), "þ": ("th",), "ı": ("i",), "ß": ("ss",),
    "æ": ("ae",), "œ": ("oe",),
}  # fmt: skip
AS_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"}  # accented letters for which two are typed
MOST_OWN = 2  # letters of one word that are taken for others: more make too many words


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


def written_otherwise(word: str) -> list[str]:
    """What else may be written for the word with letters that a keyboard has or lacks, folded: "łukasz" for "Lukasz"
    and the reverse, "koln" for "Koeln" and "koeln" for "Köln"."""
    small = unicodedata.normalize("NFC", word.lower())
    found = {folded("".join(AS_TWO.get(letter, letter) for letter in small))}
    for at in range(2):
        found.add(folded("".join(OWN_LETTERS.get(one, (one,))[-at] for one in small)))
    plain = folded(small)
    places = [
        (start, len(typed), letter)
        for typed, letter in _TYPED
        for start in range(len(plain))
        if plain.startswith(typed, start)
    ]
    for count in range(1, MOST_OWN + 1):
        found.update(_with_letters(plain, some) for some in combinations(sorted(places), count) if _are_apart(some))
    return sorted(found - {plain})


def _typed_pairs() -> Iterator[tuple[str, str]]:
    """What is typed, and the folded letter that it may stand for."""
    for letter, ways in OWN_LETTERS.items():
        yield from ((typed, letter) for typed in ways)
    yield from ((typed, folded(letter)) for letter, typed in AS_TWO.items())


_TYPED = tuple(_typed_pairs())
_Place = tuple[int, int, str]  # where it begins, how many letters are typed, and for which one


def _are_apart(places: tuple[_Place, ...]) -> bool:
    return all(one[0] + one[1] <= other[0] for one, other in pairwise(places))


def _with_letters(word: str, places: tuple[_Place, ...]) -> str:
    for start, length, letter in reversed(places):
        word = word[:start] + letter + word[start + length :]
    return word
