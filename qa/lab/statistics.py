"""Averages over questions with their uncertainty, and how well confidences sort and mean what they say.

Everything here takes plain arrays, one entry per question, and returns shares from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLES = 1000  # bootstrap samples; the ends of a 95% interval are then good to about a tenth of its width
BINS = 10  # equally wide bins of confidence


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how many, how sure on average, how often right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def interval(statistic: Callable[..., float], *columns: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 95% percentile bootstrap interval of `statistic(*columns)` over questions (Efron 1979).

    The columns run in parallel, one entry per question, and are resampled together.
    """
    arrays = [np.asarray(column, float) for column in columns]
    count = len(arrays[0])
    rng = np.random.default_rng(seed)
    if statistic is mean:
        picks = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
        values = picks @ arrays[0] / count
    else:
        values = np.array([_resampled(statistic, arrays, rng, count) for _ in range(RESAMPLES)])
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return (float("nan"), float("nan"))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _resampled(statistic: Callable[..., float], arrays: list[Array], rng: np.random.Generator, count: int) -> float:
    picked = rng.integers(0, count, count)
    return statistic(*(array[picked] for array in arrays))


def mean(values: Sequence[float] | Array) -> float:
    """The average; not a number where there is nothing to average."""
    return float(np.mean(values)) if len(values) else float("nan")


def auroc(scores: Sequence[float] | Array, positive: Sequence[float] | Array) -> float:
    """The probability that a positive scores above a negative, ties counting half (Mann & Whitney 1947)."""
    scores, positive = np.asarray(scores, float), np.asarray(positive, bool)
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]  # ties share their middle rank
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def reliability(confidence: Sequence[float] | Array, right: Sequence[float] | Array) -> list[Bin]:
    """The bins of a reliability table, empty ones left out."""
    confidence, right = np.asarray(confidence, float), np.asarray(right, float)
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = numbers == number
        if inside.any():
            sure, share = float(confidence[inside].mean()), float(right[inside].mean())
            bins.append(Bin(number / BINS, (number + 1) / BINS, int(inside.sum()), sure, share))
    return bins


def expected_calibration_error(confidence: Sequence[float] | Array, right: Sequence[float] | Array) -> float:
    """The mean gap between confidence and share right over equally wide bins (Guo et al. 2017)."""
    if len(confidence) == 0:
        return float("nan")
    return sum(b.count * abs(b.confidence - b.right) for b in reliability(confidence, right)) / len(confidence)


def risk_coverage(confidence: Sequence[float] | Array, right: Sequence[float] | Array) -> tuple[Array, Array]:
    """Coverage and risk when answering only the surest questions (El-Yaniv & Wiener 2010), one point per question."""
    order = np.argsort(-np.asarray(confidence, float), kind="stable")
    wrong = 1 - np.asarray(right, float)[order]
    counts = np.arange(1, len(order) + 1)
    return counts / max(1, len(order)), np.cumsum(wrong) / counts


def aurc(confidence: Sequence[float] | Array, right: Sequence[float] | Array) -> float:
    """The area under the risk-coverage curve: the mean risk over all coverages; lower is better."""
    return mean(risk_coverage(confidence, right)[1])


def best_threshold(scores: Sequence[float], gains: Sequence[float], answerable: Sequence[bool]) -> tuple[float, float]:
    """The best mean score over all thresholds, and the threshold, as the official SQuAD 2.0 script finds them.

    `gains` is the exact match or F1 of each answer if given. Below the threshold a question is refused, which
    scores 1 where it is not answerable.
    """
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    can = np.asarray(answerable, bool)[order]
    change = np.where(can, np.asarray(gains, float)[order], -1.0)
    totals = np.concatenate([[0.0], np.cumsum(change)]) + int((~can).sum())
    best = int(np.argmax(totals))
    return float(totals[best] / max(1, len(order))), float(np.asarray(scores)[order[best - 1]]) if best else float(
        "inf"
    )
