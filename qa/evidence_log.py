"""A log of answers with all that they rest on: what was asked, the quotes with their files' hashes, what made them.

One answer is one line of JSON (UTF-8), written at the end of the file by a single call, so that several processes can
keep one log on a local disk. A line that a killed process left half-written is told when the log is read, and the next
answer begins on a line of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError, reason_of
from qa.plain import from_plain, to_plain
from qa.records import Answer

BOM = b"\xef\xbb\xbf"  # what some editors write before UTF-8


class LogError(QuotewiseError):
    """A log that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class DocumentsAsked:
    """What a question was put to: the files and folders `paths`, or else the folder of a collection or the address of
    a `published` one (all empty: the person's own, or it is not known), and the part of it that was named, if any."""

    paths: tuple[str, ...] = ()
    collection: str = ""
    within: tuple[str, ...] = ()
    published: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.paths, self.collection, self.published))) > 1:
            raise ValueError("a question is put to files and folders or to one collection, not to both")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An answer, when it was given (UTC, ISO 8601; "" where that is not known) and what the question was put to."""

    time: str
    answer: Answer
    documents: DocumentsAsked = DocumentsAsked()

    def __post_init__(self) -> None:
        if self.time:
            datetime.fromisoformat(self.time)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers."""
        plain: dict[str, Any] = to_plain(self)
        return plain


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line, counted from 1, that holds no answer, and the sentence that says so."""

    number: int
    reason: str


class EvidenceLog:
    """The log in one file, which is made with the first answer. Safe to use from several threads and processes."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def add(self, answer: Answer, documents: DocumentsAsked | None = None) -> LogEntry:
        """Write an answer at the end; what was written. Raises LogError where it cannot be."""
        entry = LogEntry(datetime.now(UTC).isoformat(timespec="seconds"), answer, documents or DocumentsAsked())
        line = f"{json.dumps(entry.to_dict(), ensure_ascii=False)}\n".encode()
        try:
            with open(self.path, "a+b", buffering=0) as file:  # unbuffered and appending: one call, always at the end
                if _is_torn(file.fileno()):
                    line = b"\n" + line
                if file.write(line) != len(line):
                    raise LogError(f"{self.path} took only a part of an answer: see to the disk and ask again.")
        except OSError as error:
            raise LogError(
                f"{self.path} cannot be written to ({reason_of(error)}): name another file for the log."
            ) from error
        return entry

    def __iter__(self) -> Iterator[LogEntry | BadLine]:
        """Its entries in order, and what stands between them that is none."""
        return read_answers(self.path)


def _is_torn(descriptor: int) -> bool:
    """Whether the file ends inside a line."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if not size:
        return False
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) != b"\n"


def read_answers(path: str | Path) -> Iterator[LogEntry | BadLine]:
    """The answers in a file, of any of three kinds: lines of a log, answers as JSON, one a line, or answers as
    `quotewise ask --json` prints them, one behind the other.

    Raises LogError where the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            for number, text in _pieces(file):
                yield _entry(number, text)
    except FileNotFoundError as error:
        raise LogError(f"There is no file {path}: check the spelling of the path.") from error
    except OSError as error:
        raise LogError(f"{path} cannot be read ({reason_of(error)}): give a file of answers.") from error


def _pieces(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """What may be an answer, with the number of its first line: a line, or all from "{" to "}" where these stand alone
    on theirs."""
    begun, piece = 0, b""
    for number, line in enumerate(lines, 1):
        line = line.removeprefix(BOM)
        if begun and line.startswith(b"{"):  # the one before was never finished
            yield begun, piece
            begun = 0
        if begun or line.strip() == b"{":
            begun, piece = (begun, piece + line) if begun else (number, line)
            if line.rstrip() == b"}":
                yield begun, piece
                begun = 0
        elif line.strip():
            yield number, line
    if begun:
        yield begun, piece


def _entry(number: int, text: bytes) -> LogEntry | BadLine:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):  # of bytes as well
        return BadLine(number, f"Line {number} is no JSON, perhaps only a part of an answer: it is passed over.")
    try:
        if isinstance(plain, dict) and "answer" in plain:
            return from_plain(LogEntry, plain)
        return LogEntry("", Answer.from_dict(plain))
    except ValueError as error:
        return BadLine(number, f"Line {number} holds no answer ({error}): it is passed over.")
