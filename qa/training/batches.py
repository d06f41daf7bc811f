"""Which windows are trained on together."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from qa.training.table import WindowTable


def make_batches(table: WindowTable, tokens: int, seed: int) -> list[list[int]]:
    """Window numbers in shuffled batches of about `tokens` padded tokens; groups stay whole, beside others as long."""
    rng = random.Random(seed)
    groups: dict[int, list[int]] = {}
    for i, group in enumerate(table.group.tolist()):
        groups.setdefault(group, []).append(i)
    lengths = table.lengths.tolist()
    longest = {name: max(lengths[i] for i in group) for name, group in groups.items()}
    batches: list[list[int]] = [[]]
    for name in sorted(groups, key=lambda name: (longest[name] // 8, rng.random())):
        if batches[-1] and (len(batches[-1]) + len(groups[name])) * (longest[name] + 8) > tokens:
            batches.append([])
        batches[-1].extend(groups[name])
    rng.shuffle(batches)
    return batches


def make_wide_batches(table: WindowTable, tokens: int, seed: int, widths: Sequence[int]) -> list[list[int]]:
    """The same for batches that are padded to one of some `widths`: groups share a batch with others of their width.

    Takes a second for a million windows, so that a GPU does not wait between passes.
    """
    rng = np.random.default_rng(seed)
    count = int(table.group.max()) + 1
    sizes = np.bincount(table.group, minlength=count)
    longest = np.zeros(count, np.int64)
    np.maximum.at(longest, table.group, table.lengths)
    order = np.argsort(table.group, kind="stable")  # windows by group
    begins = np.concatenate([[0], np.cumsum(sizes)])
    bucket = np.searchsorted(np.array(widths), longest)  # beyond the last width: padded to the longest of the batch
    batches: list[list[int]] = []
    for number in np.unique(bucket[sizes > 0]).tolist():
        chosen = rng.permutation(np.flatnonzero((bucket == number) & (sizes > 0)))
        width = widths[number] if number < len(widths) else int(longest[chosen].max())
        place = (np.cumsum(sizes[chosen]) - 1) // max(1, tokens // width)
        for part in np.split(chosen, np.flatnonzero(np.diff(place)) + 1):
            batches.append([int(i) for group in part for i in order[begins[group] : begins[group + 1]]])
    return [batches[i] for i in rng.permutation(len(batches))]


def padded_width(longest: int, widths: Sequence[int]) -> int:
    """The width that a window of so many tokens is padded to: the next of `widths`, or its own length."""
    return next((width for width in widths if width >= longest), longest)
