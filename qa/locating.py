"""Where the words that were quoted once stand in a document as it is now.

A sentence is compared word by word: every character counts but white space, since a text that is wrapped at another
width says the same. The number or bullet of an item is no part of it: it changes when an item is put in above.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from index.layout.lines import mark_of
from index.records import Document, Parts, Place
from index.sentences import split_sentences
from qa.citing import LONGEST_SENTENCE, enclosing
from qa.naming import names_at
from qa.records import Citation

NEIGHBOURS = 200  # characters on either side of a sentence that tell one place of it from another
SURE_NEIGHBOUR = 16  # of these that must be the same for a side to be the one that was quoted
FEWEST_WORDS = 4  # of a sentence that, standing once among other text, is still the one that was quoted: not "30 days."

WORDS_GONE = "The quoted words do not stand in the file any more."
SENTENCE_ALTERED = "The sentence that the quoted words stood in was altered or is gone."
GOES_ON = "Words were added to the sentence that the quoted ones stand in."
NAMES_ALTERED = "What the quoted words stand under was altered: what leads to the list, or the row, column or label."
ELSEWHERE = "The sentence is gone from its place; the same words stand elsewhere, among other text."


@dataclass(frozen=True, slots=True)
class Location:
    """Where quoted words stand now. Where they do not, `place` is None and `reason` is a sentence that says why."""

    place: Place | None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.place is None) != bool(self.reason):
            raise ValueError("a location has a place, or a reason why there is none")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place of the same sentence, with that of the quoted words in it.

    `is_whole` tells whether no words were added to the sentence before or behind, `likeness` how many characters around
    it are those that stood there, `is_among_same` whether these are enough to tell the place.
    """

    quote: Place
    is_whole: bool
    likeness: int
    is_among_same: bool


class QuoteFinder:
    """Finds citations in one document, whose sentences are split once."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _parts(self) -> Parts:
        text, blocks = self.document.text, self.document.blocks
        return Parts(tuple(split_sentences(text, blocks)), blocks)

    def locate(self, citation: Citation) -> Location:
        """Where the words of a citation stand, in the same sentence and under the same names.

        In a file of the same bytes, the sentence suffices. Else its bounds and its names must be the same, too: "30
        days" does not hold where "unless agreed otherwise" was added, or where the list now begins with "Never:".
        Of several such places it is the earlier one, the one among the same text, or the only one.
        """
        same_file = bool(citation.sha256) and citation.sha256 == self.document.sha256
        if same_file and self._stands_in_place(citation):  # to split a book into sentences takes seconds
            return Location((citation.start, citation.end))
        found = list(self._occurrences(citation))
        if not found:
            quoted = re.search(_loosely(citation.text), self.document.text)
            return Location(None, SENTENCE_ALTERED if quoted else WORDS_GONE)
        if not same_file:
            found = [one for one in found if one.is_whole]
            if not found:
                return Location(None, GOES_ON)
            found = [one for one in found if self._stands_under_same(one, citation)]
            if not found:
                return Location(None, NAMES_ALTERED)
        return _choose(found, citation)

    def _stands_in_place(self, citation: Citation) -> bool:
        text = self.document.text
        return (
            text[citation.start : citation.end] == citation.text
            and text[citation.sentence_start : citation.sentence_end] == citation.sentence
        )

    def _occurrences(self, citation: Citation) -> Iterator[Occurrence]:
        """Every place of the sentence's words in the text, its item's mark left out."""
        sentence, first = citation.sentence, citation.start - citation.sentence_start
        body = len(sentence) - len(sentence[len(mark_of(sentence)) :].lstrip())
        body = body if body <= first else 0  # the mark itself is quoted
        around = _around(citation)
        before, behind = sentence[body:first], sentence[first + len(citation.text) :]
        pattern = re.compile(
            (r"(?<!\w)" if sentence[body].isalnum() else "")  # no "1 May" in "31 May"
            + f"{_loosely(before)}({_loosely(citation.text)}){_loosely(behind)}"
            + (r"(?!\w)" if sentence[-1].isalnum() else "")
        )
        found = pattern.search(self.document.text)
        while found:
            yield self._occurrence(found.span(1), found.span(), sentence[:body].strip(), around)
            found = pattern.search(self.document.text, found.start() + 1)

    def _occurrence(self, quote: Place, sentence: Place, mark: str, around: tuple[str, str]) -> Occurrence:
        """The occurrence at a place of the sentence, which had this mark and this text around it."""
        text, (start, end) = self.document.text, sentence
        first, last = enclosing(self._parts.sentences, *quote)
        begins_here = first >= start or text[first:start].strip() in (mark, self._mark_at(first))
        start = min(first, start) if begins_here else start
        before = _common(around[0][::-1], _words(text[max(0, start - 2 * NEIGHBOURS) : start])[::-1])
        behind = _common(around[1], _words(text[end : end + 2 * NEIGHBOURS]))
        same_before, same_behind = (
            common >= min(SURE_NEIGHBOUR, len(side)) > 0 for common, side in zip((before, behind), around, strict=True)
        )
        is_cut = last - first > LONGEST_SENTENCE  # no sentence: a citation has only what stood in its passage
        return Occurrence(
            quote,
            # Where other rules cut the sentences then, the text right beside it tells that nothing was added.
            is_whole=is_cut or ((begins_here or same_before) and (last <= end or same_behind)),
            likeness=before + behind,
            is_among_same=same_before or same_behind or not any(around),
        )

    def _mark_at(self, start: int) -> str:
        """What introduces the block that starts here."""
        blocks = self.document.blocks
        block = blocks[max(0, bisect_right(blocks, start, key=lambda one: one.start) - 1)]
        return self.document.text[block.start : block.start + block.mark] if block.start == start else ""

    def _stands_under_same(self, one: Occurrence, citation: Citation) -> bool:
        """Whether the names are those of the citation. New ones count only if they would have been found then."""
        now = {(name.kind, _words(name.shown)) for name in names_at(self.document, self._parts, one.quote)}
        then = {(name.kind, _words(name.shown)) for name in citation.names}
        return then == now if citation.extraction == self.document.extraction else then <= now


def _choose(found: list[Occurrence], citation: Citation) -> Location:
    """The place of these that is the quoted one."""
    quoted = citation.start, citation.end
    if any(one.quote == quoted for one in found):
        return Location(quoted)
    among = [one for one in found if one.is_among_same]
    if not among:
        says_enough = len(citation.sentence.split()) >= FEWEST_WORDS or citation.names
        if len(found) > 1 or not says_enough:
            return Location(None, ELSEWHERE)
    best = max(among or found, key=lambda one: (one.likeness, -abs(one.quote[0] - citation.start)))
    return Location(best.quote)


def _around(citation: Citation) -> tuple[str, str]:
    """What stood before and behind the sentence in its passage, as far as it tells one place from another."""
    before = citation.passage[: max(0, citation.sentence_start - citation.passage_start)]
    behind = citation.passage[max(0, citation.sentence_end - citation.passage_start) :]
    return _words(before)[-NEIGHBOURS:], _words(behind)[:NEIGHBOURS]


def _words(text: str) -> str:
    """The text with one blank between words."""
    return " ".join(text.split())


def _loosely(text: str) -> str:
    """A pattern of the text with any white space where it has some."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
