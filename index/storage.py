"""One SQLite file holds a collection: documents, sentences, passages, their vectors and their words.

It is the only truth; every change to it is one transaction, so a crash leaves the collection as it was
before the change or as it is after it. Vector files beside it can always be made again from the
vectors in here.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.changes import RejectedFile
from index.errors import CollectionError
from index.migrations import FORMAT_VERSION, bring_up_to_date, create
from index.passages import PassagePlan
from index.records import Document, DocumentSummary, Sentence
from index.storage_connections import BUSY_SECONDS
from index.storage_reader import StorageReader
from index.stored import block_row, write_map

WORD_INDEXES = ("words", "spellings")


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document with what is made of it: its sentences, its passages to be, and a vector for each of them, float32 of
    shape [passages, dimension]."""

    document: Document
    sentences: Sequence[Sentence]
    passages: Sequence[PassagePlan]
    vectors: NDArray[np.float32]

    def __post_init__(self) -> None:
        if len(self.passages) != len(self.vectors):
            raise ValueError(f"{len(self.passages)} passages with {len(self.vectors)} vectors")


class Storage(StorageReader):
    """The SQLite file at `path`, made if it is not there, to be read and changed. Safe to use from several threads.

    Raises CollectionError for a file that is no collection or cannot be used.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writing = threading.RLock()
        with self._explained():
            self._writer = self._connect()
            try:
                self._prepare()
            except BaseException:
                self._writer.close()
                raise

    def close(self) -> None:
        """Close the file."""
        with self._writing:
            super().close()
            self._writer.close()

    def _prepare(self) -> None:
        """Make or update the tables; each is looked up first without a lock, which only the first opener needs."""
        self._writer.execute("PRAGMA synchronous = FULL")
        if self._version() is None:
            with self._transaction():
                if self._version() is None:
                    if self._writer.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                        raise CollectionError(f"{self.path} is some other program's database: choose another folder.")
                    create(self._writer)
        if self._version() != FORMAT_VERSION:
            with self._transaction():
                version = self._version() or 0
                if version > FORMAT_VERSION or version < 1:
                    raise CollectionError(
                        f"The collection {self.path.parent} has format {version}, this release reads formats up to "
                        f"{FORMAT_VERSION}: install the newest Quotewise."
                    )
                bring_up_to_date(self._writer, version)
        with suppress(sqlite3.OperationalError):  # another process is at it; the collection works without, too
            self._writer.execute("PRAGMA journal_mode = WAL")

    def _version(self) -> int | None:
        """The format of the tables, None where there are none, 0 where they are not ours."""
        if not self._writer.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return None
        row = self._writer.execute("SELECT value FROM meta WHERE key = 'format_version'").fetchone()
        return int(row[0]) if row and str(row[0]).isdigit() else 0

    @contextmanager
    def _transaction(self, *, wait: bool = True) -> Iterator[None]:
        """All that is written in it, or nothing. Raises CollectionError where another one is written; without `wait`,
        at once."""
        with self._may_write(wait):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # a full disk makes SQLite roll back by itself
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def _may_write(self, wait: bool) -> Iterator[None]:
        """No other thread writes meanwhile."""
        if not self._writing.acquire(blocking=wait):
            raise sqlite3.OperationalError("database is locked")
        try:
            if not wait:
                self._writer.execute("PRAGMA busy_timeout = 0")
            yield
        finally:
            if not wait:
                self._writer.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            self._writing.release()

    def set_meta(self, key: str, value: str) -> None:
        """Store a fact about the collection."""
        with self._explained(), self._transaction():
            self._writer.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def remove_meta(self, key: str) -> None:
        """Forget a fact about the collection."""
        with self._explained(), self._transaction():
            self._writer.execute("DELETE FROM meta WHERE key = ?", (key,))

    def replace_meta(self, key: str, earlier: str | None, value: str) -> bool:
        """Store a fact if `earlier` is what stands there; whether it was. Raises CollectionError, without waiting,
        where another one writes."""
        with self._explained(), self._transaction(wait=False):
            row = self._writer.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            if (row[0] if row else None) != earlier:
                return False
            self._writer.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
            return True

    def put(self, prepared: Iterable[PreparedDocument]) -> None:
        """Store documents, each in place of any earlier one with its id, all of them or none.

        Raises ValueError where another document has the same source.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._explained(), self._transaction():
            for one in prepared:
                row = self._writer.execute("SELECT added FROM documents WHERE id = ?", (one.document.id,)).fetchone()
                self._delete(one.document.id)
                self._insert(one, row[0] if row else now)
            self._raise_revision()

    def _insert(self, one: PreparedDocument, added: str) -> None:
        document, execute = one.document, self._writer.execute
        execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id, document.title, document.source, document.sha256, document.size, document.modified_ns,
                document.extraction, added, len(document.text), len(one.passages), len(document.page_starts),
                json.dumps(document.unreadable),
            ),
        )  # fmt: skip
        written = (json.dumps(document.page_starts), json.dumps(document.marks))
        execute("INSERT INTO texts VALUES (?, ?, ?, ?)", (document.id, document.text, *written))
        self._writer.executemany(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((document.id, *block_row(block)) for block in document.blocks),
        )
        self._writer.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?)", ((document.id, s.start, s.end) for s in one.sentences)
        )
        query = 'INSERT INTO passages (document_id, start, "end", text, view, map) VALUES (?, ?, ?, ?, ?, ?)'
        for plan, vector in zip(one.passages, one.vectors, strict=True):
            text = document.text[plan.start : plan.end]
            row = (document.id, plan.start, plan.end, text, plan.view.text, write_map(plan.view))
            id_ = execute(query, row).lastrowid
            for index in WORD_INDEXES:
                execute(f"INSERT INTO {index} (rowid, view) VALUES (?, ?)", (id_, plan.view.text))
            execute("INSERT INTO vectors VALUES (?, ?)", (id_, vector.astype(np.float32).tobytes()))

    def delete(self, document_ids: Iterable[str]) -> None:
        """Remove documents and everything made from them, all of them or none."""
        with self._explained(), self._transaction():
            for document_id in document_ids:
                self._delete(document_id)
            self._raise_revision()

    def _delete(self, document_id: str) -> None:
        rows = self._writer.execute("SELECT id, view FROM passages WHERE document_id = ?", (document_id,)).fetchall()
        ids = [(row[0],) for row in rows]
        for index in WORD_INDEXES:
            self._writer.executemany(f"INSERT INTO {index} ({index}, rowid, view) VALUES ('delete', ?, ?)", rows)
        self._writer.executemany("DELETE FROM vectors WHERE passage_id = ?", ids)
        self._writer.executemany("INSERT INTO removals (passage_id) VALUES (?)", ids)
        for table in ("passages", "sentences", "blocks", "texts"):
            self._writer.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
        self._writer.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def rename(self, document_id: str, to: DocumentSummary) -> None:
        """Let a document be known by another id, title and source and by the facts of another file; its text stays."""
        with self._explained(), self._transaction():
            self._writer.execute(
                "UPDATE documents SET id = ?, title = ?, source = ?, sha256 = ?, size = ?, modified_ns = ?, "
                "extraction = ? WHERE id = ?",
                (to.id, to.title, to.source, to.sha256, to.size, to.modified_ns, to.extraction, document_id),
            )
            for table in ("texts", "blocks", "sentences", "passages"):
                self._writer.execute(f"UPDATE {table} SET document_id = ? WHERE document_id = ?", (to.id, document_id))
            self._raise_revision()

    def note_left_out(self, refused: Iterable[RejectedFile], forgotten: Iterable[str]) -> None:
        """Remember files that could not be read, and forget those of these sources that are not among them."""
        with self._explained(), self._transaction():
            self._writer.executemany("DELETE FROM left_out WHERE source = ?", ((source,) for source in forgotten))
            rows = ((one.source, one.reason) for one in refused)
            self._writer.executemany("INSERT OR REPLACE INTO left_out VALUES (?, ?)", rows)

    def _raise_revision(self) -> None:
        self._writer.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")

    def forget_removals(self, number: int) -> None:
        """Forget the removals up to `number`, which no vector file has to be told of any more. Raises CollectionError,
        without waiting, where another one writes."""
        with self._explained(), self._transaction(wait=False):
            self._writer.execute("DELETE FROM removals WHERE number <= ?", (number,))
            self._writer.execute("INSERT OR REPLACE INTO meta VALUES ('removals_forgotten', ?)", (str(number),))
