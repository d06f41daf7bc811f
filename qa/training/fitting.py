"""From what came of many questions to what a confidence means.

A logistic regression on the evidence (see qa.confidence) tells how probable it is that an answer is right. Its weights
are drawn to typical ones: few questions, or a file of few paragraphs, tell little about a collection of thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.confidence import LEAST_UNSURE, TYPICAL, Calibration, ConfidenceBin, Evidence
from qa.lab.squad_metrics import RIGHT_F1

Array = NDArray[np.float64]

PRIOR_DEVIATION = 0.18  # of a reader's weights from typical ones, as the regression takes it (see the model card)
FOLDS = 10  # parts of the questions, each of which is judged by a regression on the others
BIN_ANSWERS, MOST_BINS = 100, 10  # answers that a stated share of right ones rests on, and how many such shares
CAREFUL_ERROR = 0.1  # of the answers above the careful threshold, at most this share may be wrong
UNSURE_ABSENT = 0.1  # of the questions without an answer, at most this share may be shown one as perhaps right


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """The best answer to one question: its evidence, and its F1 (0 where the question should be refused)."""

    evidence: Evidence
    f1: float
    answerable: bool

    @property
    def right(self) -> bool:
        """Whether giving this answer would have been right."""
        return self.answerable and self.f1 >= RIGHT_F1

    @property
    def gain(self) -> float:
        """What giving the answer scores more than refusing: an answer counts its F1, and a right refusal 1."""
        return self.f1 if self.answerable else -1.0

    @classmethod
    def noted(cls, fields: dict[str, Any]) -> CalibrationPoint:
        """The point that was noted in JSON."""
        noted = fields["evidence"]
        evidence = Evidence(tuple(noted["span_scores"]), noted["lead"], noted["passages"])
        return cls(evidence, fields["f1"], fields["answerable"])


def fit(asked: Sequence[Sequence[CalibrationPoint]], data: str, prior: Calibration = TYPICAL) -> Calibration:
    """A logistic regression, its weights drawn to the prior's; then the three thresholds on the same points, and what a
    confidence means (see `bins_of`). `asked` holds the points of each question, `data` says in a few words what these
    are."""
    points = list(chain.from_iterable(asked))
    features, right = _features(points), _right(points)
    weights = _regressed(features, right, prior)
    confidence = _probability(features, weights)
    threshold = gaining_threshold(confidence, np.array([point.gain for point in points]))
    answerable = np.array([point.answerable for point in points])
    usual = np.array([*TYPICAL.absent_weights, TYPICAL.absent_bias])
    absent = regress(features, 1.0 - answerable, usual, PRIOR_DEVIATION)
    return Calibration(
        weights=tuple(round(float(w), 6) for w in weights[:-1]),
        bias=round(float(weights[-1]), 6),
        threshold=round(threshold, 4),
        careful_threshold=round(max(threshold, careful_threshold(confidence, right)), 4),
        unsure_threshold=round(unsure_threshold(confidence, answerable, threshold), 4),
        bins=bins_of(apart_confidence(asked, prior), right),
        asked=len(points),
        data=data,
        absent_weights=tuple(round(float(w), 6) for w in absent[:-1]),
        absent_bias=round(float(absent[-1]), 6),
    )


def apart_confidence(asked: Sequence[Sequence[CalibrationPoint]], prior: Calibration) -> Array:
    """How sure each point's answer is by a regression on other questions: in each of FOLDS parts by the rest."""
    points = list(chain.from_iterable(asked))
    features, right = _features(points), _right(points)
    parts = np.array([number % FOLDS for number, own in enumerate(asked) for _ in own])
    confidence = np.zeros(len(points))
    for part in np.unique(parts):
        own = parts == part
        confidence[own] = _probability(features[own], _regressed(features[~own], right[~own], prior))
    return confidence


