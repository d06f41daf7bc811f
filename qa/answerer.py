"""Question in, cited answer out: retrieve, read, choose, judge, cite."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.phrases import Query
from index.records import Hit
from qa.candidates import Candidate, find_candidates, nearer_first, numbered_first, quoted_whole
from qa.citing import Citer, with_passages
from qa.confidence import HALF, Calibration, Evidence
from qa.conflict import Judge, find_conflict
from qa.explaining import explained
from qa.judging import weigh
from qa.listing import number_asked
from qa.originals import from_originals
from qa.own_calibration import own_calibration
from qa.questions import check_question, parse_question
from qa.reading.balanced import Balanced
from qa.reading.catalog import open_reader, reads_english_only
from qa.reading.reader import Reader
from qa.records import Answer, Provenance, Searched
from qa.retrieval import absent_phrases, retrieve
from qa.several import things_wanted
from qa.source import Source
from qa.timing import Clock, Progress, say_nothing
from qa.trace import Trace, answer_from, quotes_of
from qa.typed.courtesy import as_learnt
from qa.typed.rewriting import rewritten

PASSAGES_READ = 6  # of eight, the last two gain nothing, and take a fifth of the time (qa/weights/LOG.md)
VERSION = "0.2.0"  # that of the package: to look it up took 15 ms of each start
Threshold = float | Literal["careful", "always"]


class Answerer:
    """Answers questions from one source by quoting it.

    `source` is a Collection, a part of one (`collection.within(...)`) or any other Source; `reader` a Reader, two
    of them (Balanced), or a folder or name (None: "balanced" where the accurate reader is installed, else the shipped
    one); `threshold` the least confidence at which an answer is given (None: the reader's own; "careful": the one
    above which at most one in ten answers to held-back questions was wrong, if the reader was calibrated; "always": 0,
    the best quote is always the answer); `passages` how many are read; `absent_share` how many of the questions, 0 to
    1, are expected to have no answer there (confidences are told for that share; not where `source` has a calibration
    of its own).
    Safe to use from several threads.
    """

    def __init__(
        self,
        source: Source,
        reader: str | Path | Reader | Balanced | None = None,
        *,
        threshold: Threshold | None = None,
        passages: int = PASSAGES_READ,
        absent_share: float = HALF,
    ) -> None:
        if passages < 1:
            raise ValueError(f"passages must be at least 1, got {passages}")
        if not 0 <= absent_share <= 1:
            raise ValueError(f"absent_share must lie between 0 and 1, got {absent_share}")
        self.source = source
        given = open_reader(reader) if reader is None or isinstance(reader, str | Path) else reader
        self._both = given if isinstance(given, Balanced) else None
        self.reader = given.fast if isinstance(given, Balanced) else given
        self._threshold = threshold
        self.passages = passages
        self.absent_share = absent_share
        choose_threshold(threshold, self.reader.calibration)  # what is none is said at once

    @property
    def threshold(self) -> float:
        """The least confidence at which an answer from `source` is given."""
        return choose_threshold(self._threshold, self._calibration(self.source, self.reader))

    def ask(
        self,
        question: str,
        within: Source | None = None,
        progress: Progress = say_nothing,
        *,
        as_typed: bool = False,
    ) -> Answer:
        """Answer one question, from another source if `within` is given. `progress` is told of each step, and may raise
        to end it. What is misspelt or otherwise written is read as what occurs in the source, and `answer.asked` tells
        so, unless it is to be asked just `as_typed`. Raises QuestionError for an empty or overlong one."""
        source = within or self.source
        with source.snapshot():
            trace = self.trace(question, source, progress, as_typed=as_typed)
            return answer_from(explained(trace, source, english_only=reads_english_only(self.reader)))

    def trace(
        self,
        question: str,
        within: Source | None = None,
        progress: Progress = say_nothing,
        *,
        as_typed: bool = False,
    ) -> Trace:
        """All that asking the question comes to, but for why it is refused; see `ask` and `explained`."""
        question, source = check_question(question), within or self.source
        with source.snapshot():  # another process may remove or change a document meanwhile
            return self._trace(question, source, progress, as_typed)

    def mended(self, question: str, within: Source | None = None) -> str:
        """The question as it is searched and read, with what was probably meant for what occurs nowhere."""
        source = within or self.source
        with source.snapshot():
            return rewritten(check_question(question), source)

    def _trace(self, question: str, source: Source, progress: Progress, as_typed: bool) -> Trace:
        progress("searching")
        clock = Clock()
        asked_for = question if as_typed else rewritten(question, source)
        query = parse_question(asked_for)
        if not as_typed:
            query = replace(query, text=as_learnt(query.text))
        hits = retrieve(source, query, self.passages)
        absent = () if hits else absent_phrases(source, query)
        clock.lap("search")
        found = _Found(query, tuple(hits), source, Searched(*source.counts(), source.pending()), Citer(source))
        progress("reading")
        reading = self._reading(self.reader, found, clock)
        if self._both and reading.evidence and self._both.is_open(reading.usual_confidence(reading.evidence)):
            progress("reading_closely")
            reading = self._reading(self._both.accurate, found, clock)
        provenance = self._provenance(source, reading)
        candidates, confidence, evidence = reading.candidates, reading.confidence, reading.evidence
        asked, citer = found.asked, found.citer
        whole = quoted_whole(asked, candidates, citer)
        quotes = quotes_of(asked, whole, citer)
        is_sure = bool(quotes) and confidence >= provenance.threshold
        listed = things_wanted(reading.reader, asked, candidates, quotes[0].citation, citer) if is_sure else ()
        listed = with_passages(listed, hits) if query.is_exact else listed
        judge = Judge(reading.reader, reading.calibration, asked, citer, found.searched.passages, provenance.threshold)
        conflict = find_conflict(judge, candidates, quotes, evidence) if evidence and not listed else None
        if conflict:  # each is right or wrong by itself: what lies between the best one and a rival tells nothing
            evidence, confidence = conflict.evidence, judge.confidence(conflict.evidence)
        clock.lap("cite")
        return Trace(
            question=question,
            asked=asked_for,
            searched=found.searched,
            hits=found.hits,
            candidates=tuple(candidates),
            evidence=evidence,
            confidence=confidence,
            reliability=reading.calibration.reliability(confidence),
            quotes=quotes,
            listed=listed,
            conflict=conflict.statements if conflict else (),
            provenance=provenance,
            timings_ms=clock.laps | {"total": sum(clock.laps.values())},
            absent=absent,
            as_typed=as_typed,
        )

    def _reading(self, reader: Reader, found: _Found, clock: Clock) -> _Reading:
        """What one of the readers makes of the passages that were found."""
        asked, hits, citer = found.asked, found.hits, found.citer
        candidates = nearer_first(asked, find_candidates(reader, asked, hits), citer, found.source)
        if (number := number_asked(asked)) is not None:
            candidates = numbered_first(reader, asked, number, hits, candidates, found.source)
        candidates = from_originals(candidates, found.query, hits, citer, found.source)
        clock.lap("read")
        evidence = weigh(reader, asked, candidates, citer, found.searched.passages) if candidates else None
        calibration = self._calibration(found.source, reader)
        confidence = calibration.confidence(evidence) if evidence else 0.0
        clock.lap("weigh")
        return _Reading(reader, calibration, candidates, evidence, confidence)

    def _provenance(self, source: Source, reading: _Reading) -> Provenance:
        """What makes answers from this source."""
        threshold = choose_threshold(self._threshold, reading.calibration)
        return Provenance(
            version=VERSION,
            encoder=source.encoder.card.fingerprint,
            reader=reading.reader.fingerprint,
            threshold=threshold,
            unsure_threshold=min(threshold, reading.calibration.unsure_threshold),
            absent_share=reading.calibration.absent_share,
        )

    def _calibration(self, source: Source, reader: Reader) -> Calibration:
        """What the reader's scores mean for this source: as its owner has measured it, or as the reader has it."""
        return own_calibration(source, reader) or reader.calibration.among(self.absent_share)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a question is answered from: the passages that were found for what it asks, and where they are cited."""

    query: Query
    hits: tuple[Hit, ...]
    source: Source
    searched: Searched
    citer: Citer

    @property
    def asked(self) -> str:
        """The question as it is read."""
        return self.query.text


@dataclass(frozen=True, slots=True)
class _Reading:
    """The candidates that a reader has found, best first, the evidence for the first one, and what it comes to."""

    reader: Reader
    calibration: Calibration
    candidates: list[Candidate]
    evidence: Evidence | None
    confidence: float

    def usual_confidence(self, evidence: Evidence) -> float:
        """The confidence if half of the questions have an answer, as it decides who reads."""
        return self.calibration.among(HALF).confidence(evidence)


def choose_threshold(wanted: Threshold | None, calibration: Calibration) -> float:
    """The least confidence at which an answer is given. Raises ValueError for what is none."""
    if wanted is None:
        return calibration.threshold
    if wanted == "careful":
        return calibration.careful_threshold
    if wanted == "always":
        return 0.0
    if isinstance(wanted, str) or not 0 <= wanted <= 1:
        raise ValueError(f"threshold must lie between 0 and 1 or be 'careful' or 'always', got {wanted!r}")
    return wanted
