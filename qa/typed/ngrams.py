"""How likely words follow one another: a trigram model of questions and of the text that they are put to.

It has absolute discounting, interpolated down to words alone (Ney, Essen and Kneser 1994). What made it is told on the
page beside its file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

SHIPPED_NGRAMS = Path(__file__).parents[1] / "weights" / "ngrams"
WORDS, ALIKE, COUNTS = "words.txt", "alike.txt", "counts.npz"
UNKNOWN, NUMBER, BEGIN, END, QUESTION, ASKED = "<unknown>", "<number>", "<text>", "</text>", "<question>", "</question>"
MARKS = (UNKNOWN, NUMBER, BEGIN, END, QUESTION, ASKED)  # a word each, too
DISCOUNT = 0.75  # taken from each count
TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d[\d.,]*|,")
BITS = 16  # of a word's number in a key

Keys = npt.NDArray[np.uint64]  # of words that follow one another, the first in the highest bits
Counts = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Token:
    """What counts as one word, at `start:end` of a text: a word, a number or a comma."""

    start: int
    end: int
    word: str


def tokens(text: str) -> list[Token]:
    """The text's words in small letters with straight apostrophes, numbers as NUMBER, and commas."""
    return [Token(*found.span(), _plain(found[0])) for found in TOKEN.finditer(text)]


def _plain(written: str) -> str:
    return NUMBER if written[0].isdigit() else written.lower().replace("\u2019", "'")


@dataclass(frozen=True, slots=True)
class Followers:
    """How often words follow others: sorted `keys`, and a count of each."""

    keys: Keys
    counts: Counts

    def count(self, key: int) -> int:
        """How often the words of this key follow one another."""
        at = int(np.searchsorted(self.keys, np.uint64(key)))
        return int(self.counts[at]) if at < len(self.keys) and int(self.keys[at]) == key else 0

    def behind(self, key: int) -> tuple[int, int]:
        """How many different words follow those of this key, and how often any does."""
        first, last = np.searchsorted(self.keys, np.array([key << BITS, (key + 1) << BITS], np.uint64))
        return int(last - first), int(self.counts[first:last].sum(dtype=np.int64))


class NgramModel:
    """Words and how often they follow one another. Safe to use from several threads."""

    def __init__(
        self,
        words: Sequence[str],
        alike: Sequence[Sequence[str]],
        before: Counts,
        pairs: Followers,
        triples: Followers,
    ) -> None:
        """`words` are numbered as they stand, `MARKS` first; each of `alike` is words that sound the same, and `before`
        tells behind how many different words each was seen. That says better than how often it was seen how likely it
        is behind others."""
        self.numbers = {word: number for number, word in enumerate(words)}
        self._alike: dict[str, set[str]] = {}
        for group in alike:
            for word in group:
                self._alike.setdefault(word, set()).update(group)
        self._pairs, self._triples = pairs, triples
        self._before = before
        self._all_before = float(before.sum(dtype=np.int64)) + 0.5 * len(words)

    def __contains__(self, word: str) -> bool:
        return word in self.numbers

    def is_rare(self, word: str) -> bool:
        """Whether the word is known and was seen behind one other at most."""
        return word in self.numbers and int(self._before[self.numbers[word]]) <= 1

    def alike(self, word: str) -> set[str]:
        """Other words that sound the same."""
        return self._alike.get(word, set()) - {word}

    def sequence(self, words: Sequence[str]) -> list[int]:
        """The numbers of a question's words, with what stands before and behind it."""
        unknown = self.numbers[UNKNOWN]
        inner = (self.numbers.get(word, unknown) for word in words)
        return [self.numbers[QUESTION], *inner, self.numbers[ASKED]]

    def is_seen(self, sequence: Sequence[int], at: int) -> bool:
        """Whether the word at this place was seen both behind the one before it and before the next one."""
        before, word, behind = sequence[at - 1 : at + 2]
        return bool(self._pairs.count(before << BITS | word) and self._pairs.count(word << BITS | behind))

    def log_likelihood(self, sequence: Sequence[int], at: int) -> float:
        """The logarithm of how likely the word at this place is, and what follows on it."""
        return sum(math.log(self._probability(sequence, one)) for one in range(at, min(at + 3, len(sequence))))

    def log_alone(self, number: int) -> float:
        """The logarithm of how likely the word of this number is anywhere."""
        return math.log(self._alone(number))

    def _alone(self, number: int) -> float:
        return (int(self._before[number]) + 0.5) / self._all_before

    def _probability(self, sequence: Sequence[int], at: int) -> float:
        word, before = sequence[at], sequence[at - 1]
        found = self._interpolated(self._pairs, before, word, self._alone(word))
        if at < 2:
            return found
        return self._interpolated(self._triples, sequence[at - 2] << BITS | before, word, found)

    @staticmethod
    def _interpolated(followers: Followers, before: int, word: int, otherwise: float) -> float:
        different, all_ = followers.behind(before)
        if not all_:
            return otherwise
        seen = max(followers.count(before << BITS | word) - DISCOUNT, 0.0)
        return (seen + DISCOUNT * different * otherwise) / all_


@cache
def shipped_ngrams() -> NgramModel:
    """The model that comes with the package, read once."""
    return read_ngrams(SHIPPED_NGRAMS)


def read_ngrams(folder: Path) -> NgramModel:
    """The model in a folder."""
    words = (folder / WORDS).read_text(encoding="utf-8").split()
    alike = [line.split() for line in (folder / ALIKE).read_text(encoding="utf-8").splitlines()]
    with np.load(folder / COUNTS) as counts:
        pairs = Followers(counts["pair_keys"], counts["pair_counts"])
        triples = Followers(counts["triple_keys"], counts["triple_counts"])
        return NgramModel(words, alike, counts["before"], pairs, triples)
