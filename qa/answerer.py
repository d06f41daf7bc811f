"""Question in, cited answer out: retrieve, read, choose, judge, cite."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Literal

from qa.candidates import find_candidates, nearer_first, numbered_first
from qa.citing import Citer
from qa.confidence import Calibration
from qa.conflict import Judge, find_conflict
from qa.judging import weigh
from qa.listing import number_asked, wants_several
from qa.questions import check_question
from qa.reading.catalog import open_reader
from qa.reading.reader import Reader
from qa.records import Answer, Provenance, Searched
from qa.retrieval import retrieve
from qa.source import Source
from qa.timing import Clock
from qa.trace import Trace, answer_from, quotes_of

PASSAGES_READ = 8  # more passages cost time in proportion and, on held-back questions, gain next to nothing
VERSION = version("quotewise")
Threshold = float | Literal["careful"]


class Answerer:
    """Answers questions from one source by quoting it.

    `source` is a Collection, a part of one (`collection.within(...)`) or any other Source; `reader` a Reader, or a
    folder or name of one (None: the shipped reader); `threshold` the least confidence at which an answer is given
    (None: the one the reader was calibrated with; "careful": the one above which at most one in ten answers to
    held-back questions was wrong, if the reader was calibrated); `passages` how many are read.
    Safe to use from several threads.
    """

    def __init__(
        self,
        source: Source,
        reader: str | Path | Reader | None = None,
        *,
        threshold: Threshold | None = None,
        passages: int = PASSAGES_READ,
    ) -> None:
        if passages < 1:
            raise ValueError(f"passages must be at least 1, got {passages}")
        self.source = source
        self.reader = open_reader(reader) if reader is None or isinstance(reader, str | Path) else reader
        self.threshold = choose_threshold(threshold, self.reader.calibration)
        self.passages = passages

    def ask(self, question: str, within: Source | None = None) -> Answer:
        """Answer one question, from another source if `within` is given. Raises QuestionError for an empty or overlong
        one."""
        return answer_from(self.trace(question, within))

    def trace(self, question: str, within: Source | None = None) -> Trace:
        """All that asking the question comes to; see `ask`."""
        question = check_question(question)
        try:
            return self._trace(question, within or self.source)
        except (LookupError, ValueError):  # another process removed or changed a document meanwhile
            return self._trace(question, within or self.source)

    def _trace(self, question: str, source: Source) -> Trace:
        clock = Clock()
        hits = retrieve(source, question, self.passages)
        clock.lap("search")
        searched, citer = Searched(*source.counts()), Citer(source)
        candidates = nearer_first(question, find_candidates(self.reader, question, hits), citer, source)
        if (number := number_asked(question)) is not None:
            candidates = numbered_first(self.reader, question, number, hits, candidates, source)
        clock.lap("read")
        evidence = weigh(self.reader, question, candidates, citer, searched.passages) if candidates else None
        confidence = self.reader.calibration.confidence(evidence) if evidence else 0.0
        clock.lap("weigh")
        quotes = quotes_of(question, candidates, citer)
        several = bool(quotes) and wants_several(question)
        listed = citer.cite_list(quotes[0].citation, quotes[0].candidate.hit.passage) if several else ()
        judge = Judge(self.reader, question, citer, searched.passages, self.threshold)
        conflict = find_conflict(judge, candidates, quotes, evidence) if evidence and not listed else None
        if conflict:  # each is right or wrong by itself: what lies between the best one and a rival tells nothing
            evidence, confidence = conflict.evidence, judge.confidence(conflict.evidence)
        clock.lap("cite")
        return Trace(
            question=question,
            searched=searched,
            hits=tuple(hits),
            candidates=tuple(candidates),
            evidence=evidence,
            confidence=confidence,
            quotes=quotes,
            listed=listed,
            conflict=conflict.statements if conflict else (),
            provenance=self._provenance(source),
            timings_ms=clock.laps | {"total": sum(clock.laps.values())},
        )

    def _provenance(self, source: Source) -> Provenance:
        """What makes answers from this source."""
        return Provenance(
            version=VERSION,
            encoder=source.encoder.card.fingerprint,
            reader=self.reader.fingerprint,
            threshold=self.threshold,
            unsure_threshold=min(self.threshold, self.reader.calibration.unsure_threshold),
        )


def choose_threshold(wanted: Threshold | None, calibration: Calibration) -> float:
    """The least confidence at which an answer is given. Raises ValueError for what is none."""
    if wanted is None:
        return calibration.threshold
    if wanted == "careful":
        return calibration.careful_threshold
    if isinstance(wanted, str) or not 0 <= wanted <= 1:
        raise ValueError(f"threshold must lie between 0 and 1 or be 'careful', got {wanted!r}")
    return wanted
