"""Labelled questions from SQuAD 1.1 and 2.0 files, plain or gzip."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError


class DatasetError(QuotewiseError):
    """A file of labelled questions is not as it should be."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotator's answer: `paragraph.text[start:start + len(text)] == text`."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text that questions were asked about; `number` is its place in the file."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A labelled question; no answers means that its paragraph does not answer it."""

    id: str
    text: str
    answers: tuple[Gold, ...]
    paragraph: Paragraph

    def __post_init__(self) -> None:
        for gold in self.answers:
            if self.paragraph.text[gold.start : gold.start + len(gold.text)] != gold.text:
                raise ValueError(f"question {self.id}: the answer {gold.text!r} does not stand at {gold.start}")


def read_squad(path: str | Path) -> list[Question]:
    """All questions of a SQuAD file, in order. Raises DatasetError, naming file and question, for a bad file."""
    try:
        return list(_questions(_load(Path(path))))
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path} is not in SQuAD format (at {error}): compare it with the SQuAD files.") from error
    except ValueError as error:
        raise DatasetError(f"{path}: {error}; correct the file.") from error


def _load(path: Path) -> Any:
    try:
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error}): check the path.") from error


def _questions(file: Any) -> Iterator[Question]:
    seen: set[str] = set()
    number = 0
    for article in file["data"]:
        for entry in article["paragraphs"]:
            paragraph = Paragraph(number, article.get("title", ""), entry["context"])
            number += 1
            for qa in entry["qas"]:
                if qa["id"] in seen:
                    raise ValueError(f"question id {qa['id']} occurs twice")
                seen.add(qa["id"])
                answers = tuple(Gold(a["text"], a["answer_start"]) for a in qa["answers"] if a["text"])
                yield Question(qa["id"], qa["question"], answers, paragraph)
