"""The probability that an answer is right, from what is known when it is given.

A logistic regression fitted on held-back training questions (see the model card); its weights lie beside
the reader's, since they are true of that reader alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ModelError

FILE = "calibration.json"
MOST_LOGITS = 12.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best answer.

    `span_score`: its lead over "no answer"; `lead`: its lead over the best answer that says something else;
    both in logits. `passages`: how many were searched; among many, a wrong one looks right more easily. The
    retrieval score is left out on purpose: it means something else in three pages than in a large corpus.
    """

    span_score: float
    lead: float
    passages: int

    def features(self) -> tuple[float, float, float]:
        """The regression's inputs; beyond MOST_LOGITS a lead says no more.

        The lead counts by the share of passages other than the answer's own. In a lone passage the runner-up is some
        neighbour of the answer, and does not tell whether there is one; among many it is what else might be the answer.
        """
        passages = max(1, self.passages)
        return (
            max(-MOST_LOGITS, min(MOST_LOGITS, self.span_score)),
            max(0.0, min(MOST_LOGITS, self.lead)) * (1 - 1 / passages),
            math.log10(passages),
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights for the evidence's features, a bias, and the confidence from which an answer is given.

    `careful_threshold` is the confidence above which at most one in ten answers was wrong on held-back data.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    careful_threshold: float

    def __post_init__(self) -> None:
        if len(self.weights) != len(Evidence(0.0, 0.0, 1).features()):
            raise ValueError(f"the evidence has three features, not {len(self.weights)}")

    def confidence(self, evidence: Evidence) -> float:
        """The probability, 0 to 1, that the answer is right."""
        return logistic(self.bias + dot(self.weights, evidence.features()))


# For a reader that brings no calibration: answer when the span beats "no answer" at all.
UNCALIBRATED = Calibration(weights=(0.5, 0.0, 0.0), bias=0.0, threshold=0.5, careful_threshold=0.9)


def dot(weights: Sequence[float], features: Sequence[float]) -> float:
    """The sum of products."""
    return sum(w * f for w, f in zip(weights, features, strict=True))


def logistic(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value < 0:
        return math.exp(value) / (1 + math.exp(value))
    return 1 / (1 + math.exp(-value))


def read_calibration(folder: Path) -> Calibration:
    """The calibration beside a reader's weights, or a neutral one where the reader has none."""
    path = folder / FILE
    if not path.exists():
        return UNCALIBRATED
    try:
        fields = json.loads(path.read_text("utf-8"))
        numbers = [float(fields[name]) for name in ("bias", "threshold", "careful_threshold")]
        return Calibration(tuple(map(float, fields["weights"])), *numbers)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged: install the reader again.") from error
