"""What a run tells while it runs: lines on the screen, and the same as JSON lines in a file."""

from __future__ import annotations

import json
from pathlib import Path

Figures = dict[str, float | int | str]


class RunLog:
    """Appends figures to `path`, one JSON object a line, and prints them."""

    def __init__(self, path: Path, name: str = "") -> None:
        self._path = path
        self._name = name
        path.parent.mkdir(parents=True, exist_ok=True)

    def note(self, figures: Figures) -> None:
        """Note some figures; numbers are cut to five digits."""
        told = {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in figures.items()}
        named: Figures = {"run": self._name} if self._name else {}
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps({**named, **told}) + "\n")
        print("  ".join(f"{key} {value:,}" if isinstance(value, int) else f"{key} {value}"
                        for key, value in (named | told).items()), flush=True)  # fmt: skip
