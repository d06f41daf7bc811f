"""The texts of documents that were read last, so that one question after the other does not read a long one anew."""

from __future__ import annotations

import threading
from collections.abc import Callable

from index.records import Document, DocumentSummary

# Of all texts that are kept together: some 30 to 120 MB. One that is longer is kept while no other is read.
MOST_CHARACTERS = 30_000_000
Known = tuple[DocumentSummary, str]  # what is known of a document, and the digest of all that is stored of it


class KeptDocuments:
    """Documents by what is known of them: one that was changed is another one. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[Known, Document] = {}

    def get(self, known: Known, read: Callable[[], Document | None]) -> Document | None:
        """The document, read if it is not kept; None where that finds none."""
        with self._lock:
            found = self._documents.pop(known, None)
        found = found or read()
        if found is not None:
            with self._lock:
                self._documents[known] = found  # behind all others
                kept = sum(len(one.text) for one in self._documents.values())
                while kept > MOST_CHARACTERS and len(self._documents) > 1:
                    kept -= len(self._documents.pop(next(iter(self._documents))).text)
        return found
