"""Words that the terminal and the page have in common."""

from __future__ import annotations

from qa.records import Searched

STALE = "the file has changed since; index it again"  # said of a citation whose file is not what was indexed


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not just one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def extent(searched: Searched) -> str:
    """How much was searched."""
    return f"{counted(searched.documents, 'document')}, {counted(searched.passages, 'passage')} searched"
