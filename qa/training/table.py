"""All windows of a run in a few long arrays, from which batches are cut on the device that trains.

A quarter of a million windows as objects take gigabytes and a batch of them milliseconds; here a batch is two
look-ups.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from qa.reading.windows import Window
from qa.training.features import Feature


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


@dataclass(frozen=True, slots=True)
class WindowTable:
    """Windows one after the other. Window i has the tokens `edges[i]:edges[i + 1]` of `ids`, `types` and `soft`.

    `first` and `last` bound the passage's tokens in each window, `group` is its question as a number, `right` has rows
    of window, first and last token, in the order of the windows. `example` is the number of each window's example and
    `cut` tells apart two ways of cutting its passage into tokens. `soft` has shape [2, tokens] where a teacher has
    labelled; windows that are not `taught` get no label.
    """

    ids: torch.Tensor
    types: torch.Tensor
    edges: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    group: NDArray[np.int64]
    right: NDArray[np.int64]
    example: NDArray[np.int64]
    cut: NDArray[np.int64]
    taught: NDArray[np.bool_]
    soft: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.first)

    def lengths_of(self, windows: Sequence[int]) -> NDArray[np.int64]:
        """How many tokens each of some windows has."""
        rows = np.asarray(windows)
        counts: NDArray[np.int64] = self.edges[rows + 1] - self.edges[rows]
        return counts

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many tokens each window has."""
        return np.diff(self.edges)

    def to(self, device: str) -> WindowTable:
        """The same with its long arrays on the device."""
        soft = None if self.soft is None else self.soft.to(device)
        return replace(self, ids=self.ids.to(device), types=self.types.to(device), soft=soft)

    def places(self, windows: Sequence[int], width: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
        """Where in the long arrays the tokens of some windows stand, and which of them are padding's; both of shape
        [windows, tokens], on the device. At least `width` tokens wide."""
        rows, counts = np.asarray(windows), self.lengths_of(windows)
        lengths = self._sent(counts)
        along = torch.arange(max(width, int(counts.max())), device=self.ids.device)
        padding = along >= lengths[:, None]
        begins = self._sent(self.edges[rows])
        return (begins[:, None] + along).masked_fill(padding, 0), padding

    def _sent(self, numbers: NDArray[np.int64]) -> torch.Tensor:
        """The numbers on the device. A blocking copy would wait for all that a GPU has still to do."""
        return torch.from_numpy(numbers).to(self.ids.device, non_blocking=True)

    def batch(self, windows: Sequence[int], width: int = 0) -> Batch:
        """One batch of these windows, at least `width` tokens wide."""
        rows = np.asarray(windows)
        device = self.ids.device
        places, padding = self.places(windows, width)
        along = torch.arange(places.shape[1], device=device)
        first, last = self._sent(self.first[rows]), self._sent(self.last[rows])
        begins, ends = np.searchsorted(self.right[:, 0], rows), np.searchsorted(self.right[:, 0], rows, "right")
        right = [(i, *span) for i in range(len(rows)) for span in self.right[begins[i] : ends[i], 1:].tolist()]
        numbers = {group: number for number, group in enumerate(dict.fromkeys(self.group[rows].tolist()))}
        zeros = torch.zeros(2, *places.shape, device=device)
        return Batch(
            inputs={
                "input_ids": self.ids[places].masked_fill(padding, 0).long(),
                "attention_mask": (~padding).long(),
                "token_type_ids": self.types[places].masked_fill(padding, 0).long(),
            },
            passage=(along >= first[:, None]) & (along < last[:, None]),
            right=self._sent(np.array(right, np.int64)),
            group=self._sent(np.array([numbers[group] for group in self.group[rows].tolist()], np.int64)),
            soft=zeros if self.soft is None else self.soft[:, places].float().masked_fill(padding, 0.0),
        )


def table_of(features: Sequence[Feature]) -> WindowTable:
    """The table of some windows. Raises ValueError where there is none."""
    if not features:
        raise ValueError("there is no window to make a table of")
    windows = [feature.window for feature in features]
    lengths = np.array([len(window.ids) for window in windows])
    soft = None
    if any(feature.soft is not None for feature in features):
        blank = [np.zeros((2, length), np.float32) for length in lengths]
        labelled = [blank[i] if f.soft is None else f.soft for i, f in enumerate(features)]
        soft = torch.from_numpy(np.concatenate(labelled, axis=1))
    return WindowTable(
        ids=torch.from_numpy(np.concatenate([np.array(window.ids, np.int32) for window in windows])),
        types=torch.from_numpy(np.concatenate([np.array(window.type_ids, np.int8) for window in windows])),
        edges=np.concatenate([[0], np.cumsum(lengths)]),
        first=np.array([window.first for window in windows]),
        last=np.array([window.last for window in windows]),
        group=np.array([feature.group for feature in features]),
        right=np.array([(row, *span) for row, feature in enumerate(features) for span in feature.spans]),
        example=np.array([feature.example for feature in features]),
        cut=np.array([zlib.crc32(window.offsets[window.first : window.last].tobytes()) for window in windows]),
        taught=np.array([feature.taught for feature in features]),
        soft=soft,
    )


def joined(tables: Sequence[WindowTable]) -> WindowTable:
    """Tables as one, in their order. Groups of one number become one group."""
    tokens = np.cumsum([0, *(int(table.edges[-1]) for table in tables)])[:-1]
    rows = [np.array([row, 0, 0]) for row in np.cumsum([0, *map(len, tables)])[:-1]]
    softs = [table.soft for table in tables if table.soft is not None]
    return WindowTable(
        ids=torch.cat([table.ids for table in tables]),
        types=torch.cat([table.types for table in tables]),
        edges=np.concatenate([[0], *(table.edges[1:] + shift for table, shift in zip(tables, tokens, strict=True))]),
        first=np.concatenate([table.first for table in tables]),
        last=np.concatenate([table.last for table in tables]),
        group=np.concatenate([table.group for table in tables]),
        right=np.concatenate([table.right + shift for table, shift in zip(tables, rows, strict=True)]),
        example=np.concatenate([table.example for table in tables]),
        cut=np.concatenate([table.cut for table in tables]),
        taught=np.concatenate([table.taught for table in tables]),
        soft=torch.cat(softs, dim=1) if len(softs) == len(tables) else None,
    )


def padded(windows: Sequence[Window], width: int = 0, device: str = "cpu") -> dict[str, torch.Tensor]:
    """A model's inputs for these windows, each of shape [windows, tokens], at least `width` tokens wide."""
    shape = (len(windows), max(width, *(len(window.ids) for window in windows)))
    inputs = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for row, window in enumerate(windows):
        inputs["input_ids"][row, : len(window.ids)] = window.ids
        inputs["token_type_ids"][row, : len(window.ids)] = window.type_ids
        inputs["attention_mask"][row, : len(window.ids)] = 1
    return {name: torch.from_numpy(table).to(device) for name, table in inputs.items()}
