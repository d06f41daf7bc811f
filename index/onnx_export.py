"""Models exported to ONNX once, so that from then on nothing needs torch. To be run in a process of its own."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

OPSET = 17  # understood by every ONNX Runtime since 1.12


def export_onnx(
    model: Any,
    forward: Callable[[Any, dict[str, Any]], Any],
    inputs: dict[str, Any],
    outputs: Sequence[str],
    path: Path,
) -> None:
    """Write `forward(model, inputs)` as ONNX to `path`.

    `inputs` are named example tensors of shape [texts, tokens]; both sizes stay free. Outputs called `..._logits`
    have that shape too; in others only the number of texts is free.
    """
    import torch

    class Wrapped(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *fields: torch.Tensor) -> Any:
            return forward(self.model, dict(zip(inputs, fields, strict=True)))

    free = {0: "texts", 1: "tokens"}
    axes = {name: free if name.endswith("_logits") else {0: "texts"} for name in outputs} | dict.fromkeys(inputs, free)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Wrapped().eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def weights_sha256(tables: Mapping[str, Any]) -> str:
    """The SHA-256 of tensors and their names, as float32 and in the order of the names."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        digest.update(name.encode())
        digest.update(table.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
