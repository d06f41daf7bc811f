"""From examples to padded batches of token windows with their right starts and ends."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.reading.windows import Window, WindowMaker
from qa.training.data import Example
from qa.training.labels import Label, soft_targets

NULL = (0, 0)  # the first and last token of "not in this passage"
MOST_WINDOWS = 4  # of one that does not answer: a whole document's would make a batch that no memory holds


@dataclass(frozen=True, slots=True)
class Feature:
    """A window with its right spans, as pairs of first and last token; (NULL,) where it holds no answer.

    Windows of one `group` belong to one question. `soft` are a teacher's probabilities of starts and ends, of shape
    [2, tokens], where there are some.
    """

    window: Window
    group: str
    spans: tuple[tuple[int, int], ...]
    soft: NDArray[np.float32] | None = None


def make_features(
    examples: Sequence[Example], tokenizer: Tokenizer, labels: Mapping[str, Label] | None = None
) -> list[Feature]:
    """Windows to train on, with a teacher's labels of their examples. An answerable example's windows without the
    answer are left out, and of another's all but MOST_WINDOWS."""
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
                features.append(Feature(window, example.group, tuple(sorted(spans)) or (NULL,), soft))
    return features


def _tokens_of(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token that cover characters start to end, or None where the window lacks some."""
    inside = window.offsets[window.first : window.last]
    touched = np.flatnonzero((inside[:, 1] > start) & (inside[:, 0] < end))
    if len(touched) == 0 or inside[touched[0], 0] > start or inside[touched[-1], 1] < end:
        return None
    return window.first + int(touched[0]), window.first + int(touched[-1])


def make_batches(features: Sequence[Feature], tokens: int, seed: int) -> list[list[int]]:
    """Feature numbers in shuffled batches of about `tokens` padded tokens; groups stay whole, beside others as long."""
    rng = random.Random(seed)
    groups: dict[str, list[int]] = {}
    for i, feature in enumerate(features):
        groups.setdefault(feature.group, []).append(i)
    longest = {name: max(len(features[i].window.ids) for i in group) for name, group in groups.items()}
    batches: list[list[int]] = [[]]
    for name in sorted(groups, key=lambda name: (longest[name] // 8, rng.random())):
        if batches[-1] and (len(batches[-1]) + len(groups[name])) * (longest[name] + 8) > tokens:
            batches.append([])
        batches[-1].extend(groups[name])
    rng.shuffle(batches)
    return batches


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of some windows.

    `inputs` are the model's own, of shape [windows, tokens], as are the truth values of `passage` (which tokens may
    be part of a span). `right` lists the right spans as rows of window, first and last token, `group` has each
    window's group as a number from 0. `soft` are a teacher's probabilities, of shape [2, windows, tokens]; a window
    without a label has zeros.
    """

    inputs: dict[str, torch.Tensor]
    passage: torch.Tensor
    right: torch.Tensor
    group: torch.Tensor
    soft: torch.Tensor


def padded(windows: Sequence[Window]) -> dict[str, torch.Tensor]:
    """A model's inputs for these windows, each of shape [windows, tokens]."""
    shape = (len(windows), max(len(window.ids) for window in windows))
    inputs = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for row, window in enumerate(windows):
        inputs["input_ids"][row, : len(window.ids)] = torch.tensor(window.ids)
        inputs["token_type_ids"][row, : len(window.ids)] = torch.tensor(window.type_ids)
        inputs["attention_mask"][row, : len(window.ids)] = 1
    return inputs


def collate(features: Sequence[Feature]) -> Batch:
    """One batch of these windows."""
    inputs = padded([feature.window for feature in features])
    shape = inputs["input_ids"].shape
    passage = torch.zeros(shape, dtype=torch.bool)
    soft = torch.zeros(2, *shape)
    for row, feature in enumerate(features):
        window = feature.window
        passage[row, window.first : window.last] = True
        if feature.soft is not None:
            soft[:, row, : len(window.ids)] = torch.from_numpy(feature.soft)
    numbers = {group: number for number, group in enumerate(dict.fromkeys(feature.group for feature in features))}
    return Batch(
        inputs,
        passage,
        right=torch.tensor([(row, *span) for row, feature in enumerate(features) for span in feature.spans]),
        group=torch.tensor([numbers[feature.group] for feature in features]),
        soft=soft,
    )
