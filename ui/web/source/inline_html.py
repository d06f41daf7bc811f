"""The characters of a document as HTML: escaped, without mere marks, with quoted words and their sentences marked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from index.records import Document, Place
from ui.web.html import escape
from ui.web.source.records import Marked

Piece = tuple[str, bool, bool]  # characters, whether they are of a sentence, whether they are quoted


class InlineHtml:
    """Makes HTML of places of a document."""

    def __init__(self, document: Document, marked: Marked) -> None:
        self._text, self._marks = document.text, document.marks
        self._marked = marked
        self._edges = sorted({edge for place in (*marked.quote, *marked.sentence) for edge in place})

    def of(self, start: int, end: int) -> str:
        """`document.text[start:end]`; "" where nothing of it is shown."""
        written = []
        for in_sentence, pieces in groupby(self._pieces(start, end), key=lambda piece: piece[1]):
            inner = ""
            for quoted, some in groupby(pieces, key=lambda piece: piece[2]):
                words = escape("".join(piece[0] for piece in some))
                inner += f'<mark class="qw-quote">{words}</mark>' if quoted else words
            written.append(f'<span class="qw-sentence">{inner}</span>' if in_sentence else inner)
        return "".join(written)

    def is_shown(self, start: int, end: int) -> bool:
        """Whether anything of a place is shown."""
        return any(not self._text[a:b].isspace() for a, b in self._shown(start, end))

    def plain(self, start: int, end: int) -> str:
        """The same characters as plain text on one line."""
        return " ".join("".join(piece[0] for piece in self._pieces(start, end)).split())

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        for a, b in self._shown(start, end):
            first, last = bisect_right(self._edges, a), bisect_left(self._edges, b)
            for left, right in pairwise((a, *self._edges[first:last], b)):
                yield self._text[left:right], _is_in(left, self._marked.sentence), _is_in(left, self._marked.quote)

    def _shown(self, start: int, end: int) -> Iterator[Place]:
        """What of a place is shown: all between the marks."""
        position = start
        number = bisect_right(self._marks, start, key=lambda mark: mark[1])
        while number < len(self._marks) and self._marks[number][0] < end:
            a, b = self._marks[number]
            if position < a:
                yield position, a
            position, number = b, number + 1
        if position < end:
            yield position, end


def _is_in(offset: int, places: Sequence[Place]) -> bool:
    return any(start <= offset < end for start, end in places)
