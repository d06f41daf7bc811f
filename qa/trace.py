"""All that happened for one question, and the answer that follows from it.

Answers, rows of an evaluation and outcomes to calibrate on are all derived from a Trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from index.records import Hit
from qa.agreement import Claim, independent_documents, may_state_the_same, states_the_same
from qa.candidates import Candidate, agrees
from qa.citing import Citer
from qa.confidence import Evidence
from qa.records import (
    Answer,
    Citation,
    ForeignText,
    Provenance,
    Refusal,
    Reliability,
    Searched,
    Stage,
    Statement,
    Status,
    said,
)
from qa.same_text import on_one_line, same_text
from qa.values.kinds import excludes

MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A candidate with its citation. `agrees` tells whether it states what the best candidate states."""

    candidate: Candidate
    citation: Citation
    agrees: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """What was searched, found, read and concluded for `question`.

    `asked` is the question that was searched and read, with what was probably meant in place of what is misspelt ("":
    the question itself); with `as_typed`, nothing was exchanged.
    `hits` are the passages that were read and `candidates` the spans found in them, best first. `evidence` speaks for
    the first of them (None where there is none); `confidence` is what it comes to, from 0 to 1, and `reliability` what
    that means, where it was measured. `provenance` has the least ones at which it is given as the answer and shown as
    unsure. `quotes`, in the order of the candidates, are those that may be shown. `listed` are all the things that are
    wanted, where the question asks for several and the best one is sure: the items of its list, the parts of an
    enumeration, what several sentences say. `conflict` are answers that exclude one another, that of the best one among
    them, where the documents disagree. `timings_ms` has the milliseconds of each step. `absent` are the exact phrases
    of the question that occur nowhere. `refusal` explains why nothing is given as the answer, and `foreign` is as in
    `Answer`, once `qa.explaining.explained` has added them: only a person needs them, and they take time.
    """

    question: str
    searched: Searched
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    evidence: Evidence | None
    confidence: float
    reliability: Reliability | None
    quotes: tuple[Quote, ...]
    listed: tuple[Citation, ...]
    conflict: tuple[Statement, ...]
    provenance: Provenance
    timings_ms: dict[str, float]
    absent: tuple[str, ...] = ()
    refusal: Refusal | None = None
    asked: str = ""
    as_typed: bool = False
    foreign: tuple[ForeignText, ...] = ()

    def __post_init__(self) -> None:
        if not self.asked:
            object.__setattr__(self, "asked", self.question)

    @property
    def is_sure(self) -> bool:
        """Whether the best candidate is sure enough to be given as the answer."""
        return bool(self.candidates) and self.confidence >= self.provenance.threshold

    @property
    def is_unsure(self) -> bool:
        """Whether the best candidate is too unsure to be the answer, but sure enough to be shown."""
        return bool(self.candidates) and not self.is_sure and self.confidence >= self.provenance.unsure_threshold

    @property
    def stage(self) -> Stage:
        """Where the question was lost, if it was."""
        if not self.hits:
            return "not_found"
        return "too_unsure" if self.candidates else "not_said"


def quotes_of(question: str, candidates: Sequence[Candidate], citer: Citer) -> tuple[Quote, ...]:
    """Everything of the candidates that an answer or a refusal may show: what agrees with the best one, each sentence
    once, and MOST_ALTERNATIVES others. The same words in another row of a table, or in a list of something else, do not
    agree; other words that state the same do. Raises DamageError where one is not stored."""
    quotes: list[Quote] = []
    witnesses: set[str] = set()
    others = 0
    best: Claim | None = None
    for candidate in candidates:
        agreeing = agrees(candidate, candidates[0])
        reworded = not agreeing and best is not None and may_state_the_same(candidate, best.stated)
        if not agreeing and not reworded and others == MOST_ALTERNATIVES:
            continue
        passage = candidate.hit.passage
        names = citer.names(candidate.place, passage) if candidate.whole else None
        citation = citer.cite(candidate.quoted, candidate.span.score, passage, names=names)
        if best is not None and (agreeing or reworded):
            claim = Claim.of(candidate, citation)
            agreeing = named_alike(citation, best.citation) and not excludes(claim.stated, best.stated)
            agreeing = agreeing and (not reworded or states_the_same(question, claim, best))
        if not agreeing and others == MOST_ALTERNATIVES:
            continue
        if best is None:
            best = Claim.of(candidate, citation)
        if agreeing and (witness := on_one_line(citation.sentence)) not in witnesses:
            witnesses.add(witness)  # a copy of a sentence is no second witness
            quotes.append(Quote(candidate, citation, True))
        elif not agreeing:
            others += 1
            quotes.append(Quote(candidate, citation, False))
    return tuple(quotes)


def named_alike(one: Citation, other: Citation) -> bool:
    """Whether nothing says that two quotes are of different things, as the names of their rows would."""
    names = {name.kind: name.shown for name in other.names}
    return all(same_text(name.shown, names.get(name.kind, name.shown)) for name in one.names)


def answer_from(trace: Trace) -> Answer:
    """The answer that the trace comes to: the best candidate and what agrees with it, answers that exclude one another,
    or a refusal with what came closest."""
    statements = _statements(trace)
    cited = [citation for statement in statements for citation in statement.citations]
    rest = (quote.citation for quote in trace.quotes if not (quote.agrees and trace.is_sure))
    others = list(islice(rest, MOST_ALTERNATIVES))
    others = [one for one in others if not any(overlap(one, other) for other in cited)]
    numbered = [replace(citation, number=number) for number, citation in enumerate([*cited, *others], 1)]
    remaining = iter(numbered)
    statements = [replace(one, citations=tuple(islice(remaining, len(one.citations)))) for one in statements]
    given: Status = "conflict" if trace.conflict else "answered"
    return Answer(
        question=trace.question,
        status=given if trace.is_sure else "unsure" if trace.is_unsure else "no_answer",
        text="\n".join(statement.text for statement in statements),
        confidence=trace.confidence,
        reliability=trace.reliability,
        citations=tuple(numbered[: len(cited)]),
        alternatives=tuple(remaining),
        searched=trace.searched,
        timings_ms=trace.timings_ms,
        statements=tuple(statements),
        refusal=None if trace.is_sure else trace.refusal or Refusal(trace.stage, phrases=trace.absent),
        provenance=trace.provenance,
        asked=trace.asked,
        as_typed=trace.as_typed,
        foreign=trace.foreign,
    )


def overlap(one: Citation, other: Citation) -> bool:
    """Whether two citations have characters of a document in common."""
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


def _statements(trace: Trace) -> list[Statement]:
    """What is given as the answer; nothing where it is not sure."""
    if not trace.is_sure:
        return []
    if trace.listed:
        return [Statement(citation.shown, (citation,)) for citation in trace.listed]
    if trace.conflict:
        return list(trace.conflict)
    agreeing = [quote for quote in trace.quotes if quote.agrees]
    documents = 1
    if len({quote.citation.document_id for quote in agreeing}) > 1:
        claims = [Claim.of(quote.candidate, quote.citation) for quote in agreeing]
        documents = independent_documents(trace.asked, claims)
    return [Statement(said(agreeing[0].citation), tuple(quote.citation for quote in agreeing), documents)]
