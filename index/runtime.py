"""ONNX Runtime sessions, opened alike for the encoder and the reader."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError
from index.files import repair_advice

if TYPE_CHECKING:
    import onnxruntime


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_session(path: Path, threads: int | None = None) -> onnxruntime.InferenceSession:
    """A CPU session for the model at `path`; ModelError where there is none that can be read."""
    import onnxruntime  # not at the top: a machine that only trains does without it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or cores()
    options.log_severity_level = 3  # errors only: warnings would reach people who cannot act on them
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises its own kinds, all meaning that the file is no good
        raise ModelError(f"The model file {path} is missing or damaged: {repair_advice(path.parent)}.") from error
