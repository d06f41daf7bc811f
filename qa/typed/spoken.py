"""Numbers in words, as they are written down from speech: "nineteen sixty seven" for "1967"."""

from __future__ import annotations

import re

from index.records import Place
from qa.english import LITTLE
from qa.source import Described

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {word: number for number, word in enumerate(UNITS)} | {word: 20 + 10 * at for at, word in enumerate(TENS)}
LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
NAME = "|".join(sorted([*SMALL, *LARGE], key=len, reverse=True))
NUMBER = re.compile(rf"\b(?:{NAME})(?:(?:[ -]|\s+and\s+|\s+oh\s+)(?:{NAME}))*\b", re.IGNORECASE)
BEFORE, BEHIND = re.compile(r"([^\W_]+)\s+$"), re.compile(r"\s+([^\W_]+)")
FEW = 13  # a smaller number is written in words as often: "Apollo 7" must occur, and "seven" not with a neighbour


def with_digits(question: str, source: Described) -> str:
    """The question with its numbers in digits, where these occur in the source and the words do not."""
    for found in reversed(list(NUMBER.finditer(question))):
        value = value_of(found[0])
        if value is not None and _is_in_digits(question, found.span(), str(value), source):
            question = question[: found.start()] + str(value) + question[found.end() :]
    return question


def _is_in_digits(question: str, place: Place, digits: str, source: Described) -> bool:
    start, end = place
    words = question[start:end]
    before, behind = BEFORE.search(question, 0, start), BEHIND.match(question, end)
    against = [words]
    if int(digits) < FEW:
        if before is None or before[1].lower() in LITTLE:
            return False
        against = [f"{before[1]} {words}", f"{words} {behind[1]}" if behind else words]
        digits = f"{before[1]} {digits}"
    there = source.occurring([digits, *against])
    return digits in there and there.isdisjoint(against)


def value_of(words: str) -> int | None:
    """The number that the words are, a year also in two parts; None where they are none."""
    names = re.findall(r"[a-z]+", words.lower())
    if not LARGE.keys() & set(names):
        first = _below_hundred(names)
        if first is None:
            return None
        value, used = first
        rest = names[used:]
        if not rest:
            return value
        behind = _below_hundred(rest[1:] if rest[0] == "oh" else rest)
        is_year = behind is not None and behind[1] == len(rest) - (rest[0] == "oh")
        return 100 * value + behind[0] if is_year and behind and 10 <= value <= 20 else None
    return _sum(names)


def _below_hundred(names: list[str]) -> tuple[int, int] | None:
    """A number below a hundred that the names begin with, and how many of them it takes."""
    if not names or names[0] not in SMALL:
        return None
    first = SMALL[names[0]]
    if first >= 20 and len(names) > 1 and 0 < SMALL.get(names[1], 0) < 10:
        return first + SMALL[names[1]], 2
    return first, 1


def _sum(names: list[str]) -> int | None:
    """The number of names with "hundred", "thousand" and the like."""
    total = part = 0
    left = [name for name in names if name != "and"]
    while left:
        small = _below_hundred(left)
        if small:
            part += small[0]
            left = left[small[1] :]
        elif left[0] == "hundred":
            part, left = max(1, part) * 100, left[1:]
        elif left[0] in LARGE:
            total, part, left = total + max(1, part) * LARGE[left[0]], 0, left[1:]
        else:
            return None
        if small and left and left[0] in SMALL:
            return None
    return total + part
