"""A transformers question-answering checkpoint to a reader, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.files import replaced_folder
from index.hashes import write_hashes
from index.onnx_export import export_onnx
from qa.reading.reader import MODEL, TOKENIZER, ReaderSettings, write_settings
from qa.reading.windows import MAX_TOKENS


def export_checkpoint(name: str, folder: str, download: str = "") -> None:
    """Export the checkpoint of this name or folder to `folder`. Raises ModelError; `download`: "" only looks on this
    machine."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model: Any = AutoModelForQuestionAnswering.from_pretrained(
            name, attn_implementation="eager", local_files_only=not download
        )
        model.float().eval()
        tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True, local_files_only=not download)
    except Exception as error:  # hub, file and format problems come as many kinds
        raise ModelError(
            f"The reader {name!r} could not be loaded ({type(error).__name__}): give the name of a transformers "
            "question-answering checkpoint that is downloaded, or a local folder that holds one."
        ) from error
    settings = ReaderSettings().within(int(getattr(model.config, "max_position_embeddings", MAX_TOKENS)))
    with replaced_folder(Path(folder)) as temporary:
        tokenizer.backend_tokenizer.save(str(temporary / TOKENIZER))
        write_settings(settings, temporary)
        export_logits(model, tokenizer, temporary / MODEL)
        write_hashes(temporary, (MODEL, TOKENIZER))


def export_logits(model: Any, tokenizer: Any, path: Path) -> None:
    """Write a transformers question-answering model as ONNX with logits of shape [windows, tokens]."""
    encoded = tokenizer(["Who?", "What is it?"], ["A text.", "Another text."], padding=True, return_tensors="pt")
    inputs = {name: encoded[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in encoded}

    def logits(whole: Any, fields: dict[str, Any]) -> tuple[Any, Any]:
        output = whole(**fields)
        return output.start_logits, output.end_logits

    export_onnx(model, logits, inputs, ["start_logits", "end_logits"], path)
