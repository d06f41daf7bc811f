"""How long each step of an answer takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

Step = Literal["searching", "reading", "reading_closely"]  # the last one: with the accurate reader, after the fast one
# Told of each step before it begins. What it raises ends the question: so it can be stopped.
Progress = Callable[[Step], None]


def say_nothing(_step: Step) -> None:
    """The Progress of one who waits for the answer alone."""


class Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Record the time since the last lap under `name`."""
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1000
        self._last = now