def bins_of(confidence: Array, right: Array) -> tuple[ConfidenceBin, ...]:
    """Bins from 0 to 1 of as many answers each, BIN_ANSWERS or more where there are so many, MOST_BINS at most."""
    number = max(1, min(MOST_BINS, len(confidence) // BIN_ANSWERS))
    ordered = np.sort(confidence)
    cuts = {round(float(ordered[len(ordered) * i // number]), 4) for i in range(1, number)} if len(ordered) else set()
    edges = [0.0, *sorted(cut for cut in cuts if 0 < cut < 1), 1.0]
    found: list[ConfidenceBin] = []
    for low, high in pairwise(edges):
        own = (confidence >= low) & ((confidence < high) | (high == 1.0))
        if own.any():
            found.append(ConfidenceBin(found[-1].high if found else 0.0, high, int(own.sum()), int(right[own].sum())))
    return (*found[:-1], replace(found[-1], high=1.0)) if found else ()


def _features(points: Sequence[CalibrationPoint]) -> Array:
    return np.array([[*point.evidence.features(), 1.0] for point in points])


def _right(points: Sequence[CalibrationPoint]) -> Array:
    return np.array([point.right for point in points], float)


def _regressed(features: Array, right: Array, prior: Calibration) -> Array:
    return regress(features, right, np.array([*prior.weights, prior.bias]), PRIOR_DEVIATION)


def regress(features: Array, right: Array, prior: Array, deviation: float) -> Array:
    """The most probable weights of a logistic regression, each taken as normal around its prior's by `deviation`.

    Newton's method; a step that would lead uphill is halved, since from afar a whole one can lead astray.
    """
    sign, penalty = 2 * right - 1, deviation**-2

    def loss(weights: Array) -> float:
        return float(np.logaddexp(0, -sign * (features @ weights)).sum() + penalty / 2 * ((weights - prior) ** 2).sum())

    weights = prior
    for _ in range(50):
        probability = _probability(features, weights)
        gradient = features.T @ (right - probability) - penalty * (weights - prior)
        curvature = features.T @ (features * (probability * (1 - probability))[:, None])
        step = np.linalg.solve(curvature + penalty * np.eye(len(weights)), gradient)
        while np.abs(step).max() > 1e-9 and loss(weights + step) > loss(weights):
            step = step / 2
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _probability(features: Array, weights: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))


def gaining_threshold(confidence: Array, gain: Array) -> float:
    """The confidence from which answers gain on average: where a parabola fitted to the gains rises above zero; 0 where
    it lies above everywhere, 1 where it never rises.

    The cut that would have scored most on these very answers depends on a few of them: fitted to others it moves five
    times as far, and scores less (see the model card).
    """
    grid = np.linspace(0, 1, 1001)
    above = np.polyval(np.polyfit(confidence, gain, 2), grid) > 0
    rises = np.flatnonzero(above[1:] & ~above[:-1])
    if len(rises):
        return float(grid[rises[0] + 1])
    return 0.0 if above.all() else 1.0


def careful_threshold(confidence: Array, right: Array) -> float:
    """The lowest confidence from which at most CAREFUL_ERROR of the answers are wrong; 1 where there is none."""
    order = np.argsort(-confidence)
    ordered = confidence[order]
    errors = np.cumsum(1 - right[order]) / np.arange(1, len(order) + 1)
    last = np.append(ordered[1:] < ordered[:-1], True)  # of those as sure: a threshold takes all of them or none
    allowed = np.flatnonzero((errors <= CAREFUL_ERROR) & last)
    return float(ordered[allowed[-1]]) if len(allowed) else 1.0


def unsure_threshold(confidence: Array, answerable: NDArray[np.bool_], threshold: float) -> float:
    """The lowest confidence from LEAST_UNSURE on, at which at most UNSURE_ABSENT of the questions without an answer lie
    between it and the threshold."""
    absent = confidence[~answerable]
    between = np.sort(absent[(absent >= LEAST_UNSURE) & (absent < threshold)])
    too_many = len(between) - int(UNSURE_ABSENT * len(absent))
    lowest = LEAST_UNSURE if too_many <= 0 else threshold if too_many == len(between) else between[too_many]
    return float(min(lowest, threshold))
