"""A sentence-transformers model to ONNX, in a process of its own. Only this module imports sentence-transformers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import CARD, EXPORT_VERSION, MODEL, TOKENIZER, VECTOR, EncoderCard, OnnxEncoder
from index.encoder_catalog import model_source
from index.errors import ModelError
from index.files import file_sha256, replaced_folder
from index.hashes import write_hashes
from index.onnx_export import export_onnx, weights_sha256

# Exported and original vectors may differ by rounding only; measured on the default model: 2e-7.
LARGEST_EXPORT_ERROR = 1e-4
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def export_encoder(name: str, folder: str, download: str = "") -> None:
    """Export the encoder of this name or folder to `folder`. Raises ModelError; `download`: "" only looks on this
    machine."""
    model = load_sentence_transformer(name, download=bool(download))
    with replaced_folder(Path(folder)) as temporary:
        _write_export(model, name, temporary)


def load_sentence_transformer(name: str, *, download: bool = False, attention: str = "eager") -> Any:
    """The original sentence-transformers model, in float32 on the CPU. `attention` names transformers' implementation:
    the eager one can be exported, "sdpa" is the usual one."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    source = model_source(name)
    try:
        model = SentenceTransformer(
            source, device="cpu", local_files_only=not download, model_kwargs={"attn_implementation": attention}
        )
        return model.eval().float()
    except Exception as error:  # hub, file and format problems come as many kinds
        raise ModelError(
            f"The encoder {name!r} could not be loaded ({type(error).__name__}): give the name of a "
            "sentence-transformers model that is downloaded, or a local folder that holds one."
        ) from error


def _write_export(model: Any, name: str, folder: Path) -> None:
    """Write the model as ONNX, its tokenizer and its card, and check that it gives the original's vectors."""
    try:
        model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        _export_onnx(model, folder / MODEL)
        card = EncoderCard(
            name=name,
            fingerprint=_fingerprint(model),
            dimension=int(model.get_embedding_dimension()),
            max_tokens=int(model.max_seq_length or 512),
            passage_prompt=_prompt(model, "document", "passage"),
            question_prompt=_prompt(model, "query"),
            onnx_sha256=file_sha256(folder / MODEL),
        )
        written = json.dumps({"export_version": EXPORT_VERSION, **asdict(card)}, indent=1)
        (folder / CARD).write_text(written, "utf-8")
        write_hashes(folder, (MODEL, TOKENIZER))
        _check_export(model, OnnxEncoder(folder))
    except AttributeError as error:
        raise ModelError(f"The encoder {name!r} has no fast tokenizer: choose a text model that has one.") from error


def _export_onnx(model: Any, path: Path) -> None:
    """The whole pipeline (transformer, pooling, dense, normalisation), from token ids to vector."""
    encoded = model.tokenizer(["one short text", "another, somewhat longer text"], padding=True, return_tensors="pt")
    inputs = {name: encoded[name] for name in INPUTS if name in encoded}
    export_onnx(model, lambda whole, fields: whole(fields)["sentence_embedding"], inputs, [VECTOR], path)


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
