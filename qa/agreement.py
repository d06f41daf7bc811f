"""Candidates that state the same as another one, in other words or in other documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.records import Passage
from qa.candidates import Candidate
from qa.records import Citation
from qa.same_text import on_one_line
from qa.subjects import Subject, is_about_the_same, subject_of
from qa.values.kinds import Stated, same_value
from qa.values.parsing import stated

GLANCE = 60  # characters on either side of a span in which the rest of what it states stands


@dataclass(frozen=True, slots=True)
class Claim:
    """A candidate with its citation and with what that speaks of."""

    candidate: Candidate
    citation: Citation
    subject: Subject

    @classmethod
    def of(cls, candidate: Candidate, citation: Citation) -> Claim:
        """The claim that a candidate makes."""
        return cls(candidate, citation, subject_of(citation, context_of_passage(candidate.hit.passage)))

    @property
    def stated(self) -> Stated:
        """What it states."""
        return self.subject.stated


def context_of_passage(passage: Passage) -> str:
    """The title and headings that a passage is read under, and what leads to its list."""
    return passage.view.text[: passage.view.context]


def glance(candidate: Candidate) -> Stated:
    """What a candidate states, as far as it is seen without its sentence: whether it is worth looking that up."""
    text, span = candidate.hit.passage.view.text, candidate.span
    first = max(text.rfind("\n", 0, span.start) + 1, span.start - GLANCE)
    return stated(text[first : span.end + GLANCE].split("\n")[0], span.start - first, span.end - first)


def may_state_the_same(candidate: Candidate, best: Stated) -> bool:
    """Whether a candidate that the reader believes seems to state the best one's value in other words."""
    return bool(best.values) and candidate.span.score > 0 and same_value(glance(candidate), best)


def states_the_same(question: str, claim: Claim, best: Claim) -> bool:
    """Whether a claim is the best one in other words."""
    return same_value(claim.stated, best.stated) and is_about_the_same(question, claim.subject, best.subject)


def independent_documents(question: str, claims: Sequence[Claim]) -> int:
    """How many documents make the first of these claims of one value, copies counted once."""
    about = [one for one in claims if is_about_the_same(question, one.subject, claims[0].subject)]
    return max(1, count_originals([claim.citation for claim in about]))


def count_originals(citations: Iterable[Citation]) -> int:
    """How many documents the citations come from, without copies: of the same file, or with the same passage."""
    seen: set[str] = set()
    kept = 0
    for citation in citations:
        passage = on_one_line(citation.passage)
        marks = {mark for mark in (citation.document_id, citation.sha256, passage) if mark}
        kept += not marks & seen
        seen |= marks
    return kept
