"""Text to unit vectors, on ONNX Runtime.

A sentence-transformers model is exported to ONNX once, together with everything its tokenizer needs (see
`index.encoder_catalog`). From then on the same vectors come without importing torch, which alone would cost seconds at
every start.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.files import repair_advice
from index.runtime import open_session

Vectors = NDArray[np.float32]
CARD = "encoder.json"  # the file of an exported encoder that says what it is, written last
EXPORT_VERSION = 1  # raised when exports of earlier releases can no longer be used
BATCH_TOKENS = 4096  # padded tokens in one forward pass: enough to fill two cores, small enough for the cache


class Encoder(Protocol):
    """What a collection needs of an encoder. `fingerprint` tells apart two models of the same name."""

    @property
    def card(self) -> EncoderCard: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...

    def encode_question(self, question: str) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """What identifies an exported encoder, kept beside it and in every collection made with it."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    passage_prompt: str
    question_prompt: str
    onnx_sha256: str


class OnnxEncoder:
    """An exported encoder. Vectors are float32 of length 1, so that an inner product is a cosine."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        from tokenizers import Tokenizer

        self._card = read_card(folder)
        self._session = open_session(folder / "model.onnx", threads)
        self._inputs = {field.name for field in self._session.get_inputs()}
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises plain Exception
            raise ModelError(f"The exported encoder in {folder} is damaged: {repair_advice(folder)}.") from error
        self._tokenizer.enable_truncation(self._card.max_tokens)
        self._tokenizer.enable_padding()

    @property
    def card(self) -> EncoderCard:
        """What identifies this encoder."""
        return self._card

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape [len(texts), dimension]; text beyond the model's window is not seen."""
        vectors = np.zeros((len(texts), self._card.dimension), np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for batch in _batches(order, texts):
            vectors[batch] = self._encode([self._card.passage_prompt + texts[i] for i in batch])
        return vectors

    def encode_question(self, question: str) -> Vectors:
        """One unit vector of shape [dimension]."""
        vector: Vectors = self._encode([self._card.question_prompt + question])[0]
        return vector

    def _encode(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        fields = {
            "input_ids": np.array([e.ids for e in encodings], np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], np.int64),
            "token_type_ids": np.array([e.type_ids for e in encodings], np.int64),
        }
        feed = {name: field for name, field in fields.items() if name in self._inputs}
        vectors: Vectors = self._session.run(None, feed)[0].astype(np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit


def _batches(order: Sequence[int], texts: Sequence[str]) -> list[list[int]]:
    """Group indices, sorted by length, so that each batch pads to about BATCH_TOKENS (4 characters a token)."""
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * (len(texts[i]) // 4 + 2) <= BATCH_TOKENS:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def read_card(folder: Path) -> EncoderCard:
    """The card of an exported encoder; ModelError where the folder is missing, damaged or of another release."""
    try:
        fields = json.loads((folder / CARD).read_text("utf-8"))
        if fields.pop("export_version") == EXPORT_VERSION:
            return EncoderCard(**fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The exported encoder in {folder} is damaged: {repair_advice(folder)}.") from error
    raise ModelError(f"The exported encoder in {folder} is of another release: {repair_advice(folder)}.")
