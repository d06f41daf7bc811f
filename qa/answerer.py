"""Question in, cited answer out: retrieve, read, choose, judge, cite."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Literal

from qa.candidates import find_candidates, nearer_first, numbered_first, quoted_whole
from qa.citing import Citer, with_passages
from qa.confidence import Calibration
from qa.conflict import Judge, find_conflict
from qa.explaining import explained
from qa.judging import weigh
from qa.listing import number_asked
from qa.own_calibration import own_calibration
from qa.questions import check_question, parse_question
from qa.reading.catalog import open_reader
from qa.reading.reader import Reader
from qa.records import Answer, Provenance, Searched
from qa.retrieval import absent_phrases, retrieve
from qa.several import things_wanted
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
        self._threshold = threshold
        self.passages = passages
        choose_threshold(threshold, self.reader.calibration)  # what is none is said at once

    @property
    def threshold(self) -> float:
        """The least confidence at which an answer from `source` is given."""
        return choose_threshold(self._threshold, self._calibration(self.source))

    def _calibration(self, source: Source) -> Calibration:
        """What the reader's scores mean for this source: as its owner has measured it, or as the reader has it."""
        return own_calibration(source, self.reader) or self.reader.calibration

    def ask(self, question: str, within: Source | None = None) -> Answer:
        """Answer one question, from another source if `within` is given. Raises QuestionError for an empty or overlong
        one."""
        source = within or self.source
        with source.snapshot():
            return answer_from(explained(self.trace(question, source), source))

    def trace(self, question: str, within: Source | None = None) -> Trace:
        """All that asking the question comes to, but for why it is refused; see `ask` and `explained`."""
        question, source = check_question(question), within or self.source
        with source.snapshot():  # another process may remove or change a document meanwhile
            return self._trace(question, source)

    def _trace(self, question: str, source: Source) -> Trace:
        clock, query = Clock(), parse_question(question)
        asked, hits = query.text, retrieve(source, query, self.passages)
        absent = () if hits else absent_phrases(source, query)
        clock.lap("search")
        searched, citer = Searched(*source.counts()), Citer(source)
        candidates = nearer_first(asked, find_candidates(self.reader, asked, hits), citer, source)
        if (number := number_asked(asked)) is not None:
            candidates = numbered_first(self.reader, asked, number, hits, candidates, source)
        clock.lap("read")
        evidence = weigh(self.reader, asked, candidates, citer, searched.passages) if candidates else None
        calibration = self._calibration(source)
        provenance = self._provenance(source, calibration)
        confidence = calibration.confidence(evidence) if evidence else 0.0
        clock.lap("weigh")
        whole = quoted_whole(asked, candidates, citer)
        quotes = quotes_of(asked, whole, citer)
        is_sure = bool(quotes) and confidence >= provenance.threshold
        listed = things_wanted(self.reader, asked, candidates, quotes[0].citation, citer) if is_sure else ()
        listed = with_passages(listed, hits) if query.is_exact else listed
        judge = Judge(self.reader, calibration, asked, citer, searched.passages, provenance.threshold)
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
            reliability=calibration.reliability(confidence),
            quotes=quotes,
            listed=listed,
            conflict=conflict.statements if conflict else (),
            provenance=provenance,
            timings_ms=clock.laps | {"total": sum(clock.laps.values())},
            absent=absent,
        )

    def _provenance(self, source: Source, calibration: Calibration) -> Provenance:
        """What makes answers from this source."""
        threshold = choose_threshold(self._threshold, calibration)
        return Provenance(
            version=VERSION,
            encoder=source.encoder.card.fingerprint,
            reader=self.reader.fingerprint,
            threshold=threshold,
            unsure_threshold=min(threshold, calibration.unsure_threshold),
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
