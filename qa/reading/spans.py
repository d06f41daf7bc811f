"""From a reader's logits to answer spans."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reading.windows import Window

BRACKETS = {"(": ")", "[": "]"}
BRACKET_REACH = 40  # characters after a span in which a bracket it left open is looked for
MAX_ANSWER_TOKENS = 30  # the field's usual limit: longer "answers" are nearly always two merged ones


@dataclass(frozen=True, slots=True)
class Span:
    """An answer inside passage number `passage` of those read: `passages[passage][start:end] == text`.

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
    passage: str,
    start_logits: NDArray[np.float32],
    end_logits: NDArray[np.float32],
    most: int,
    max_tokens: int = MAX_ANSWER_TOKENS,
) -> list[Span]:
    """The best spans of one window, no two overlapping, best first, at most `most`.

    Logits have shape [tokens of the window or more]. Question, special and padding tokens cannot be part
    of a span, since only pairs inside `window.first:window.last` are formed. Exact: every pair is scored.
    """
    starts = start_logits[window.first : window.last].astype(np.float64)
    ends = end_logits[window.first : window.last].astype(np.float64)
    count = len(starts)
    if count == 0:
        return []
    null_score = float(start_logits[0]) + float(end_logits[0])
    width = min(max_tokens, count)
    scores = np.full((width, count), -np.inf)  # row: tokens in the span less one; column: its first token
    for extra in range(width):
        scores[extra, : count - extra] = starts[: count - extra] + ends[extra:]
    spans: list[Span] = []
    while len(spans) < most:
        extra, first = divmod(int(np.argmax(scores)), count)
        score = float(scores[extra, first])
        if not np.isfinite(score):
            break
        begin = int(window.offsets[window.first + first, 0])
        end = whole_character(passage, int(window.offsets[window.first + first + extra, 1]))
        covered = first + extra + 1  # tokens before the span's end
        if not says_something(passage[begin:end]):
            scores[extra, first] = -np.inf  # what shares a token with it may still be an answer
            continue
        closed = bracket_end(passage, begin, end)
        if not any(begin < span.end and span.start < closed for span in spans):
            end = closed
            covered = max(covered, int(np.searchsorted(window.offsets[window.first : window.last, 0], end)))
        spans.append(Span(window.passage, begin, end, passage[begin:end], score - null_score))
        for other in range(width):  # what shares a token with this span is out
            scores[other, max(0, first - other) : covered] = -np.inf
    return spans


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
