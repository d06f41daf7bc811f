"""One record for each question to a document and each way of asking it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from qa.evaluation.run import RunError
from qa.lab.resumable import read_journal

ALONE, AMONG_ALL = "alone", "among all"  # what was asked: the question's document by itself, or all documents
FORMAT = "questions to documents"
CAUSES = (
    "not extracted",
    "not in a passage",
    "not retrieved",
    "misread",
    "wrong edge",
    "refused",
    "answered, should refuse",
)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What came of one question asked one way: of its document alone, or of all documents.

    `text`, `sentence`, `cited` (the document), `page` and `locator` are those of the best candidate, given as the
    answer or not; `locators` are the right ones, where they are known.
    `best_source_right` tells whether what it cites holds a gold answer at its place, `best_words_right` whether its
    words are right. `gold_read` tells whether such a place was among the passages read. `cause` is why the question is
    lost, "" where it is not.
    """

    id: str
    within: str
    part: str
    kind: str
    document: str
    question: str
    golds: tuple[str, ...]
    gold_sentence: str
    answered: bool
    confidence: float
    text: str
    sentence: str
    cited: str
    page: int | None
    gold_read: bool
    best_source_right: bool
    best_words_right: bool
    cause: str
    milliseconds: float
    locator: str = ""
    locators: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether its document answers it."""
        return bool(self.golds)

    @property
    def source_right(self) -> bool:
        """Whether it was answered from a right place."""
        return self.answered and self.best_source_right

    @property
    def place_right(self) -> bool:
        """Whether it was answered from a right place, and the place has its right name."""
        return self.source_right and self.locator in self.locators

    @property
    def words_right(self) -> bool:
        """Whether it was answered with right words."""
        return self.answered and self.best_words_right

    @property
    def held(self) -> bool:
        """Whether it was refused although the best candidate stood in a right place."""
        return not self.answered and self.best_source_right


def read_document_rows(path: Path) -> list[DocumentRow]:
    """The rows of a run. Raises RunError where the file holds none."""
    _, rows = read_journal(path)
    if not rows:
        raise RunError(f"There are no rows in {path}: give the report.json in a run's output folder.")
    return [document_row(row) for row in rows]


def document_row(plain: dict[str, Any]) -> DocumentRow:
    """The row that these JSON values make."""
    values: dict[str, Any] = {field.name: plain[field.name] for field in fields(DocumentRow) if field.name in plain}
    lists: dict[str, Any] = {name: tuple(values[name]) for name in ("golds", "locators") if name in values}
    return DocumentRow(**values | lists)


def are_document_rows(path: Path) -> bool:
    """Whether the rows in the file are of questions to documents."""
    try:
        with open(path, encoding="utf-8") as file:
            first = json.loads(file.readline())
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and first.get("format") == FORMAT
