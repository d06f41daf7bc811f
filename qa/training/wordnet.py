"""Opposites and sisters of English words, from the database files of WordNet (Fellbaum 1998).

They tell a word that means something else ("violin" for "guitar", "lose" for "win") from one that means nearly the
same, which the words of an article alone do not. The Debian package wordnet-base has the files, in /usr/share/wordnet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.evaluation.dataset import DatasetError

FILES = {"n": "noun", "v": "verb", "a": "adj"}
ENDINGS = {"": "nva", "s": "nv", "ed": "v", "ing": "v"}  # regular endings, and the parts of speech that take them
FREQUENT = 2  # of a word's senses, which stand in the order of their frequency, so many are looked at
HIGHEST = 3  # steps up to an ancestor whose other kinds are taken
ENOUGH = 3  # so many of them are a choice
HYPERNYM, HYPONYM, SIMILAR, ANTONYM = "@", "~", "&", "!"

Key = tuple[str, int]  # a synset: its part of speech, and where it stands in the file


@dataclass(frozen=True, slots=True)
class Synset:
    """Words of one meaning, and pointers: the kind, the other synset, and which word of each it links (0: all)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, Key, int, int], ...]

    def linked(self, kind: str) -> Iterator[Key]:
        """The synsets that pointers of this kind lead to."""
        return (key for symbol, key, _, _ in self.pointers if symbol == kind)


class WordNet:
    """Words to put in another's place, in its own regular form; only `common` words, so that none is odd.

    Raises DatasetError where the folder lacks a database file.
    """

    def __init__(self, folder: Path, common: Collection[str]) -> None:
        self._common = common
        self._senses: dict[tuple[str, str], list[Key]] = {}
        self._synsets: dict[Key, Synset] = {}
        for part, name in FILES.items():
            for path, read in (
                (folder / f"index.{name}", self._read_index),
                (folder / f"data.{name}", self._read_data),
            ):
                try:
                    lines = path.read_text("utf-8").splitlines()
                    read(part, [line for line in lines if not line.startswith("  ")])  # those are the licence
                except (OSError, ValueError, IndexError) as error:
                    raise DatasetError(
                        f"{path} could not be read: name a folder with WordNet's database files, such as that of the "
                        "Debian package wordnet-base."
                    ) from error

    def _read_index(self, part: str, lines: list[str]) -> None:
        for line in lines:
            fields = line.split()
            count = int(fields[2])
            self._senses[part, fields[0]] = [(part, int(offset)) for offset in fields[-count:]]

    def _read_data(self, part: str, lines: list[str]) -> None:
        for line in lines:
            fields = line.split(" | ")[0].split()
            count = int(fields[3], 16)
            words = tuple(word.split("(")[0] for word in fields[4 : 4 + 2 * count : 2])  # "(a)": where it may stand
            first = 5 + 2 * count
            pointers = tuple(
                (symbol, (_part(other), int(offset)), int(places[:2], 16), int(places[2:], 16))
                for symbol, offset, other, places in (
                    fields[start : start + 4] for start in range(first, first + 4 * int(fields[first - 1]), 4)
                )
            )
            self._synsets[part, int(fields[0])] = Synset(words, pointers)

    def opposites(self, word: str) -> list[str]:
        """What means the contrary; for "huge", which has none of its own, what that of "large" is."""
        return self._in_form(word, self._antonyms)

    def sisters(self, noun: str) -> list[str]:
        """Other kinds of the same thing, or of the next more general one, by the most frequent sense of each noun."""
        return self._in_form(noun, self._relatives)

    def _in_form(self, word: str, find: Callable[[str, str], set[str]]) -> list[str]:
        found = {
            inflected(other, ending)
            for ending, parts in ENDINGS.items()
            for lemma in lemmas(word, ending)
            for part in parts
            if (part, lemma) in self._senses
            for other in find(part, lemma) - self._synonyms(part, lemma)
        }
        return sorted(other for other in found if other in self._common and other != word)

    def _synonyms(self, part: str, lemma: str) -> set[str]:
        return {word for key in self._senses[part, lemma] for word in self._synsets[key].words}

    def _antonyms(self, part: str, lemma: str) -> set[str]:
        found = set()
        for key in self._senses[part, lemma][:FREQUENT]:
            synset = self._synsets[key]
            own = {number for number, word in enumerate(synset.words, 1) if word == lemma}
            for other, target in self._contraries(synset, own):
                found.add(self._synsets[other].words[target - 1])
            if not any(synset.linked(ANTONYM)):
                for head in synset.linked(SIMILAR):
                    found |= {self._synsets[k].words[n - 1] for k, n in self._contraries(self._synsets[head], {1})}
        return found

    def _contraries(self, synset: Synset, own: Collection[int]) -> Iterator[tuple[Key, int]]:
        return ((key, target) for kind, key, source, target in synset.pointers if kind == ANTONYM and source in own)

    def _relatives(self, part: str, lemma: str) -> set[str]:
        """Nouns under the nearest ancestor that has ENOUGH, as many steps down from it at most as it is up."""
        if part != "n" or ("a", lemma) in self._senses:  # "a high proportion" speaks of no high
            return set()
        first = self._senses[part, lemma][0]
        own = {key for sense in self._senses[part, lemma] for key in self._above(sense)}
        ancestors, found = {first}, set[str]()
        for steps in range(1, HIGHEST + 1):
            ancestors = {above for key in ancestors for above in self._synsets[key].linked(HYPERNYM)}
            under = ancestors
            for _ in range(steps):
                under = {below for key in under for below in self._synsets[key].linked(HYPONYM)} - {first}
                found |= {word for key in under - own for word in self._synsets[key].words if self._is_usual(word, key)}
            if len(found) >= ENOUGH:
                break
        return found

    def _above(self, key: Key) -> set[Key]:
        """The synset and all its ancestors."""
        seen, new = set[Key](), {key}
        while new:
            seen |= new
            new = {above for one in new for above in self._synsets[one].linked(HYPERNYM)} - seen
        return seen

    def _is_usual(self, noun: str, key: Key) -> bool:
        """Whether the noun is a common one, and this its most frequent sense."""
        return noun in self._common and self._senses["n", noun][0] == key


