"""Text that remembers where each of its characters comes from.

A format reads a file a second time with such texts in place of plain ones, by the very same code, to tell from where
in the file each character of the document was taken. What is cut, joined and replaced keeps the origins of what is
left; what is written in between has none. An operation that is not known here makes plain text, which has no origins:
an origin can be missing, but it is never another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, SupportsIndex

NO_ORIGIN = -1
_WORD = re.compile(r"[^\s]+")


class TracedText(str):
    """A text with a number for each of its characters, from 0; NO_ORIGIN for one that comes from nowhere."""

    __slots__ = ("origins",)

    origins: tuple[int, ...]

    def __new__(cls, text: str, origins: Sequence[int]) -> TracedText:
        if len(text) != len(origins):
            raise ValueError(f"{len(text)} characters with {len(origins)} origins")
        traced = super().__new__(cls, text)
        traced.origins = tuple(origins)
        return traced

    def __reduce__(self) -> tuple[Any, ...]:
        return TracedText, (str.__str__(self), self.origins)

    def __getitem__(self, key: SupportsIndex | slice) -> TracedText:
        origins = self.origins[key] if isinstance(key, slice) else (self.origins[key],)
        return TracedText(super().__getitem__(key), origins)

    def __add__(self, other: str) -> TracedText:
        return TracedText(super().__add__(other), self.origins + origins_of(other))

    def __radd__(self, other: str) -> TracedText:
        return TracedText(str.__add__(other, self), origins_of(other) + self.origins)

    def lstrip(self, characters: str | None = None, /) -> TracedText:
        return self[len(self) - len(super().lstrip(characters)) :]

    def rstrip(self, characters: str | None = None, /) -> TracedText:
        return self[: len(super().rstrip(characters))]

    def strip(self, characters: str | None = None, /) -> TracedText:
        return self.lstrip(characters).rstrip(characters)

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> str:
        """As of any text; where it is not one character for another, a plain text."""
        replaced = super().replace(old, new, count)
        return TracedText(replaced, self.origins) if len(old) == len(new) == 1 else replaced

    def translate(self, table: Any, /) -> TracedText:
        pieces = [character.translate(table) for character in str.__str__(self)]
        origins = chain.from_iterable(
            repeat(origin, len(piece)) for origin, piece in zip(self.origins, pieces, strict=True)
        )
        return TracedText("".join(pieces), tuple(origins))

    def partition(self, separator: str, /) -> tuple[str, str, str]:
        at = self.find(separator)
        if at < 0:
            return self, "", ""
        end = at + len(separator)
        return self[:at], self[at:end], self[end:]

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        """As of any text; with a `maxsplit`, the pieces are plain texts."""
        if maxsplit != -1:
            return super().split(sep, maxsplit)
        if sep is None:
            return [self[found.start() : found.end()] for found in _WORD.finditer(self)]
        pieces: list[str] = []
        start = 0
        while (at := self.find(sep, start)) >= 0:
            pieces.append(self[start:at])
            start = at + len(sep)
        return [*pieces, self[start:]]


def origins_of(text: str) -> tuple[int, ...]:
    """The origin of each character."""
    return text.origins if isinstance(text, TracedText) else (NO_ORIGIN,) * len(text)


def joined(between: str, pieces: Sequence[str]) -> str:
    """`between.join(pieces)`, with the origins of the pieces if they have some."""
    if not any(isinstance(piece, TracedText) for piece in pieces):
        return between.join(pieces)
    parted = [part for piece in pieces for part in (between, piece)][1:]
    return TracedText("".join(parted), tuple(chain.from_iterable(map(origins_of, parted))))


def substituted(pattern: re.Pattern[str], by: str, text: str) -> str:
    """`pattern.sub(by, text)` for a plain text `by`, with the origins of what is left."""
    if not isinstance(text, TracedText):
        return pattern.sub(lambda _: by, text)
    pieces: list[str] = []
    position = 0
    for found in pattern.finditer(text):
        pieces += [text[position : found.start()], by]
        position = found.end()
    return joined("", [*pieces, text[position:]])
