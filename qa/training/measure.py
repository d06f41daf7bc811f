"""How readers compare on held-back training articles: `python -m qa.training measure`.

Choosing between recipes on a SQuAD dev file would make that a tuning set. Here each reader gets the same questions of
the articles that training leaves out: beside their own paragraph, for exact match and F1, and beside passages that do
not answer them, for how well the score tells the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.evaluation import statistics
from qa.evaluation.dataset import Question
from qa.evaluation.measures import best_over_golds, exact_match, f1
from qa.reader import OnnxReader, Reader, reader_folder
from qa.training.calibrate import held_out_questions
from qa.training.data import Example, ExampleMaker
from qa.training.negatives import best_span


@dataclass(frozen=True, slots=True)
class Quality:
    """A reader's figures, from 0 to 1: `auroc_retrieved` and `auroc_altered` set answerable questions beside those
    negatives (see qa.training.data)."""

    exact_match: float
    f1: float
    auroc_retrieved: float
    auroc_altered: float


def measure(squad: Path, readers: Sequence[str | None], count: int, seed: int) -> Iterator[tuple[str, Quality]]:
    """Each reader (a folder or name; None: the shipped one) and its quality on `count` held-back questions."""
    everything, sample = held_out_questions(squad, count, seed)
    maker = ExampleMaker(everything, seed)
    retrieved = [negative for question in sample if (negative := maker.retrieved(question))]
    altered = [negative for question in sample if (negative := maker.altered(question))]
    for name in readers:
        yield name or "shipped", quality(OnnxReader(reader_folder(name)), sample, retrieved, altered)


def quality(
    reader: Reader, questions: Sequence[Question], retrieved: Sequence[Example], altered: Sequence[Example]
) -> Quality:
    """One reader's quality on answerable questions and both kinds of negatives."""
    best = [best_span(reader, question.text, question.paragraph.text) for question in questions]
    golds = [[gold.text for gold in question.answers] for question in questions]
    right = [score for _, score in best]
    separations = []
    for negatives in (retrieved, altered):
        wrong = [best_span(reader, negative.question, negative.passage)[1] for negative in negatives]
        separations.append(statistics.auroc([*right, *wrong], [1.0] * len(right) + [0.0] * len(wrong)))
    texts = [text for text, _ in best]
    return Quality(
        statistics.mean([best_over_golds(exact_match, t, g) for t, g in zip(texts, golds, strict=True)]),
        statistics.mean([best_over_golds(f1, t, g) for t, g in zip(texts, golds, strict=True)]),
        *separations,
    )
