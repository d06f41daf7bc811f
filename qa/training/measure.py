"""How readers compare on held-back training articles: `quotewise train measure`.

Choosing between recipes on a SQuAD dev file would make that a tuning set. Here each reader gets the same questions of
the articles that training leaves out: beside their own paragraph, for exact match and F1, and beside passages that do
not answer them, for how well the score tells the two apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.lab import statistics
from qa.lab.dataset import Question
from qa.lab.resumable import journal_path, work_through
from qa.lab.squad_metrics import best_over_golds, exact_match, f1
from qa.reading.catalog import reader_folder
from qa.reading.reader import OnnxReader, reading_sha256
from qa.training.data import ExampleMaker
from qa.training.held_out import held_out_questions
from qa.training.negatives import best_span


@dataclass(frozen=True, slots=True)
class Quality:
    """A reader's figures, from 0 to 1: `auroc_retrieved` and `auroc_altered` set answerable questions beside those
    negatives (see qa.training.data)."""

    exact_match: float
    f1: float
    auroc_retrieved: float
    auroc_altered: float


def measure(
    squad: Path, readers: Sequence[str | None], work: Path, count: int, seed: int, *, download: bool = False
) -> Iterator[tuple[str, Quality]]:
    """Each reader (a folder or name; None: the shipped one) and its quality on `count` held-back questions.

    What each reader found is kept in `work`, to go on from. `download` lets a model hub be asked for readers.
    """
    everything, sample = held_out_questions(squad, count, seed)
    maker = ExampleMaker(everything, seed)
    retrieved = [negative for question in sample if (negative := maker.retrieved(question))]
    altered = [negative for question in sample if (negative := maker.altered(question))]
    pieces = [(question.text, question.paragraph.text) for question in sample]
    pieces += [(negative.question, negative.passage) for negative in [*retrieved, *altered]]
    first, second = len(sample), len(sample) + len(retrieved)
    for name in readers:
        found = _read(reader_folder(name, download=download), pieces, work)
        yield name or "shipped", quality(sample, found[:first], found[first:second], found[second:])


def _read(folder: Path, pieces: Sequence[tuple[str, str]], work: Path) -> list[tuple[str, float]]:
    """The reader's best span, its text and score, for each question and passage."""
    reader = OnnxReader(folder)
    asked = hashlib.sha256(json.dumps(pieces).encode()).hexdigest()
    origin = {"reader": reading_sha256(folder), "pieces": asked}
    journal = journal_path(work, "measured", origin)
    found = work_through(journal, origin, pieces, lambda piece: best_span(reader, *piece), "passages read")
    return [(text, score) for text, score in found]


def quality(
    questions: Sequence[Question],
    best: Sequence[tuple[str, float]],
    retrieved: Sequence[tuple[str, float]],
    altered: Sequence[tuple[str, float]],
) -> Quality:
    """A reader's quality, from its best spans (text and score) for answerable questions and both kinds of negatives."""
    golds = [[gold.text for gold in question.answers] for question in questions]
    right = [score for _, score in best]
    separations = []
    for negatives in (retrieved, altered):
        wrong = [score for _, score in negatives]
        separations.append(statistics.auroc([*right, *wrong], [1.0] * len(right) + [0.0] * len(wrong)))
    texts = [text for text, _ in best]
    return Quality(
        statistics.mean([best_over_golds(exact_match, t, g) for t, g in zip(texts, golds, strict=True)]),
        statistics.mean([best_over_golds(f1, t, g) for t, g in zip(texts, golds, strict=True)]),
        *separations,
    )
