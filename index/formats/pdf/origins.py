"""Where on a PDF's pages the characters of its text stand.

The file is read a second time by the same code, with texts that remember for each character which of the page's it was;
see `index.formats.traced`. Nothing is looked for by its words.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.formats.traced import NO_ORIGIN, TracedText, origins_of
from index.records import Place

# An origin is the number of its page, from 0, and the place on it: that of a character among those that PDFium tells of
# the page or, from READ on, among those that were read on its image, or, from ANNOTATIONS on, that of the annotation in
# which it was entered.
PAGE, ANNOTATIONS, READ = 1 << 32, 1 << 31, 1 << 30
STEP = 3  # numbers of a run: its start in the text, its length, and the origin of its first character


def drawn(text: str, page: int) -> TracedText:
    """All characters of a page, from its first."""
    return TracedText(text, range(page * PAGE, page * PAGE + len(text)))


def entered(text: str, page: int, annotation: int) -> TracedText:
    """What is entered in a field, or stands in a note: all of it is where the annotation of this number is."""
    return TracedText(text, [page * PAGE + ANNOTATIONS + annotation] * len(text))


def read_words(text: str, page: int, place: int) -> TracedText:
    """What was read on the image of a page, from this place of its text on."""
    first = page * PAGE + READ + place
    return TracedText(text, range(first, first + len(text)))


def text_sha256(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(str.encode(text, "utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the characters of the text with this SHA-256 stand on the pages of its PDF."""

    text_sha256: str
    _numbers: array[int] = field(repr=False)

    def __post_init__(self) -> None:
        numbers = self._numbers
        if len(self.text_sha256) != 64 or len(numbers) % STEP:
            raise ValueError("origins are three numbers for each run of a text with a SHA-256")
        end = 0
        for at in range(0, len(numbers), STEP):
            if numbers[at] < end or numbers[at + 1] < 1 or numbers[at + 2] < 0:
                raise ValueError("the runs of a text must follow one another")
            end = numbers[at] + numbers[at + 1]

    @classmethod
    def of_text(cls, text: str) -> Origins:
        """Those that a traced text tells."""
        return cls(text_sha256(text), _runs(origins_of(text)))

    def to_bytes(self) -> bytes:
        """The SHA-256 with the numbers behind it."""
        return self.text_sha256.encode() + self._numbers.tobytes()

    @classmethod
    def from_bytes(cls, written: bytes) -> Origins:
        """The origins that `to_bytes` wrote. Raises ValueError where these are none."""
        numbers = array("q")
        numbers.frombytes(written[64:])
        return cls(written[:64].decode("ascii"), numbers)

    @property
    def bytes(self) -> int:
        """How much memory they take."""
        return len(self._numbers) * self._numbers.itemsize

    def of(self, start: int, end: int) -> Iterator[tuple[int, Place]]:
        """The characters of `text[start:end]` that stand on a page, in order: the number of the page, from 1, and from
        where to where on it they are."""
        numbers = self._numbers
        at = bisect_right(range(len(numbers) // STEP), start, key=lambda run: numbers[STEP * run]) - 1
        for run in range(max(at, 0), len(numbers) // STEP):
            first, length, origin = numbers[STEP * run : STEP * run + STEP]
            if first >= end:
                return
            a, b = max(start, first), min(end, first + length)
            if a < b:
                page, index = divmod(origin + a - first, PAGE)
                yield page + 1, (index, index + b - a)

    def on_page(self, page: int, places: Sequence[Place]) -> list[Place]:
        """From where to where the characters of these places are that stand on this page, numbered from 1."""
        return [there for start, end in places for number, there in self.of(start, end) if number == page]

    def pages(self, start: int, end: int) -> list[int]:
        """The pages on which characters of `text[start:end]` stand, each once, in order."""
        return list(dict.fromkeys(number for number, _ in self.of(start, end)))


def _runs(origins: Sequence[int]) -> array[int]:
    """Runs of characters that follow one another in the text as on the page."""
    runs = array("q")
    start, follows = 0, NO_ORIGIN
    for place, origin in enumerate((*origins, NO_ORIGIN)):
        if origin == follows != NO_ORIGIN:
            follows += 1
            continue
        if follows != NO_ORIGIN:
            runs.extend((start, place - start, origins[start]))
        start, follows = place, NO_ORIGIN if origin == NO_ORIGIN else origin + 1
    return runs
