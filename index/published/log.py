"""What is published of a collection: the newest state of each document, as numbered entries of a log.

A change of a document is a new entry with a higher number, so that who knows the log up to a number asks only for what
lies behind it. What an entry replaces is deleted later. How far the log goes is told last: after a crash the same
numbers are written again.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.migrations import FORMAT_VERSION
from index.storage_copy import Row


@dataclass(frozen=True, slots=True)
class Publication:
    """What is told of a published collection: the names under which the server keeps its `vectors` and `documents`, the
    `number` up to which the log is whole, a `stamp` of the state that it holds ("": it is on the way to one), and the
    format of its rows."""

    vectors: str
    documents: str
    number: int = 0
    stamp: str = ""
    format: int = FORMAT_VERSION


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """A document as of this number of the log, in so many parts with the numbers from there on; none: it is removed.
    `checksum` is that of its state."""

    number: int
    document_id: str
    parts: int
    checksum: int

    def numbers(self) -> range:
        """Its numbers in the log."""
        return range(self.number, self.number + max(1, self.parts))


@dataclass(frozen=True, slots=True)
class PublishedText:
    """A document to be published, as `write_rows` writes it, or "" where it is removed."""

    document_id: str
    checksum: int
    text: str


class PublishedLog(Protocol):
    """The log of one published collection. Each method raises CollectionError where the server does not answer."""

    def publication(self, *, exact: bool) -> Publication | None:
        """What is told of it, if anything is; where it need not be `exact`, of some seconds ago."""
        ...

    def entries(self, publication: Publication, after: int) -> list[PublishedEntry]:
        """The entries behind this number, in order."""
        ...

    def texts(
        self, publication: Publication, entries: Sequence[PublishedEntry]
    ) -> Iterator[tuple[PublishedEntry, str]]:
        """The entries with what `append` was given of them. Raises LookupError where one was replaced meanwhile."""
        ...

    def append(self, publication: Publication, documents: Sequence[PublishedText]) -> Publication:
        """Write entries behind its last number; the publication with them, which is not told yet."""
        ...

    def tell(self, publication: Publication, replaced: Sequence[PublishedEntry] = ()) -> None:
        """Tell how far it goes now, and delete the entries that were replaced."""
        ...


def write_rows(rows: Iterable[Row]) -> str:
    """Rows as ASCII text. ValueError for a blob."""
    written = json.dumps([[table, *row] for table, row in rows], separators=(",", ":"))
    return base64.b64encode(zlib.compress(written.encode())).decode()


def read_rows(text: str) -> list[Row]:
    """The rows that `write_rows` wrote. Raises ValueError for what is none."""
    try:
        read = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
        return [(str(table), row) for table, *row in read]
    except (zlib.error, TypeError) as error:
        raise ValueError(f"rows cannot be read: {error}") from error
