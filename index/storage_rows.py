"""The rows of a document, written and deleted inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.checksums import COLUMNS, checksum, seal
from index.passages import PassagePlan
from index.records import Document, Sentence
from index.stored import block_row, write_map

WORD_INDEXES = ("words", "spellings")
PARTS = ("texts", "sentences", "blocks", "passages")  # the tables whose rows name their document


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document with what is made of it: its sentences, its passages to be, and a vector for each of them, float32 of
    shape [passages, dimension]."""

    document: Document
    sentences: Sequence[Sentence]
    passages: Sequence[PassagePlan]
    vectors: NDArray[np.float32]

    def __post_init__(self) -> None:
        if len(self.passages) != len(self.vectors):
            raise ValueError(f"{len(self.passages)} passages with {len(self.vectors)} vectors")


def insert_document(writer: sqlite3.Connection, one: PreparedDocument, added: str) -> None:
    """Write a document that is not there; `added` is when it was first put in. IntegrityError where it cannot stand
    beside the others."""
    document = one.document
    writer.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
        (
            document.id, document.title, document.source, document.sha256, document.size, document.modified_ns,
            document.extraction, added, len(document.text), len(one.passages), len(document.page_starts),
            json.dumps(document.unreadable),
        ),
    )  # fmt: skip
    text = document.text, json.dumps(document.page_starts), json.dumps(document.marks)
    writer.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?)", (document.id, *text, checksum(*text)))
    blocks = (block_row(block) for block in document.blocks)
    writer.executemany(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ((document.id, *row, checksum(*row)) for row in blocks)
    )
    sentences = ((document.id, s.start, s.end, checksum(s.start, s.end)) for s in one.sentences)
    writer.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?)", sentences)
    _insert_passages(writer, one)
    seal(writer, document.id)


def _insert_passages(writer: sqlite3.Connection, one: PreparedDocument) -> None:
    document = one.document
    query = 'INSERT INTO passages (document_id, start, "end", text, view, map, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)'
    for plan, vector in zip(one.passages, one.vectors, strict=True):
        text = document.text[plan.start : plan.end]
        row = (plan.start, plan.end, text, plan.view.text, write_map(plan.view))
        id_ = writer.execute(query, (document.id, *row, checksum(*row))).lastrowid
        for index in WORD_INDEXES:
            writer.execute(f"INSERT INTO {index} (rowid, view) VALUES (?, ?)", (id_, plan.view.text))
        written = vector.astype(np.float32).tobytes()
        writer.execute("INSERT INTO vectors VALUES (?, ?, ?)", (id_, written, checksum(id_, written)))


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
    writer.executemany("DELETE FROM vectors WHERE passage_id = ?", ids)
    writer.executemany("INSERT INTO removals (passage_id) VALUES (?)", ids)
    for table in PARTS:
        writer.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
    writer.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    if not sound:
        rebuild_words(writer)


def rebuild_words(writer: sqlite3.Connection) -> None:
    """Make the indexes of words anew from the passages."""
    for index in WORD_INDEXES:
        writer.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
