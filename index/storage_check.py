"""Whether all that a collection's SQLite file holds is as it was stored, and what of it is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.checksums import COLUMNS, checksum, digest_expression, heed_interrupt
from index.errors import DamageError
from index.pending import WITHOUT_VECTORS
from index.storage_connections import StorageConnections
from index.storage_rows import PARTS, WORD_INDEXES

MOST_TOLD = 3  # of SQLite's own findings, which can be thousands of one fault
NAMES = {
    "texts": "text",
    "sentences": "sentences",
    "blocks": "structure",
    "passages": "passages",
    "vectors": "vectors",
    "words": "index of words",
    "spellings": "index of spellings",
}


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was stored. `document_id` and `source` are those of the document it belongs to, ""
    for what belongs to the whole collection."""

    what: str
    document_id: str = ""
    source: str = ""


def storage_faults(path: Path) -> list[Damage]:
    """What of a collection's SQLite file is not as it was stored. Everything in it is read once.

    Raises CollectionError where it cannot be opened at all.
    """
    if not path.stat().st_size:
        return [Damage("the database is empty")]
    checker = _Checker(path)
    try:
        return list(checker.faults())
    except DamageError:
        return [Damage("the database cannot be opened")]
    finally:
        checker.close()


class LenientConnections(StorageConnections):
    """Reads a collection's SQLite file without trusting it."""

    @contextmanager
    def lenient(self) -> Iterator[sqlite3.Connection]:
        """A connection that gives also what is no text any more."""
        with self._explained():
            with suppress(sqlite3.DatabaseError):
                if not self._can_be_read():
                    self._only_read("it cannot be opened")
            with closing(self._connect()) as connection:
                # SQLite then reads what is left of a file that was cut. Nothing is written.
                connection.execute("PRAGMA writable_schema = ON")
                connection.text_factory = lambda data: data.decode("utf-8", "replace")
                yield connection


class _Checker(LenientConnections):
    def faults(self) -> Iterator[Damage]:
        """Everything that is found, what belongs to the whole collection first."""
        with self.lenient() as connection:
            opening = list(self._opening_faults())
            yield from opening
            try:
                connection.execute("BEGIN")  # what is written meanwhile is not seen
                yield from _database_faults(connection)
                yield from _fact_faults(connection)
                yield from _document_faults(connection)
                connection.execute("ROLLBACK")
            except (sqlite3.DatabaseError, TypeError, ValueError) as error:
                heed_interrupt()
                if not opening:
                    yield Damage(f"the database cannot be read to its end ({error})")
                return
            if not self.read_only:
                yield from _index_faults(connection)

    def _opening_faults(self) -> Iterator[Damage]:
        """What keeps the file from being opened as usual, such as a cut at its end."""
        try:
            self._can_be_read()
        except sqlite3.DatabaseError as error:
            yield Damage(f"the database is damaged ({error})")


def _database_faults(connection: sqlite3.Connection) -> Iterator[Damage]:
    for (message,) in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})"):
        if message != "ok":
            yield Damage(f"the database is damaged ({' '.join(str(message).split())})")


def _fact_faults(connection: sqlite3.Connection) -> Iterator[Damage]:
    keys = set()
    for key, value, stored in connection.execute("SELECT key, value, checksum FROM meta"):
        keys.add(key)
        if checksum(key, value) != stored:
            yield Damage(f"the fact {key!r} is damaged")
    documents = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
    wanted = {"format_version", "revision", *(["encoder"] if documents else [])}
    yield from (Damage(f"the fact {key!r} is missing") for key in sorted(wanted - keys))
    for query, what in (
        ("SELECT 1 FROM removals WHERE passage_id IN (SELECT id FROM passages)", "a passage is there that was removed"),
        ("SELECT 1 FROM vectors WHERE passage_id NOT IN (SELECT id FROM passages)", "a vector belongs to no passage"),
        (f"SELECT 1 FROM ({WITHOUT_VECTORS} EXCEPT SELECT passage_id FROM pending)", "a passage has no vector"),
        (f"SELECT 1 FROM (SELECT passage_id FROM pending EXCEPT {WITHOUT_VECTORS})", "a vector is taken for missing"),
        ("SELECT 1 FROM sqlite_sequence WHERE name = 'passages' AND seq < (SELECT max(id) FROM passages)",
         "the numbers of the passages are damaged"),
    ):  # fmt: skip
        if connection.execute(query).fetchone():
            yield Damage(what)


def _document_faults(connection: sqlite3.Connection) -> Iterator[Damage]:
    """By document, one fault for each kind of rows."""
    sources = dict(connection.execute("SELECT id, source FROM documents"))
    found: dict[tuple[str, str], None] = {}
    query = f"SELECT {COLUMNS['documents']}, checksum FROM documents"
    for row in connection.execute(query):
        if checksum(*row[:-1]) != row[-1]:
            found[row[0], "what is known of it is damaged"] = None
    for table in PARTS:
        for row in connection.execute(f"SELECT document_id, {COLUMNS[table]}, checksum FROM {table}"):
            if row[0] not in sources:
                found["", f"{NAMES[table]} belong to no document"] = None
            elif checksum(*row[1:-1]) != row[-1]:
                found[row[0], f"its {NAMES[table]} {_are(table)} damaged"] = None
    vectors = (
        "SELECT p.document_id, v.passage_id, v.vector, v.checksum FROM vectors AS v JOIN passages AS p "
        "ON p.id = v.passage_id"
    )
    for id_, passage, vector, stored in connection.execute(vectors):
        if checksum(passage, vector) != stored:
            found[id_, "its vectors are damaged"] = None
    for (id_,) in connection.execute(f"SELECT id FROM documents WHERE digest != {digest_expression('documents.id')}"):
        if not any(one == id_ for one, _ in found):
            found[id_, "a part of it is missing"] = None
    for id_, what in found:
        yield Damage(what, id_, str(sources.get(id_, "")))


def _are(table: str) -> str:
    return "is" if table in ("texts", "blocks") else "are"


def _index_faults(connection: sqlite3.Connection) -> Iterator[Damage]:
    """FTS5 compares its indexes with the passages only where it might write."""
    for index in WORD_INDEXES:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.OperationalError as error:  # another process writes all the time, or the disk is full
            if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
                yield Damage(f"the {NAMES[index]} is damaged")
        except sqlite3.DatabaseError:
            yield Damage(f"the {NAMES[index]} is damaged")
        finally:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
