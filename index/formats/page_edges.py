"""What stands at the head and foot of an office file's pages, and the title on its first one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.formats.pieces import Piece
from index.formats.scripts import with_marks
from index.records import BlockKind

# "Page 3 of 5" and its like, at the head or foot of every page.
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|blatt|página|pagina|pag|s|p|strona|sida|side|стр|страница)\b[\W_]*)?\d+"
    r"(?:[\W_]*(?:of|von|de|di|sur|van|z|av|af|из)?[\W_]*\d+)?[\W_]*",
    flags=re.IGNORECASE,
)
_LONGEST_PAGE_NUMBER = 40  # characters
_MOST_BEFORE = 8  # pieces before a heading that may be the title: a letterhead, who wrote it


def page_edge(pieces: Iterable[Piece]) -> list[Piece]:
    """Returns what stands at the head or the foot of pages, each line once, without page numbers."""
    found: dict[tuple[str, ...], Piece] = {}
    for piece in pieces:
        text = piece.flat.strip()
        if len(text) > _LONGEST_PAGE_NUMBER or not _PAGE_NUMBER.fullmatch(text):
            found.setdefault((piece.text, *piece.cells), piece)
    return list(found.values())


def leading_title(pieces: list[Piece]) -> str:
    """Returns the first title on the page, or else the heading over all others, on one line; "" where none is, or where
    much stands before it."""
    if titles := [piece for piece in pieces if piece.kind is BlockKind.TITLE]:
        return _on_one_line(titles[0].text)
    first, *others = [piece for piece in pieces if piece.kind is BlockKind.HEADING] or [Piece(BlockKind.TITLE)]
    if first not in pieces[: _MOST_BEFORE + 1]:  # "Appendix A", the only one, far behind
        return ""
    # The first of several headings of one level only names a section.
    return _on_one_line(first.text) if all(one.level > first.level for one in others) else ""


def _on_one_line(text: str) -> str:
    return " ".join(with_marks(text)[0].split())
