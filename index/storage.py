"""One SQLite file holds a collection: documents, sentences, passages, their vectors and their words.

It is the only truth; every change to it is one transaction, so a crash leaves the collection as it was
before the change or as it is after it. Vector files beside it can always be made again from the
vectors in here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.changes import RejectedFile
from index.checksums import checked, seal
from index.errors import CollectionError, reason_of
from index.files import placed_file
from index.migrations import FORMAT_VERSION, bring_up_to_date, create, set_fact
from index.pending import PendingPassage, rebuild_pending, settle
from index.records import DocumentSummary
from index.storage_connections import BUSY_SECONDS, damaged, is_not_writable, may_be_written
from index.storage_copy import Row, replace_rows
from index.storage_reader import StorageReader
from index.storage_rows import (
    PARTS,
    PreparedDocument,
    delete_document,
    insert_document,
    rebuild_words,
    vectors_by_view,
)


class Storage(StorageReader):
    """The SQLite file at `path`, made if it is not there, to be read and changed. Safe to use from several threads.

    Raises CollectionError for a file that is no collection or cannot be used.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writing = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        try:
            with self._explained():
                self._open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._writing:
            super().close()
            if self._writer:
                self._writer.close()

    def _open(self) -> None:
        """Open the file to be written, or only to be read where nothing can be written."""
        if not self.path.exists():
            self._create()
        if not self.path.stat().st_size:  # a new one is never empty: see _create
            raise damaged(self.path.parent, "its database is empty")
        if may_be_written(self.path):
            try:
                self._open_writer()
                return
            except sqlite3.OperationalError as error:
                if not is_not_writable(error) or not self._only_read(str(error)):
                    raise
        else:
            self._only_read("Permission denied")
        with self._reading() as connection:
            self._check_version(connection)

    def _create(self) -> None:
        """Make a new collection in one step: a file that was only begun would be taken for a damaged one."""
        try:
            with placed_file(self.path) as temporary, closing(self._connect(temporary)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN")
                create(connection)
                connection.execute("COMMIT")
        except OSError as error:
            raise CollectionError(
                f"The collection {self.path.parent} cannot be made ({reason_of(error)}): choose another folder."
            ) from error

    def _open_writer(self) -> None:
        """Open the connection to write with, and bring the tables up to date; what is to be done is looked up first
        without a lock, which only the first opener needs."""
        self._writer_stamp = self._stamp()
        self._writer = writer = self._connect()
        writer.execute("PRAGMA synchronous = FULL")
        if self._check_version(writer) != FORMAT_VERSION:
            with self._transaction():
                version = self._check_version(writer)
                if version != FORMAT_VERSION:
                    bring_up_to_date(writer, version)
        with suppress(sqlite3.OperationalError):  # another process is at it; the collection works without, too
            writer.execute("PRAGMA journal_mode = WAL")

    def _check_version(self, connection: sqlite3.Connection) -> int:
        """The format of the tables, one that this release knows. Raises CollectionError for any other."""
        try:
            version = _version(connection)
        except ValueError as error:
            raise damaged(self.path.parent, str(error)) from error
        if version is None:
            raise CollectionError(f"{self.path} is some other program's database: choose another folder.")
        if not 1 <= version <= FORMAT_VERSION:
            raise CollectionError(
                f"The collection {self.path.parent} has format {version}, this release reads formats up to "
                f"{FORMAT_VERSION}: install the newest Quotewise."
            )
        if version != FORMAT_VERSION and self.read_only:
            raise CollectionError(
                f"The collection {self.path.parent} is of an earlier release and cannot be changed "
                f"({self.read_only}): open it once where it can be written."
            )
        return version

    @contextmanager
    def _transaction(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """The connection to write with: all that is written in it, or nothing. Raises CollectionError where another one
        is written; without `wait`, at once."""
        with self._explained(), self._may_write(wait) as writer:
            writer.execute("BEGIN IMMEDIATE")
            try:
                self._check_place()
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                if writer.in_transaction:  # a full disk makes SQLite roll back by itself
                    writer.execute("ROLLBACK")
                raise
            self._check_place()  # what was written to a file that is deleted must not be taken for kept

    def _check_place(self) -> None:
        """Raise CollectionError where the file that is written does not lie in its place any more."""
        if self._stamp() != self._writer_stamp:
            raise CollectionError(f"The collection {self.path.parent} was replaced meanwhile: do that once more.")

    @contextmanager
    def _may_write(self, wait: bool) -> Iterator[sqlite3.Connection]:
        """The connection to write with, while no other thread does."""
        if not self._writing.acquire(blocking=wait):
            raise sqlite3.OperationalError("database is locked")
        try:
            if self.read_only:
                raise CollectionError(
                    f"The collection {self.path.parent} cannot be changed ({self.read_only}): see to that first."
                )
            if self._writer is None:
                raise sqlite3.ProgrammingError("closed")
            if not self._writer.in_transaction and self._stamp() != self._writer_stamp:
                self._writer.close()  # another collection was put in its place, as a repair does
                self._open_writer()
            if not wait:
                self._writer.execute("PRAGMA busy_timeout = 0")
            yield self._writer
        finally:
            if not wait and self._writer:
                with suppress(sqlite3.ProgrammingError):
                    self._writer.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
            self._writing.release()

    def set_meta(self, key: str, value: str) -> None:
        """Store a fact about the collection."""
        with self._transaction() as writer:
            set_fact(writer, key, value)

    def remove_meta(self, key: str) -> None:
        """Forget a fact about the collection."""
        with self._transaction() as writer:
            writer.execute("DELETE FROM meta WHERE key = ?", (key,))

    def replace_meta(self, key: str, earlier: str | None, value: str) -> bool:
        """Store a fact if `earlier` is what stands there, or what does is damaged; whether it was. Raises
        CollectionError, without waiting, where another one writes."""
        with self._transaction(wait=False) as writer:
            query = "SELECT value FROM meta WHERE key = ? AND checksum = checksum(key, value)"
            row = writer.execute(query, (key,)).fetchone()
            if (row[0] if row else None) != earlier:
                return False
            set_fact(writer, key, value)
            return True

    def put(self, prepared: Iterable[PreparedDocument]) -> None:
        """Store documents, each in place of any earlier one with its id, all of them or none. Of one without vectors,
        those passages are pending whose views the earlier one did not have.

        Raises ValueError where another document has the same source.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._transaction() as writer:
            for one in prepared:
                row = writer.execute("SELECT added FROM documents WHERE id = ?", (one.document.id,)).fetchone()
                known = vectors_by_view(writer, one.document.id) if row and one.vectors is None else {}
                delete_document(writer, one.document.id)
                insert_document(writer, one, one.added or (row[0] if row else now), known)
            _raise_revision(writer)

    def settle(self, encoded: Sequence[PendingPassage], vectors: NDArray[np.float32]) -> int:
        """Store the vectors of pending passages, float32 of shape [encoded, dimension]; how many were taken, since some
        may be gone or settled meanwhile. The documents are the same, and so is the revision."""
        with self._transaction() as writer:
            return settle(writer, encoded, vectors)

    def delete(self, document_ids: Iterable[str], left_out: Iterable[str] = ()) -> None:
        """Remove documents and everything made from them, and forget these files that could not be read: all of them or
        none."""
        with self._transaction() as writer:
            for document_id in document_ids:
                delete_document(writer, document_id)
            writer.executemany("DELETE FROM left_out WHERE source = ?", ((source,) for source in left_out))
            _raise_revision(writer)

    def rename(self, document_id: str, to: DocumentSummary) -> None:
        """Let a document be known by another id, title and source and by the facts of another file; its text stays."""
        with self._transaction() as writer:
            writer.execute(
                "UPDATE documents SET id = ?, title = ?, source = ?, sha256 = ?, size = ?, modified_ns = ?, "
                "extraction = ? WHERE id = ?",
                (to.id, to.title, to.source, to.sha256, to.size, to.modified_ns, to.extraction, document_id),
            )
            for table in PARTS:
                writer.execute(f"UPDATE {table} SET document_id = ? WHERE document_id = ?", (to.id, document_id))
            seal(writer, to.id, renew_digest=False)
            _raise_revision(writer)

    def note_left_out(self, refused: Iterable[RejectedFile], forgotten: Iterable[str]) -> None:
        """Remember files that could not be read, and forget those of these sources that are not among them."""
        with self._transaction() as writer:
            writer.executemany("DELETE FROM left_out WHERE source = ?", ((source,) for source in forgotten))
            rows = ((one.source, one.reason) for one in refused)
            writer.executemany("INSERT OR REPLACE INTO left_out VALUES (?, ?)", rows)

    def take_over(self, rows: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Store rows of these tables just as they are, in place of what is there, all of them or none; the indexes of
        words, and what is pending, are made anew."""
        with self._transaction() as writer:
            for table, row in rows:
                writer.execute(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
            rebuild_words(writer)
            rebuild_pending(writer)

    def replace_rows(self, document_ids: Iterable[str], rows: Iterable[Row]) -> None:
        """Store rows just as they are in place of all that is there of these documents, all of them or none; see
        `index.storage_copy.replace_rows`."""
        with self._transaction() as writer:
            replace_rows(writer, document_ids, rows)
            _raise_revision(writer)

    def forget_removals(self, number: int) -> None:
        """Forget the removals up to `number`, which no vector file has to be told of any more. Raises CollectionError,
        without waiting, where another one writes."""
        with self._transaction(wait=False) as writer:
            row = writer.execute("SELECT value FROM meta WHERE key = 'removals_forgotten'").fetchone()
            if number > int(row[0] if row else 0):
                writer.execute("DELETE FROM removals WHERE number <= ?", (number,))
                set_fact(writer, "removals_forgotten", str(number))


def _version(connection: sqlite3.Connection) -> int | None:
    """The format of the tables, None where they are not ours. ValueError where it is not as it was stored."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    row = connection.execute("SELECT * FROM meta WHERE key = 'format_version'").fetchone()
    if row is None or not str(row[1]).isdigit():
        return 0
    return int(checked(row, "the format")[1] if len(row) == 3 else row[1])


def _raise_revision(writer: sqlite3.Connection) -> None:
    row = writer.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    set_fact(writer, "revision", str(int(row[0]) + 1 if row and str(row[0]).isdigit() else 1))
