"""What of a damaged SQLite file is intact, to be stored in another one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from index.checksums import COLUMNS, checksum, digest, heed_interrupt
from index.records import Document
from index.storage_check import LenientConnections
from index.storage_rows import PARTS
from index.stored import read_block, read_parts

ORDER = {"texts": "document_id", "sentences": "start", "blocks": "start", "passages": "id"}
NOT_COPIED = ("format_version", "revision", "encoder", "vectors", "removals_forgotten")
Row = tuple[str, Sequence[Any]]  # a table and a row of it


@dataclass(frozen=True, slots=True)
class Remains:
    """A document of which something is damaged: where its file lay ("": that is not known), when it was first added,
    and the document itself where its text and structure are intact."""

    id: str
    source: str
    document: Document | None


class Salvage(LenientConnections):
    """Reads what is intact of a SQLite file that is not trusted. `is_complete` tells whether all documents were seen,
    intact or not."""

    is_complete = True

    def sound_rows(self, remains: list[Remains], *, with_documents: bool) -> Iterator[Row]:
        """The rows of all intact documents, of the facts about the collection and of the files that could not be read;
        what is left of other documents, or of all without `with_documents`, is added to `remains`."""
        with self.lenient() as connection:
            for query, table in (
                ("SELECT key, value, checksum FROM meta", "meta"),
                ("SELECT * FROM left_out", "left_out"),
            ):
                for row in _readable(connection, query):
                    if table != "meta" or (checksum(*row[:-1]) == row[-1] and row[0] not in NOT_COPIED):
                        yield table, row
            for known in self._documents(connection):
                rows = _rows_of(connection, str(known[0]))
                if with_documents and _is_sound(known, rows):
                    yield "documents", known
                    yield from rows
                else:
                    remains.append(_remains(known, rows))

    def _documents(self, connection: sqlite3.Connection) -> Iterator[Sequence[Any]]:
        """The row of each document: as the table gives them, and, where that breaks off, by the ids in other tables."""
        query = f"SELECT {COLUMNS['documents']}, checksum FROM documents"
        seen = set()
        for row in _readable(connection, query):
            seen.add(row[0])
            yield row
        for table in PARTS:
            for (id_,) in _readable(connection, f"SELECT document_id FROM {table}"):
                if id_ not in seen:
                    seen.add(id_)
                    rows = _readable(connection, f"{query} WHERE id = ?", id_)
                    self.is_complete = self.is_complete and bool(rows)
                    yield from rows
        counted = _readable(connection, "SELECT count(*) FROM documents")
        self.is_complete = self.is_complete and bool(counted) and counted[0][0] == len(seen)

    def fact(self, key: str) -> str | None:
        """A fact about the collection, if it is intact."""
        with self.lenient() as connection:
            for row in _readable(connection, "SELECT key, value, checksum FROM meta"):
                if row[0] == key and checksum(*row[:-1]) == row[-1]:
                    return str(row[1])
        return None


def _readable(connection: sqlite3.Connection, query: str, *given: Any) -> list[Sequence[Any]]:
    """The rows up to the first one that cannot be read."""
    rows: list[Sequence[Any]] = []
    with suppress(sqlite3.DatabaseError):
        for row in connection.execute(query, given):
            rows.append(row)  # those before an error count
    heed_interrupt()
    return rows


def _rows_of(connection: sqlite3.Connection, document_id: str) -> list[Row]:
    found: list[Row] = []
    for table in PARTS:
        query = f"SELECT * FROM {table} WHERE document_id = ? ORDER BY {ORDER[table]}"
        found += [(table, row) for row in _readable(connection, query, document_id)]
    query = (
        "SELECT v.passage_id, v.vector, v.checksum FROM passages AS p JOIN vectors AS v ON v.passage_id = p.id "
        "WHERE p.document_id = ? ORDER BY p.id"
    )
    return found + [("vectors", row) for row in _readable(connection, query, document_id)]


def _is_sound(known: Sequence[Any], rows: Sequence[Row]) -> bool:
    """Whether all rows of a document are there and as they were stored."""
    parts = (",".join(str(row[-1]) for one, row in rows if one == table) or None for table in (*PARTS, "vectors"))
    return (
        _is_as_stored("documents", known) and digest(*parts) == known[-2] and all(_is_as_stored(*row) for row in rows)
    )


def _is_as_stored(table: str, row: Sequence[Any]) -> bool:
    first = {"documents": 0, "vectors": 0, "passages": 2}.get(table, 1)  # ids of documents are not part of it
    return bool(checksum(*row[first:-1]) == row[-1])


def _remains(known: Sequence[Any], rows: Sequence[Row]) -> Remains:
    source = str(known[2])
    blocks = [row for table, row in rows if table == "blocks"]
    texts = [row for table, row in rows if table == "texts"]
    whole = [("documents", known), *(("texts", row) for row in texts), *(("blocks", row) for row in blocks)]
    document = None
    if texts and all(_is_as_stored(*row) for row in whole):
        with suppress(ValueError, TypeError):  # a block is missing
            _, text, parts, marks, _ = texts[0]
            page_starts, locators = read_parts(parts)
            document = Document(
                id=known[0], title=known[1], source=source, sha256=known[3], text=text,
                page_starts=page_starts, size=known[4], modified_ns=known[5], extraction=known[6], locators=locators,
                blocks=tuple(read_block(row[1:]) for row in blocks),
                marks=tuple((start, end) for start, end in json.loads(marks)), unreadable=tuple(json.loads(known[11])),
            )  # fmt: skip
    return Remains(str(known[0]), source, document)
