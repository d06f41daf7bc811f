"""The span reader: a question and passages in, scored answer spans out, on ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError
from index.export import export_onnx, moved_into_place, prepared_folder
from index.home import home
from index.runtime import open_session
from qa.spans import Span, window_spans, without_overlaps
from qa.windows import MAX_TOKENS, STRIDE_TOKENS, Window, WindowMaker

SHIPPED_READER = Path(__file__).parent / "weights" / "reader"
ACCURATE = "accurate"  # the name of a larger, slower reader that a command of its own installs
ACCURATE_SOURCE = SHIPPED_READER.with_name(ACCURATE)  # what of it comes with Quotewise: all but the public model
SETTINGS = "reader.json"
WHAT_COUNTS = (".json", ".safetensors")  # endings of the files in ACCURATE_SOURCE that make the reader
SPANS_PER_PASSAGE = 3  # enough for alternatives; more only repeat the passage's names
# Passages that a larger reader reads, of those that the shipped one has read beside it: on held-back questions it was
# right as often as when it read all eight (see its model card), in half the time.
MOST_REREAD = 3


class Reader(Protocol):
    """What the answerer needs of a reader."""

    def read(self, question: str, passages: Sequence[str]) -> list[Span]: ...


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What `reader.json` says: the window's sizes in tokens, and how much of each logit is the shipped reader's.

    Two readers that were trained apart err apart, so that a mean of both is better than either.
    """

    max_tokens: int = MAX_TOKENS
    stride: int = STRIDE_TOKENS
    shipped_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.stride < self.max_tokens or not 0 <= self.shipped_share < 1:
            raise ValueError("windows must overlap by less than their size, and the share be from 0 to below 1")

    def within(self, positions: int) -> ReaderSettings:
        """These settings for a model that has so many positions: smaller windows where it has fewer."""
        if positions >= self.max_tokens:
            return self
        return replace(self, max_tokens=positions, stride=min(self.stride, positions // 2))


class OnnxReader:
    """A reader directory: `model.onnx`, `tokenizer.json` and, for trained ones, `reader.json`."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.folder = folder
        settings = reader_settings(folder)
        self._windows = window_maker(folder, settings)
        self._session = open_session(folder / "model.onnx", threads)
        self._inputs = {field.name for field in self._session.get_inputs()}
        self._share = settings.shipped_share
        self._shipped = type(self)(SHIPPED_READER, threads) if self._share else None

    def read(self, question: str, passages: Sequence[str]) -> list[Span]:
        """Non-overlapping spans, at most SPANS_PER_PASSAGE from each passage, best first over all of them."""
        by_passage: dict[int, list[Span]] = {}
        for window, logits in self.logits(question, passages):
            found = window_spans(window, passages[window.passage], logits[0], logits[1], SPANS_PER_PASSAGE)
            by_passage.setdefault(window.passage, []).extend(found)
        spans = [span for found in by_passage.values() for span in without_overlaps(found, SPANS_PER_PASSAGE)]
        return sorted(spans, key=lambda span: -span.score)

    def logits(self, question: str, passages: Sequence[str]) -> Iterator[tuple[Window, np.ndarray]]:
        """Every window over the passages with its start and end logits, shape [2, tokens].

        Where the shipped reader has a share, it reads all passages, and only windows of the MOST_REREAD that it finds
        likeliest to answer are read once more and given.

        Windows run one by one: without padding that is a fifth faster on a CPU than one batch, and int8 activations
        are scaled by the largest value in a batch, so that together a window's scores would hang on its neighbours.
        """
        windows = self._windows.make(question, passages)
        if self._shipped is None:
            return ((window, self.run(window)) for window in windows)
        shipped = list(self._shipped.logits(question, passages))
        chosen = promising(shipped, passages, MOST_REREAD)
        own = ((window, self.run(window)) for window in windows if window.passage in chosen)
        return mixed(own, shipped, self._share)

    def run(self, window: Window) -> NDArray[np.float32]:
        """This reader's own start and end logits of one window, shape [2, tokens]."""
        fields = {"input_ids": window.ids, "token_type_ids": window.type_ids}
        fields["attention_mask"] = (1,) * len(window.ids)
        feed = {name: np.array([field], np.int64) for name, field in fields.items() if name in self._inputs}
        starts, ends = self._session.run(["start_logits", "end_logits"], feed)
        return np.stack([starts[0], ends[0]])


def inside(window: Window, logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logits of the null position and of the passage's tokens, shape [2, 1 + tokens of the passage]."""
    return np.concatenate([logits[:, :1], logits[:, window.first : window.last]], axis=1)


def _place(window: Window) -> tuple[int, bytes]:
    """What two readers' windows must share for their logits to be of the same tokens."""
    return window.passage, window.offsets[window.first : window.last].tobytes()


def promising(read: Iterable[tuple[Window, NDArray[np.float32]]], passages: Sequence[str], most: int) -> set[int]:
    """The numbers of the passages, at most so many, in which a reader scores its best span highest."""
    best = [window_spans(window, passages[window.passage], logits[0], logits[1], 1) for window, logits in read]
    spans = sorted((span for found in best for span in found), key=lambda span: -span.score)
    return set(list(dict.fromkeys(span.passage for span in spans))[:most])


def mixed(
    own: Iterable[tuple[Window, NDArray[np.float32]]], other: Iterable[tuple[Window, NDArray[np.float32]]], share: float
) -> Iterator[tuple[Window, NDArray[np.float32]]]:
    """A reader's windows with the mean of its logits and, `share` of it, another reader's of the same passages.

    A window stays as it is where the two tokenizers cut its text differently, such as one with a special token's name.
    """
    others = {_place(window): inside(window, logits) for window, logits in other}
    for window, logits in own:
        if (found := others.get(_place(window))) is not None:
            logits, mean = logits.copy(), (1 - share) * inside(window, logits) + share * found
            logits[:, 0], logits[:, window.first : window.last] = mean[:, 0], mean[:, 1:]
        yield window, logits


def reader_settings(folder: Path) -> ReaderSettings:
    """The settings stated beside the weights, else the usual ones."""
    path = folder / SETTINGS
    if not path.exists():
        return ReaderSettings()
    try:
        return ReaderSettings(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged: install the reader again.") from error


def window_maker(folder: Path, settings: ReaderSettings) -> WindowMaker:
    """What cuts windows with the tokenizer in the folder. Raises ModelError where there is none."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"{folder} is not a reader: give a folder with model.onnx and tokenizer.json.") from error
    return WindowMaker(tokenizer, settings.max_tokens, settings.stride)


def reader_folder(name: str | Path | None) -> Path:
    """The folder that holds the named reader ready to run.

    None is the shipped one, ACCURATE the larger one, once installed; a folder with `model.onnx` is used as it is;
    the name or folder of any transformers question-answering checkpoint is exported on first use, after which
    questions need no torch.
    """
    if name is None:
        return SHIPPED_READER
    if name == ACCURATE:
        return _installed_accurate()
    path = Path(name).expanduser()
    if (path / "model.onnx").exists():
        return path
    checkpoint = str(path) if path.is_dir() else str(name)
    folder = prepared_folder("readers", checkpoint)
    if not folder.exists():
        _export_checkpoint(checkpoint, folder)
    return folder


def accurate_folder() -> Path:
    """Where the accurate reader is installed: another place for each version of it."""
    parts = [path.read_bytes() for path in sorted(ACCURATE_SOURCE.iterdir()) if path.suffix in WHAT_COUNTS]
    return home() / "readers" / f"{ACCURATE}-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def _installed_accurate() -> Path:
    folder = accurate_folder()
    if not folder.exists():
        raise ModelError("The accurate reader is not installed: run `python -m qa.training install` once.")
    return folder


def _export_checkpoint(name: str, folder: Path) -> None:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model: Any = AutoModelForQuestionAnswering.from_pretrained(name, attn_implementation="eager").float().eval()
        tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)
    except Exception as error:  # hub, file and format problems come as many kinds
        raise ModelError(
            f"The reader {name!r} could not be loaded ({type(error).__name__}): give the name of a transformers "
            "question-answering checkpoint that is downloaded, or a local folder that holds one."
        ) from error
    settings = ReaderSettings().within(int(getattr(model.config, "max_position_embeddings", MAX_TOKENS)))
    with moved_into_place(folder, "model.onnx") as temporary:
        tokenizer.backend_tokenizer.save(str(temporary / "tokenizer.json"))
        (temporary / SETTINGS).write_text(json.dumps(asdict(settings)), "utf-8")
        export_logits(model, tokenizer, temporary / "model.onnx")


def export_logits(model: Any, tokenizer: Any, path: Path) -> None:
    """Write a transformers question-answering model as ONNX with logits of shape [windows, tokens]."""
    encoded = tokenizer(["Who?", "What is it?"], ["A text.", "Another text."], padding=True, return_tensors="pt")
    inputs = {name: encoded[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in encoded}

    def logits(whole: Any, fields: dict[str, Any]) -> tuple[Any, Any]:
        output = whole(**fields)
        return output.start_logits, output.end_logits

    export_onnx(model, logits, inputs, ["start_logits", "end_logits"], path)
