"""The list of all documents, read anew only where they have changed."""

from __future__ import annotations

from index.collection import Collection
from index.records import DocumentSummary


class Summaries:
    """Knows the documents of one collection as of its revision. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: tuple[int, list[DocumentSummary]] | None = None

    def of(self, collection: Collection) -> list[DocumentSummary]:
        """All documents without their text, by source."""
        revision, known = collection.revision(), self._known  # looked at once: another thread may ask meanwhile
        if known is None or known[0] != revision:
            known = self._known = revision, collection.documents()
        return known[1]
