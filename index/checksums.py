"""What tells that a stored row still is as it was written: a checksum with each, and a digest of each document.

SQLite and FAISS notice little of what a failing disk changes, and a quote must never be of changed words. A checksum is
the CRC-32 of the other columns of the row, which finds every change of up to 32 bits in a row and all but one in four
thousand million others. A digest is the SHA-256 of all checksums of a document, so that no row can be missing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

# The columns that make the checksum of a row. The id of a document is left out where rows only belong to it: it changes
# with the place of the file.
COLUMNS = {
    "texts": "text, page_starts, marks",
    "sentences": 'start, "end"',
    "blocks": 'start, "end", kind, level, mark, cells, header',
    "passages": 'start, "end", text, view, map',
    "vectors": "passage_id, vector",
    "documents": (
        "id, title, source, sha256, size, modified_ns, extraction, added, characters, passages, pages, unreadable, "
        "digest"
    ),
    "meta": "key, value",
}


def checksum(*columns: Any) -> int:
    """The checksum of a row with these columns."""
    written = (c if isinstance(c, bytes) else str(c).encode("utf-8", "surrogatepass") for c in columns)
    return crc32(b"\x1f".join(written))


def checked(row: Sequence[Any], what: str) -> Sequence[Any]:
    """The row without its checksum, which is the last column. Raises ValueError where it is another one."""
    if checksum(*row[:-1]) != row[-1]:
        raise ValueError(f"{what} is not as it was stored")
    return row[:-1]


def digest(*parts: Any) -> str:
    """The SHA-256, in hexadecimal, of the checksums of all parts of a document."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def digest_expression(document_id: str, schema: str = "main") -> str:
    """The SQL expression for the digest of what is stored of a document; `document_id` is one as well."""
    parts = ", ".join(
        f"(SELECT group_concat(checksum) FROM (SELECT checksum FROM {schema}.{table} "
        f"WHERE document_id = {document_id} ORDER BY {order}))"
        for table, order in (("texts", "document_id"), ("sentences", "start"), ("blocks", "start"), ("passages", "id"))
    )
    vectors = (
        f"(SELECT group_concat(checksum) FROM (SELECT v.checksum FROM {schema}.passages AS p "
        f"JOIN {schema}.vectors AS v ON v.passage_id = p.id WHERE p.document_id = {document_id} ORDER BY p.id))"
    )
    return f"digest({parts}, {vectors})"


def seal(connection: sqlite3.Connection, document_id: str, *, renew_digest: bool = True) -> None:
    """Write the digest and the checksum of a document that was changed."""
    if renew_digest:
        expression = digest_expression("documents.id")
        connection.execute(f"UPDATE documents SET digest = {expression} WHERE id = ?", (document_id,))
    connection.execute(f"UPDATE documents SET checksum = checksum({COLUMNS['documents']}) WHERE id = ?", (document_id,))


def add_functions(connection: sqlite3.Connection) -> None:
    """Let SQL call what is defined here, and `characters`, since SQLite's own length() stops at a NUL."""
    for name, count, function in (("checksum", -1, checksum), ("digest", -1, digest), ("characters", 1, len)):
        connection.create_function(
            name, count, _heeding(function), deterministic=True
        )  # SQLite's length() stops at NUL


_interrupted: list[None] = []  # Ctrl-C inside a function that SQL called: of that SQLite tells only that it failed


def _heeding(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which notes where it is interrupted."""

    def called(*values: Any) -> Any:
        try:
            return function(*values)
        except KeyboardInterrupt:
            _interrupted.append(None)
            raise

    return called


def heed_interrupt() -> None:
    """Raise KeyboardInterrupt where a function that SQL called was interrupted, so that it is not taken for damage."""
    if _interrupted:
        _interrupted.clear()
        raise KeyboardInterrupt
