"""Exact phrases: a question with words that a passage must hold or must not hold, and how they are looked for.

A phrase occurs where its words follow one another. Case and white space do not count, nor does what is only
typography: marks of quotation, the forms of apostrophes, hyphens between words, punctuation beside a word. Other signs,
such as those of "C++" and "§ 5", do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.records import Hit, Passage
from index.views import without_silent

DOUBLE_QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
ANGLE_QUOTES = "\u00ab\u00bb"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032`\u00b4"
SAME = str.maketrans(
    dict.fromkeys(DASHES, "-")
    | dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys(DOUBLE_QUOTES + ANGLE_QUOTES + "\u2033\u2039\u203a", '"')
)
# What stands between words: marks of quotation, an apostrophe or a hyphen that joins nothing or two words, an ellipsis.
# A hyphen before a digit and behind no word is a minus sign and counts.
BETWEEN = re.compile(r"""["\u2026]|\.{2,}|(?<!\w)'|'(?!\w)|(?<=\w)-|-(?!\d)""")
BESIDE = re.compile(r"[.,;:!?]+(?!\w)|(?<![\w.,])[,;:!?]+")  # punctuation that stands in no number, time or address
SIGNS = re.compile(r"(?<=[\u00a7\u00b6]) | (?=[%\u2030])")  # "\u00a7 5" is "\u00a75"
# Scripts that put no blanks between words: there, a word begins and ends anywhere.
LETTER = r"[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
# FTS5 takes these for one word wherever Python does, and for the same word in either case.
INDEXED = re.compile(r"[0-9a-z\u00df-\u024f\u0386-\u03ce\u0400-\u0527]+")
HEADING_NUMBER = re.compile(r"\d+|[a-z]|[ivxlc]+")
PARTED = re.compile(r"[\s!-/:-@\[-`{-\u007f\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u2010-\u2027]+")


@dataclass(frozen=True, slots=True)
class ExactPhrase:
    """Words to look for, without what does not count. `parts` of them stand in every text that holds the phrase;
    `pattern` finds it there. `expression` is the FTS5 expression that every view with the phrase matches; "" where FTS5
    knows none of its words."""

    words: str
    expression: str
    parts: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, *texts: str) -> bool:
        """Whether one of the texts holds the phrase."""
        return any(map(self._is_in, map(_spelled, texts)))

    def _is_in(self, text: str) -> bool:
        return all(part in text for part in self.parts) and self.pattern.search(_plain(text)) is not None


def _spelled(text: str) -> str:
    """A text in lower case, with one character for each kind of quotation mark, apostrophe and hyphen."""
    return unicodedata.normalize("NFC", without_silent(text)).lower().translate(SAME)


def _plain(text: str) -> str:
    """What counts of a text that is spelled so, with single blanks between words."""
    return SIGNS.sub("", " ".join(BESIDE.sub("", BETWEEN.sub(" ", text)).split()))


@lru_cache(maxsize=64)  # a question looks for the same ones in many passages
def phrase_of(text: str) -> ExactPhrase:
    """The phrase that a text is. Its `words` are "" where the text has none."""
    words = _plain(_spelled(text))
    parts = [part for part in PARTED.split(words) if part]
    pattern = re.escape(words)
    if words and re.match(LETTER, words[0]):
        pattern = rf"(?<!{LETTER})" + (r"(?<!\d[.,])(?<!-)" if words[0].isdigit() else "") + pattern
    if words and re.match(LETTER, words[-1]):
        pattern += rf"(?!{LETTER})" + (r"(?![.,]\d)" if words[-1].isdigit() else "")
    return ExactPhrase(words, _expression(parts), tuple(dict.fromkeys(parts)), re.compile(pattern))


def _expression(parts: list[str]) -> str:
    """Runs of words that FTS5 knows, each of which must occur. A number before them is left out: that of a heading is
    not in its view."""
    first = next((at for at, part in enumerate(parts) if not HEADING_NUMBER.fullmatch(part)), 0)
    runs: list[list[str]] = [[]]
    for part in parts[first:]:
        if INDEXED.fullmatch(part):
            runs[-1].append(part)
        else:
            runs.append([])
    return " AND ".join(f'"{" ".join(run)}"' for run in runs if run)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched and read. Each of the `phrases` occurs in every passage that is found for it, none
    of the `excluded` in any."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(phrase_of(one).words for one in (*self.phrases, *self.excluded)):
            raise ValueError("an exact phrase has at least one word or sign")

    @property
    def is_exact(self) -> bool:
        """Whether some words must, or must not, occur in a passage."""
        return bool(self.phrases or self.excluded)

    @property
    def expression(self) -> str:
        """The FTS5 expression that the view of a passage with all phrases matches; "" where FTS5 knows no word."""
        return " AND ".join(filter(None, (phrase_of(one).expression for one in self.phrases)))

    @property
    def excluded_expression(self) -> str:
        """The FTS5 expression that the view of a passage with something excluded matches; "" where FTS5 cannot tell."""
        parts = [phrase_of(one).expression for one in self.excluded]
        return " OR ".join(f"({part})" for part in parts) if all(parts) else ""

    def fits(self, *texts: str) -> bool:
        """Whether a passage holds all phrases and nothing excluded. The texts are what can be quoted of it: as it
        stands in its document, and its view without the context."""
        return all(phrase_of(one).is_in(*texts) for one in self.phrases) and not self.excludes(*texts)

    def excludes(self, *texts: str) -> bool:
        """Whether a passage with these texts holds something excluded."""
        return any(phrase_of(one).is_in(*texts) for one in self.excluded)

    def allows(self, passage: Passage) -> bool:
        """Whether the passage's own text, without the headings above it, fits."""
        return not self.is_exact or self.fits(passage.text, passage.view.text[passage.view.context :])

    def allowed(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Those of the hits whose passages fit. What is excluded may stand in what the index does not know, such as a
        line of contents."""
        return (hit for hit in hits if self.allows(hit.passage))
