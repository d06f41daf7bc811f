"""What a made-up document says and how it can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.records import View
from index.views import PARTED


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a line of a document says.

    The line holds all of `keys`, and `answer` right behind `before`; `heading` stands above it where it is not "".
    `asks` are questions for it. A `sentence` is answered by the whole of it, and has nothing before it.
    """

    kind: str
    asks: tuple[str, ...]
    answer: str
    keys: tuple[str, ...] = ()
    before: str = ""
    heading: str = ""

    def __post_init__(self) -> None:
        if not self.answer.strip() or not self.asks:
            raise ValueError("a fact has an answer and a question")

    def find(self, view: View) -> tuple[int, int] | None:
        """Where the view tells it, as a place that can be quoted; None where it does not."""
        if self.heading and plain(self.heading) not in map(
            plain, view.text[: view.context].split("\n")[0].split(PARTED)
        ):
            return None
        position = view.context
        for line in view.text[view.context :].split("\n"):
            place = line.find(self.before + self.answer)
            if place >= 0 and all(key in line for key in self.keys):
                start = position + place + len(self.before)
                end = start + len(self.answer)
                if any(a <= start and end <= b for a, b in view.units):
                    return start, end
            position += len(line) + 1
        return None


def plain(heading: str) -> str:
    """A heading without its number, its line below, and its capitals."""
    return re.sub(r"^[\d.]+ |[=~-]{3,}$", "", heading.strip()).strip().casefold()


@dataclass(frozen=True, slots=True)
class Sketch:
    """A document to be: the name of its file, its text, what it says, and questions that it does not answer."""

    name: str
    text: str
    facts: tuple[Fact, ...]
    absent: tuple[str, ...] = ()
