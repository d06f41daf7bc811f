"""What a larger reader, the teacher, makes of training examples: `quotewise train label`.

A small reader learns more from how probable the teacher holds every start and end than from the one that is right
(Hinton et al. 2015): that an answer could as well include the next word, or that a question is hard. Places are kept
as characters, so that teacher and pupil may cut text into other tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.files import file_sha256
from qa.lab.resumable import read_journal, work_through
from qa.reading.ensemble import inside
from qa.reading.windows import Window
from qa.training.errors import TrainingError
from qa.training.examples import ALTERED, Example, read_examples

Scored = list[tuple[Window, NDArray[np.float32]]]  # windows with their start and end logits, shape [2, tokens]

MOST_PLACES = 12  # of a label's starts and of its ends; what the teacher finds less probable is left out
LEAST_PROBABILITY = 1e-3
AT_ONCE = 256  # examples between two writes, which a kill costs at most


@dataclass(frozen=True, slots=True)
class Label:
    """The teacher's probabilities for one example: pairs of the character where an answer starts (or ends), and how
    probable that is; what is missing from a sum of 1 is the probability that the passage holds no answer."""

    id: str
    starts: tuple[tuple[int, float], ...]
    ends: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        if any(sum(share for _, share in places) > 1.001 for places in (self.starts, self.ends)):
            raise ValueError(f"label {self.id}: the probabilities sum to more than 1")


class Teacher(Protocol):
    """What labelling needs of a reader to learn from."""

    fingerprint: str  # differs between teachers whose logits differ

    def read(self, examples: Sequence[Example]) -> list[Scored]:
        """Each example's windows."""
        ...


def make_label(example: Example, windows: Scored) -> Label | None:
    """The label that the teacher's logits make, or None for a passage so long that it takes several windows."""
    if len(windows) != 1:
        return None
    [(window, logits)] = windows
    starts, ends = (_places(window, scores, side) for side, scores in enumerate(inside(window, logits)))
    return Label(example.id, starts, ends)


def _places(window: Window, scores: NDArray[np.float32], side: int) -> tuple[tuple[int, float], ...]:
    """The most probable characters, in the order of the text; those left out give their share to the others."""
    shares = np.exp((scores - scores.max()).astype(np.float64))
    shares /= shares.sum()
    best = np.sort(1 + np.argsort(-shares[1:])[:MOST_PLACES])
    best = best[shares[best] >= LEAST_PROBABILITY]
    kept = shares[0] + shares[best].sum()
    return tuple(
        (int(window.offsets[window.first + token - 1, side]), round(float(shares[token] / kept), 4)) for token in best
    )


def soft_targets(label: Label, window: Window) -> NDArray[np.float32]:
    """The label's probabilities of each token as start and as end, shape [2, tokens of the window].

    The rest of each row stands at token 0, the null position. The window must hold the whole passage.
    """
    targets = np.zeros((2, len(window.ids)), np.float32)
    inside = window.offsets[window.first : window.last]
    for character, share in label.starts:
        token = int(np.searchsorted(inside[:, 1], character, side="right"))  # the first that ends after it
        targets[0, window.first + min(token, len(inside) - 1)] += share
    for character, share in label.ends:
        token = int(np.searchsorted(inside[:, 0], character, side="left")) - 1  # the last that starts before it
        targets[1, window.first + max(token, 0)] += share
    targets[:, 0] = np.maximum(0.0, 1.0 - targets.sum(1))
    return targets


def write_labels(teacher: Teacher, examples: Path, output: Path) -> int:
    """Write a label for each example to `output`, going on where it ends; how many there are then.

    Altered questions get none: a rule has made them unanswerable, which may deceive the teacher, too.
    Raises ResumeError where `output` holds labels of another teacher or of other examples.
    """
    asked = [example for example in read_examples(examples) if example.kind != ALTERED]
    origin = {"teacher": teacher.fingerprint, "examples": file_sha256(examples)}
    batches = [asked[first : first + AT_ONCE] for first in range(0, len(asked), AT_ONCE)]

    def read(batch: Sequence[Example]) -> list[dict[str, Any]]:
        labels = [make_label(*both) for both in zip(batch, teacher.read(batch), strict=True)]
        return [asdict(label) for label in labels if label]

    return sum(map(len, work_through(output, origin, batches, read, f"batches of {AT_ONCE} examples")))


def read_labels(path: Path, examples: Path) -> dict[str, Label]:
    """The labels that `write_labels` made of these examples, by the examples' ids.

    Raises TrainingError where there are none, or where they are of other examples.
    """
    origin, batches = read_journal(path)
    if origin is None or origin["examples"] != file_sha256(examples):
        raise TrainingError(f"{path.parent} holds no labels of its examples: run the step 'label' there first.")
    labels = {}
    for line in chain.from_iterable(batches):
        starts, ends = (tuple((int(c), float(p)) for c, p in line[side]) for side in ("starts", "ends"))
        labels[line["id"]] = Label(line["id"], starts, ends)
    return labels
