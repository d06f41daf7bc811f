"""A trained checkpoint to the directory that the reader loads: `python -m qa.training export`."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from qa.reader import export_logits
from qa.windows import MAX_TOKENS, STRIDE_TOKENS


def export_reader(checkpoint: Path, target: Path, int8: bool = True) -> None:
    """Write `model.onnx`, `tokenizer.json` and `reader.json` to `target` from a transformers checkpoint.

    With `int8`, weights are quantised per channel and activations as they come (dynamic quantisation),
    which takes a quarter of the room; otherwise everything stays float32.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model: Any = AutoModelForQuestionAnswering.from_pretrained(str(checkpoint), attn_implementation="eager")
    tokenizer: Any = AutoTokenizer.from_pretrained(str(checkpoint), use_fast=True)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "model.onnx"
        export_logits(model.float().eval(), tokenizer, exported)
        if int8:
            exported = _quantised(exported)
        shutil.copyfile(exported, target / "model.onnx")
    tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    settings = {"max_tokens": MAX_TOKENS, "stride": STRIDE_TOKENS}
    (target / "reader.json").write_text(json.dumps(settings), "utf-8")


def _quantised(path: Path) -> Path:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, target = path.with_name("prepared.onnx"), path.with_name("int8.onnx")
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(str(prepared), str(target), per_channel=True, weight_type=QuantType.QInt8)
    return target
