"""The connections to a collection's SQLite file: one for each thread that reads, on one state for as long as wanted."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.checksums import add_functions, heed_interrupt
from index.errors import CollectionError, DamageError, reason_of
from index.files import home
from index.kept_documents import KeptDocuments

# What SQLite says where a file or its folder cannot be written to: SQLITE_READONLY, _CANTOPEN, _FULL, _IOERR, _PERM.
NOT_WRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PERM")
SHARED_MEMORY_BYTES = 32_768  # what SQLite needs beside the file for as long as it is open to be written
BUSY_SECONDS = 10  # how long a writer waits for another process to finish its transaction
MOST_IDLE = 8  # connections for reading that are kept open while nobody reads
Stamp = tuple[int, ...]  # tells one file at a place from another


class Connection(sqlite3.Connection):
    """A connection to one file for as long as it is open. `looked_up` has what takes long to look up, by its name, with
    the revision of the documents for which that holds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.looked_up: dict[str, tuple[int, Any]] = {}


class StorageConnections:
    """The SQLite file at `path`. Several threads read side by side, each with a connection of its own, and beside a
    writer.

    Raises CollectionError where the file cannot be used, DamageError where it does not hold what was stored.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[tuple[Stamp, Connection]] = []
        self._lock = threading.Lock()  # for the list of idle connections
        self._closed = False
        self._pinned = threading.local()
        self._kept = KeptDocuments()
        self._address = ""  # the URI to read by, where the file can only be read
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self.read_only = ""  # why nothing can be written, "" where it can

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            self._drop_idle()

    def _drop_idle(self) -> None:
        for _, connection in self._idle:
            connection.close()
        self._idle.clear()

    def _connect(self, path: Path | None = None) -> Connection:
        """A connection to the file, or to the one at `path`."""
        place = path or self._address or self.path
        connection = sqlite3.connect(
            place,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=isinstance(place, str),
            factory=Connection,
        )
        add_functions(connection)
        return connection

    def _only_read(self, reason: str) -> bool:
        """Read the file from now on without writing anything beside it, since that cannot be done; whether it can be
        read so. `reason` is told where the system tells none."""
        self.read_only = why_not_writable(self.path.parent) or reason
        address, log = self.path.as_uri(), Path(f"{self.path}-wal")
        self._address = f"{address}?mode=ro"
        if not self._can_be_read():  # the file beside it that SQLite shares memory by cannot be made
            unwritten = log.exists() and log.stat().st_size
            self._address = self._copied(log) if unwritten else f"{address}?mode=ro&immutable=1"
        return self._can_be_read()

    def _can_be_read(self) -> bool:
        try:
            with closing(self._connect()) as connection:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            return False
        return True

    def _copied(self, log: Path) -> str:
        """The URI of a copy of the file with the changes in its log, which SQLite cannot read where it lies."""
        self._copy = tempfile.TemporaryDirectory(prefix="quotewise-")
        copy = Path(self._copy.name) / self.path.name
        try:
            shutil.copyfile(self.path, copy)
            shutil.copyfile(log, f"{copy}-wal")
        except OSError as error:
            raise CollectionError(
                f"The collection {self.path.parent} cannot be read ({self.read_only}), and a copy cannot be made "
                f"({reason_of(error)}): make room on the disk."
            ) from error
        return copy.as_uri()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """While it is open, all that this thread reads is of one state, whatever is written meanwhile."""
        if self._pinned_here():
            yield
            return
        with self._explained(), self._own_connection() as connection:
            connection.execute("BEGIN")
            self._pinned.connection = connection
            try:
                yield
            finally:
                self._pinned.connection = None
                if connection.in_transaction:  # SQLite ends it by itself where the disk fails
                    connection.execute("ROLLBACK")

    def _pinned_here(self) -> Connection | None:
        """The connection on which this thread sees one state, if it does."""
        return getattr(self._pinned, "connection", None)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection to read with. What cannot be made of the rows that are read there is damage."""
        with self._explained():
            try:
                if pinned := self._pinned_here():
                    yield pinned
                else:
                    with self._own_connection() as connection:
                        yield connection
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
                raise damaged(self.path.parent, str(error)) from error

    @contextmanager
    def _reading_one_state(self) -> Iterator[Connection]:
        """A connection whose reads all see the same state, whatever is written meanwhile."""
        with self.snapshot(), self._reading() as connection:
            yield connection

    @contextmanager
    def _own_connection(self) -> Iterator[Connection]:
        """A connection that no other thread uses, to the file that lies there now."""
        stamp = self._stamp()
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("closed")
            if any(one != stamp for one, _ in self._idle):  # another collection was put in its place
                self._drop_idle()
            connection = self._idle.pop()[1] if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed and len(self._idle) < MOST_IDLE
                if keep:
                    self._idle.append((stamp, connection))
            if not keep:
                connection.close()

    def _stamp(self) -> Stamp:
        """Which file lies there now. Raises CollectionError where there is none."""
        try:
            facts = self.path.stat()
        except FileNotFoundError as error:
            raise CollectionError(
                f"The collection {self.path.parent} is not there any more: make it again with 'quotewise index PATH'."
            ) from error
        except OSError as error:
            raise CollectionError(
                f"The collection {self.path.parent} cannot be used ({error.strerror}): check the folder."
            ) from error
        # What can only be read is not locked, so that another machine may change it.
        changing = (facts.st_size, facts.st_mtime_ns) if self.read_only else ()
        return facts.st_dev, facts.st_ino, *changing

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into one sentence each."""
        folder = self.path.parent
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise ValueError(f"these documents cannot stand beside one another: {error}") from error
        except sqlite3.OperationalError as error:
            heed_interrupt()
            reason, name = str(error), getattr(error, "sqlite_errorname", "")
            if name == "SQLITE_ERROR" or "decode" in reason:  # a table or column is missing, a text is none
                raise damaged(folder, reason) from error
            advice = "try again when the other program has finished" if "locked" in reason else "check the folder"
            raise CollectionError(f"The collection {folder} cannot be used ({reason}): {advice}.") from error
        except sqlite3.ProgrammingError as error:
            raise CollectionError(f"The collection {folder} has been closed: open it again.") from error
        except sqlite3.DatabaseError as error:
            raise damaged(folder, str(error)) from error


def damaged(folder: Path, reason: str) -> DamageError:
    """The error that says that the collection in `folder` does not hold what was stored, and how it is mended."""
    option = "" if folder == home() / "collection" else f" --collection {folder}"
    why = " ".join(reason.split())[:200]
    return DamageError(f"The collection {folder} is damaged ({why}): mend it with 'quotewise check --repair{option}'.")


def is_not_writable(error: sqlite3.Error) -> bool:
    """Whether SQLite could not go on because something cannot be written."""
    return getattr(error, "sqlite_errorname", "").startswith(NOT_WRITABLE)


def may_be_written(path: Path) -> bool:
    """Whether nothing says that the file cannot be written. Its disk may be full none the less."""
    read_only = hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY
    return not read_only and os.access(path, os.W_OK)


def why_not_writable(folder: Path) -> str:
    """What the system says where a collection in the folder cannot be written; "" where it can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(SHARED_MEMORY_BYTES))
    except OSError as error:
        return reason_of(error)
    return ""
