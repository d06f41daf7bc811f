"""Text to unit vectors.

A sentence-transformers model is exported to ONNX once, together with everything its tokenizer needs (see
`index.encoder_catalog`). From then on the same vectors come without importing torch, which alone would cost seconds at
every start.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.files import repair_advice
from index.hashes import HashCheck, stated_hashes
from index.runtime import Arithmetic, Session, open_faster_session, open_session

if TYPE_CHECKING:  # the library is loaded when an encoder is opened
    from tokenizers import Encoding

Vectors = NDArray[np.float32]
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"  # the files of an exported encoder
CARD = "encoder.json"  # the file of an exported encoder that says what it is, written last
EXPORT_VERSION = 1  # raised when exports of earlier releases can no longer be used
VECTOR = "vector"  # the output of an exported encoder
# Padded tokens in one forward pass: enough to fill two cores, small enough for the cache. With ONNX Runtime passes of
# 1024 take a fifth less time than those of 4096; with OpenVINO those of 2048 take the least.
FEW_BATCH_TOKENS, BULK_BATCH_TOKENS = 1024, 2048
# Passes of many texts are padded to a multiple of so many tokens: few shapes, since OpenVINO prepares itself for each
# (without, it took a tenth longer over real passages).
BULK_TOKEN_STEP = 16
# Opening a session for many texts takes 0.25 s, which it makes good over some 90 passages.
BULK_FROM = 100  # texts, with those of earlier calls, for which it is opened
LEAST_BULK = 8  # texts of one call: fewer stand beside a question, which is not to wait for an opening
CHECKED = 4  # texts that must have nearly the same vectors in both sessions:
LEAST_COSINE = 0.999  # another encoder may bear bfloat16 less well than the default one
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
        self._model, self._threads = folder / MODEL, threads
        self._few = _Passes(open_session(self._model, threads), FEW_BATCH_TOKENS)
        self._many: _Passes | None = None
        self._encoded = 0
        self._opening = Lock()
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
        passes = self._passes_for(texts)
        # Texts of as many tokens share a batch. Over real documents those of as many characters made a third of all
        # tokens padding: rows of numbers have twice as many tokens as prose.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), TOGETHER):
            some = order[first : first + TOGETHER]
            encodings = self._tokenizer.encode_batch([self._card.passage_prompt + texts[i] for i in some])
            for batch in passes.batches([len(encoding.ids) for encoding in encodings]):
                vectors[[some[i] for i in batch]] = passes.encode([encodings[i] for i in batch])
        return vectors

    def encode_question(self, question: str) -> Vectors:
        """One unit vector of shape [dimension]."""
        vector: Vectors = self._few.encode([self._tokenizer.encode(self._card.question_prompt + question)])[0]
        return vector

    def _passes_for(self, texts: Sequence[str]) -> _Passes:
        """Those for so many more texts. What is encoded a little at a time counts together, as where a large folder's
        vectors are made while questions are asked."""
        if len(texts) < LEAST_BULK:
            return self._few
        with self._opening:
            self._encoded += len(texts)
            if self._many is None and self._encoded >= BULK_FROM:
                self._many = self._open_bulk(texts[:CHECKED]) or self._few
            return self._many or self._few

    def _open_bulk(self, samples: Sequence[str]) -> _Passes | None:
        """Passes of a faster session that gives the same vectors but for rounding, if there is one.

        The fingerprint stays that of the weights, and vectors that were stored before stay valid: over real passages
        those in bfloat16 have a cosine of 0.99997 or more to those in float32.
        """
        session = open_faster_session(self._model, Arithmetic.BFLOAT16, self._threads)
        if session is None:
            return None
        passes = _Passes(session, BULK_BATCH_TOKENS, BULK_TOKEN_STEP, self._card.max_tokens)
        encodings = self._tokenizer.encode_batch([self._card.passage_prompt + text for text in samples])
        cosines = (passes.encode(encodings) * self._few.encode(encodings)).sum(axis=1)
        return passes if float(cosines.min()) >= LEAST_COSINE else None


@dataclass(frozen=True, slots=True)
class _Passes:
    """Forward passes of one session: of how many padded tokens each, the texts padded to a multiple of `step` tokens,
    but not beyond `most`."""

    session: Session
    batch_tokens: int
    step: int = 1
    most: int = 0

    def batches(self, lengths: Sequence[int]) -> list[list[int]]:
        """The numbers of texts with so many tokens, in batches of about `batch_tokens`, short ones first."""
        batches: list[list[int]] = []
        for i in sorted(range(len(lengths)), key=lengths.__getitem__):
            if batches and (len(batches[-1]) + 1) * self._padded(lengths[i]) <= self.batch_tokens:
                batches[-1].append(i)
            else:
                batches.append([i])
        return batches

    def encode(self, encodings: Sequence[Encoding]) -> Vectors:
        """Unit vectors of texts, shape [texts, dimension]."""
        shape = len(encodings), self._padded(max(len(encoding.ids) for encoding in encodings))
        fields = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, encoding in enumerate(encodings):
            count = len(encoding.ids)
            fields["input_ids"][row, :count] = encoding.ids
            fields["attention_mask"][row, :count] = encoding.attention_mask
            fields["token_type_ids"][row, :count] = encoding.type_ids
        feed = {name: field for name, field in fields.items() if name in self.session.inputs}
        [vectors] = self.session.run([VECTOR], feed)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def _padded(self, tokens: int) -> int:
        return max(tokens, min(-(-tokens // self.step) * self.step, self.most))


def read_card(folder: Path) -> EncoderCard:
    """The card of an exported encoder; ModelError where the folder is missing, damaged or of another release."""
    try:
        fields = json.loads((folder / CARD).read_text("utf-8"))
        if fields.pop("export_version") == EXPORT_VERSION:
            return EncoderCard(**fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The exported encoder in {folder} is damaged: {repair_advice(folder)}.") from error
    raise ModelError(f"The exported encoder in {folder} is of another release: {repair_advice(folder)}.")
