"""Question in, cited answer out: retrieve, read, choose, cite."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.collection import Collection
from index.errors import QuotewiseError
from index.records import Hit
from qa.answer import Answer, Citation, Searched
from qa.citing import Citer, Library
from qa.confidence import MOST_LOGITS, Calibration, Evidence, read_calibration
from qa.reader import OnnxReader, reader_folder
from qa.retrieval import retrieve
from qa.spans import Span
from qa.wording import same_text

PASSAGES_READ = 8  # more passages cost time in proportion and, on held-back questions, gain next to nothing
# Logits that a fused retrieval score of 1 adds to a span's score when spans are ranked; chosen on held-back articles.
RETRIEVAL_WEIGHT = 24.0
MOST_ALTERNATIVES = 3
LONGEST_QUESTION = 2000  # characters; a question of this length is a pasted text
Threshold = float | Literal["careful"]


class QuestionError(QuotewiseError):
    """A question that cannot be asked."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the hit it was read in. `rank_score` orders candidates over all passages."""

    span: Span
    hit: Hit
    rank_score: float

    @property
    def place(self) -> tuple[int, int]:
        """Where the span stands in its document."""
        return self.hit.passage.start + self.span.start, self.hit.passage.start + self.span.end


class Answerer:
    """Answers questions from one collection by quoting it.

    `reader` is a folder or name (None: the shipped reader); `threshold` the least confidence at which an
    answer is given (None: the one the reader was calibrated with; "careful": the one above which at most one in ten
    answers to held-back questions was wrong, if the reader was calibrated); `passages` how many are read.
    Safe to use from several threads.
    """

    def __init__(
        self,
        collection: Collection,
        reader: str | Path | OnnxReader | None = None,
        *,
        threshold: Threshold | None = None,
        passages: int = PASSAGES_READ,
    ) -> None:
        if passages < 1:
            raise ValueError(f"passages must be at least 1, got {passages}")
        self.collection = collection
        self.reader = reader if isinstance(reader, OnnxReader) else OnnxReader(reader_folder(reader))
        self.calibration: Calibration = read_calibration(self.reader.folder)
        self.threshold = self._choose_threshold(threshold)
        self.passages = passages

    def _choose_threshold(self, wanted: Threshold | None) -> float:
        if wanted is None:
            return self.calibration.threshold
        if wanted == "careful":
            return self.calibration.careful_threshold
        if isinstance(wanted, str) or not 0 <= wanted <= 1:
            raise ValueError(f"threshold must lie between 0 and 1 or be 'careful', got {wanted!r}")
        return wanted

    def ask(self, question: str) -> Answer:
        """Answer one question. Raises QuestionError for an empty or overlong one."""
        question = check_question(question)
        try:
            return self._ask(question)
        except (LookupError, ValueError):  # another process removed or changed a document meanwhile
            return self._ask(question)

    def _ask(self, question: str) -> Answer:
        clock = Clock()
        hits = self.search(question)
        clock.lap("search")
        candidates = self.candidates(question, hits)
        clock.lap("read")
        return self.conclude(question, candidates, clock)

    def search(self, question: str, extra: int = 0) -> list[Hit]:
        """The passages to read, best first, and `extra` more."""
        return retrieve(self.collection, question, self.passages + extra)

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """Spans of all hits, best first. The reader's score re-ranks what retrieval found."""
        spans = self.reader.read(question, [hit.passage.text for hit in hits])
        candidates = [
            Candidate(span, hits[span.passage], span.score + RETRIEVAL_WEIGHT * hits[span.passage].score)
            for span in spans
        ]
        return without_overlaps(sorted(candidates, key=lambda c: -c.rank_score))

    def conclude(
        self, question: str, candidates: list[Candidate], clock: Clock, library: Library | None = None
    ) -> Answer:
        """Answer with the best candidate, or refuse; `clock` holds the times of the steps before.

        `library` is where the passages read come from, the collection unless given.
        """
        library = library or self.collection
        documents, passages = library.counts()
        citer = Citer(library)
        confidence = 0.0
        if candidates:
            confidence = self.calibration.confidence(self.weigh(question, candidates, citer, passages))
        clock.lap("weigh")
        answered = bool(candidates) and confidence >= self.threshold
        agreeing = agreement(candidates) if answered else []
        others = [c for c in candidates if c not in agreeing][:MOST_ALTERNATIVES]
        cited = [citer.cite(i + 1, c.span, c.hit.passage) for i, c in enumerate([*agreeing, *others])]
        citations: tuple[Citation, ...] = tuple(cited[: len(agreeing)])
        clock.lap("cite")
        return Answer(
            question=question,
            status="answered" if answered else "no_answer",
            text=citations[0].text if citations else "",
            confidence=confidence,
            citations=citations,
            alternatives=tuple(cited[len(agreeing) :]),
            searched=Searched(documents, passages),
            timings_ms=clock.laps | {"total": sum(clock.laps.values())},
        )

    def weigh(self, question: str, candidates: Sequence[Candidate], citer: Citer, passages: int) -> Evidence:
        """The evidence for the first of the candidates, found among so many passages.

        Its sentence is read again, alone and with its neighbours: what else stands in a passage sways the reader, and
        a mean over several cuts of the text tells answers from guesses better than any one (see the model card).
        """
        best = candidates[0]
        excerpts = citer.excerpts(best.span, best.hit.passage)
        scores = {best.hit.passage.text: best.span.score}  # by the text read; a short passage is all one sentence
        unread = [text for text in dict.fromkeys(excerpts) if text not in scores]
        for span in self.reader.read(question, unread):  # best first
            scores.setdefault(unread[span.passage], span.score)
        # Where a reader finds nothing at all in an excerpt, that says nothing new.
        again = (scores.get(text, best.span.score) for text in excerpts)
        return Evidence((best.span.score, *again), lead(candidates), passages)


class Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Record the time since the last lap under `name`."""
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1000
        self._last = now


def check_question(question: str) -> str:
    """The question without surrounding white space. QuestionError, in one sentence, where it cannot be asked."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty: type what you want to know.")
    if any("\ud800" <= character <= "\udfff" for character in question):  # what a terminal makes of broken bytes
        raise QuestionError("The question has characters that are not valid text: type it again.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters, above the limit of {LONGEST_QUESTION:,}: shorten it."
        )
    return question


def lead(candidates: Sequence[Candidate]) -> float:
    """By how many logits the first of the candidates beats the next one that says something else."""
    best = candidates[0]
    rival = next((c for c in candidates[1:] if not same_text(c.span.text, best.span.text)), None)
    return best.rank_score - rival.rank_score if rival else MOST_LOGITS


def without_overlaps(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what overlaps a better candidate in its document: the pieces of a cut sentence share text."""
    kept: list[Candidate] = []
    for one in candidates:
        start, end = one.place
        document = one.hit.passage.document_id
        if not any(k.hit.passage.document_id == document and k.place[0] < end and start < k.place[1] for k in kept):
            kept.append(one)
    return kept


def agreement(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first candidate and those that give the same answer elsewhere, where the reader believes them."""
    best, *rest = candidates
    return [best, *(c for c in rest if c.span.score > 0 and same_text(c.span.text, best.span.text))]
