"""From a reader's logits to answer spans."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import Place, View
from index.sentences import BEHIND_UNIT
from qa.reading.windows import Window

LONGEST_TOKEN = 100  # characters on either side of a span in which a token that it cuts is looked for
TRAILING = ".,;:!?"  # belong to the sentence where a token ends with them
TOKEN = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\u201c\u201d]+"  # web addresses
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail addresses
    r"|(?:(?<![\w.,])[-+\u2212\u00b1])?[$\u20ac\u00a3\u00a5]?\d+(?:[.,:/\u2019]\d+)*"  # amounts
    r"(?:\s?[%\u2030]|\u00b0[CF]?)?(?![\w])"
    r"|(?=\w[\w/.-]*\d)(?>\w+(?:[-/.]\w+)*)"  # identifiers: words with a digit, joined by signs
    r"|\w+"
)
# The abbreviations with four small letters in a row that stand before capital ones: "incl. VAT", "approx. EUR 500".
NO_ABBREVIATION = "".join(rf"(?<!\b{one})" for one in "incl excl resp appr [aA]pprox [aA]ssoc dept".split())
# Where a sentence surely ends: behind a word of four small letters, no abbreviation, or behind a number with its unit.
SENTENCE_END = re.compile(
    rf"(?:[a-z]{{4}}{NO_ABBREVIATION}[.!?][)\"'\u201d\u2019]*\s+(?=[\"'\u201c\u2018(]?[A-Z])|{BEHIND_UNIT.pattern})"
)
SHORT_VALUE = 40  # characters; a cell or a form's value up to this long is one answer
VALUE_PARTS = re.compile(r"[,;/|\u2022]|[.!?:]\s")
# A time or place right behind a span: "in May", "of South Africa". It is quoted with the span where the reader finds
# the longer one at most so many logits worse; on 500 held-back questions exact match and F1 were as without.
BEHIND = re.compile(r" (?:in|on|at|of|from|until) (?:the )?[A-Z\d][\w-]*(?:[ .][A-Z\d][\w-]*)*")
BEHIND_WORSE = 3.0
BRACKETS = {"(": ")", "[": "]"}
BRACKET_REACH = 40  # characters after a span in which a bracket it left open is looked for
MAX_ANSWER_TOKENS = 30  # the field's usual limit: longer "answers" are nearly always two merged ones


@dataclass(frozen=True, slots=True)
class Span:
    """An answer inside view number `passage` of those read: `views[passage].text[start:end] == text`.

    `score` is start logit + end logit - null score: by how much the span beats "not in this passage".
    It is comparable between passages, which a softmax within each passage is not.
    """

    passage: int
    start: int
    end: int
    text: str
    score: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise ValueError("a span's offsets must enclose exactly its text")


def window_spans(
    window: Window,
    view: View,
    start_logits: NDArray[np.float32],
    end_logits: NDArray[np.float32],
    most: int,
    max_tokens: int = MAX_ANSWER_TOKENS,
) -> list[Span]:
    """The best spans of one window, no two overlapping, best first, at most `most`.

    Logits have shape [tokens of the window or more]. Question, special and padding tokens cannot be part
    of a span, since only pairs inside `window.first:window.last` are formed, and only pairs inside one unit of the view
    and one sentence count. Exact: every pair is scored. A span is then widened to whole tokens, or to a short value.
    """
    starts = start_logits[window.first : window.last].astype(np.float64)
    ends = end_logits[window.first : window.last].astype(np.float64)
    count = len(starts)
    if count == 0:
        return []
    null_score = float(start_logits[0]) + float(end_logits[0])
    width = min(max_tokens, count)
    passage, units = view.text, units_of(window, view)
    sentences = sentences_of(window, passage)
    scores = np.full((width, count), -np.inf)  # row: tokens in the span less one; column: its first token
    for extra in range(width):
        begins, stops = slice(0, count - extra), slice(extra, count)
        inside = (units[begins] == units[stops]) & (units[begins] >= 0) & (sentences[begins] == sentences[stops])
        scores[extra, begins] = np.where(inside, starts[begins] + ends[stops], -np.inf)
    spans: list[Span] = []
    while len(spans) < most:
        extra, first = divmod(int(np.argmax(scores)), count)
        score = float(scores[extra, first])
        if not np.isfinite(score):
            break
        extra = with_what_is_behind(window, passage, scores[:, first], first, extra)
        begin = int(window.offsets[window.first + first, 0])
        end = whole_character(passage, int(window.offsets[window.first + first + extra, 1]))
        covered = first + extra + 1  # tokens before the span's end
        if not says_something(passage[begin:end]):
            scores[extra, first] = -np.inf  # what shares a token with it may still be an answer
            continue
        unit = view.units[int(units[first])]
        opened, closed = whole_value(passage, *unit) or whole_tokens(
            passage, begin, bracket_end(passage[: unit[1]], begin, end), unit
        )
        if not any(opened < span.end and span.start < closed for span in spans):
            begin, end = opened, closed
            covered = max(covered, int(np.searchsorted(window.offsets[window.first : window.last, 0], end)))
            first = min(first, int(np.searchsorted(window.offsets[window.first : window.last, 1], begin, "right")))
        spans.append(Span(window.passage, begin, end, passage[begin:end], score - null_score))
        for other in range(width):  # what shares a token with this span is out
            scores[other, max(0, first - other) : covered] = -np.inf
    return spans


def units_of(window: Window, view: View) -> NDArray[np.int64]:
    """The number of the view's unit that each of the passage's tokens lies in, shape [tokens]; -1 where it is in none,
    so that it can be read but not quoted."""
    offsets = window.offsets[window.first : window.last]
    if not view.units or not len(offsets):
        return np.full(len(offsets), -1, np.int64)
    edges = np.array(view.units, np.int64)
    number = np.searchsorted(edges[:, 0], offsets[:, 0], side="right") - 1
    inside = (number >= 0) & (offsets[:, 1] <= edges[number, 1])
    return np.where(inside, number, -1)


def with_what_is_behind(window: Window, text: str, scores: NDArray[np.float64], first: int, extra: int) -> int:
    """How many tokens behind its first one a span has, with the time or place that follows, if that is nearly as good.

    `scores` are those of the spans that begin at passage token `first`, by their tokens less one.
    """
    offsets = window.offsets[window.first : window.last]
    found = BEHIND.match(text, int(offsets[first + extra, 1]))
    if not found:
        return extra
    longer = int(np.searchsorted(offsets[:, 1], found.end())) - first
    fits = longer < len(scores) and first + longer < len(offsets) and int(offsets[first + longer, 1]) == found.end()
    return longer if fits and scores[longer] >= scores[extra] - BEHIND_WORSE else extra


def sentences_of(window: Window, text: str) -> NDArray[np.int64]:
    """How many sentences have ended before each of the passage's tokens, shape [tokens]; only sure ends count."""
    ends = [found.end() for found in SENTENCE_END.finditer(text)]
    return np.searchsorted(np.array(ends, np.int64), window.offsets[window.first : window.last, 0], side="right")


