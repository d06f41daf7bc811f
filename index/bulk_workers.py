"""What the workers of a bulk run do: read and parse files; split and encode their documents.

Rows travel between the steps as bytes (pickled `BulkFile`s), so that they arrive as they were sent, whatever library
carries them.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import Encoder, OnnxEncoder
from index.encoder_catalog import export_folder
from index.errors import DocumentError, ModelError
from index.indexing import prepare
from index.loaders import load, read_file
from index.parsing import ParsedFile
from index.storage_rows import PreparedDocument

PATH, FILE = "path", "file"  # the columns: a file's path, and its pickled BulkFile
Column = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True, slots=True)
class BulkFile:
    """What a file made, and what is stored of it once that is prepared."""

    parsed: ParsedFile
    prepared: PreparedDocument | None = None


def read_row(row: Mapping[str, str]) -> dict[str, object]:
    """The row with its file, parsed in a child process within the usual limits, or with why it cannot be read."""
    path = Path(row[PATH])
    try:
        parsed = ParsedFile(path, load(path, read_file(path)))
    except DocumentError as error:
        parsed = ParsedFile(path, None, str(error))
    return {PATH: row[PATH], FILE: pickle.dumps(BulkFile(parsed))}


class EncodingWorker:
    """Holds one encoder for all the files it is handed. Raises ModelError where it is not the collection's encoder."""

    def __init__(self, name: str, fingerprint: str, threads: int) -> None:
        self._encoder = OnnxEncoder(export_folder(name), threads)
        if self._encoder.card.fingerprint != fingerprint:
            raise ModelError(
                f"A worker has other weights of the encoder {name!r}: give all machines the same QUOTEWISE_HOME."
            )

    def __call__(self, rows: Mapping[str, Column]) -> dict[str, Column]:
        """The rows with what is stored of their files."""
        files = [pickle.loads(file) for file in rows[FILE]]
        column = np.empty(len(files), object)
        column[:] = [pickle.dumps(file) for file in with_vectors(files, self._encoder)]
        return {PATH: rows[PATH], FILE: column}


def with_vectors(files: list[BulkFile], encoder: Encoder) -> list[BulkFile]:
    """The files with what is stored of them; their passages are encoded together."""
    readable = [file.parsed.loaded.document for file in files if file.parsed.loaded]
    prepared = iter(prepare(readable, encoder))
    return [replace(file, prepared=next(prepared)) if file.parsed.loaded else file for file in files]
