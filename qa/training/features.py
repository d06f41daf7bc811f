"""From examples to token windows with their right starts and ends."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.reading.windows import Window, WindowMaker
from qa.training.examples import ALTERED, Example
from qa.training.labels import Label, soft_targets

NULL = (0, 0)  # the first and last token of "not in this passage"
MOST_WINDOWS = 4  # of one that does not answer: a whole document's would make a batch that no memory holds


@dataclass(frozen=True, slots=True)
class Feature:
    """A window with its right spans, as pairs of first and last token; (NULL,) where it holds no answer.

    Windows of one `group` belong to one question. `soft` are a teacher's probabilities of starts and ends, of shape
    [2, tokens], where there are some. `example` is the number of the example that it is of; a window that may not be
    `taught` gets no teacher's labels.
    """

    window: Window
    group: int
    spans: tuple[tuple[int, int], ...]
    soft: NDArray[np.float32] | None = None
    example: int = 0
    taught: bool = True


def make_features(
    examples: Sequence[Example], tokenizer: Tokenizer, labels: Mapping[str, Label] | None = None
) -> list[Feature]:
    """Windows to train on, with a teacher's labels of their examples. An answerable example's windows without the
    answer are left out, and of another's all but MOST_WINDOWS. Ids and groups are numbers, as `read_examples` gives
    them."""
    maker = WindowMaker(tokenizer)
    features = []
    for example in examples:
        windows = maker.make(example.question, [example.passage])
        if not example.spans and len(windows) > MOST_WINDOWS:
            windows = random.Random(example.id).sample(windows, MOST_WINDOWS)
        label = (labels or {}).get(example.id) if len(windows) == 1 else None
        for window in windows:
            spans = {tokens for span in example.spans if (tokens := _tokens_of(window, *span))}
            if spans or not example.spans:
                soft = soft_targets(label, window) if label else None
                right, may_be_taught = tuple(sorted(spans)) or (NULL,), example.kind != ALTERED
                features.append(Feature(window, int(example.group), right, soft, int(example.id), may_be_taught))
    return features


def _tokens_of(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token that cover characters start to end, or None where the window lacks some."""
    inside = window.offsets[window.first : window.last]
    touched = np.flatnonzero((inside[:, 1] > start) & (inside[:, 0] < end))
    if len(touched) == 0 or inside[touched[0], 0] > start or inside[touched[-1], 1] < end:
        return None
    return window.first + int(touched[0]), window.first + int(touched[-1])
