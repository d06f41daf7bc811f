"""What `ask` returns: plain data, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["answered", "no_answer"]
NameKind = Literal["lead_in", "row", "column", "field"]


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
    `page` counts from 1 and is None in documents without pages. `score` is the span's lead over
    "no answer", in logits. `stale` tells that the file was changed or is gone since its text was indexed.
    `shown` and `sentence_shown` are the same words as a person would copy them out: on one line, without marks, soft
    hyphens and runs of blanks, a row's cells with their names. `sentence_shown[shown_start:]` begins with `shown`.
    Left out, they are the words as they stand. `names` are the words of the same document that say what the quoted
    ones are: the lead-in of an item, the row and column of a cell, the label of a field.
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
        if not self.shown:  # as they stand
            object.__setattr__(self, "shown", self.text)
            object.__setattr__(self, "sentence_shown", self.sentence)
            object.__setattr__(self, "shown_start", offset)
        if not self.sentence_shown.startswith(self.shown, self.shown_start):
            raise ValueError("what is shown of a citation must stand in what is shown of its sentence")


@dataclass(frozen=True, slots=True)
class Searched:
    """How much was searched for the answer."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the things that an answer says, with the citations that state it."""

    text: str
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        if not self.text or not self.citations:
            raise ValueError("a statement has text and citations")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. With status "no_answer", `text` is "" and `alternatives` holds what came closest.

    `text` is what the first citation shows; of a list, what each of its items shows, one on a line. `statements` are
    the one thing that is said, or those items. `confidence` is the estimated probability that the best span is right,
    from 0 to 1, also where it was too low to answer. `citations` all state the answer; `alternatives` are other
    candidates. `timings_ms` has the milliseconds spent on each step.
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

    def __post_init__(self) -> None:
        if (self.status == "answered") != bool(self.citations) or (self.status == "answered") != bool(self.text):
            raise ValueError("an answer has text and citations exactly when its status is 'answered'")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must lie between 0 and 1, got {self.confidence}")
        if self.citations and not self.statements:
            object.__setattr__(self, "statements", (Statement(self.text, self.citations),))
        if tuple(citation for statement in self.statements for citation in statement.citations) != self.citations:
            raise ValueError("an answer's citations are those of its statements")

    @property
    def lead_in(self) -> Name | None:
        """What leads to the list whose items the statements are; None where they are none, or nothing leads to it."""
        found = {lead_in(citation) for citation in self.citations}
        return found.pop() if len(self.statements) > 1 and len(found) == 1 else None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers."""
        return {field: _plain(value) for field, value in asdict(self).items()}


def lead_in(citation: Citation) -> Name | None:
    """What leads to the list in which the quoted words are an item."""
    return next((name for name in citation.names if name.kind == "lead_in"), None)


def _plain(value: Any) -> Any:
    """A value with lists in place of tuples."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
