"""Fit what a reader's confidence means, on training articles it never saw: `quotewise train calibrate`.

Every held-back question is asked twice, once as it is and once so that it should be refused. People's collections
are small as well as large, so some questions are asked over all held-back articles and some over a few paragraphs
around their own, first with and then without that one; and some over their own paragraph alone, first as they are
and then altered by rule: every other one in the way that deceives the shipped reader most, since a reader that has only
seen such questions refuses too much of what people ask. To what comes of it the confidence is fitted (see
qa.training.fitting): the probability that an answer is right, in that half-and-half mixture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from index.collection import Collection
from index.encoder import Encoder
from index.errors import ModelError
from index.files import file_sha256
from qa.answerer import Answerer
from qa.confidence import CALIBRATION_FILE, EVIDENCE, Calibration, read_calibration, write_calibration
from qa.lab.cached_reader import CachedReader
from qa.lab.corpus import LoneParagraph, Without, index_paragraphs, paragraph_document, paragraph_id
from qa.lab.dataset import Paragraph, Question
from qa.lab.resumable import ProgressLine, journal_path, work_through
from qa.lab.squad_metrics import best_over_golds, f1
from qa.reading.reader import SHIPPED_READER, OnnxReader, Reader, reading_sha256
from qa.trace import Trace
from qa.training.data import ExampleMaker
from qa.training.fitting import CalibrationPoint, fit
from qa.training.held_out import held_out_questions

NEIGHBOURS = 5  # paragraphs in a small collection: two pages or so
SMALL_SHARE = 0.3  # of the questions are asked over small collections
SINGLE_SHARE = 0.3  # of them over their own paragraph alone
DATA = "held-back questions about encyclopaedia articles, half of them not answered there"
ASKED = 3  # raised when questions are asked or answers compared otherwise: what was noted before is not gone on from

Way = Callable[[Question], Iterator[CalibrationPoint]]  # a way to ask a question


def points(answerer: Answerer, question: Question) -> Iterator[CalibrationPoint]:
    """Two points: with the question's paragraph among those searched, and without."""
    without = Without.of(answerer.source, paragraph_id(question.paragraph))
    yield from point(answerer.trace(question.text), question, True)
    yield from point(answerer.trace(question.text, within=without), question, False)


def point(trace: Trace, question: Question, answerable: bool) -> Iterator[CalibrationPoint]:
    """What the trace came to beside the question's gold answers; nothing where no span was found."""
    if trace.evidence:
        golds = [gold.text for gold in question.answers]
        score = best_over_golds(f1, trace.candidates[0].span.text, golds) if answerable else 0.0
        yield CalibrationPoint(trace.evidence, score, answerable)


def single_points(
    answerer: Answerer, encoder: Encoder, maker: ExampleMaker, question: Question
) -> Iterator[CalibrationPoint]:
    """Two points over the question's own paragraph, as it is and altered; none where no rule alters it."""
    altered = maker.altered(question)
    if altered:
        lone = LoneParagraph.of(question.paragraph, encoder)
        yield from point(answerer.trace(question.text, within=lone), question, True)
        yield from point(answerer.trace(altered.question, within=lone), question, False)


def small_points(
    reader: Reader, encoder: Encoder, paragraphs: Sequence[Paragraph], question: Question
) -> Iterator[CalibrationPoint]:
    """Those of `points`, over NEIGHBOURS paragraphs of the question's article, its own among them.

    Of a shorter article, whatever stands around it in the file: without others nothing is left to refuse from.
    """
    article = [p for p in paragraphs if p.title == question.paragraph.title]
    near = article if len(article) >= NEIGHBOURS else paragraphs
    first = max(0, min(near.index(question.paragraph) - NEIGHBOURS // 2, len(near) - NEIGHBOURS))
    with tempfile.TemporaryDirectory() as folder, Collection(folder, encoder) as collection:
        collection.put([paragraph_document(p) for p in near[first : first + NEIGHBOURS]])
        yield from points(Answerer(collection, reader), question)


def calibrate(squad: Path, folder: Path, work: Path, count: int, seed: int, shortest: int = 0) -> Calibration:
    """Measure, fit, and write the calibration beside the weights of the reader in `folder`.

    What each question brought is kept in `work`, for the same reader and settings to go on from.
    """
    everything, sample = held_out_questions(squad, count, seed, shortest)
    paragraphs = list({q.paragraph.number: q.paragraph for q in everything}.values())
    origin = {
        "squad": file_sha256(squad), "reader": reading_sha256(folder),
        "count": count, "seed": seed, "shortest": shortest, "evidence": EVIDENCE, "asked": ASKED,
    }  # fmt: skip
    _clear_unreadable(folder)
    with Collection(work / "heldout-index") as collection:
        index_paragraphs(collection, paragraphs, ProgressLine("paragraphs embedded"))
        answerer = Answerer(collection, CachedReader(folder))
        deceiving = ExampleMaker(everything, seed, adversary=OnnxReader(SHIPPED_READER))
        makers = deceiving, ExampleMaker(everything, seed)
        single = [partial(single_points, answerer, collection.encoder, maker) for maker in makers]
        small = partial(small_points, answerer.reader, collection.encoder, paragraphs)
        pieces = plan(sample, small, single, partial(points, answerer))
        noted = work_through(journal_path(work, "points", origin), origin, pieces, ask, "questions")
    calibration = fit([[CalibrationPoint.noted(fields) for fields in lines] for lines in noted], DATA)
    write_calibration(calibration, folder)
    return calibration


def _clear_unreadable(folder: Path) -> None:
    """Take away a calibration of another version or a damaged one, with which no reader can be opened."""
    try:
        read_calibration(folder)
    except ModelError:
        (folder / CALIBRATION_FILE).unlink()


def plan(sample: Sequence[Question], small: Way, single: Sequence[Way], whole: Way) -> list[tuple[Way, Question]]:
    """Which question is asked in which way: a share each over few paragraphs, over its own alone (in each of those ways
    in turn), and the rest over all."""
    first, second = int(SMALL_SHARE * len(sample)), int((SMALL_SHARE + SINGLE_SHARE) * len(sample))
    ways = [small] * first + list(islice(cycle(single), second - first)) + [whole] * (len(sample) - second)
    return list(zip(ways, sample, strict=True))


def ask(piece: tuple[Way, Question]) -> list[dict[str, Any]]:
    """The points of one question, to be noted."""
    way, question = piece
    return [asdict(found) for found in way(question)]
