"""What `ask` returns: plain data, ready for JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from index.changes import UnreadablePages
from qa.plain import from_plain, to_plain

# "unsure": the best quote is too unsure to be the answer, but sure enough to be shown. "conflict": several answers that
# exclude one another, each in a statement of its own.
Status = Literal["answered", "unsure", "conflict", "no_answer"]
# Where a refused question was lost: no passage was found, nothing in those found was read as an answer, or what was
# read is too unsure.
Stage = Literal["not_found", "not_said", "too_unsure"]
NameKind = Literal["lead_in", "row", "column", "field"]
# Words that turn what follows them into its opposite.
DENIES = re.compile(r"\b(?:not|no|never|nor|neither|cannot|without|except|\w+n['\u2019]t)\b", re.IGNORECASE)
DatedBy = Literal["text", "title", "file"]


@dataclass(frozen=True, slots=True)
class Name:
    """Words of a document that say what quoted ones are: `document.text[start:end] == text`.

    They are the lead-in of a list's item, the name of a cell's row (its first cell) or column, or the label of a form's
    field. `shown` are the same words on one line and without marks.
    """

    kind: NameKind
    text: str
    start: int
    end: int
    shown: str

    def __post_init__(self) -> None:
        if not self.text or self.end - self.start != len(self.text) or not self.shown:
            raise ValueError("a name's text must stand at its offsets")


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a document that answer, and where they stand: `document.text[start:end] == text`.

    `sentence` is what the words stand in (several sentences where the words cross an end), at
    `sentence_start:sentence_end`; `passage` is the surrounding text the reader saw, from `passage_start`.
    `page` counts from 1 and is None in documents without pages; `locator` tells where in the file a person finds the
    words, as "page 3", "slide 3" or "sheet Prices, cell B7" ("": nothing names the place). `score` is the span's lead
    over "no answer", in logits. `source` is the file, and `address` the one in the web from which it was fetched, if it
    was. `stale` tells that the file was changed or is gone since its text was indexed; that of a copy never is.
    `shown` and `sentence_shown` are the same words as a person would copy them out: on one line, without marks, soft
    hyphens and runs of blanks, a row's cells with their names. `sentence_shown[shown_start:]` begins with `shown`.
    Left out, they are the words as they stand. `names` are the words of the same document that say what the quoted
    ones are: the lead-in of an item, the row and column of a cell, the label of a field. `sha256` is that of the file
    whose text was indexed, `extraction` the version of the code that took the text out (0: it comes from no file).
    """

    number: int
    text: str
    sentence: str
    document_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    score: float
    passage: str
    passage_start: int
    stale: bool = False
    shown: str = ""
    sentence_shown: str = ""
    shown_start: int = 0
    names: tuple[Name, ...] = ()
    sha256: str = ""
    extraction: int = 0
    locator: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        offset, passage_offset = self.start - self.sentence_start, self.start - self.passage_start
        if (
            self.end - self.start != len(self.text)
            or self.sentence_end - self.sentence_start != len(self.sentence)
            or offset < 0
            or passage_offset < 0
            or self.sentence[offset : offset + len(self.text)] != self.text
            or self.passage[passage_offset : passage_offset + len(self.text)] != self.text
        ):
            raise ValueError("a citation's text must stand in its sentence and passage at its offsets")
        if self.page and not self.locator:
            object.__setattr__(self, "locator", f"page {self.page}")
        if not self.shown:  # as they stand
            object.__setattr__(self, "shown", self.text)
            object.__setattr__(self, "sentence_shown", self.sentence)
            object.__setattr__(self, "shown_start", offset)
        if not self.sentence_shown.startswith(self.shown, self.shown_start):
            raise ValueError("what is shown of a citation must stand in what is shown of its sentence")


@dataclass(frozen=True, slots=True)
class Searched:
    """How much was searched for the answer. `pending` are those of the passages that were searched by their words only,
    since they had just been added."""

    documents: int
    passages: int
    pending: int = 0

    def __post_init__(self) -> None:
        if self.pending < 0:
            raise ValueError(f"{self.pending} passages cannot be pending")


