"""The span reader: a question and passages in, scored answer spans out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError
from index.files import file_sha256, repair_advice
from index.hashes import HashCheck, stated_hashes
from index.records import View
from index.resources import cores
from index.runtime import Arithmetic, Session, open_faster_session, open_session
from qa.confidence import CALIBRATION_FILE, TYPICAL, Calibration, read_calibration
from qa.reading.ensemble import mixed, promising
from qa.reading.spans import Span, window_spans, without_overlaps
from qa.reading.windows import MAX_TOKENS, STRIDE_TOKENS, Window, WindowMaker

SHIPPED_READER = Path(__file__).parent.parent / "weights" / "reader"
MODEL, TOKENIZER, SETTINGS = "model.onnx", "tokenizer.json", "reader.json"  # the files of a reader
# Of the files of the shipped reader, which are published with the code; another one brings its own (index.hashes).
SHIPPED_SHA256 = {
    MODEL: "40da8f5c38981b5bff56a4ac3c46f67d2d8e0759599947249f8d2d41eb28f6da",
    TOKENIZER: "f17212c38517cfedc9306b57eeffbaf58c4976fcb42e5a87b405f36a7b9a9eb2",
}
LEAST_TOKENS = 32  # of a window: the question, the marks around it and some words of the passage
SPANS_PER_PASSAGE = 3  # enough for alternatives; more only repeat the passage's names
# Passages that a larger reader reads, of those that the shipped one has read beside it: on held-back questions it was
# right as often as when it read all eight (see its model card), in half the time.
MOST_REREAD = 3


class Reader(Protocol):
    """What the answerer needs of a reader. `fingerprint` differs between readers that answer otherwise."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def calibration(self) -> Calibration: ...

    def read(self, question: str, views: Sequence[View]) -> list[Span]:
        """Non-overlapping spans, each inside one unit of its view, best first over all views."""
        ...


