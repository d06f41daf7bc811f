"""Labelled questions from SQuAD 1.1 and 2.0 files or JSON lines, plain or gzip."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError, reason_of
from qa.questions import QuestionError, check_question


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
                raise ValueError(f"the answer {gold.text!r} does not stand at {gold.start}")


@dataclass(frozen=True, slots=True)
class Fault:
    """A question that cannot be used, and why."""

    question_id: str
    reason: str


def read_squad(path: str | Path) -> list[Question]:
    """All questions of a SQuAD file, in order. Raises DatasetError, naming file and question, for a bad file."""
    questions, faults = read_questions(path)
    if faults:
        raise DatasetError(f"{path}, question {faults[0].question_id}: {faults[0].reason}; correct the file.")
    return questions


def usable_questions(path: str | Path, leave_out: Callable[[Fault], None] | None = None) -> list[Question]:
    """The file's usable questions. Faulty ones are told to `leave_out`; without it they raise DatasetError, as does a
    file without a usable question."""
    questions, faults = read_questions(path)
    if leave_out is not None:
        for fault in faults:
            leave_out(fault)
    elif faults:
        more = f" ({len(faults):,} questions are faulty in all)" if len(faults) > 1 else ""
        raise DatasetError(
            f"{path}, question {faults[0].question_id}: {faults[0].reason}{more}; correct the file, or leave "
            "such questions out with --skip-bad."
        )
    if not questions:
        raise DatasetError(f"{path} holds no usable question: give a file with labelled questions.")
    return questions


def read_questions(path: str | Path) -> tuple[list[Question], list[Fault]]:
    """The usable questions of a SQuAD 1.1, SQuAD 2.0 or JSONL file (plain or gzip), and the faulty ones.

    A JSONL line has `question`, `document` (its text), `answers` (texts, or objects with `text` and
    `answer_start`; none where the document does not answer) and, if wanted, `id` and `title`. Raises
    DatasetError where the file as a whole cannot be read.
    """
    text = _load(Path(path))
    try:
        file = json.loads(text)
    except (ValueError, RecursionError) as error:  # the latter of brackets nested too deeply
        file = None
        first_line = text.lstrip().split("\n", 1)[0]
        if not _is_json_object(first_line):
            raise DatasetError(f"{path} is not JSON ({error}): give a SQuAD file or JSON lines.") from error
    try:
        is_squad = isinstance(file, dict) and "data" in file
        entries = list(_squad_entries(file)) if is_squad else list(_line_entries(text))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise DatasetError(f"{path} is not in SQuAD format ({reason}): compare it with the SQuAD files.") from error
    return _check(entries)


def _load(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({reason_of(error)}): check the path and the file.") from error


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _squad_entries(file: Any) -> Iterator[tuple[Paragraph, dict[str, Any]]]:
    """Every paragraph with each of its questions as they stand in the file; those without an id are numbered."""
    number = count = 0
    for article in file["data"]:
        for entry in article["paragraphs"]:
            paragraph = Paragraph(number, _title(article), _text(entry["context"], "context"))
            number += 1
            for qa in entry["qas"]:
                count += 1
                yield paragraph, {"id": f"question-{count}"} | qa if isinstance(qa, dict) else qa


def _line_entries(text: str) -> Iterator[tuple[Paragraph, dict[str, Any]]]:
    """The same from JSON lines; lines with the same document share a paragraph."""
    paragraphs: dict[str, Paragraph] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"line {number}: {error}") from error
            document = _text(entry["document"], f"line {number}: document")
            paragraph = paragraphs.setdefault(document, Paragraph(len(paragraphs), _title(entry), document))
            yield paragraph, {"id": f"line-{number}"} | entry


def _title(entry: dict[str, Any]) -> str:
    """The title that an article or a line states; "" where it is null or missing."""
    return _text(entry.get("title") or "", "title")


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text")
    return value


def _check(entries: list[tuple[Paragraph, dict[str, Any]]]) -> tuple[list[Question], list[Fault]]:
    questions: list[Question] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for paragraph, entry in entries:
        id_ = str(entry["id"]) if isinstance(entry, dict) else "(not an object)"
        try:
            if id_ in seen:
                raise ValueError("its id occurs twice")
            text = _question_text(entry)
            questions.append(Question(id_, text, _golds(entry.get("answers", []), paragraph.text), paragraph))
        except KeyError as error:
            faults.append(Fault(id_, f"{error} is missing"))
        except (TypeError, AttributeError, ValueError) as error:
            faults.append(Fault(id_, str(error)))
        seen.add(id_)
    return questions, faults


def _question_text(entry: dict[str, Any]) -> str:
    """The entry's question. Raises ValueError for one that a person could not ask either."""
    text = _text(entry["question"], "the question")
    if not text.strip():
        raise ValueError("the question is empty")
    try:
        check_question(text)
    except QuestionError as error:
        raise ValueError("the question is too long, no valid text, or only says what to leave out") from error
    return text


def _golds(answers: Any, document: str) -> tuple[Gold, ...]:
    if not isinstance(answers, list):  # a bare text would be taken letter by letter
        raise ValueError("answers must be a list")
    golds = []
    for answer in answers:
        bare = isinstance(answer, str)
        text = answer if bare else answer["text"]
        if text:
            golds.append(Gold(text, _first_place(text, document) if bare else answer["answer_start"]))
    return tuple(golds)


def whole_words(text: str) -> re.Pattern[str]:
    """What finds the text where it does not begin or end inside a word: "10" in "10 crowns", not in "2010"."""
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")


def _first_place(answer: str, document: str) -> int:
    """Where the answer first stands as whole words or, failing that, at all."""
    found = whole_words(answer).search(document)
    place = found.start() if found else document.find(answer)
    if place < 0:
        raise ValueError(f"the answer {answer!r} does not stand in its document")
    return place
