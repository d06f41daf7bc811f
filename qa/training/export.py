"""A trained checkpoint to the directory that the reader loads: `python -m qa.training export`."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from qa.reader import export_logits
from qa.windows import MAX_TOKENS, STRIDE_TOKENS

LARGE_TABLE = 1_000_000  # weights from which an embedding table is worth quantising


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
    """The matrix products in int8 by ONNX Runtime; the embedding table by rows, which it can only do as a whole."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, target = path.with_name("prepared.onnx"), path.with_name("int8.onnx")
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(
        str(prepared), str(target), op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8
    )
    model = onnx.load(str(target))
    _quantise_embeddings(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    return target


def _quantise_embeddings(model: Any) -> None:
    """Replace each large embedding table by int8 rows with a scale of their own.

    One scale for the whole table, the library's way, cost 2 points of exact match: a few large values set it.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    for table in [t for t in graph.initializer if len(t.dims) == 2 and t.data_type == TensorProto.FLOAT]:
        users = [node for node in graph.node if table.name in node.input]
        if table.dims[0] * table.dims[1] < LARGE_TABLE or any(node.op_type != "Gather" for node in users):
            continue
        weights = numpy_helper.to_array(table)
        scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
        rows, scales = f"{table.name}_int8", f"{table.name}_scale"
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(np.round(weights / scale).astype(np.int8), rows))
        graph.initializer.append(numpy_helper.from_array(scale, scales))
        for node in users:
            place, output, wanted = list(graph.node).index(node), node.output[0], node.input[1]
            graph.node.remove(node)
            for offset, replacement in enumerate(
                (
                    helper.make_node("Gather", [rows, wanted], [f"{output}_rows"]),
                    helper.make_node("Cast", [f"{output}_rows"], [f"{output}_float"], to=TensorProto.FLOAT),
                    helper.make_node("Gather", [scales, wanted], [f"{output}_scale"]),
                    helper.make_node("Mul", [f"{output}_float", f"{output}_scale"], [output]),
                )
            ):
                graph.node.insert(place + offset, replacement)
