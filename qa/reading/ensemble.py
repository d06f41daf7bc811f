"""Two readers as one: the mean of their logits, and which passages the slower one is spared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.records import View
from qa.reading.spans import window_spans
from qa.reading.windows import Window

Logits = NDArray[np.float32]  # start and end logits of a window, shape [2, tokens]


def inside(window: Window, logits: Logits) -> Logits:
    """The logits of the null position and of the passage's tokens, shape [2, 1 + tokens of the passage]."""
    return np.concatenate([logits[:, :1], logits[:, window.first : window.last]], axis=1)


def _place(window: Window) -> tuple[int, bytes]:
    """What two readers' windows must share for their logits to be of the same tokens."""
    return window.passage, window.offsets[window.first : window.last].tobytes()


def promising(read: Iterable[tuple[Window, Logits]], views: Sequence[View], most: int) -> set[int]:
    """The numbers of the passages, at most so many, in which a reader scores its best span highest."""
    best = [window_spans(window, views[window.passage], logits[0], logits[1], 1) for window, logits in read]
    spans = sorted((span for found in best for span in found), key=lambda span: -span.score)
    return set(list(dict.fromkeys(span.passage for span in spans))[:most])


def mixed(
    own: Iterable[tuple[Window, Logits]], other: Iterable[tuple[Window, Logits]], share: float
) -> Iterator[tuple[Window, Logits]]:
    """A reader's windows with the mean of its logits and, `share` of it, another reader's of the same passages.

    A window stays as it is where the two tokenizers cut its text differently, such as one with a special token's name.
    """
    others = {_place(window): inside(window, logits) for window, logits in other}
    for window, logits in own:
        if (found := others.get(_place(window))) is not None:
            logits, mean = logits.copy(), (1 - share) * inside(window, logits) + share * found
            logits[:, 0], logits[:, window.first : window.last] = mean[:, 0], mean[:, 1:]
        yield window, logits
