"""From an exported reader back to a checkpoint that can be trained on: the reverse of `qa.training.int8_export`.

The shipped reader exists as an int8 export only. Its weights are known from that up to rounding, which a few training
steps make good; so fine-tuning on one's own questions needs no other download.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from qa.reading.reader import MODEL
from qa.training.checkpoint import CONFIG, TOKENIZER_FILES, copy_all_but_weights

PRODUCT = re.compile(r"/model/(?P<module>.+)/MatMul(?:_quant)?$")  # the name of a node that multiplies by weights
FILES = (CONFIG, *TOKENIZER_FILES)  # what an export keeps of its checkpoint, beside the weights


def restore_checkpoint(reader: Path, target: Path) -> None:
    """Write the transformers checkpoint of the exported reader in `reader` to `target`.

    Raises ModelError where the folder holds no export of `qa.training` or lacks a weight.
    """
    import onnx
    import torch
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    if not all((reader / name).exists() for name in (MODEL, *FILES)):
        raise ModelError(f"{reader} is not a reader that qa.training exported: give a transformers checkpoint instead.")
    model: Any = AutoModelForQuestionAnswering.from_config(AutoConfig.from_pretrained(str(reader))).float()
    weights = read_weights(onnx.load(str(reader / MODEL)).graph)
    state = model.state_dict()
    missing = [name for name in state if name not in weights or weights[name].shape != tuple(state[name].shape)]
    if missing:
        raise ModelError(f"{reader} lacks the weights {missing[0]}: give a transformers checkpoint instead.")
    model.load_state_dict({name: torch.tensor(np.ascontiguousarray(weights[name])) for name in state})
    model.save_pretrained(str(target))
    copy_all_but_weights(reader, target)


def read_weights(graph: Any) -> dict[str, NDArray[np.float32]]:
    """The float32 weights in an exported graph, by their names in the model."""
    from onnx import numpy_helper

    stored = {table.name: numpy_helper.to_array(table) for table in graph.initializer}
    weights = {name.removeprefix("model."): table for name, table in stored.items() if table.dtype == np.float32}
    for name, table in stored.items():
        if name.endswith("_int8"):  # stored by rows or columns with a scale for each, see int8_export._store_as_int8
            whole = name.removesuffix("_int8")
            weights[whole.removeprefix("model.")] = table.astype(np.float32) * stored[f"{whole}_scale"]
    fused: dict[str, NDArray[np.float32]] = {}
    for node in graph.node:
        found = PRODUCT.match(node.name)
        if node.op_type in ("Attention", "QAttention"):
            fused = _fused_products(node, stored, weights)
        elif found and fused:  # the first product behind an attention is its own output's
            attention = found["module"].split("/output/")[0].replace("/", ".")
            weights |= {f"{attention}.self.{name}": table for name, table in fused.items()}
            fused = {}
        if found and node.op_type in ("MatMul", "MatMulInteger"):
            factor = _factor(node.input[1], stored, weights)
            if factor is not None:  # else both factors are activations, as in attention
                weights[f"{found['module'].replace('/', '.')}.weight"] = factor.T  # linear layers keep [out, in]
    return weights


def _fused_products(
    node: Any, stored: dict[str, Any], weights: dict[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """Weights and biases of the three products that an attention was fused of, by their names in it."""
    factor = _factor(node.input[1], stored, weights)
    assert factor is not None  # a fused attention multiplies by weights, else it could not be fused
    tables = zip(
        ("query", "key", "value"), np.split(factor, 3, axis=1), np.split(stored[node.input[2]], 3), strict=True
    )
    return {
        f"{name}.{kind}": table
        for name, weight, bias in tables
        for kind, table in (("weight", weight.T), ("bias", bias))
    }


def _factor(name: str, stored: dict[str, Any], weights: dict[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """The weights a product multiplies by, shape [in, out]; None where they are computed."""
    if name.endswith("_quantized") and name in stored:
        base = name.removesuffix("_quantized")
        zero = stored[f"{base}_zero_point"].astype(np.float32)
        return np.asarray((stored[name].astype(np.float32) - zero) * stored[f"{base}_scale"])
    return weights.get(name)
