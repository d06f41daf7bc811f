"""Long work piece by piece, each result noted as a line of JSON, so that a kill costs one piece at most.

The first line is the origin: what the results depend on, such as the hashes of what was read.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from index.errors import QuotewiseError

Piece = TypeVar("Piece")
Origin = Mapping[str, Any]  # of JSON values

REPORT_SECONDS = 30.0  # between two lines about how far the work is


class ResumeError(QuotewiseError):
    """Work cannot be gone on with, since it was begun with other settings or other files."""


class ProgressLine:
    """Prints how far long work is, at most every REPORT_SECONDS. `what` names its pieces on the screen."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._before: int | None = None  # how many were done when this began
        self._started = self._reported = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        """To be told before the first piece and after each."""
        now = time.monotonic()
        if self._before is None:
            self._before, self._started = done, now
        elif done > self._before and now - self._reported > REPORT_SECONDS:
            left = (of - done) * (now - self._started) / (done - self._before) / 60
            print(f"{done:,} of {of:,} {self._what}  {left:.0f} min left", flush=True)
            self._reported = now


def work_through(
    path: Path, origin: Origin, pieces: Sequence[Piece], work: Callable[[Piece], Any], what: str
) -> list[Any]:
    """What `work` makes of each piece, in order, as JSON values. What `path` notes already is not done again.

    `what` names the pieces on the screen. Raises ResumeError where `path` is of another origin.
    """
    whole, lines = _whole_lines(path)
    if lines and lines[0] != dict(origin):
        raise ResumeError(f"{path} is of other settings or other files: remove it or name another --work.")
    results = lines[1:]
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        os.truncate(path, whole)  # a line that a kill has cut in two
        if not lines:
            file.write(json.dumps(origin) + "\n")
        progress = ProgressLine(what)
        progress(len(results), len(pieces))
        for piece in pieces[len(results) :]:
            results.append(work(piece))
            file.write(json.dumps(results[-1]) + "\n")
            file.flush()
            progress(len(results), len(pieces))
    return results


def journal_path(folder: Path, kind: str, origin: Origin) -> Path:
    """A journal of its own for each origin, where to work again with other settings is usual: nothing is lost by it."""
    return folder / f"{kind}-{hashlib.sha256(json.dumps(origin).encode()).hexdigest()[:8]}.jsonl"


def read_journal(path: Path) -> tuple[dict[str, Any] | None, list[Any]]:
    """The origin and the results noted so far; None and nothing where there is no file."""
    _, lines = _whole_lines(path)
    return (lines[0], lines[1:]) if lines else (None, [])


def _whole_lines(path: Path) -> tuple[int, list[Any]]:
    """How many bytes of the file are whole lines, and these; nothing where there is no file."""
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    return len(whole), [json.loads(line) for line in whole.splitlines()]
