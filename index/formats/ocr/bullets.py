"""Bullets, which Tesseract reads as letters and signs that look like them: "¢", "©", "e", "*"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.formats.ocr.records import UNSURE, OcrLine, OcrWord

BULLET = "•"
_SIGNS = frozenset("¢©®°«»§¥@*•·")  # that a line seldom begins with by itself
_LETTERS = frozenset("eo")
SAME_LEFT = 0.6  # of the size, within which the bullets of a list stand under one another
FEWEST = 2  # lines of a list


def with_bullets(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """The lines with bullets for the signs that several begin with at one place, of which one is no letter."""
    starts = [line for line in lines if _may_be_bullet(line)]
    return [_marked(line) if line in starts and _has_others(line, starts) else line for line in lines]


def _may_be_bullet(line: OcrLine) -> bool:
    return len(line.words) > 1 and line.words[0].text in _SIGNS | _LETTERS


def _has_others(line: OcrLine, starts: Sequence[OcrLine]) -> bool:
    left = line.words[0].box[0]
    near = [one for one in starts if abs(one.words[0].box[0] - left) < SAME_LEFT * line.size]
    return len(near) >= FEWEST and any(one.words[0].text in _SIGNS for one in near)


def _marked(line: OcrLine) -> OcrLine:
    first = line.words[0]
    bullet: OcrWord = replace(first, text=BULLET, confidence=max(first.confidence, UNSURE))
    return replace(line, words=(bullet, *line.words[1:]))
