"""Fit what a reader's confidence means to a person's own labelled questions: `quotewise calibrate`.

What the reader brings was measured on encyclopaedia articles; leases, manuals or minutes are another matter. A few
questions tell little, so the weights are drawn to those that the reader brings (see qa.training.fitting), and too few
questions change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.answerer import Answerer
from qa.confidence import Calibration
from qa.lab.labelled import Labelled
from qa.training.fitting import Array, CalibrationPoint, apart_confidence, fit

# Of fewer questions, or with fewer right or wrong answers among them, a share says next to nothing: of 15 answers, 12
# right ones are consistent with anything from half to nearly all.
LEAST_QUESTIONS, LEAST_OF_EACH = 50, 15
LEAST_FOR_THRESHOLDS = 200  # questions from which the thresholds are fitted as well, which a few answers move far
DATA = "your own labelled questions"


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """What came of the labelled questions.

    `asked` were put, `known` of them had a best answer of which it is known whether it is right, `right` were. `before`
    and `after` are mean squared errors of the confidence (Brier 1950), of the old calibration and of one fitted to
    other questions than it is judged on. `calibration` is the new one, None where the old one stays.
    """

    asked: int
    known: int
    right: int
    before: float
    after: float
    calibration: Calibration | None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough questions to mean anything."""
        return self.known >= LEAST_QUESTIONS and min(self.right, self.known - self.right) >= LEAST_OF_EACH


def recalibrate(
    answerer: Answerer, labelled: Sequence[Labelled], progress: Callable[[int, int], None] | None = None
) -> Recalibrated:
    """Ask the questions of the answerer's source, and fit a calibration to what comes of them where it is worth it.

    `progress` is told how many questions are done, and how many there are.
    """
    asked: list[list[CalibrationPoint]] = []
    for number, one in enumerate(labelled):
        if progress:
            progress(number, len(labelled))
        asked.append(_points(answerer, one))
    old = answerer.reader.calibration
    points = [point for own in asked for point in own]
    right = np.array([point.right for point in points], float)
    before = _brier(np.array([old.confidence(point.evidence) for point in points]), right)
    found = Recalibrated(len(labelled), len(points), int(right.sum()), before, before, None)
    if not found.is_enough:
        return found
    found = replace(found, after=_brier(apart_confidence(asked, old), right))
    if found.after >= found.before:
        return found
    return replace(found, calibration=_fitted(asked, old))


def _fitted(asked: Sequence[Sequence[CalibrationPoint]], old: Calibration) -> Calibration:
    """A calibration on all of the questions; few of them leave the thresholds as they are."""
    # How many of these questions have no answer is in the weights: nobody need state it.
    made = replace(fit(asked, DATA, old), absent_weights=(), absent_bias=0.0)
    if made.asked >= LEAST_FOR_THRESHOLDS:
        return made
    return replace(
        made,
        threshold=old.threshold,
        careful_threshold=old.careful_threshold,
        unsure_threshold=old.unsure_threshold,
    )


def _points(answerer: Answerer, labelled: Labelled) -> list[CalibrationPoint]:
    """What the best answer to a question says of confidence; nothing where there is none, or nothing is known of it."""
    trace = answerer.trace(labelled.question)
    score = labelled.score(trace.candidates[0].span.text) if trace.evidence else None
    if trace.evidence is None or score is None:
        return []
    return [CalibrationPoint(trace.evidence, score, not labelled.is_absent)]


def _brier(confidence: Array, right: Array) -> float:
    return float(np.mean((confidence - right) ** 2)) if len(right) else 0.0
