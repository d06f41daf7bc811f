"""The probability that an answer is right, from what is known when it is given.

A logistic regression fitted on held-back training questions (see the model card); its weights lie beside
the reader's, since they are true of that reader alone. For one that brings none, typical weights tell roughly.

How probable an answer is right depends on how many of the questions the documents answer at all: half of those that it
was fitted to. A second regression tells how probable the question is not answered, and with it the confidence is told
for any other share (Saerens, Latinne and Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori
probabilities").
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ModelError
from index.files import repair_advice, replace_file
from qa.plain import from_plain, to_plain
from qa.records import Reliability

CALIBRATION_FILE = "calibration.json"
EVIDENCE = 2  # stands in the file; to be raised with each change of what Evidence or its features (and TYPICAL) mean
MOST_LOGITS = 12.0
HALF = 0.5  # the share of questions without an answer among those that a calibration is fitted to
LEAST_UNSURE = 0.25  # what is less probably right is not shown as perhaps the answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best answer.

    `span_scores`: by how much a span beats "no answer" in its passage, in its sentence with the neighbours, and in its
    sentence alone; `lead`: by how much it beats the best answer that says something else; all in logits. `passages`:
    how many were searched; among many, a wrong one looks right more easily. The retrieval score is left out on purpose:
    it means something else in three pages than in a large corpus.
    """

    span_scores: tuple[float, ...]
    lead: float
    passages: int

    def features(self) -> tuple[float, float, float]:
        """The regression's inputs; beyond MOST_LOGITS a lead says no more. The span's scores count by their mean.

        The lead counts by the share of passages other than the answer's own. In a lone passage the runner-up is some
        neighbour of the answer, and does not tell whether there is one; among many it is what else might be the answer.
        """
        passages = max(1, self.passages)
        scores = [max(-MOST_LOGITS, min(MOST_LOGITS, score)) for score in self.span_scores]
        return (
            math.fsum(scores) / len(scores),
            max(0.0, min(MOST_LOGITS, self.lead)) * (1 - 1 / passages),
            math.log10(passages),
        )


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Of so many `answers` given with a confidence from `low` to below `high`, `right` were right."""

    low: float
    high: float
    answers: int
    right: int

    def __post_init__(self) -> None:
        if not self.low < self.high or not 0 <= self.right <= self.answers or not self.answers:
            raise ValueError(f"a bin needs low < high and 0 <= right <= answers, got {self}")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights for the evidence's features, a bias, and the confidence from which an answer is given.

    `careful_threshold` is the confidence above which at most one in ten answers was wrong on held-back data;
    `unsure_threshold` the one from which what is too unsure to be the answer is shown as perhaps the answer.
    `bins` tell what came of the `asked` questions of `data`, each asked as of one who does not know them yet; they are
    in order and reach from 0 to 1, or there are none. `absent_weights` and `absent_bias` tell how probable it is that a
    question has no answer (typical ones where that was not fitted), and `absent_share` of how many that is taken to be
    true.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    careful_threshold: float
    unsure_threshold: float = LEAST_UNSURE
    bins: tuple[ConfidenceBin, ...] = ()
    asked: int = 0
    data: str = ""
    absent_weights: tuple[float, ...] = ()
    absent_bias: float = 0.0
    absent_share: float = HALF

    def __post_init__(self) -> None:
        edges = [edge for one in self.bins for edge in (one.low, one.high)]
        if self.bins and ((edges[0], edges[-1]) != (0, 1) or edges[1:-1:2] != edges[2::2]):
            raise ValueError(f"the bins of confidences must reach from 0 to 1, got {edges}")
        features = len(Evidence((0.0,), 0.0, 1).features())
        if len(self.weights) != features or len(self.absent_weights) not in (0, features):
            raise ValueError(f"the evidence has three features, not {len(self.weights)} or {len(self.absent_weights)}")
        if not all(map(math.isfinite, (*self.weights, self.bias, *self.absent_weights, self.absent_bias))):
            raise ValueError("weights and bias must be finite")
        if not all(0 <= one <= 1 for one in (self.threshold, self.careful_threshold, self.unsure_threshold)):
            raise ValueError("thresholds must lie between 0 and 1")
        if not 0 <= self.absent_share <= 1:
            raise ValueError(
                f"the share of questions without an answer lies between 0 and 1, not at {self.absent_share}"
            )

    def confidence(self, evidence: Evidence) -> float:
        """The probability, 0 to 1, that the answer is right, if `absent_share` of the questions have none."""
        features = evidence.features()
        right = logistic(self.bias + dot(self.weights, features))
        if self.absent_share == HALF:
            return right
        told = self if self.absent_weights else TYPICAL
        # Fitted apart, the two may come to more than 1 together.
        absent = min(1 - right, logistic(told.absent_bias + dot(told.absent_weights, features)))
        answered = (1 - absent) * (1 - self.absent_share)
        total = answered + absent * self.absent_share
        return right * (1 - self.absent_share) / total if total else 0.0

    def among(self, absent_share: float) -> Calibration:
        """The same for questions of which this share has no answer. What came of the questions that it was fitted to
        (`bins`) says nothing of others."""
        if absent_share == self.absent_share:
            return self
        return replace(self, absent_share=absent_share, bins=())

    def reliability(self, confidence: float) -> Reliability | None:
        """What a confidence means; None where that was not measured."""
        found = next((one for one in self.bins if confidence < one.high), self.bins[-1] if self.bins else None)
        return Reliability(found.answers, found.right, self.asked, self.data) if found else None


# What evidence is usually worth: the shipped reader's calibration, rounded. It serves a reader that brings none (on the
# model card: how well), and where few questions tell what it is worth, they are weighed against this.
TYPICAL = Calibration(
    weights=(0.35, 0.22, -0.36), bias=-1.51, threshold=0.375, careful_threshold=0.80,
    absent_weights=(-0.35, -0.18, 0.32), absent_bias=0.69,
)  # fmt: skip


def dot(weights: Sequence[float], features: Sequence[float]) -> float:
    """The sum of products."""
    return sum(w * f for w, f in zip(weights, features, strict=True))


def logistic(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value < 0:
        return math.exp(value) / (1 + math.exp(value))
    return 1 / (1 + math.exp(-value))


def write_calibration(calibration: Calibration, folder: Path) -> None:
    """Put the calibration beside a reader's weights."""
    replace_file(folder / CALIBRATION_FILE, to_json(calibration))


def read_calibration(folder: Path) -> Calibration:
    """The calibration beside a reader's weights, or a typical one where the reader has none."""
    path = folder / CALIBRATION_FILE
    if not path.exists():
        return TYPICAL
    try:
        calibration = from_json(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged: {repair_advice(folder)}.") from error
    if calibration is None:
        raise ModelError(f"{path} is of another version: run `quotewise train calibrate` for it again.")
    return calibration


def to_json(calibration: Calibration) -> str:
    """The calibration as it is kept."""
    return json.dumps({"evidence": EVIDENCE} | to_plain(calibration), indent=1) + "\n"


def from_json(text: str) -> Calibration | None:
    """The calibration that was kept; None where it was of another version. Raises ValueError for a damaged one."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError(f"a calibration is an object, not {fields!r:.40}")
    if fields.pop("evidence", None) != EVIDENCE:
        return None
    return from_plain(Calibration, fields)
