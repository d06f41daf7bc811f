"""What taking the text out of a file yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format yields: the text, the title where the file states one, and where its pages begin."""

    text: str
    title: str = ""
    page_starts: tuple[int, ...] = ()