def whole_value(text: str, start: int, end: int) -> Place | None:
    """The unit from `start` to `end`, if it is a cell or a form's value that says one thing: it is short, has no parts,
    and its name stands before it or another cell behind. "hazelnuts and bee stings" is quoted whole."""
    beside = text[max(0, start - 2) : start] == ": " or text[end : end + 2] == "; "
    if not beside or end - start > SHORT_VALUE or VALUE_PARTS.search(text, start, end):
        return None
    return start, end


def whole_tokens(text: str, begin: int, end: int, unit: Place) -> Place:
    """The span, widened so that it cuts no number, e-mail address, web address, identifier or amount, inside its unit.

    "anna.berg@post" becomes "anna.berg@post.example", and "18" of "18,870" becomes "18,870".
    """
    left, right = max(unit[0], begin - LONGEST_TOKEN), min(unit[1], end + LONGEST_TOKEN)
    for found in TOKEN.finditer(text, left, right):
        a, b = found.span()
        while text[b - 1] in TRAILING and b - 1 > a:
            b -= 1
        if a < begin < b or (begin == a < end < b):
            begin = min(begin, a)
        if a < end < b:
            end = b
    return begin, end


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a sign that stands for something in it, and not only punctuation."""
    return any(character.isalnum() or unicodedata.category(character) in ("So", "Sc") for character in text)


def whole_character(passage: str, end: int) -> int:
    """`end`, or behind the combining marks that stand there: tokenizers strip accents, and end a token before them."""
    while end < len(passage) and unicodedata.category(passage[end])[0] == "M":
        end += 1
    return end


def bracket_end(passage: str, begin: int, end: int) -> int:
    """Where `passage[begin:end]` ends with the bracket that it leaves open closed, if that is done close by.

    A quote such as "115 °F (46.1" is right and yet looks broken.
    """
    awaited: list[str] = []
    for place in range(begin, min(end + BRACKET_REACH, len(passage))):
        if place >= end and passage[place] == "\n":
            break
        if passage[place] in BRACKETS:
            awaited.append(BRACKETS[passage[place]])
        elif awaited and passage[place] == awaited[-1]:
            awaited.pop()
        if place >= end - 1 and not awaited:
            return place + 1
    return end


def without_overlaps(spans: list[Span], most: int) -> list[Span]:
    """The best spans, best first, leaving out any that overlaps a better one in the same passage."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: -s.score):
        if len(kept) == most:
            break
        if not any(k.passage == span.passage and k.start < span.end and span.start < k.end for k in kept):
            kept.append(span)
    return kept
