"""What a question is put to: a collection, a part of one, or anything else that can be searched and quoted."""

from __future__ import annotations

from typing import Protocol

from index.records import Document, Hit, Parts


class Source(Protocol):
    """Documents to search and to quote from."""

    def search_dense(self, question: str, k: int) -> list[Hit]:
        """The `k` passages whose vectors lie nearest to the question's, best first."""
        ...

    def search_keywords(self, question: str, k: int) -> list[Hit]:
        """The `k` passages that share most of the question's words, best first."""
        ...

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError where there is none."""
        ...

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """A document's sentences and blocks, each from the last that begins at or before `start` to the last before
        `end`."""
        ...

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are to search."""
        ...
