"""A trained checkpoint to the directory that the reader loads: `quotewise train export`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from index.hashes import write_hashes
from qa.reading.export import export_logits
from qa.reading.reader import MODEL, TOKENIZER, ReaderSettings, write_settings

LARGE_TABLE = 100_000  # weights from which a table left in float32 is stored in int8
WIDE = 768  # width from which most of a model's products have outliers


def export_reader(checkpoint: Path, target: Path, int8: bool = True) -> None:
    """Write `model.onnx`, its tokenizer, configuration and `reader.json` to `target` from a transformers checkpoint.

    With `int8`, weights are stored in int8 with a scale for each channel, which takes a quarter of the room, and of a
    narrow model most products computed in it; otherwise everything stays float32.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model: Any = AutoModelForQuestionAnswering.from_pretrained(str(checkpoint), attn_implementation="eager")
    tokenizer: Any = AutoTokenizer.from_pretrained(str(checkpoint), use_fast=True)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        exported = Path(scratch) / MODEL
        export_logits(model.float().eval(), tokenizer, exported)
        wide = model.config.hidden_size >= WIDE
        if int8:
            exported = _stored(exported) if wide else _quantised(exported, model.config)
        shutil.copyfile(exported, target / MODEL)
    model.config.save_pretrained(str(target))  # with the tokenizer's, what `restore` needs to train on
    tokenizer.save_pretrained(str(target))
    write_settings(ReaderSettings(weight_only=int8 and wide), target)
    write_hashes(target, (MODEL, TOKENIZER))


def _stored(path: Path) -> Path:
    """Every weight in int8, and all products left to the engine.

    OpenVINO computes them in int8, with activations rounded as they come: over held-back windows that takes a third of
    the processor time of ONNX Runtime's own dynamic quantisation, which can do only a third of a wide model's products,
    since the others have outliers. ONNX Runtime computes with this file in float32, which takes it as long.
    """
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = path.with_name("prepared.onnx")
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)  # takes out what has no part in the outputs
    return _saved(onnx.load(str(prepared)), path.with_name("int8.onnx"))


def _quantised(path: Path, sizes: Any) -> Path:
    """Every weight in int8, and all matrix products but the last computed in it by ONNX Runtime, with activations
    rounded as they come. The embedding table is only stored in int8, with a scale for each row.

    Each attention is one node: so fused, a window takes 0.74 of the time that it took with products apart and those
    behind activation functions in float32, and the spans agree with float32 as often (97.3% in 2,313 held-back windows,
    97.4% before). Embeddings stay apart, since a fused lookup takes a table in float32 only.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    wanted = FusionOptions("bert")
    wanted.enable_embed_layer_norm = False
    heads, width = sizes.num_attention_heads, sizes.hidden_size
    prepared, target = path.with_name("prepared.onnx"), path.with_name("int8.onnx")
    # Level 1 leaves out what only suits the CPU that exports.
    optimize_model(str(path), "bert", heads, width, wanted, opt_level=1).save_model_to_file(str(prepared))
    kinds = ["MatMul", "Attention"]
    products = [node.name for node in onnx.load(str(prepared)).graph.node if node.op_type in kinds]
    quantize_dynamic(
        str(prepared),
        str(target),
        op_types_to_quantize=kinds,
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[name for name in products if "/qa_outputs/" in name],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # of what fused nodes put out
    )
    return _saved(onnx.load(str(target)), target)


def _saved(model: Any, target: Path) -> Path:
    """Write the model with its large float tables in int8 to `target`."""
    import onnx

    _store_as_int8(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    return target


def _store_as_int8(model: Any) -> None:
    """Replace each large float table by int8 values and scales, by row where it is looked up, else by column."""
    from onnx import TensorProto, numpy_helper

    graph = model.graph
    for table in [t for t in graph.initializer if len(t.dims) == 2 and t.data_type == TensorProto.FLOAT]:
        users = [node for node in graph.node if table.name in node.input]
        if table.dims[0] * table.dims[1] < LARGE_TABLE:
            continue
        looked_up = all(node.op_type == "Gather" for node in users)
        weights = numpy_helper.to_array(table)
        largest = np.abs(weights).max(axis=1 if looked_up else 0, keepdims=True)
        scale = np.maximum(largest / 127, 1e-12).astype(np.float32)
        values, scales = f"{table.name}_int8", f"{table.name}_scale"
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(np.round(weights / scale).astype(np.int8), values))
        graph.initializer.append(numpy_helper.from_array(scale, scales))
        if looked_up:
            for node in users:
                _look_up_rows(graph, node, values, scales)
        else:  # computed once when the model is opened, since all of it is constant
            _insert(graph, 0, _scaled(values, scales, table.name))


def _look_up_rows(graph: Any, node: Any, values: str, scales: str) -> None:
    """Let a Gather take rows of int8 values and of their scales, and multiply them."""
    from onnx import helper

    place, output, wanted = list(graph.node).index(node), node.output[0], node.input[1]
    graph.node.remove(node)
    rows, factors = f"{output}_rows", f"{output}_scales"
    gathers = [
        helper.make_node("Gather", [values, wanted], [rows]),
        helper.make_node("Gather", [scales, wanted], [factors]),
    ]
    _insert(graph, place, [*gathers, *_scaled(rows, factors, output)])


def _scaled(values: str, scales: str, output: str) -> list[Any]:
    from onnx import TensorProto, helper

    return [
        helper.make_node("Cast", [values], [f"{output}_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{output}_float", scales], [output]),
    ]


def _insert(graph: Any, place: int, nodes: list[Any]) -> None:
    for offset, node in enumerate(nodes):
        graph.node.insert(place + offset, node)
