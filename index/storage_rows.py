"""The rows of a document, written and deleted inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.checksums import COLUMNS, checksum, seal
from index.passages import PassagePlan
from index.records import Document, Sentence
from index.stored import block_row, write_map, write_parts

WORD_INDEXES = ("words", "spellings")
_OF_PASSAGE = ", ".join(f"p.{one}" for one in COLUMNS["passages"].split(", "))
PARTS = ("texts", "sentences", "blocks", "passages")  # the tables whose rows name their document


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document with what is made of it: its sentences, its passages to be, and a vector for each of them, float32 of
    shape [passages, dimension]. Without vectors its passages are pending: found by their words only, until their
    vectors are stored as well. `added` is when it was first put in (ISO 8601), "" for now."""

    document: Document
    sentences: Sequence[Sentence]
    passages: Sequence[PassagePlan]
    vectors: NDArray[np.float32] | None = None
    added: str = ""

    def __post_init__(self) -> None:
        if self.vectors is not None and len(self.passages) != len(self.vectors):
            raise ValueError(f"{len(self.passages)} passages with {len(self.vectors)} vectors")


def insert_document(
    writer: sqlite3.Connection, one: PreparedDocument, added: str, known: Mapping[str, NDArray[np.float32]]
) -> None:
    """Write a document that is not there; `added` is when it was first put in, `known` are vectors by views, for one
    that brings none. IntegrityError where it cannot stand beside the others."""
    document = one.document
    writer.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
        (
            document.id, document.title, document.source, document.sha256, document.size, document.modified_ns,
            document.extraction, added, len(document.text), len(one.passages), len(document.page_starts),
            json.dumps(document.unreadable),
        ),
    )  # fmt: skip
    text = document.text, write_parts(document), json.dumps(document.marks)
    writer.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", (document.id, *text, checksum(*text)))
    blocks = (block_row(block) for block in document.blocks)
    writer.executemany(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ((document.id, *row, checksum(*row)) for row in blocks)
    )
    sentences = ((document.id, s.start, s.end, checksum(s.start, s.end)) for s in one.sentences)
    writer.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?)", sentences)
    _insert_passages(writer, one, known)
    seal(writer, document.id)


def _insert_passages(
    writer: sqlite3.Connection, one: PreparedDocument, known: Mapping[str, NDArray[np.float32]]
) -> None:
    document = one.document
    query = 'INSERT INTO passages (document_id, start, "end", text, view, map, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)'
    for number, plan in enumerate(one.passages):
        text = document.text[plan.start : plan.end]
        row = (plan.start, plan.end, text, plan.view.text, write_map(plan.view))
        id_ = writer.execute(query, (document.id, *row, checksum(*row))).lastrowid
        for index in WORD_INDEXES:
            writer.execute(f"INSERT INTO {index} (rowid, view) VALUES (?, ?)", (id_, plan.view.text))
        vector = known.get(plan.view.text) if one.vectors is None else one.vectors[number]
        if vector is None:
            writer.execute("INSERT INTO pending VALUES (?)", (id_,))
        else:
            insert_vector(writer, int(id_ or 0), vector)


def vectors_by_view(writer: sqlite3.Connection, document_id: str) -> dict[str, NDArray[np.float32]]:
    """The vectors of a document's passages by their views. What is not as it was stored is left out."""
    query = (
        "SELECT p.view, v.vector FROM passages AS p JOIN vectors AS v ON v.passage_id = p.id WHERE p.document_id = ? "
        f"AND v.checksum = checksum({COLUMNS['vectors']}) AND p.checksum = checksum({_OF_PASSAGE})"
    )
    return {view: np.frombuffer(vector, np.float32) for view, vector in writer.execute(query, (document_id,))}


def insert_vector(writer: sqlite3.Connection, passage_id: int, vector: NDArray[np.float32]) -> None:
    """Write the vector of a passage that has none."""
    written = vector.astype(np.float32).tobytes()
    writer.execute("INSERT INTO vectors VALUES (?, ?, ?)", (passage_id, written, checksum(passage_id, written)))


def delete_document(writer: sqlite3.Connection, document_id: str) -> None:
    """Delete what is stored of a document, if anything is. The indexes of words are told what they held, or made anew
    where that is not certain any more."""
    query = f"SELECT id, view, checksum({COLUMNS['passages']}) = checksum FROM passages WHERE document_id = ?"
    rows = writer.execute(query, (document_id,)).fetchall()
    ids = [(row[0],) for row in rows]
    sound = all(row[2] for row in rows)
    for index in WORD_INDEXES if sound else ():
        query = f"INSERT INTO {index} ({index}, rowid, view) VALUES ('delete', ?, ?)"
        writer.executemany(query, (row[:2] for row in rows))
    # What is pending is in no store of vectors, so that none has to be told.
    query = "INSERT INTO removals (passage_id) SELECT passage_id FROM vectors WHERE passage_id = ?"
    writer.executemany(query, ids)
    for table in ("vectors", "pending"):
        writer.executemany(f"DELETE FROM {table} WHERE passage_id = ?", ids)
    for table in PARTS:
        writer.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
    writer.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    if not sound:
        rebuild_words(writer)


def rebuild_words(writer: sqlite3.Connection) -> None:
    """Make the indexes of words anew from the passages."""
    for index in WORD_INDEXES:
        writer.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
