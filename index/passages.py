"""Passages: runs of whole sentences, of a size that the encoder and the reader take in one window."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index.records import Sentence

# Characters in a passage at most: about 220 word pieces of English, inside the encoder's 256 and
# the reader's 384 with the question beside it. Denser text is still read whole, in two windows.
PASSAGE_CHARACTERS = 1000
# An over-long sentence (a table, a log, text without punctuation) is cut at white space, and its pieces
# share this many characters so that no answer of ordinary length is lost at a cut.
OVERLAP_CHARACTERS = 150


def split_passages(text: str, sentences: Sequence[Sentence], limit: int = PASSAGE_CHARACTERS) -> list[tuple[int, int]]:
    """Offsets of the passages, in order. Each is a run of whole sentences no longer than `limit` characters.

    Paragraphs stay together where they fit; a longer paragraph is cut into parts of about equal size
    rather than one full part and a remnant. Only a sentence longer than `limit` is itself cut.
    """
    if limit < 3 * OVERLAP_CHARACTERS:  # pieces of a cut sentence must get on by more than they share
        raise ValueError(f"limit must be at least {3 * OVERLAP_CHARACTERS} characters, got {limit}")
    units: list[tuple[int, int]] = []
    for paragraph in _paragraphs(text, sentences):
        length = paragraph[-1].end - paragraph[0].start
        share = math.ceil(length / math.ceil(length / limit))
        for sentence in paragraph:
            if sentence.end - sentence.start > limit:
                units.extend(_cut(text, sentence, limit))
            elif units and units[-1][0] >= paragraph[0].start and _fits(units[-1], sentence, share, limit):
                units[-1] = (units[-1][0], sentence.end)
            else:
                units.append((sentence.start, sentence.end))
    return _merge_short(units, limit)


def _paragraphs(text: str, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences grouped by the line breaks between them."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        if groups and "\n" not in text[groups[-1][-1].end : sentence.start]:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups


def _fits(unit: tuple[int, int], sentence: Sentence, share: int, limit: int) -> bool:
    """Whether the sentence belongs to the unit: up to the equal share, overshooting by half of itself."""
    middle = (sentence.start + sentence.end) // 2
    return middle - unit[0] <= share and sentence.end - unit[0] <= limit


def _merge_short(units: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """Join neighbouring paragraphs while the whole stays within the limit."""
    merged: list[tuple[int, int]] = []
    for start, end in units:
        if merged and merged[-1][1] <= start and end - merged[-1][0] <= limit:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, sentence: Sentence, limit: int) -> list[tuple[int, int]]:
    """Overlapping pieces of one over-long sentence, cut at white space where there is any."""
    pieces = []
    start = sentence.start
    while sentence.end - start > limit:
        end = start + limit
        space = max(text.rfind(" ", start + limit // 2, end), text.rfind("\n", start + limit // 2, end))
        end = space if space > 0 else end
        pieces.append((start, end))
        overlap = text.find(" ", end - OVERLAP_CHARACTERS, end)
        start = overlap + 1 if overlap >= 0 else end - OVERLAP_CHARACTERS
    pieces.append((start, sentence.end))
    return pieces
