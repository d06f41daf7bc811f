"""Answers that exclude one another: two documents, or two places, that state different values of the same thing.

The best candidate's rivals are sought among the candidates that were read anyway. One is a rival where its value
excludes the best one's, nothing tells that it speaks of another thing, and the reader believes it as it must believe an
answer. Only what passes the first two tests, which cost next to nothing, is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.agreement import Claim, glance, independent_documents
from qa.candidates import Candidate
from qa.citing import Citer
from qa.confidence import MOST_LOGITS, Calibration, Evidence
from qa.dating import dated, newest_first
from qa.differences import Pair, are_of_other_parties, are_of_other_periods, difference
from qa.judging import read_again
from qa.listing import wants_several
from qa.reading.reader import Reader
from qa.records import Citation, Dated, Statement
from qa.same_text import on_one_line
from qa.subjects import subject_stems
from qa.trace import Quote
from qa.values.kinds import Polarity, ProperName, excludes, same_value

MOST_RIVALS = 3  # values that are weighed against the best one


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that exclude one another, two or more, and the evidence for the best candidate by itself: its lead is
    the one over what states none of them."""

    statements: tuple[Statement, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Judge:
    """What weighs rivals: the reader, what its scores mean, the question, what cites its candidates, how many passages
    were searched, and the least confidence at which an answer is given."""

    reader: Reader
    calibration: Calibration
    question: str
    citer: Citer
    passages: int
    threshold: float

    def weigh(self, claims: Sequence[Claim], leads: Sequence[float]) -> list[Evidence]:
        """The evidence for each of the claims, which have these leads; all are read again in one go."""
        scores = read_again(self.reader, self.question, [claim.candidate for claim in claims], self.citer)
        return [Evidence(score, lead, self.passages) for score, lead in zip(scores, leads, strict=True)]

    def confidence(self, evidence: Evidence) -> float:
        """How probably what the evidence speaks for is right."""
        return self.calibration.confidence(evidence)

    def dated(self, citation: Citation) -> Dated | None:
        """From when the cited words are."""
        return dated(self.citer.document(citation.document_id), citation)


def find_conflict(
    judge: Judge, candidates: Sequence[Candidate], quotes: Sequence[Quote], evidence: Evidence
) -> Conflict | None:
    """Returns the conflict of the best candidate with others; None where no value excludes its own, or it is itself too
    unsure. `quotes` are the candidates', `evidence` is the first one's. Raises DamageError where one is not stored."""
    if judge.confidence(replace(evidence, lead=MOST_LOGITS)) < judge.threshold:
        return None
    best = Claim.of(quotes[0].candidate, quotes[0].citation)
    if not best.stated.values or (is_name(best) and wants_several(judge.question)):
        return None
    groups = _by_value(_rivals(judge, best, candidates))
    if not groups:
        return None
    agreeing = [Claim.of(quote.candidate, quote.citation) for quote in quotes if quote.agrees]
    sides = [agreeing, *groups]
    others = [one for one in candidates if not any(same_value(glance(one), side[0].stated) for side in sides)]
    highest = max((one.rank_score for one in others), default=None)
    leads = [MOST_LOGITS if highest is None else side[0].candidate.rank_score - highest for side in sides]
    weighed = [replace(evidence, lead=leads[0]), *judge.weigh([group[0] for group in groups], leads[1:])]
    sure = [(side, sure) for side, one in zip(sides, weighed, strict=True)
            if (sure := judge.confidence(one)) >= judge.threshold]  # fmt: skip
    if len(sure) < 2 or sure[0][0] is not agreeing:
        return None
    return Conflict(_statements(judge, sure), weighed[0])


def is_name(claim: Claim) -> bool:
    """Whether it states a name, of which several may be right."""
    return any(isinstance(value, ProperName) for value in claim.stated.values)


def _rivals(judge: Judge, best: Claim, candidates: Sequence[Candidate]) -> list[Claim]:
    """The candidates that state another value of what the best one speaks of, best first."""
    is_polar = any(isinstance(value, Polarity) for value in best.stated.values)
    found = []
    for candidate in candidates:
        if candidate.span.score <= 0 or not candidate.is_read:
            continue
        if not is_polar and not excludes(glance(candidate), best.stated):
            continue
        claim = Claim.of(candidate, judge.citer.cite(candidate.place, candidate.span.score, candidate.hit.passage))
        if not why_no_rival(judge, claim, best):
            found.append(claim)
    return found


def why_no_rival(judge: Judge, claim: Claim, best: Claim) -> str:
    """Why a claim does not contradict the best one, in one word; "" where it does."""
    if not excludes(claim.stated, best.stated):
        return "value"
    one, other = best.citation, claim.citation
    is_same_document = one.document_id == other.document_id
    if is_same_document and one.sentence_start == other.sentence_start:
        return "sentence"
    why = difference(Pair(best.subject, claim.subject, subject_stems(judge.question), is_same_document))
    if why or is_same_document:
        return why
    documents = [judge.citer.document(citation.document_id) for citation in (one, other)]
    if documents[0].sha256 == documents[1].sha256 and documents[0].text == documents[1].text:
        return "copy"
    if are_of_other_parties(documents[0].text, documents[1].text, f"{one.text} {other.text}"):
        return "parties"
    dates = [date.date[:4] if date and date.by != "file" else "" for date in (judge.dated(one), judge.dated(other))]
    return "periods" if are_of_other_periods(best.subject, claim.subject, (dates[0], dates[1])) else ""


def _by_value(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims in groups of one value, best first; the values exclude one another. Each sentence counts once."""
    groups: list[list[Claim]] = []
    for claim in claims:
        same = next((group for group in groups if same_value(group[0].stated, claim.stated)), None)
        if same is not None:
            sentence = on_one_line(claim.citation.sentence)
            if all(sentence != on_one_line(one.citation.sentence) for one in same):
                same.append(claim)
        elif len(groups) < MOST_RIVALS and all(excludes(group[0].stated, claim.stated) for group in groups):
            groups.append([claim])
    return groups


def _statements(judge: Judge, sides: Sequence[tuple[Sequence[Claim], float]]) -> tuple[Statement, ...]:
    """A statement for each value with its claims and confidence: the newest first where all dates are told, else as
    given, the best first."""
    dates = [judge.dated(claims[0].citation) for claims, _ in sides]
    if len({date.date if date else "" for date in dates if date and date.by == "file"}) < 2:
        dates = [None if date and date.by == "file" else date for date in dates]  # one day tells none from another
    statements = [
        Statement(
            claims[0].citation.shown, tuple(claim.citation for claim in claims),
            independent_documents(judge.question, claims), confidence, date,
        )
        for (claims, confidence), date in zip(sides, dates, strict=True)
    ]  # fmt: skip
    order = newest_first(dates)
    return tuple(statements[at] for at in order) if order else tuple(statements)
