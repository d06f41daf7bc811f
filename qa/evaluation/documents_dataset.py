"""Questions over whole files: which documents there are, where they come from, and what is asked of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import reason_of
from index.formats import FORMATS
from index.formats.endings import ending_of
from qa.lab.dataset import DatasetError
from qa.questions import QuestionError, check_question

BUNDLED = Path(__file__).parent / "documents.json"
PARTS = ("choose", "measure")  # what decisions are made on, and what is only measured
ABSENT = "absent"  # the kind of a question that its document does not answer
KINDS = ("fact", "how-to", "why", "definition", "list", "yes/no", "table", "look-alike", "typed", ABSENT)
REGISTRIES = ("debian", "pypi", "npm", "git")  # a package of the last is a repository, its version a commit


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document of the benchmark: its file name, its part, its SHA-256 ("": any), and the package that carries it.

    `path` is the file's place in the package, or "." where it is the package. Without one, the file is the user's own.
    """

    name: str
    part: str
    sha256: str = ""
    registry: str = ""
    package: str = ""
    version: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        if Path(self.name).name != self.name or ending_of(self.name) not in FORMATS:
            raise ValueError(f"the name {self.name!r} is no file name with one of the endings {', '.join(FORMATS)}")
        if self.part not in PARTS:
            raise ValueError(f"part is {self.part!r} instead of one of {', '.join(PARTS)}")
        if not re.fullmatch(r"([0-9a-f]{64})?", self.sha256):
            raise ValueError("sha256 must be 64 hexadecimal digits in lower case")
        if self.package and (self.registry not in REGISTRIES or not self.version or not self.path):
            raise ValueError(f"a package needs a version, a path and a registry out of {', '.join(REGISTRIES)}")


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """A question to a document. `answers` are acceptable texts, and `sentences` pieces of what may be cited for them: a
    sentence, a row, an item. Both are empty where the document does not answer. `page` counts from 1. `locators`,
    where they are given, are the right names of the place (see `Citation`)."""

    id: str
    document: str
    kind: str
    text: str
    answers: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    page: int | None = None
    locators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("the id is missing")
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r} instead of one of {', '.join(KINDS)}")
        if not (self.kind != ABSENT) == bool(self.answers) == bool(self.sentences):
            raise ValueError(f"only a question of the kind {ABSENT!r} has neither answers nor a sentence")
        if not all(any(c.isalnum() for c in piece) for piece in (*self.answers, *self.sentences)):
            raise ValueError("an answer and a sentence must hold a letter or a digit")
        if self.page is not None and self.page < 1:
            raise ValueError("page counts from 1")
        try:
            check_question(self.text)
        except QuestionError as error:
            raise ValueError(
                "the question is empty, too long, no valid text, or only says what to leave out"
            ) from error

    @property
    def answerable(self) -> bool:
        """Whether its document answers it."""
        return self.kind != ABSENT


@dataclass(frozen=True, slots=True)
class DocumentBenchmark:
    """Documents and the questions to them, in the order of the file."""

    documents: tuple[DocumentFile, ...]
    questions: tuple[DocumentQuestion, ...]

    def __post_init__(self) -> None:
        _refuse_twice("document", [one.name for one in self.documents])
        _refuse_twice("question", [one.id for one in self.questions])
        names = {one.name for one in self.documents}
        for question in self.questions:
            if question.document not in names:
                raise ValueError(f"question {question.id}: there is no document {question.document!r}")
        if not self.questions:
            raise ValueError("there is no question")

    def part_of(self, question: DocumentQuestion) -> str:
        """The part of the question's document."""
        return next(one.part for one in self.documents if one.name == question.document)


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} occurs twice")


def is_benchmark(path: str | Path) -> bool:
    """Whether the file is JSON with documents, not questions to paragraphs."""
    try:
        file = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):  # the last of brackets nested too deeply
        return False
    return isinstance(file, dict) and "documents" in file


def read_benchmark(path: str | Path) -> DocumentBenchmark:
    """The benchmark of a file: an object with `documents` and `questions`.

    A document has the fields of DocumentFile. A question has `id`, `document`, `kind`, `question` and, unless it is
    absent, `answers` (a list), `sentence` (a text, or several) and, if wanted, `page` and `locator` (a text, or
    several). Raises DatasetError, which names what is at fault.
    """
    try:
        file = json.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({reason_of(error)}): check the path and the file.") from error
    except ValueError as error:
        raise DatasetError(f"{path} is not JSON ({error}): give a file with documents and questions.") from error
    try:
        documents = tuple(_document(entry) for entry in _list(file, "documents"))
        questions = tuple(_question(entry) for entry in _list(file, "questions"))
        return DocumentBenchmark(documents, questions)
    except ValueError as error:
        raise DatasetError(f"{path}, {error}; correct the file.") from error


def _list(file: Any, name: str) -> list[Any]:
    found = file.get(name) if isinstance(file, dict) else None
    if not isinstance(found, list):
        raise ValueError(f"{name} must be a list")
    return found


def _document(entry: Any) -> DocumentFile:
    texts = {name: _text(entry, name, f"document {_named(entry, 'name')}") for name in DocumentFile.__slots__}
    try:
        return DocumentFile(**texts)
    except ValueError as error:
        raise ValueError(f"document {_named(entry, 'name')}: {error}") from error


def _question(entry: Any) -> DocumentQuestion:
    what = f"question {_named(entry, 'id')}"
    answers, page = entry.get("answers", []), entry.get("page")
    sentences, locators = (_texts(entry, name, what) for name in ("sentence", "locator"))
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise ValueError(f"{what}: answers must be a list of texts")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int)):
        raise ValueError(f"{what}: page must be a whole number")
    id_, document, kind, text = (_text(entry, name, what) for name in ("id", "document", "kind", "question"))
    try:
        return DocumentQuestion(id_, document, kind, text, tuple(answers), sentences, page, locators)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from error


def _named(entry: Any, field: str) -> str:
    """How the entry names itself. Raises ValueError for what is no object."""
    if not isinstance(entry, dict):
        raise ValueError(f"{str(entry)[:40]!r} is no object")
    return str(entry.get(field, "without a name"))[:80]


def _texts(entry: dict[str, Any], field: str, what: str) -> tuple[str, ...]:
    value = entry.get(field, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise ValueError(f"{what}: {field} must be a text or a list of texts")
    return tuple(texts)


def _text(entry: dict[str, Any], field: str, what: str) -> str:
    value = entry.get(field, "")
    if not isinstance(value, str):
        raise ValueError(f"{what}: {field} must be text")
    return value
