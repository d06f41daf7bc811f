"""What the reader found in the passages, in the order in which it would be given as the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Hit
from qa.confidence import MOST_LOGITS
from qa.reading.reader import Reader
from qa.reading.spans import Span
from qa.same_text import same_text

# Logits that a fused retrieval score of 1 adds to a span's score when spans are ranked; chosen on held-back articles.
RETRIEVAL_WEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the hit it was read in. `rank_score` orders candidates over all passages."""

    span: Span
    hit: Hit
    rank_score: float

    @property
    def place(self) -> tuple[int, int]:
        """Where the span stands in its document."""
        return self.hit.passage.view.place(self.span.start, self.span.end)


def find_candidates(reader: Reader, question: str, hits: Sequence[Hit]) -> list[Candidate]:
    """Spans of all hits, best first. The reader's score re-ranks what retrieval found."""
    spans = reader.read(question, [hit.passage.view for hit in hits])
    candidates = [
        Candidate(span, hits[span.passage], span.score + RETRIEVAL_WEIGHT * hits[span.passage].score) for span in spans
    ]
    return one_at_each_place(sorted(candidates, key=lambda candidate: -candidate.rank_score))


def one_at_each_place(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what overlaps a better candidate in its document: the pieces of a cut sentence share text."""
    kept: list[Candidate] = []
    for one in candidates:
        start, end = one.place
        document = one.hit.passage.document_id
        if not any(k.hit.passage.document_id == document and k.place[0] < end and start < k.place[1] for k in kept):
            kept.append(one)
    return kept


def lead(candidates: Sequence[Candidate]) -> float:
    """By how many logits the first of the candidates beats the next one that says something else."""
    best = candidates[0]
    rival = next((c for c in candidates[1:] if not same_text(c.span.text, best.span.text)), None)
    return best.rank_score - rival.rank_score if rival else MOST_LOGITS


def agrees(candidate: Candidate, best: Candidate) -> bool:
    """Whether a candidate gives the best one's answer elsewhere, and the reader believes it."""
    return candidate is best or (candidate.span.score > 0 and same_text(candidate.span.text, best.span.text))
