"""The larger reader that a small one learns from, as an exported reader or as a checkpoint.

An export reads window by window, as answering wants it. A checkpoint reads many windows at once, on the
device and in the precision of its Compute: on a CPU with instructions for bfloat16 that takes a third of the time.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.records import View
from qa.reading.catalog import reader_folder
from qa.reading.ensemble import mixed
from qa.reading.reader import (
    MODEL,
    SHIPPED_READER,
    TOKENIZER,
    OnnxReader,
    reader_settings,
    reading_sha256,
    window_maker,
)
from qa.reading.windows import Window
from qa.training.checkpoint import WEIGHTS
from qa.training.compute import Compute, choose_compute
from qa.training.examples import Example
from qa.training.labels import Scored, Teacher
from qa.training.model import load_model
from qa.training.table import padded

BATCH_TOKENS = 3000  # padded tokens that are read at once


def open_teacher(name: str, *, download: bool = False) -> Teacher:
    """The teacher of this name: a folder with a checkpoint, or else whatever answering takes for a reader.

    `download` lets a model hub be asked for it.
    """
    folder = Path(name).expanduser()
    whole = (folder / WEIGHTS).exists() and (folder / TOKENIZER).exists()
    if whole and not (folder / MODEL).exists():
        return CheckpointTeacher(folder)
    return ReaderTeacher(reader_folder(name, download=download))


class ReaderTeacher:
    """An exported reader."""

    def __init__(self, folder: Path) -> None:
        self._reader = OnnxReader(folder)
        self.fingerprint = reading_sha256(folder)

    def read(self, examples: Sequence[Example]) -> list[Scored]:
        return [list(self._reader.logits(example.question, [View.of(example.passage)])) for example in examples]


class CheckpointTeacher:
    """A transformers checkpoint, with `reader.json` beside it if its logits are to be averaged with the shipped
    reader's as answering does."""

    def __init__(self, folder: Path, compute: Compute | None = None) -> None:
        self._compute = compute or choose_compute()
        model = load_model(folder, attention=self._compute.attention)
        self._model = model.eval().to(self._compute.device, self._compute.precision)
        settings = reader_settings(folder).within(int(self._model.config.max_position_embeddings))
        self._maker = window_maker(folder, settings)
        self._inputs = inspect.signature(self._model.forward).parameters.keys()
        self._share = settings.shipped_share
        self._shipped = OnnxReader(SHIPPED_READER) if self._share else None
        # Without the precision: a busy machine may measure another one as the faster.
        self.fingerprint = reading_sha256(folder, WEIGHTS)

    def read(self, examples: Sequence[Example]) -> list[Scored]:
        windows = [self._maker.make(example.question, [example.passage]) for example in examples]
        places = [(number, window) for number, made in enumerate(windows) for window in made]
        places.sort(key=lambda place: len(place[1].ids))
        found: list[Scored] = [[] for _ in examples]
        for batch in _batches(places):
            for (number, window), logits in zip(batch, self._logits([window for _, window in batch]), strict=True):
                found[number].append((window, logits[:, : len(window.ids)]))
        if self._shipped is None:
            return found
        return [
            list(mixed(own, self._shipped.logits(example.question, [View.of(example.passage)]), self._share))
            for example, own in zip(examples, found, strict=True)
        ]

    @torch.inference_mode()
    def _logits(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Shape [windows, 2, tokens of the longest]."""
        inputs = padded(windows, device=self._compute.device)
        output = self._model(**{name: tensor for name, tensor in inputs.items() if name in self._inputs})
        logits: NDArray[np.float32] = torch.stack([output.start_logits, output.end_logits], 1).float().cpu().numpy()
        return logits


def _batches(places: Sequence[tuple[int, Window]]) -> Iterator[list[tuple[int, Window]]]:
    """Runs of windows, given by rising length, that are some BATCH_TOKENS with their padding."""
    batch: list[tuple[int, Window]] = []
    for place in places:
        if batch and (len(batch) + 1) * len(place[1].ids) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
