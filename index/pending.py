"""Passages whose vectors are still to be made. They are stored with their text first, and found by their words.

That is nearly as good: of 91 questions over manuals, the right passage was among the eight read for 92% by words alone,
and for 93% with vectors; among 16 documents, for 90% and 91%.

Which these are stands in a table of its own, so that to ask whether there are any costs next to nothing; it can be made
again from the passages and the vectors.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.checksums import COLUMNS, checked, seal
from index.storage_rows import WORD_INDEXES, insert_vector

BATCH_CHARACTERS = 100_000  # of views that are encoded and stored together: some seconds on two cores
WITHOUT_VECTORS = "SELECT id FROM passages WHERE id NOT IN (SELECT passage_id FROM vectors)"


@dataclass(frozen=True, slots=True)
class PendingPassage:
    """A passage without a vector, and the text of its view that the vector is made of."""

    id: int
    view: str


def count_pending(connection: sqlite3.Connection, within: Iterable[str] | None = None) -> int:
    """How many passages are pending, of the documents `within`, if given."""
    total = int(connection.execute("SELECT count(*) FROM pending").fetchone()[0])
    if not total or within is None:
        return total
    documents = set(within)
    return sum(count for id_, count in pending_by_document(connection).items() if id_ in documents)


def pending_by_document(connection: sqlite3.Connection) -> dict[str, int]:
    """How many passages of each document are pending, where any are."""
    return dict(
        connection.execute(
            "SELECT p.document_id, count(*) FROM pending JOIN passages AS p ON p.id = passage_id GROUP BY p.document_id"
        ).fetchall()
    )


def next_pending(connection: sqlite3.Connection) -> list[PendingPassage]:
    """Those that have waited longest, as many as are encoded together."""
    query = (
        f"SELECT p.id, {', '.join('p.' + one for one in COLUMNS['passages'].split(', '))}, p.checksum "
        "FROM pending JOIN passages AS p ON p.id = passage_id ORDER BY p.id"
    )
    found: list[PendingPassage] = []
    characters = 0
    for row in connection.execute(query):
        view = str(checked(row[1:], "a passage")[3])
        found.append(PendingPassage(int(row[0]), view))
        characters += len(view)
        if characters >= BATCH_CHARACTERS:
            break
    return found


def settle(writer: sqlite3.Connection, encoded: Sequence[PendingPassage], vectors: NDArray[np.float32]) -> int:
    """Store the vectors, float32 of shape [encoded, dimension], inside the caller's transaction; how many were taken.
    What was removed or settled meanwhile is passed over.

    Stores of vectors take in what lies behind the last passage they know. So a passage gets a new id with its vector,
    and passages of one document stay in order.
    """
    waiting = json.dumps([one.id for one in encoded])
    query = "SELECT passage_id, document_id FROM pending JOIN passages ON id = passage_id WHERE passage_id IN "
    documents = dict(writer.execute(f"{query}(SELECT value FROM json_each(?))", (waiting,)).fetchall())
    for one, vector in zip(encoded, vectors, strict=True):
        if one.id in documents:
            insert_vector(writer, _renumbered(writer, one), vector)
    for document_id in set(documents.values()):
        seal(writer, document_id)
    return len(documents)


def _renumbered(writer: sqlite3.Connection, one: PendingPassage) -> int:
    """Give the passage the next id, in the indexes of words as well; it is pending no more."""
    writer.execute("DELETE FROM pending WHERE passage_id = ?", (one.id,))
    columns = f"document_id, {COLUMNS['passages']}, checksum"
    for index in WORD_INDEXES:
        writer.execute(f"INSERT INTO {index} ({index}, rowid, view) VALUES ('delete', ?, ?)", (one.id, one.view))
    row = writer.execute(f"SELECT {columns} FROM passages WHERE id = ?", (one.id,)).fetchone()
    writer.execute("DELETE FROM passages WHERE id = ?", (one.id,))
    marks = ", ".join("?" * len(row))
    id_ = writer.execute(f"INSERT INTO passages ({columns}) VALUES ({marks})", row).lastrowid
    for index in WORD_INDEXES:
        writer.execute(f"INSERT INTO {index} (rowid, view) VALUES (?, ?)", (id_, one.view))
    return int(id_ or 0)


def rebuild_pending(writer: sqlite3.Connection) -> None:
    """Make the table anew from the passages and the vectors."""
    writer.execute("DELETE FROM pending")
    writer.execute(f"INSERT INTO pending {WITHOUT_VECTORS}")