def _part(letter: str) -> str:
    return "a" if letter == "s" else letter  # satellites of adjectives stand in the adjectives' file


def inflected(lemma: str, ending: str) -> str:
    """The lemma with a regular ending; no consonant is doubled, so that some forms come out as no word."""
    after_consonant = lemma[-2:-1] not in "aeiou"
    if ending in ("s", "ed") and lemma.endswith("y") and after_consonant:
        return lemma[:-1] + ("ies" if ending == "s" else "ied")
    if ending == "s" and lemma.endswith(("s", "x", "z", "ch", "sh")):
        return lemma + "es"
    if lemma.endswith("e") and (ending == "ed" or (ending == "ing" and not lemma.endswith("ee"))):
        return lemma[:-1] + ending
    return lemma + ending


def lemmas(word: str, ending: str) -> list[str]:
    """What the word may be a regular form of, with this ending."""
    stem = word.removesuffix(ending)
    stems = (word,) if not ending else (stem, stem + "e", stem.removesuffix("e"), word[:-3] + "y")
    return sorted({stem for stem in stems if len(stem) > 2 and inflected(stem, ending) == word})


def common_words(texts: Collection[str], least: int = 10) -> set[str]:
    """The lower-case words that stand at least so often in the texts."""
    counts: dict[str, int] = defaultdict(int)
    for text in texts:
        for word in text.split():
            counts[word.strip(".,;:!?()\"'")] += 1
    return {word for word, count in counts.items() if count >= least and word.islower() and word.isalpha()}
