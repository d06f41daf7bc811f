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
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.files import repair_advice
from index.hashes import HashCheck, stated_hashes
from index.runtime import open_session

if TYPE_CHECKING:  # the library is loaded when an encoder is opened
    from tokenizers import Encoding

Vectors = NDArray[np.float32]
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"  # the files of an exported encoder
CARD = "encoder.json"  # the file of an exported encoder that says what it is, written last
EXPORT_VERSION = 1  # raised when exports of earlier releases can no longer be used
BATCH_TOKENS = 4096  # padded tokens in one forward pass: enough to fill two cores, small enough for the cache
TOGETHER = 1024  # texts that are cut into tokens at once; a text's tokens take a hundred times its own room


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


def nearness_of(encoder: Encoder, question: Vectors, texts: Sequence[str]) -> list[float]:
    """How near each of the texts is to the question, a unit vector, in meaning: cosines, 1 at most."""
    cosines: list[float] = (encoder.encode_passages(texts) @ question).tolist()
    return cosines


class OnnxEncoder:
    """An exported encoder. Vectors are float32 of length 1, so that an inner product is a cosine."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        from tokenizers import Tokenizer

        self._card = read_card(folder)
        check = HashCheck(folder, {MODEL: self._card.onnx_sha256} | stated_hashes(folder))
        self._session = open_session(folder / MODEL, threads)
        self._inputs = {field.name for field in self._session.get_inputs()}
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # tokenizers raises plain Exception
            raise ModelError(f"The exported encoder in {folder} is damaged: {repair_advice(folder)}.") from error
        self._tokenizer.enable_truncation(self._card.max_tokens)
        self._tokenizer.no_padding()
        check.finish()

    @property
    def card(self) -> EncoderCard:
        """What identifies this encoder."""
        return self._card

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape [len(texts), dimension]; text beyond the model's window is not seen."""
        vectors = np.zeros((len(texts), self._card.dimension), np.float32)
        # Texts of as many tokens share a batch. Over real documents those of as many characters made a third of all
        # tokens padding: rows of numbers have twice as many tokens as prose.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), TOGETHER):
            some = order[first : first + TOGETHER]
            encodings = self._tokenizer.encode_batch([self._card.passage_prompt + texts[i] for i in some])
            for batch in _batches([len(encoding.ids) for encoding in encodings]):
                vectors[[some[i] for i in batch]] = self._encode([encodings[i] for i in batch])
        return vectors

    def encode_question(self, question: str) -> Vectors:
        """One unit vector of shape [dimension]."""
        vector: Vectors = self._encode([self._tokenizer.encode(self._card.question_prompt + question)])[0]
        return vector

    def _encode(self, encodings: Sequence[Encoding]) -> Vectors:
        shape = len(encodings), max(len(encoding.ids) for encoding in encodings)
        fields = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, encoding in enumerate(encodings):
            count = len(encoding.ids)
            fields["input_ids"][row, :count] = encoding.ids
            fields["attention_mask"][row, :count] = encoding.attention_mask
            fields["token_type_ids"][row, :count] = encoding.type_ids
        feed = {name: field for name, field in fields.items() if name in self._inputs}
        vectors: Vectors = self._session.run(None, feed)[0].astype(np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of texts with so many tokens, in batches that pad to about BATCH_TOKENS, short ones first."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[i] <= BATCH_TOKENS:
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
