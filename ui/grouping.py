"""Citations that are shown together: those of one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from index.records import Place
from qa.records import Citation


def by_sentence(citations: Sequence[Citation]) -> list[tuple[Citation, ...]]:
    """The citations in groups of those, one behind the other, that stand in one sentence, so that it is shown once."""
    groups = groupby(citations, lambda one: (one.document_id, one.sentence_start, one.sentence_end, one.passage_start))
    return [tuple(group) for _, group in groups]


def quoted_places(group: Sequence[Citation]) -> list[Place]:
    """Where in what is shown of their sentence the quoted words of a group stand, in order."""
    return sorted((one.shown_start, one.shown_start + len(one.shown)) for one in group)


def pieces(text: str, places: Sequence[Place]) -> list[tuple[str, bool]]:
    """A text in pieces, and whether each stands at one of the places, which follow one another. What overlaps an
    earlier place is left to that."""
    found, end = [], 0
    for start, stop in places:
        if start >= end:
            found += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    return [(piece, quoted) for piece, quoted in [*found, (text[end:], False)] if piece]
