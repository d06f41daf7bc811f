"""Models exported to ONNX once, so that from then on nothing needs torch: how, and where they are kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.home import home

OPSET = 17  # understood by every ONNX Runtime since 1.12


def prepared_folder(kind: str, name: str) -> Path:
    """Where the export of the model of this name or folder lies. A local folder that has changed gets another place."""
    path = Path(name).expanduser()
    key = name
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        stamps = [(str(f.relative_to(path)), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
        key = json.dumps([str(path.resolve()), stamps])
    slug = "".join(c if c.isalnum() or c in "-_." else "-" for c in path.name)[:40]
    return home() / kind / f"{slug}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


@contextmanager
def moved_into_place(folder: Path, last: str) -> Iterator[Path]:
    """A folder beside the final one to export into, moved there at the end, so that no half export is ever seen.

    `last` is a file that tells a whole export, by which that of another process is known that was first.
    """
    temporary = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        os.replace(temporary, folder)
    except OSError:
        if not (folder / last).exists():  # unless another process was first, the disk is at fault
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


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
