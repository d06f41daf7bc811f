"""What is read on an image of a page: words in lines, with their places and how sure they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

Box = tuple[float, float, float, float]
ABOVE, BELOW = 0.78, 0.24  # of the size: how far the letters of most fonts reach above and below the baseline
UNSURE = 60  # of 100: on two pages of known text, 2 of 10 words below it were wrong, and 8 of 1,329 of the others


@dataclass(frozen=True, slots=True)
class OcrWord:
    """A word with its `confidence` (0 to 100) and its box: left, top, right and bottom in points from the upper left
    corner of the page as it is read."""

    text: str
    confidence: int
    box: Box

    def __post_init__(self) -> None:
        left, top, right, bottom = self.box
        if not self.text or self.text.split() != [self.text] or not (left <= right and top <= bottom):
            raise ValueError(f"a word is text without blanks in a box, got {self}")


@dataclass(frozen=True, slots=True)
class OcrLine:
    """Words side by side. `baseline` is where the line would lie at the page's left edge if it ran straight on, in
    points from the top; it falls by `slope` for each point to the right. `size` is that of its characters, in points.
    Of a line that `is_sideways`, up or down the page, `baseline` is its right edge."""

    words: tuple[OcrWord, ...]
    baseline: float
    slope: float
    size: float
    is_sideways: bool = False

    def __post_init__(self) -> None:
        if not self.words or self.size <= 0:
            raise ValueError(f"a line has words of some size, got {self}")

    def part(self, word: OcrWord, start: int, end: int) -> Box:
        """The box of some characters of a word of it, as if all were of one width. It is as high as the line's font, so
        that those of a line are alike."""
        left, top, right, bottom = word.box
        if self.is_sideways:
            height = (bottom - top) / len(word.text)
            return left, top + start * height, right, top + end * height
        baseline = self.baseline + self.slope * left
        width = (right - left) / len(word.text)
        return left + start * width, baseline - ABOVE * self.size, left + end * width, baseline + BELOW * self.size


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A page of so many points, as it is read: turned clockwise by `turn` degrees from how it is shown."""

    width: float
    height: float
    turn: int
    lines: tuple[OcrLine, ...]

    def __post_init__(self) -> None:
        if self.turn not in (0, 90, 180, 270) or not (self.width > 0 and self.height > 0):
            raise ValueError(f"a page of some size is turned by quarters, got {self.width}, {self.height}, {self.turn}")

    @property
    def text(self) -> str:
        """Its words with blanks between them, line by line: what places of its characters count."""
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)

    def words(self) -> Iterator[tuple[int, OcrWord]]:
        """Its words in order, each with its place in the text."""
        place = 0
        for line in self.lines:
            for word in line.words:
                yield place, word
                place += len(word.text) + 1

    def shown_boxes(self, start: int, end: int) -> Iterator[tuple[Box, bool]]:
        """Where on the page as it is shown the words of `text[start:end]` stand, and whether they run across it."""
        place = 0
        for line in self.lines:
            for word in line.words:
                first, last = max(start - place, 0), min(end - place, len(word.text))
                if first < last:
                    across = (self.turn in (0, 180)) != line.is_sideways
                    yield self._shown(line.part(word, first, last)), across
                place += len(word.text) + 1

    def _shown(self, box: Box) -> Box:
        """A box of the page as it is read on the page as it is shown."""
        left, top, right, bottom = box
        if self.turn == 90:
            return top, self.width - right, bottom, self.width - left
        if self.turn == 180:
            return self.width - right, self.height - bottom, self.width - left, self.height - top
        if self.turn == 270:
            return self.height - bottom, left, self.height - top, right
        return box

    def to_json(self) -> str:
        """All of it; see `from_json`."""
        lines = [_numbers(line) for line in self.lines]
        return json.dumps([self.width, self.height, self.turn, lines], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> OcrPage:
        """The page that was written. Raises ValueError or TypeError where it is none."""
        width, height, turn, lines = json.loads(written)
        return cls(width, height, turn, tuple(_line(*line) for line in lines))


def _numbers(line: OcrLine) -> list[object]:
    words = [[word.text, word.confidence, *word.box] for word in line.words]
    return [line.baseline, line.slope, line.size, line.is_sideways, words]


def _line(baseline: float, slope: float, size: float, is_sideways: bool, words: list[list[object]]) -> OcrLine:
    found = tuple(OcrWord(str(text), int(str(sure)), _box(*box)) for text, sure, *box in words)
    return OcrLine(found, baseline, slope, size, is_sideways)


def _box(*edges: object) -> Box:
    left, top, right, bottom = (float(str(edge)) for edge in edges)
    return left, top, right, bottom
