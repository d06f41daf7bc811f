"""What a question is put to: a collection, a part of one, or anything else that can be searched and quoted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from index.changes import RejectedFile
from index.encoder import Encoder
from index.phrases import Query
from index.records import Document, DocumentSummary, Found, Parts
from index.vocabulary import SimilarWord


class Described(Protocol):
    """What a refusal says of the documents that were asked: which words occur in them, and what was not searched."""

    def occurring(self, words: Sequence[str], *, beside: str = "") -> frozenset[str]:
        """Those of the words that occur, in any form that a search by words would find; in a passage with the word
        `beside` if given."""
        ...

    def words_like(self, word: str, most: int) -> list[SimilarWord]:
        """Words that occur and are at most `most` edits from this one: the nearest first, of equally near ones
        the most frequent."""
        ...

    def unreadable(self) -> list[DocumentSummary]:
        """The documents with pages whose text cannot be read."""
        ...

    def left_out(self) -> list[RejectedFile]:
        """The files that belong here and could not be read."""
        ...


class Searchable(Protocol):
    """Documents to search and to quote from."""

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


class Collected(Protocol):
    """What is known of documents as a whole."""

    def snapshot(self) -> AbstractContextManager[None]:
        """While it is open, all that this thread searches and reads is of one state, whatever others change."""
        ...

    @property
    def encoder(self) -> Encoder:
        """What their vectors come from."""
        ...

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are to search."""
        ...

    def pending(self) -> int:
        """How many passages are searched by their words only, since their vectors are still to be made."""
        ...

    def note(self, name: str) -> str | None:
        """What was noted with them under this name, or None."""
        ...


class Source(Searchable, Collected, Described, Protocol):
    """What answers come from."""
