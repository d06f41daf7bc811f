"""Two readers as one: the fast one reads every question, the accurate one what that leaves open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.records import View
from qa.reading.reader import SHIPPED_READER, OnnxReader, Reader
from qa.reading.windows import Window

# Confidences of the fast reader that leave a question open. Over the choosing half of the real documents the accurate
# reader then reads 6 of 10 questions (4 of 10 of those that nothing answers), and the right source is found for one in
# a hundred fewer than where it reads all (table in qa/weights/LOG.md).
OPEN = (0.02, 0.7)
MOST_LENT = 8  # readings that are kept for the other reader; more only where so many questions are asked at once

Read = list[tuple[Window, NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Balanced:
    """Two readers: `fast` reads every question, `accurate` those that it leaves open."""

    fast: Reader
    accurate: Reader

    def is_open(self, confidence: float) -> bool:
        """Whether the accurate reader is to read what the fast one is so sure of."""
        return OPEN[0] <= confidence < OPEN[1]


def readers_of(given: Reader | Balanced) -> dict[str, Reader]:
    """Each of the readers, by what tells them apart; by nothing where there is one."""
    return {"fast": given.fast, "accurate": given.accurate} if isinstance(given, Balanced) else {"": given}


def fingerprint_of(given: Reader | Balanced) -> str:
    """What differs between readers, or pairs of them, that answer otherwise."""
    return " ".join(reader.fingerprint for reader in readers_of(given).values())


def open_balanced(folder: Path) -> Balanced:
    """The shipped reader, and the accurate one in `folder`, which takes over what the first has read already."""
    fast = LendingReader(SHIPPED_READER)
    return Balanced(fast, OnnxReader(folder, shipped=Borrower(fast)))


class LendingReader(OnnxReader):
    """A reader that keeps its last readings for another one. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lent: dict[tuple[str, ...], Read] = {}
        self._lock = threading.Lock()

    def logits(self, question: str, views: Sequence[View]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        read = list(super().logits(question, views))
        with self._lock:
            self._lent[_key(question, views)] = read
            while len(self._lent) > MOST_LENT:
                del self._lent[next(iter(self._lent))]
        return iter(read)

    def lend(self, question: str, views: Sequence[View]) -> Read | None:
        """The reading of these views, once; None where it is not kept."""
        with self._lock:
            return self._lent.pop(_key(question, views), None)


class Borrower:
    """What a lending reader has read, and where it has not, its reading."""

    def __init__(self, lender: LendingReader) -> None:
        self._lender = lender

    def logits(self, question: str, views: Sequence[View]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        """Every window over the passages with its start and end logits."""
        return iter(self._lender.lend(question, views) or OnnxReader.logits(self._lender, question, views))


def _key(question: str, views: Sequence[View]) -> tuple[str, ...]:
    return (question, *(view.text for view in views))
