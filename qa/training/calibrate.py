"""Fit what a reader's confidence means, on training articles it never saw: `python -m qa.training calibrate`.

Every held-back question is asked twice, once as it is and once so that it should be refused. People's collections
are small as well as large, so some questions are asked over all held-back articles and some over a few paragraphs
around their own, first with and then without that one; and some over their own paragraph alone, first as they are
and then altered by rule: every other one in the way that deceives the shipped reader most, since a reader that has only
seen such questions refuses too much of what people ask. To what comes of it the confidence is fitted (see
qa.training.fitting): the probability that an answer is right, in that half-and-half mixture.
"""

from __future__ import annotations

import random
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
from index.hashes import file_sha256
from index.records import Hit
from qa.answerer import Answerer
from qa.citing import Citer, Library
from qa.confidence import EVIDENCE, FILE, Calibration, read_calibration, write_calibration
from qa.evaluation.corpus import LoneParagraph, index_paragraphs, paragraph_document
from qa.evaluation.dataset import DatasetError, Paragraph, Question, read_squad
from qa.evaluation.levels import other_hits, search_deep
from qa.evaluation.measures import best_over_golds, f1
from qa.evaluation.remembering import RememberingReader
from qa.evaluation.running import reading_sha256
from qa.reader import SHIPPED_READER, OnnxReader
from qa.training.data import ExampleMaker, is_kept_back
from qa.training.fitting import Outcome, fit
from qa.training.journal import ProgressLine, journal_path, work_through

NEIGHBOURS = 5  # paragraphs in a small collection: two pages or so
SMALL_SHARE = 0.3  # of the questions are asked over small collections
SINGLE_SHARE = 0.3  # of them over their own paragraph alone
ASKED = 2  # raised when questions are asked or answers compared otherwise: what was noted before is not gone on from
LEAST_QUESTIONS = 10  # fewer would leave the thresholds to chance; a thousand is a good number

Way = Callable[[Question], Iterator[Outcome]]  # a way to ask a question


def held_out_questions(squad: Path, count: int, seed: int, shortest: int = 0) -> tuple[list[Question], list[Question]]:
    """All questions of the held-out articles, and a sample of those over paragraphs of `shortest` characters up.

    Raises DatasetError where there are too few to tell anything.
    """
    questions = [q for q in read_squad(squad) if is_kept_back(q.paragraph)]
    usable = [q for q in questions if q.answers and len(q.paragraph.text) >= shortest]
    if len(usable) < LEAST_QUESTIONS:
        raise DatasetError(
            f"{squad} has {len(usable)} answerable questions in its held-back articles, one in eight of all, and "
            f"{LEAST_QUESTIONS} are needed: give it questions over more articles."
        )
    return questions, random.Random(seed).sample(usable, min(count, len(usable)))


def outcomes(answerer: Answerer, question: Question) -> Iterator[Outcome]:
    """Two outcomes: with the question's paragraph among those searched, and without."""
    found, most = search_deep(answerer, question), answerer.passages
    for hits, answerable in ((found[:most], True), (other_hits(found, question, most), False)):
        yield from outcome(answerer, question, question.text, hits, answerer.collection, answerable)


def outcome(
    answerer: Answerer, question: Question, text: str, hits: Sequence[Hit], library: Library, answerable: bool
) -> Iterator[Outcome]:
    """What comes of asking `text` of the hits found in the library; nothing where no span is found."""
    candidates = answerer.candidates(text, hits)
    if candidates:
        golds = [gold.text for gold in question.answers]
        score = best_over_golds(f1, candidates[0].span.text, golds) if answerable else 0.0
        _, passages = library.counts()
        yield Outcome(answerer.weigh(text, candidates, Citer(library), passages), score, answerable)


def single_outcomes(answerer: Answerer, maker: ExampleMaker, question: Question) -> Iterator[Outcome]:
    """Two outcomes over the question's own paragraph, as it is and altered; none where no rule alters it."""
    altered = maker.altered(question)
    if altered:
        lone = LoneParagraph.of(question.paragraph)
        yield from outcome(answerer, question, question.text, [lone.hit()], lone, True)
        yield from outcome(answerer, question, altered.question, [lone.hit()], lone, False)


def small_outcomes(
    reader: OnnxReader, encoder: Encoder, paragraphs: Sequence[Paragraph], question: Question
) -> Iterator[Outcome]:
    """Those of `outcomes`, over NEIGHBOURS paragraphs of the question's article, its own among them.

    Of a shorter article, whatever stands around it in the file: without others nothing is left to refuse from.
    """
    article = [p for p in paragraphs if p.title == question.paragraph.title]
    near = article if len(article) >= NEIGHBOURS else paragraphs
    first = max(0, min(near.index(question.paragraph) - NEIGHBOURS // 2, len(near) - NEIGHBOURS))
    with tempfile.TemporaryDirectory() as folder, Collection(folder, encoder) as collection:
        collection.put([paragraph_document(p) for p in near[first : first + NEIGHBOURS]])
        yield from outcomes(Answerer(collection, reader), question)


def calibrate(squad: Path, reader: Path, work: Path, count: int, seed: int, shortest: int = 0) -> Calibration:
    """Measure, fit, and write the calibration beside the reader's weights.

    What each question brought is kept in `work`, for the same reader and settings to go on from.
    """
    everything, sample = held_out_questions(squad, count, seed, shortest)
    paragraphs = list({q.paragraph.number: q.paragraph for q in everything}.values())
    collection = Collection(work / "heldout-index")
    index_paragraphs(collection, paragraphs, ProgressLine("paragraphs embedded"))
    _clear_unreadable(reader)
    answerer = Answerer(collection, RememberingReader(reader))
    deceiving = ExampleMaker(everything, seed, adversary=OnnxReader(SHIPPED_READER))
    single = [partial(single_outcomes, answerer, maker) for maker in (deceiving, ExampleMaker(everything, seed))]
    small = partial(small_outcomes, answerer.reader, collection.encoder, paragraphs)
    origin = {
        "squad": file_sha256(squad), "reader": reading_sha256(reader),
        "count": count, "seed": seed, "shortest": shortest, "evidence": EVIDENCE, "asked": ASKED,
    }  # fmt: skip
    pieces = plan(sample, small, single, partial(outcomes, answerer))
    noted = work_through(journal_path(work, "outcomes", origin), origin, pieces, ask, "questions")
    results = [Outcome.noted(fields) for lines in noted for fields in lines]
    calibration = fit(results)
    write_calibration(calibration, reader)
    return calibration


def _clear_unreadable(reader: Path) -> None:
    """Take away a calibration of another version or a damaged one, with which no answerer can be made."""
    try:
        read_calibration(reader)
    except ModelError:
        (reader / FILE).unlink()


def plan(sample: Sequence[Question], small: Way, single: Sequence[Way], whole: Way) -> list[tuple[Way, Question]]:
    """Which question is asked in which way: a share each over few paragraphs, over its own alone (in each of those ways
    in turn), and the rest over all."""
    first, second = int(SMALL_SHARE * len(sample)), int((SMALL_SHARE + SINGLE_SHARE) * len(sample))
    ways = [small] * first + list(islice(cycle(single), second - first)) + [whole] * (len(sample) - second)
    return list(zip(ways, sample, strict=True))


def ask(piece: tuple[Way, Question]) -> list[dict[str, Any]]:
    """The outcomes of one question, to be noted."""
    way, question = piece
    return [asdict(outcome) for outcome in way(question)]
