"""Shorter passages, so that training sees more questions in the same time."""

from __future__ import annotations

import random
from collections.abc import Sequence

from index.layout import blocks_of
from index.sentences import split_sentences


def excerpt(
    text: str, spans: Sequence[tuple[int, int]], characters: int, rng: random.Random
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The sentences about one of the spans (about any sentence where there are none), and the spans inside them.

    Excerpts differ in length, from half to one and a half times `characters`, so that training meets short and long
    ones; a single sentence may be longer.
    """
    limit = characters * rng.uniform(0.5, 1.5)
    sentences = split_sentences(text, blocks_of(text)[0])
    if len(text) <= limit or not sentences:
        return text, tuple(spans)
    anywhere = rng.choice(sentences)
    start, end = rng.choice(spans) if spans else (anywhere.start, anywhere.end)
    first = max((i for i, sentence in enumerate(sentences) if sentence.start <= start), default=0)
    last = min((i for i, sentence in enumerate(sentences) if sentence.end >= end), default=len(sentences) - 1)
    while True:
        longer = [
            (a, b)
            for a, b in ((first - 1, last), (first, last + 1))
            if a >= 0 and b < len(sentences) and sentences[b].end - sentences[a].start <= limit
        ]
        if not longer:
            break
        first, last = rng.choice(longer)
    left, right = min(sentences[first].start, start), max(sentences[last].end, end)  # an answer may end in white space
    return text[left:right], tuple((a - left, b - left) for a, b in spans if left <= a and b <= right)
