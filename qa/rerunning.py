"""What differs between an answer and the one that the same question gets now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.records import Answer
from qa.verifying import quoted_by


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was one thing before and is another now, as text for a person or program."""

    what: Literal["status", "text", "source"]
    before: str
    after: str

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError(f"{self.what} does not differ: {self.before!r}")


def differences(before: Answer, after: Answer) -> tuple[Difference, ...]:
    """What differs of the status, of what is said (of an unsure answer: perhaps) and of the files that are quoted.

    Words in another place of the same file are no difference: `qa.verifying.verify` finds them.
    """
    values: list[tuple[Literal["status", "text", "source"], str, str]] = [
        ("status", before.status, after.status),
        ("text", _said(before), _said(after)),
        ("source", _sources(before), _sources(after)),
    ]
    return tuple(Difference(what, was, now) for what, was, now in values if was != now)


def made_alike(before: Answer, after: Answer) -> bool:
    """Whether the same release made both, with the same encoder, reader and thresholds: then only documents differ."""
    return before.provenance == after.provenance


def _said(answer: Answer) -> str:
    return answer.perhaps.shown if answer.perhaps else answer.text


def _sources(answer: Answer) -> str:
    return "\n".join(sorted({citation.source for citation in quoted_by(answer)}))
