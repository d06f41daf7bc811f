"""One SQLite file holds a collection: documents, sentences, passages, their vectors and their words.

It is the only truth; every change to it is one transaction, so a crash leaves the collection as it was
before the change or as it is after it. The FAISS file beside it can always be made again from the
vectors in here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import keywords
from index.errors import CollectionError
from index.records import Document, DocumentSummary, Hit, Passage, Sentence

FORMAT_VERSION = 1  # raised when collections of earlier releases can no longer be read
BEYOND = 2**62  # an offset that no document reaches
BUSY_SECONDS = 10  # how long a writer waits for another process to finish its transaction

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL, text TEXT NOT NULL, page_starts TEXT NOT NULL);
CREATE TABLE sentences (
    document_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (document_id, start)) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX passages_of_document ON passages (document_id);
CREATE TABLE vectors (passage_id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    text, content='passages', content_rowid='id', tokenize='{keywords.TOKENIZER}');
"""


class Storage:
    """The SQLite file at `path`. One connection; the caller keeps threads apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.create_function("characters", 1, len)  # SQLite's own length() stops at a NUL
            if not self._has_schema():  # looked up first without a lock, which only the first opener needs
                with self._transaction():
                    if not self._has_schema():
                        self._create()
        version = self.meta("format_version")
        if version != str(FORMAT_VERSION):
            raise CollectionError(
                f"The collection {path.parent} has format {version}, this release reads {FORMAT_VERSION}: "
                "move that folder away and index the documents again."
            )
        with suppress(sqlite3.OperationalError):  # another process is at it; the collection works without, too
            self._connection.execute("PRAGMA journal_mode = WAL")

    def _has_schema(self) -> bool:
        return bool(self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone())

    def _create(self) -> None:
        if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise CollectionError(f"{self.path} is some other program's database: choose another folder.")
        for statement in SCHEMA.split(";\n"):
            if statement.strip():
                self._connection.execute(statement)
        self._set_meta("format_version", str(FORMAT_VERSION))
        self._set_meta("revision", "0")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into one sentence each."""
        try:
            yield
        except sqlite3.OperationalError as error:
            reason = str(error)
            advice = "try again when the other program has finished" if "locked" in reason else "check the folder"
            raise CollectionError(f"The collection {self.path.parent} cannot be used ({reason}): {advice}.") from error
        except sqlite3.ProgrammingError as error:
            raise CollectionError(f"The collection {self.path.parent} has been closed: open it again.") from error
        except sqlite3.DatabaseError as error:
            raise CollectionError(
                f"The collection {self.path.parent} is damaged ({error}): move that folder away and index again."
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk makes SQLite roll back by itself
                self._connection.execute("ROLLBACK")
            raise

    def meta(self, key: str) -> str | None:
        """A stored fact about the collection, or None."""
        with self._explained():
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, facts: dict[str, str]) -> None:
        """Store facts about the collection, all or none."""
        with self._explained(), self._transaction():
            for key, value in facts.items():
                self._set_meta(key, value)

    def _set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def revision(self) -> int:
        """A number that every change to the documents raises."""
        return int(self.meta("revision") or 0)

    def put(
        self,
        document: Document,
        sentences: Sequence[Sentence],
        passages: Sequence[tuple[int, int]],
        vectors: NDArray[np.float32],
    ) -> None:
        """Store a document in place of any earlier one with its id. `vectors` has one row per passage."""
        with self._explained(), self._transaction():
            self._delete(document.id)
            self._connection.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
                (
                    document.id, document.title, document.source, document.content_hash,
                    document.text, json.dumps(document.page_starts),
                ),
            )  # fmt: skip
            self._connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?)", ((document.id, s.start, s.end) for s in sentences)
            )
            for (start, end), vector in zip(passages, vectors, strict=True):
                text = document.text[start:end]
                row = (document.id, start, end, text)
                cursor = self._connection.execute(
                    'INSERT INTO passages (document_id, start, "end", text) VALUES (?, ?, ?, ?)', row
                )
                self._connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (cursor.lastrowid, text))
                self._connection.execute(
                    "INSERT INTO vectors VALUES (?, ?)", (cursor.lastrowid, vector.astype(np.float32).tobytes())
                )
            self._raise_revision()

    def delete(self, document_id: str) -> None:
        """Remove a document and everything made from it."""
        with self._explained(), self._transaction():
            self._delete(document_id)
            self._raise_revision()

    def _delete(self, document_id: str) -> None:
        rows = self._connection.execute(
            "SELECT id, text FROM passages WHERE document_id = ?", (document_id,)
        ).fetchall()
        self._connection.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", rows)
        self._connection.executemany("DELETE FROM vectors WHERE passage_id = ?", ((row[0],) for row in rows))
        for table in ("passages", "sentences"):
            self._connection.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
        self._connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def _raise_revision(self) -> None:
        self._connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are."""
        with self._explained():
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
            ).fetchone()
        return int(row[0]), int(row[1])

    def summaries(self) -> list[DocumentSummary]:
        """All documents without their text, by source."""
        with self._explained():
            rows = self._connection.execute(
                "SELECT id, title, source, content_hash, characters(text), "
                "(SELECT count(*) FROM passages WHERE document_id = documents.id) FROM documents ORDER BY source"
            ).fetchall()
        return [DocumentSummary(*row) for row in rows]

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError where there is none."""
        with self._explained():
            row = self._connection.execute("SELECT * FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise KeyError(document_id)
        id_, title, source, content_hash, text, page_starts = row
        return Document(id_, title, source, content_hash, text, tuple(json.loads(page_starts)))

    def sentences(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Sentence]:
        """A document's sentences in order, from the last that begins at or before `start` to the last before `end`."""
        with self._explained():
            rows = self._connection.execute(
                'SELECT start, "end" FROM sentences WHERE document_id = :id AND start < :end AND start >= coalesce('
                "(SELECT max(start) FROM sentences WHERE document_id = :id AND start <= :start), 0) ORDER BY start",
                {"id": document_id, "start": start, "end": end},
            ).fetchall()
        return [Sentence(*row) for row in rows]

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages with these ids; ids that are gone are left out."""
        found = {}
        with self._explained():
            for id_ in ids:
                row = self._connection.execute(
                    'SELECT id, document_id, start, "end", text FROM passages WHERE id = ?', (id_,)
                ).fetchone()
                if row:
                    found[id_] = Passage(*row)
        return found

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages in order."""
        with self._explained():
            rows = self._connection.execute(
                'SELECT id, document_id, start, "end", text FROM passages WHERE document_id = ? ORDER BY start, id',
                (document_id,),
            ).fetchall()
        return [Passage(*row) for row in rows]

    def search_words(self, question: str, k: int) -> list[Hit]:
        """The `k` passages that match the question's words best, by BM25."""
        expression = keywords.match_expression(question)
        if not expression:
            return []
        with self._explained():
            rows = self._connection.execute(
                'SELECT p.id, p.document_id, p.start, p."end", p.text, hits.rank FROM '
                "(SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS hits "
                "JOIN passages AS p ON p.id = hits.rowid ORDER BY hits.rank",
                (expression, k),
            ).fetchall()
        return [Hit(Passage(*row[:5]), -row[5]) for row in rows]  # SQLite's BM25 is better when lower

    def all_vectors(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Every (passage id, vector), by id."""
        with self._explained():
            rows = self._connection.execute("SELECT passage_id, vector FROM vectors ORDER BY passage_id")
            for passage_id, blob in rows:
                yield passage_id, np.frombuffer(blob, np.float32)
