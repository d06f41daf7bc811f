"""The tables of a collection, and how those of earlier releases are brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from index.checksums import COLUMNS, digest_expression
from index.keywords import WORD_TABLES

FORMAT_VERSION = 8

# The tables of format 5. A new collection gets these, and then what the steps from there add.
SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Texts have a table of their own, so that listing documents never reads them.
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
        size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, extraction INTEGER NOT NULL, added TEXT NOT NULL,
        characters INTEGER NOT NULL, passages INTEGER NOT NULL, pages INTEGER NOT NULL,
        unreadable TEXT NOT NULL)""",
    "CREATE INDEX documents_of_content ON documents (sha256)",
    """CREATE TABLE texts (
        document_id TEXT PRIMARY KEY, text TEXT NOT NULL, page_starts TEXT NOT NULL, marks TEXT NOT NULL)""",
    """CREATE TABLE sentences (
        document_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        PRIMARY KEY (document_id, start)) WITHOUT ROWID""",
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
        view TEXT NOT NULL, map TEXT NOT NULL)""",
    "CREATE INDEX passages_of_document ON passages (document_id)",
    "CREATE TABLE vectors (passage_id INTEGER PRIMARY KEY, vector BLOB NOT NULL)",
    # Passages that were removed, in that order, so that a vector store can catch up.
    "CREATE TABLE removals (number INTEGER PRIMARY KEY AUTOINCREMENT, passage_id INTEGER NOT NULL)",
    WORD_TABLES[0],
    """CREATE TABLE blocks (
        document_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL,
        level INTEGER NOT NULL, mark INTEGER NOT NULL, cells TEXT NOT NULL, header TEXT NOT NULL,
        PRIMARY KEY (document_id, start)) WITHOUT ROWID""",
    *WORD_TABLES[1:],
    # Files that were to be added and could not be read.
    "CREATE TABLE left_out (source TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID",
)

# From format 1, which had everything about a document in one row and nothing about its file. What is not known of the
# files stays empty, so that they are read again when they are added the next time.
TO_FORMAT_2 = (
    "ALTER TABLE documents RENAME TO earlier",
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
        size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, extraction INTEGER NOT NULL, added TEXT NOT NULL,
        characters INTEGER NOT NULL, passages INTEGER NOT NULL, pages INTEGER NOT NULL)""",
    SCHEMA[2],
    "CREATE TABLE texts (document_id TEXT PRIMARY KEY, text TEXT NOT NULL, page_starts TEXT NOT NULL)",
    SCHEMA[8],
    """INSERT INTO documents
        SELECT id, title, source, '', 0, 0, 0, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), characters(text),
            (SELECT count(*) FROM passages WHERE document_id = earlier.id), json_array_length(page_starts)
        FROM earlier""",
    "INSERT INTO texts SELECT id, text, page_starts FROM earlier",
    "DROP TABLE earlier",
    "DELETE FROM meta WHERE key = 'vectors'",
)
# Format 2 knew no blocks and no views: its passages are read as they stand until their files are read again.
TO_FORMAT_3 = (
    SCHEMA[10],
    "ALTER TABLE texts ADD COLUMN marks TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE passages ADD COLUMN view TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE passages ADD COLUMN map TEXT NOT NULL DEFAULT ''",
    """UPDATE passages SET view = text, map = json_array(
        0, json_array(json_array(0, characters(text))), json_array(json_array(0, characters(text), start, "end")))""",
    "DROP TABLE words",
    SCHEMA[9],
    "INSERT INTO words (words) VALUES ('rebuild')",
)
# Format 3 did not keep which pages cannot be read; files with pages are read again when they are added the next time.
TO_FORMAT_4 = (
    "ALTER TABLE documents ADD COLUMN unreadable TEXT NOT NULL DEFAULT '[]'",
    "UPDATE documents SET extraction = 0 WHERE pages > 0",
)
# Format 4 knew words only by their stems, and not which files could not be read: those are noted when they are added
# the next time.
TO_FORMAT_5 = (*SCHEMA[11:], "INSERT INTO spellings (spellings) VALUES ('rebuild')")
# Format 5 could not tell whether a row is as it was written.
TO_FORMAT_6 = (
    *(
        f"ALTER TABLE {table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0"
        for table in COLUMNS
        if table != "documents"
    ),
    "ALTER TABLE documents ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
    *(f"UPDATE {table} SET checksum = checksum({COLUMNS[table]})" for table in COLUMNS if table != "documents"),
    f"UPDATE documents SET digest = {digest_expression('documents.id')}",
    f"UPDATE documents SET checksum = checksum({COLUMNS['documents']})",
)
# Format 6 stored no document before its vectors were made.
TO_FORMAT_7 = (
    # Passages without a vector as yet: each passage is in here or among the vectors.
    "CREATE TABLE pending (passage_id INTEGER PRIMARY KEY)",
)
# Format 7 knew pages only: where a document's other parts begin is now written with its page starts (`index.stored`).
TO_FORMAT_8: tuple[str, ...] = ()
# By the format they start from; each leads to the next one.
STEPS: dict[int, Sequence[str]] = {
    1: TO_FORMAT_2,
    2: TO_FORMAT_3,
    3: TO_FORMAT_4,
    4: TO_FORMAT_5,
    5: TO_FORMAT_6,
    6: TO_FORMAT_7,
    7: TO_FORMAT_8,
}


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a new collection, inside the caller's transaction."""
    for statement in (*SCHEMA, *TO_FORMAT_6, *TO_FORMAT_7):
        connection.execute(statement)
    set_fact(connection, "format_version", str(FORMAT_VERSION))
    set_fact(connection, "revision", "0")


def bring_up_to_date(connection: sqlite3.Connection, version: int) -> None:
    """Change the tables of format `version` to today's, inside the caller's transaction."""
    for step in range(version, FORMAT_VERSION):
        for statement in STEPS[step]:
            connection.execute(statement)
    set_fact(connection, "format_version", str(FORMAT_VERSION))


def set_fact(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Store a fact about the collection, inside the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2, checksum(?1, ?2))", (key, value))
