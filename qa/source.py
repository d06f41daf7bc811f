"""What a question is put to: a collection, a part of one, or anything else that can be searched and quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.encoder import Encoder
from index.phrases import Query
from index.records import Document, Found, Parts


class Source(Protocol):
    """Documents to search and to quote from."""

    @property
    def encoder(self) -> Encoder:
        """What their vectors come from."""
        ...

    def search(self, query: Query, k: int) -> Found:
        """The `k` passages whose vectors lie nearest to the question's, and the `k` that share most of its words, of
        all those with the query's phrases and without what it excludes."""
        ...

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How near each of the texts is to the question in meaning: cosines, 1 at most."""
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
