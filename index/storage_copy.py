"""The rows of a document as they are stored, to be stored in another database just so: without its vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from index.checksums import checksum
from index.storage_rows import PARTS, WORD_INDEXES, delete_document

FACTS = ""  # in place of a document's id: what is stored of none of them
# What an answer needs to know of the collection: the encoder, and what confidences mean over its documents.
TRAVELS = "key = 'encoder' OR key LIKE 'note calibration %'"
COPY_OF = "copy_of"  # the fact in the database of a copy that names what it is a copy of
TABLES = ("documents", *PARTS, "meta", "left_out")
Row = tuple[str, Sequence[Any]]  # a table and a row of it


def stored_checksums(connection: sqlite3.Connection) -> dict[str, int]:
    """A number for each document, by id, and for FACTS, which is another one when anything of it is changed."""
    found = dict(connection.execute("SELECT id, checksum FROM documents").fetchall())
    return {FACTS: stored_facts_checksum(connection), **found}


def stored_facts_checksum(connection: sqlite3.Connection) -> int:
    """The number of FACTS."""
    return checksum(*stored_rows(connection, FACTS))


def stored_rows(connection: sqlite3.Connection, document_id: str) -> list[Row]:
    """All rows of a document, passages in the order of their ids, or those of FACTS."""
    if document_id == FACTS:
        facts = connection.execute(f"SELECT * FROM meta WHERE {TRAVELS} ORDER BY key")
        rows = [("meta", row) for row in facts]
        return rows + [("left_out", row) for row in connection.execute("SELECT * FROM left_out ORDER BY source")]
    found = [("documents", row) for row in connection.execute("SELECT * FROM documents WHERE id = ?", (document_id,))]
    for table in PARTS:
        order = "id" if table == "passages" else "rowid" if table == "texts" else "start"
        query = f"SELECT * FROM {table} WHERE document_id = ? ORDER BY {order}"
        found += [(table, row) for row in connection.execute(query, (document_id,))]
    return found


def replace_rows(writer: sqlite3.Connection, document_ids: Iterable[str], rows: Iterable[Row]) -> None:
    """Store rows in place of all that is there of these documents, inside the caller's transaction. Raises ValueError
    for a row of another table."""
    for document_id in document_ids:
        if document_id == FACTS:
            writer.execute(f"DELETE FROM meta WHERE {TRAVELS}")
            writer.execute("DELETE FROM left_out")
        else:
            delete_document(writer, document_id)
    for table, row in rows:
        if table not in TABLES:
            raise ValueError(f"a row of {table!r}")
        writer.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        if table == "passages":
            for index in WORD_INDEXES:
                writer.execute(f"INSERT INTO {index} (rowid, view) VALUES (?, ?)", (row[0], row[5]))