@dataclass(frozen=True, slots=True)
class MissingWord:
    """A word of the question that occurs nowhere in what was searched, and the most similar one that does."""

    word: str
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignText:
    """What seems to be in a language that the reader in use is not made for, called by its English name: the document
    of `source`, or the question itself ("")."""

    language: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is given as the answer.

    `stage` is where the question was lost. `missing` are its content words that occur nowhere, `suggestion` the same
    question with such a word mended, where a similar one occurs. `unreadable` and `left_out` were not searched: pages
    without readable text, and files that could not be read, by their place. `phrases` are its exact phrases that occur
    nowhere. `foreign` are the question and the documents found that seem to be in a language that the reader in use is
    not made for, where that is known.
    """

    stage: Stage
    missing: tuple[MissingWord, ...] = ()
    suggestion: str | None = None
    unreadable: tuple[UnreadablePages, ...] = ()
    left_out: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    foreign: tuple[ForeignText, ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a confidence means: of so many `answers` given with about this one, `right` were right.

    They are some of those to `asked` questions of `data`.
    """

    answers: int
    right: int
    asked: int
    data: str

    def __post_init__(self) -> None:
        if not 0 <= self.right <= self.answers <= self.asked or not self.answers:
            raise ValueError(f"of {self.answers} answers to {self.asked} questions, {self.right} cannot be right")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an answer: the version of Quotewise, the fingerprints of encoder and reader, and the confidence from
    which an answer is given and from which it is shown as unsure; `absent_share` of the questions were taken to have no
    answer."""

    version: str
    encoder: str
    reader: str
    threshold: float
    unsure_threshold: float
    absent_share: float = 0.5

    def __post_init__(self) -> None:
        if not (0 <= self.threshold <= 1 and 0 <= self.unsure_threshold <= 1):
            raise ValueError(f"thresholds lie between 0 and 1, got {self.threshold} and {self.unsure_threshold}")


@dataclass(frozen=True, slots=True)
class Dated:
    """What tells from when a statement is. `date` is as much of it as is told: "2025", "2025-03" or "2025-03-01".

    By "text", words of the document of the statement's first citation tell it: `document.text[start:end] == text`. By
    "title", words of its title do: `title[start:end] == text`. By "file", the time (UTC) of the file's last change
    does, which is a weak sign, and there are no words. `shown` are the words on one line and without marks.
    """

    by: DatedBy
    date: str
    text: str = ""
    start: int = 0
    end: int = 0
    shown: str = ""

    def __post_init__(self) -> None:
        if not self.date or self.end - self.start != len(self.text) or (self.by == "file") == bool(self.text):
            raise ValueError("a date is told by words that stand at their offsets, or by a file")


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the things that an answer says, with the citations that state it.

    `documents` is how many documents say it independently of one another: copies of one text count once. Where the
    documents disagree, `confidence` is the estimated probability, from 0 to 1, that this one is right by itself, and
    `dated` tells from when it is; else both are None.
    """

    text: str
    citations: tuple[Citation, ...]
    documents: int = 1
    confidence: float | None = None
    dated: Dated | None = None

    def __post_init__(self) -> None:
        if not self.text or not self.citations:
            raise ValueError("a statement has text and citations")
        if self.confidence is not None and not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must lie between 0 and 1, got {self.confidence}")
        if not 1 <= self.documents <= len({citation.document_id for citation in self.citations}):
            raise ValueError(f"a statement's citations cannot come from {self.documents} documents")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    With the status "answered" or "conflict", `text` is what the statements show, one on a line, and `statements` are
    the one thing that is said, the items of a list, or the answers that exclude one another (the newest first where all
    tell their dates, else the surest); `citations` are theirs.
    With "unsure" or "no_answer", `text` is "", there are no citations, and `refusal` tells why; `alternatives` hold
    what came closest. With "unsure" the first of these is `perhaps` the answer.
    `confidence` is the estimated probability that the best span is right, from 0 to 1, also where it was too low to
    answer; `reliability` tells what it means, where that was measured. `asked` is the question that was really
    searched and read, where a conversation completed it or something in it was misspelt; with `as_typed`, it was asked
    just as it is. `foreign` are the question and the cited documents that seem to be in a language that the reader
    in use is not made for, so that a given answer is less reliable; what is not given has them in its `refusal`.
    `timings_ms` has the milliseconds spent on each step, `provenance` what made the answer.
    """

    question: str
    status: Status
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    alternatives: tuple[Citation, ...]
    searched: Searched
    timings_ms: dict[str, float]
    statements: tuple[Statement, ...] = ()
    refusal: Refusal | None = None
    provenance: Provenance | None = None
    asked: str = ""
    reliability: Reliability | None = None
    as_typed: bool = False
    foreign: tuple[ForeignText, ...] = ()

    def __post_init__(self) -> None:
        given = self.status in ("answered", "conflict")
        if given != bool(self.citations) or given != bool(self.text):
            raise ValueError("an answer has text and citations exactly when its status says so")
        if given and self.refusal:
            raise ValueError("what is answered is not refused: its status says so")
        if self.foreign and not given:
            raise ValueError("what is not answered tells of other languages in its refusal")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must lie between 0 and 1, got {self.confidence}")
        if self.citations and not self.statements:
            object.__setattr__(self, "statements", (Statement(self.text, self.citations),))
        if tuple(citation for statement in self.statements for citation in statement.citations) != self.citations:
            raise ValueError("an answer's citations are those of its statements")
        if self.status == "conflict" and len(self.statements) < 2:
            raise ValueError("a conflict has two statements or more")
        if self.status == "unsure" and not self.alternatives:
            raise ValueError("an unsure answer has what is perhaps the answer among its alternatives")
        if not self.asked:
            object.__setattr__(self, "asked", self.question)

    @property
    def perhaps(self) -> Citation | None:
        """What is perhaps the answer, where the status is "unsure"; else None."""
        return self.alternatives[0] if self.status == "unsure" else None

    @property
    def lead_in(self) -> Name | None:
        """What leads to the list whose items the statements are; None where they are none, or nothing leads to it."""
        found = {lead_in(citation) for citation in self.citations}
        is_list = len(self.statements) > 1 and self.status == "answered"
        return found.pop() if is_list and len(found) == 1 else None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Answer:
        """The answer that `to_dict` made this of. Raises ValueError where it fits none."""
        return from_plain(cls, plain)


def lead_in(citation: Citation) -> Name | None:
    """What leads to the list in which the quoted words are an item."""
    return next((name for name in citation.names if name.kind == "lead_in"), None)


def said(citation: Citation) -> str:
    """What the citation says by itself: the quoted words, behind what leads to their list where that denies them.

    "smoke" stands under "You may not:", and says the opposite of it alone.
    """
    lead = lead_in(citation)
    if lead is None or not DENIES.search(lead.shown) or DENIES.search(citation.shown):
        return citation.shown
    return f"{lead.shown} \u2026 {citation.shown}"
