"""Where the gold answers of a question stand in the text that was taken out of a file.

A gold sentence is found by its letters and digits alone, so that marks, cell borders and line ends do not matter; an
answer by all its characters, white space and case aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.records import Place

NEAR = 300  # how many characters an answer may stand from the gold sentence, where it does not stand in it


class PlainText:
    """A text by its letters and digits in lower case, each with its place in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters, places = [], []
        for place, character in enumerate(text):
            for letter in character.casefold():
                if letter.isalnum():
                    letters.append(letter)
                    places.append(place)
        self._letters, self._places = "".join(letters), places

    def find(self, piece: str) -> list[Place]:
        """Where the piece stands: at whole words or, where it does so nowhere, at all."""
        wanted = "".join(c for c in piece.casefold() if c.isalnum())
        found = list(self._occurrences(wanted)) if wanted else []
        return [place for place in found if self._is_whole(place)] or found

    def _occurrences(self, wanted: str) -> Iterator[Place]:
        at = self._letters.find(wanted)
        while at >= 0:
            yield self._places[at], self._places[at + len(wanted) - 1] + 1
            at = self._letters.find(wanted, at + 1)

    def _is_whole(self, place: Place) -> bool:
        start, end = place
        return not (self.text[max(0, start - 1) : start].isalnum() or self.text[end : end + 1].isalnum())


def gold_places(text: PlainText, sentences: Sequence[str], answers: Sequence[str]) -> list[Place]:
    """Where the answers stand in a gold sentence or, where none stands in it, closest to it."""
    patterns = [_pattern(answer) for answer in answers]
    places: list[Place] = []
    for sentence in sentences:
        for start, end in text.find(sentence):
            places += _inside(text.text, patterns, start, end) or _closest(text.text, patterns, start, end)
    return sorted(set(places))


def _pattern(answer: str) -> re.Pattern[str]:
    """What finds the answer as whole words, whatever white space stands between its characters."""
    spelled = r"\s*".join(re.escape(c) for c in answer if not c.isspace())
    return re.compile(rf"(?<!\w){spelled}(?!\w)", re.IGNORECASE)


def _inside(text: str, patterns: Sequence[re.Pattern[str]], start: int, end: int) -> list[Place]:
    """The answers in `text[start:end]`; what stands right before and behind, such as a quote mark, belongs to it."""
    while start and not (text[start - 1].isalnum() or text[start - 1].isspace()):
        start -= 1
    while end < len(text) and not (text[end].isalnum() or text[end].isspace()):
        end += 1
    return [match.span() for pattern in patterns for match in pattern.finditer(text, start, end)]


def _closest(text: str, patterns: Sequence[re.Pattern[str]], start: int, end: int) -> list[Place]:
    """The answer around `text[start:end]` that is closest to it."""
    near = max(0, start - NEAR), min(len(text), end + NEAR)
    found = [match.span() for pattern in patterns for match in pattern.finditer(text, *near)]
    return sorted(found, key=lambda place: max(start - place[1], place[0] - end))[:1]
