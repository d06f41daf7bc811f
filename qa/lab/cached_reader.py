"""A reader that does not read the same windows twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.records import View
from qa.reading.reader import OnnxReader
from qa.reading.windows import Window


class CachedReader(OnnxReader):
    """Reads a window once for both ways in which a question is asked, with its own passage and without.

    It remembers the windows of the last question only. For one thread.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        super().__init__(folder, threads)
        self._question = ""
        self._logits: dict[tuple[int, ...], NDArray[np.float32]] = {}  # by the window's tokens

    def forget(self) -> None:
        """Forget the last question, so that the next reading takes the time it takes."""
        self._logits = {}
        if isinstance(self._shipped, CachedReader):
            self._shipped.forget()

    def logits(self, question: str, views: Sequence[View]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        if question != self._question:
            self._question, self._logits = question, {}
        return super().logits(question, views)

    def run(self, window: Window) -> NDArray[np.float32]:
        if window.ids not in self._logits:
            self._logits[window.ids] = super().run(window)
        return self._logits[window.ids]
