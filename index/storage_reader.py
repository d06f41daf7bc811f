"""What is read of a collection's SQLite file: documents, sentences, passages, their vectors and their words."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import keywords, vocabulary
from index.changes import RejectedFile
from index.checksums import COLUMNS, checked
from index.pending import PendingPassage, count_pending, next_pending, pending_by_document
from index.ranking import IDS_WITH, best_matches
from index.records import Block, Document, DocumentSummary, Hit, Parts, Passage, Place, Sentence
from index.storage_connections import Connection, StorageConnections
from index.storage_copy import COPY_OF, Row, stored_checksums, stored_facts_checksum, stored_rows
from index.stored import read_block, read_ids, read_parts, read_passage
from index.vectors.store import Ids, Position

LookedUp = TypeVar("LookedUp")
BEYOND = 2**62  # an offset that no document reaches
PASSAGE = 'p.id, p.document_id, p.start, p."end", p.text, p.view, p.map, p.checksum'  # the columns of a Passage


class StorageReader(StorageConnections):
    """What is read of the SQLite file at `path`, which is there and has today's tables."""

    def meta(self, key: str) -> str | None:
        """A stored fact about the collection, or None."""
        with self._reading() as connection:
            row = connection.execute("SELECT key, value, checksum FROM meta WHERE key = ?", (key,)).fetchone()
            return str(checked(row, f"the fact {key!r}")[1]) if row else None

    def revision(self) -> int:
        """A number that every change to the documents raises."""
        with self._reading():
            return int(self.meta("revision") or 0)

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages there are. To count them anew for every question took 1.3 ms with
        10,000 documents."""

        def count(connection: Connection) -> tuple[int, int]:
            row = connection.execute("SELECT count(*), coalesce(sum(passages), 0) FROM documents").fetchone()
            return int(row[0]), int(row[1])

        return self._of_documents("counts", count)

    def _of_documents(self, name: str, look_up: Callable[[Connection], LookedUp]) -> LookedUp:
        """What is looked up in all documents: once for each state of them that a connection sees."""
        with self._reading_one_state() as connection:
            revision = self.revision()
            if connection.looked_up.get(name, (-1,))[0] != revision:
                connection.looked_up[name] = revision, look_up(connection)
            found: LookedUp = connection.looked_up[name][1]
            return found

    def pending(self, within: Iterable[str] | None = None) -> int:
        """How many passages have no vector as yet, of the documents `within`, if given."""
        with self._reading() as connection:
            return count_pending(connection, within)

    def pending_by_document(self) -> dict[str, int]:
        """How many passages of each document have no vector as yet, where any have none."""
        with self._reading() as connection:
            return pending_by_document(connection)

    def next_pending(self) -> list[PendingPassage]:
        """The passages whose vectors are to be made next, as many as are encoded together."""
        with self._reading() as connection:
            return next_pending(connection)

    def summaries(self) -> list[DocumentSummary]:
        """All documents without their text, by source."""
        return self._summaries("TRUE")

    def summaries_named(self, name: str) -> list[DocumentSummary]:
        """The document with this id or source, if there is one."""
        return self._summaries("id = ? OR source = ?", name, name)

    def summaries_with(self, sha256: str) -> list[DocumentSummary]:
        """The documents of files with this content."""
        return self._summaries("sha256 = ?", sha256)

    def summaries_below(self, folder: str) -> list[DocumentSummary]:
        """The documents of files in this folder and in those below it."""
        below = folder.rstrip(os.sep) + os.sep
        return self._summaries("source >= ? AND source < ?", below, below[:-1] + chr(ord(os.sep) + 1))

    def summaries_unreadable(self) -> list[DocumentSummary]:
        """The documents with pages whose text cannot be read."""
        return list(self._of_documents("unreadable", lambda _: self._summaries("unreadable != '[]'")))

    def _summaries(self, condition: str, *values: str) -> list[DocumentSummary]:
        with self._reading() as connection:
            query = f"SELECT {COLUMNS['documents']}, checksum FROM documents WHERE {condition} ORDER BY source"
            rows = (checked(row, f"what is known of {row[2]}") for row in connection.execute(query, values))
            return [
                DocumentSummary(
                    id=row[0], title=row[1], source=row[2], sha256=row[3], size=row[4], modified_ns=row[5],
                    extraction=row[6], added=row[7], characters=row[8], passages=row[9], pages=row[10],
                    unreadable=tuple(json.loads(row[11])),
                )
                for row in rows
            ]  # fmt: skip

    def document(self, document_id: str) -> Document:
        """A document without its blocks, which can be many. Raises KeyError where there is none."""
        with self._reading_one_state() as connection:
            known = next(iter(self._summaries("id = ?", document_id)), None)
            if known:
                query = "SELECT digest FROM documents WHERE id = ?"
                [digest] = connection.execute(query, (document_id,)).fetchone()
                if found := self._kept.get((known, digest), lambda: self._read(connection, known)):
                    return found
        raise KeyError(document_id)

    def _read(self, connection: Connection, known: DocumentSummary) -> Document | None:
        return _document(connection, known, is_copy=self.meta(COPY_OF) is not None)

    def structure(self, document_id: str) -> tuple[tuple[Block, ...], tuple[Place, ...]]:
        """A document's blocks and marks (see `Document`). Raises KeyError where there is none."""
        with self._reading_one_state() as connection:
            query = f"SELECT {COLUMNS['texts']}, checksum FROM texts WHERE document_id = ?"
            row = connection.execute(query, (document_id,)).fetchone()
            if row:
                marks = _places(checked(row, "the text of a document")[2])
                return tuple(_blocks(connection, document_id, 0, BEYOND)), marks
        raise KeyError(document_id)

    def parts(self, document_id: str, start: int, end: int) -> Parts:
        """The sentences and blocks of a part of a document; see `sentences` and `blocks`."""
        with self._reading_one_state() as connection:
            sentences = _sentences(connection, document_id, start, end)
            return Parts(tuple(sentences), tuple(_blocks(connection, document_id, start, end)))

    def blocks(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Block]:
        """A document's blocks in order, from the last that begins at or before `start` to the last before `end`."""
        with self._reading() as connection:
            return _blocks(connection, document_id, start, end)

    def headings_above(self, document_id: str, offset: int) -> list[Block]:
        """The headings that a place of a document stands under, the uppermost first."""
        query = (
            f"SELECT {COLUMNS['blocks']}, checksum FROM blocks WHERE document_id = ? AND start <= ? "
            "AND kind = 'heading' AND level < ? ORDER BY start DESC LIMIT 1"
        )
        found: list[Block] = []
        level = BEYOND
        with self._reading() as connection:
            while row := connection.execute(query, (document_id, offset, level)).fetchone():
                found.append(read_block(row))
                offset, level = found[-1].start, found[-1].level
        return found[::-1]

    def sentences(self, document_id: str, start: int = 0, end: int = BEYOND) -> list[Sentence]:
        """A document's sentences in order, from the last that begins at or before `start` to the last before `end`."""
        with self._reading() as connection:
            return _sentences(connection, document_id, start, end)

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages with these ids; ids that are gone are left out."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {PASSAGE} FROM passages AS p WHERE p.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
            return {row[0]: read_passage(row) for row in rows}

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages in order."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {PASSAGE} FROM passages AS p WHERE p.document_id = ? ORDER BY p.start, p.id", (document_id,)
            )
            return [read_passage(row) for row in rows]

    def passage_ids(self, document_ids: Iterable[str] | None) -> Ids:
        """The ids of the documents' passages (None: of all), ascending."""
        some = "TRUE" if document_ids is None else "document_id IN (SELECT value FROM json_each(?))"
        given = () if document_ids is None else (json.dumps(list(document_ids)),)
        with self._reading() as connection:
            return read_ids(connection, f"SELECT id FROM passages WHERE {some} ORDER BY id", given)

    def ids_with(self, expression: str) -> Ids:
        """The ids of the passages whose view matches an FTS5 expression (""; none), ascending."""
        with self._reading() as connection:
            return read_ids(connection, IDS_WITH, (expression,)) if expression else np.array([], np.int64)

    def count_after(self, passage_id: int, within: Iterable[str] | None = None) -> int:
        """How many passages there are behind this one, of the documents `within`, if given; of all, at most so many."""
        if within is None:
            return min(self.counts()[1], self.position().added - passage_id)
        return int((self.passage_ids(within) > passage_id).sum())

    def own_texts(self, expression: str, within: Iterable[str] | None = None) -> Iterator[tuple[int, str, str]]:
        """The id of each passage whose view matches an FTS5 expression (""; all of them), its text, and its view
        without the context; only of the documents `within`, if given."""
        some = "TRUE" if within is None else "p.document_id IN (SELECT value FROM json_each(:within))"
        if expression:
            some += " AND p.id IN (SELECT rowid FROM words WHERE words MATCH :words)"
        given = {"words": expression, "within": json.dumps(list(within or ()))}
        query = f"SELECT p.id, p.text, p.view, json_extract(p.map, '$[0]') FROM passages AS p WHERE {some}"
        with self._reading() as connection, closing(connection.execute(query, given)) as rows:
            for id_, text, view, context in rows:
                yield id_, text, view[context:]

    def search_words(
        self, question: str, k: int, within: Iterable[str] | None = None, ids: Ids | None = None
    ) -> list[Hit]:
        """The `k` passages that match the question's words best, by BM25; only of the documents `within`, if given, and
        of those with these `ids`, if given."""
        terms = keywords.match_terms(question)
        if not terms:
            return []
        with self._reading_one_state() as connection:
            asked = ids
            if within is not None:
                own = self.passage_ids(within)
                asked = own if ids is None else np.intersect1d(own, ids)
            found = best_matches(connection, terms, k, asked)
            passages = self.passages(id_ for id_, _ in found)
            return [Hit(passages[id_], score) for id_, score in found if id_ in passages]

    def occurring(
        self, words: Sequence[str], within: Iterable[str] | None = None, *, beside: str = ""
    ) -> frozenset[str]:
        """Those of the words that occur, in any form that the search would find; see `index.vocabulary.occurring`."""
        with self._reading() as connection:
            return vocabulary.occurring(connection, words, within, beside=beside)

    def words_like(self, word: str, most: int, within: Iterable[str] | None = None) -> list[vocabulary.SimilarWord]:
        """Words that occur and are spelt like this one, best first; see `index.vocabulary.words_like`."""
        with self._reading_one_state() as connection:
            return vocabulary.words_like(connection, word, most, within)

    def left_out(self) -> list[RejectedFile]:
        """The files that could not be read when they were added, by source."""
        with self._reading() as connection:
            rows = connection.execute("SELECT source, reason FROM left_out ORDER BY source")
            return [RejectedFile(*row) for row in rows]

    def position(self) -> Position:
        """How far the passages and the removals go."""
        with self._reading() as connection:
            numbers = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
            return Position(int(numbers.get("passages", 0)), int(numbers.get("removals", 0)))

    def vectors_after(self, passage_id: int, batch: int = 10_000) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Ids and vectors (shape [ids, dimension]) of the passages behind this one, by id, so many at a time."""
        with self._reading() as connection:
            query = "SELECT passage_id, vector, checksum FROM vectors WHERE passage_id > ? ORDER BY passage_id"
            with closing(connection.execute(query, (passage_id,))) as rows:
                while group := [checked(row, "a vector") for row in rows.fetchmany(batch)]:
                    joined = np.frombuffer(b"".join(row[1] for row in group), np.float32)
                    yield [row[0] for row in group], joined.reshape(len(group), -1)

    def vectors_by_view(self, document_ids: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of the documents' passages by their views. What is not as it was stored is left out."""
        query = (
            "SELECT p.view, v.vector FROM passages AS p JOIN vectors AS v ON v.passage_id = p.id "
            "WHERE p.document_id IN (SELECT value FROM json_each(?)) "
            f"AND v.checksum = checksum({COLUMNS['vectors']}) AND p.checksum = checksum({COLUMNS['passages']})"
        )
        with self._reading() as connection:
            rows = connection.execute(query, (json.dumps(list(document_ids)),))
            return {view: np.frombuffer(vector, np.float32) for view, vector in rows}

    def vectors_of(self, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of these passages, by id; those of pending ones are left out."""
        query = "SELECT passage_id, vector, checksum FROM vectors WHERE passage_id IN (SELECT value FROM json_each(?))"
        with self._reading() as connection:
            rows = connection.execute(query, (json.dumps(list(ids)),))
            found = (checked(row, "a vector") for row in rows)
            return {int(id_): np.frombuffer(vector, np.float32) for id_, vector in found}

    def stored_checksums(self) -> dict[str, int]:
        """What tells whether a document is as it was, by id; see `index.storage_copy.stored_checksums`."""
        with self._reading() as connection:
            return stored_checksums(connection)

    def stored_facts_checksum(self) -> int:
        """What tells whether anything else that is copied is as it was."""
        with self._reading() as connection:
            return stored_facts_checksum(connection)

    def stored_rows(self, document_id: str) -> list[Row]:
        """All rows of a document but its vectors; see `index.storage_copy.stored_rows`."""
        with self._reading() as connection:
            return stored_rows(connection, document_id)

    def removed_after(self, number: int) -> list[int] | None:
        """The passages that were removed after removal `number`; None where that is not remembered so far back."""
        with self._reading_one_state() as connection:
            if number < int(self.meta("removals_forgotten") or 0):
                return None
            stands = "EXISTS (SELECT 1 FROM passages WHERE id = passage_id)"
            query = f"SELECT passage_id, {stands} FROM removals WHERE number > ?"
            rows = connection.execute(query, (number,)).fetchall()
            if any(stands for _, stands in rows):
                raise ValueError("a passage is there that was removed")
            return [int(id_) for id_, _ in rows]


def _document(connection: sqlite3.Connection, known: DocumentSummary, *, is_copy: bool) -> Document | None:
    """A document with its text; None where that is not there."""
    query = "SELECT text, page_starts, marks, checksum FROM texts WHERE document_id = ?"
    row = connection.execute(query, (known.id,)).fetchone()
    if row is None:
        return None
    text, parts, marks = checked(row, f"the text of {known.source}")
    page_starts, locators = read_parts(parts)
    return Document(
        id=known.id, title=known.title, source=known.source, sha256=known.sha256, text=text,
        page_starts=page_starts, size=known.size, modified_ns=known.modified_ns,
        extraction=known.extraction, unreadable=known.unreadable, marks=_places(marks), locators=locators,
        is_copy=is_copy,
    )  # fmt: skip


def _places(written: str) -> tuple[Place, ...]:
    return tuple((start, end) for start, end in json.loads(written))


def _blocks(connection: sqlite3.Connection, document_id: str, start: int, end: int) -> list[Block]:
    return [read_block(row) for row in _rows_of_part(connection, "blocks", document_id, start, end)]


def _sentences(connection: sqlite3.Connection, document_id: str, start: int, end: int) -> list[Sentence]:
    rows = _rows_of_part(connection, "sentences", document_id, start, end)
    return [Sentence(*checked(row, "a sentence")) for row in rows]


def _rows_of_part(
    connection: sqlite3.Connection, table: str, document_id: str, start: int, end: int
) -> list[tuple[Any, ...]]:
    """From the last row that begins at or before `start` to the last before `end`, with their checksums."""
    return connection.execute(
        f"SELECT {COLUMNS[table]}, checksum FROM {table} "
        f"WHERE document_id = :id AND start < :end AND start >= coalesce("
        f"(SELECT max(start) FROM {table} WHERE document_id = :id AND start <= :start), 0) ORDER BY start",
        {"id": document_id, "start": start, "end": end},
    ).fetchall()