class ReadsWindows(Protocol):
    """What the larger reader needs of the shipped one."""

    def logits(self, question: str, views: Sequence[View]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        """Every window over the passages with its start and end logits, shape [2, tokens]."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What `reader.json` says: the window's sizes in tokens, and how much of each logit is the shipped reader's.

    Two readers that were trained apart err apart, so that a mean of both is better than either. `weight_only` says that
    weights are stored in int8 and how to compute with them is left to the engine (weight-only quantisation).
    """

    max_tokens: int = MAX_TOKENS
    stride: int = STRIDE_TOKENS
    shipped_share: float = 0.0
    weight_only: bool = False

    def __post_init__(self) -> None:
        if type(self.max_tokens) is not int or type(self.stride) is not int or self.max_tokens < LEAST_TOKENS:
            raise ValueError(f"windows have {LEAST_TOKENS} tokens or more, a whole number")
        if not 0 < self.stride < self.max_tokens or not 0 <= self.shipped_share < 1:
            raise ValueError("windows must overlap by less than their size, and the share be from 0 to below 1")

    def within(self, positions: int) -> ReaderSettings:
        """These settings for a model that has so many positions: smaller windows where it has fewer."""
        if positions >= self.max_tokens:
            return self
        return replace(self, max_tokens=positions, stride=min(self.stride, positions // 2))


class OnnxReader:
    """A reader directory: `model.onnx`, `tokenizer.json` and, for trained ones, `reader.json`.

    `shipped` is the shipped reader, where it has a share of the logits; one is opened where none is given.
    """

    def __init__(self, folder: Path, threads: int | None = None, *, shipped: ReadsWindows | None = None) -> None:
        self.folder = folder
        check = HashCheck(folder, _expected_hashes(folder))
        self.calibration = read_calibration(folder)
        settings = reader_settings(folder)
        self._windows = window_maker(folder, settings)
        faster = open_faster_session(folder / MODEL, Arithmetic.INT8, threads) if settings.weight_only else None
        # A window on each core: both on every window took half as much time again for the same logits, since each
        # product is small and the threads wait for one another.
        self._session: Session = faster or open_session(folder / MODEL, threads=1)
        self._side_by_side = None if faster else ThreadPoolExecutor(threads or cores(), "read")
        self._share = settings.shipped_share
        self._shipped: ReadsWindows | None = None
        if self._share:
            self._shipped = shipped or type(self)(SHIPPED_READER, threads)
        check.finish()

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of how it reads and how sure it is."""
        return reader_sha256(self.folder, checked=True)

    def read(self, question: str, views: Sequence[View]) -> list[Span]:
        """Non-overlapping spans, at most SPANS_PER_PASSAGE from each view, best first over all of them."""
        by_passage: dict[int, list[Span]] = {}
        for window, logits in self.logits(question, views):
            found = window_spans(window, views[window.passage], logits[0], logits[1], SPANS_PER_PASSAGE)
            by_passage.setdefault(window.passage, []).extend(found)
        spans = [span for found in by_passage.values() for span in without_overlaps(found, SPANS_PER_PASSAGE)]
        return sorted(spans, key=lambda span: -span.score)

    def logits(self, question: str, views: Sequence[View]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        """Every window over the passages with its start and end logits, shape [2, tokens].

        Where the shipped reader has a share, it reads all passages, and only windows of the MOST_REREAD that it finds
        likeliest to answer are read once more and given.

        Each window is run by itself: without padding that is a fifth faster on a CPU than one batch, and int8
        activations are scaled by the largest value in a batch, so that together a window's scores would depend on its
        neighbours.
        """
        windows = self.windows(question, views)
        if self._shipped is None:
            return self._run_all(windows)
        shipped = list(self._shipped.logits(question, views))
        chosen = promising(shipped, views, MOST_REREAD)
        own = self._run_all([window for window in windows if window.passage in chosen])
        return mixed(own, shipped, self._share)

    def _run_all(self, windows: Sequence[Window]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
        """The windows with their own logits, in order."""
        if self._side_by_side is None:
            return zip(windows, map(self.run, windows), strict=True)
        return zip(windows, self._side_by_side.map(self.run, windows), strict=True)

    def windows(self, question: str, views: Sequence[View]) -> list[Window]:
        """Every window over the passages, in their order."""
        return self._windows.make(question, [view.text for view in views])

    def run(self, window: Window) -> NDArray[np.float32]:
        """This reader's own start and end logits of one window, shape [2, tokens]."""
        try:
            return run_window(self._session, window)
        except Exception as error:  # engines raise their own kinds, as for too long windows
            tokens, advice = len(window.ids), repair_advice(self.folder)
            raise ModelError(f"The reader in {self.folder} cannot read {tokens} tokens at once: {advice}.") from error


def run_window(session: Session, window: Window) -> NDArray[np.float32]:
    """The start and end logits that a reader's session gives for one window, shape [2, tokens]."""
    fields = {"input_ids": window.ids, "token_type_ids": window.type_ids}
    fields["attention_mask"] = (1,) * len(window.ids)
    feed = {name: np.array([field], np.int64) for name, field in fields.items() if name in session.inputs}
    starts, ends = session.run(["start_logits", "end_logits"], feed)
    return np.stack([starts[0], ends[0]])


def reader_settings(folder: Path) -> ReaderSettings:
    """The settings stated beside the weights, else the usual ones."""
    path = folder / SETTINGS
    if not path.exists():
        return ReaderSettings()
    try:
        return ReaderSettings(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged: {repair_advice(folder)}.") from error


def write_settings(settings: ReaderSettings, folder: Path) -> None:
    """State the settings beside a reader's weights."""
    (folder / SETTINGS).write_text(json.dumps(asdict(settings)), "utf-8")


def window_maker(folder: Path, settings: ReaderSettings) -> WindowMaker:
    """What cuts windows with the tokenizer in the folder. Raises ModelError where there is none."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"{folder} is not a reader: give a folder with {MODEL} and {TOKENIZER}.") from error
    return WindowMaker(tokenizer, settings.max_tokens, settings.stride)


def reader_sha256(folder: Path, *, checked: bool = False) -> str:
    """The SHA-256 of all that a reader's answers depend on: how it reads, and how sure it is; `checked` as below."""
    digest = hashlib.sha256(reading_sha256(folder, checked=checked).encode())
    fitted = folder / CALIBRATION_FILE
    digest.update((file_sha256(fitted) if fitted.exists() else repr(TYPICAL)).encode())
    return digest.hexdigest()


def _expected_hashes(folder: Path) -> Mapping[str, str]:
    """The SHA-256 of files of a reader by name, with which they are compared when it is opened."""
    return SHIPPED_SHA256 if folder == SHIPPED_READER else stated_hashes(folder)


def reading_sha256(folder: Path, weights: str = MODEL, *, checked: bool = False) -> str:
    """The SHA-256 of all that a reader's logits depend on, and of the shipped reader where that has a share in them.

    Files that were `checked`, as those of a reader that is open, are not hashed once more: that took 20 ms of a first
    question.
    """
    digest = hashlib.sha256()
    known = _expected_hashes(folder) if checked else {}
    for name in (weights, TOKENIZER, SETTINGS):
        if (folder / name).exists():
            digest.update((known.get(name) or file_sha256(folder / name)).encode())
    if reader_settings(folder).shipped_share:
        digest.update(reading_sha256(SHIPPED_READER, checked=checked).encode())
    return digest.hexdigest()
