"""Models on the CPU: ONNX Runtime, and OpenVINO for what it computes faster. Only this module knows of engines.

Two cores with AVX-512, VNNI and bfloat16: OpenVINO makes the vectors of passages twice as fast, and the accurate reader
reads in less than half the time. ONNX Runtime is as fast with the shipped reader and ready sooner, which is what one
question has to wait for; so everything else stays on it.
"""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.files import repair_advice
from index.resources import cores

Field = NDArray[np.int64]  # token numbers and their like, shape [texts, tokens]
Output = NDArray[np.float32]

MEASURED_MACHINES = ("x86_64", "AMD64")  # where OpenVINO was measured, which runs on others too
# What `import openvino` would import beside itself, and does without: its converter of models, which sends a message
# that OpenVINO was imported to Google Analytics, writes a number for the machine to ~/intel and takes five times as
# long to import as all the rest.
NOT_IMPORTED = ("openvino.tools.ovc", "openvino_telemetry")
# Activations that share a scale where products are computed in int8: a fifth less processor time than with OpenVINO's
# own choice, and logits as near to those of float32 as with ONNX Runtime's own int8.
INT8_GROUP = "128"

_log = logging.getLogger(__name__)
_importing = Lock()


class Arithmetic(Enum):
    """How a model may be computed where that is faster than as its file says."""

    BFLOAT16 = "bfloat16"
    INT8 = "int8"  # products with weights that are stored in int8, whose other factor is rounded as it comes


class Session(Protocol):
    """A model that is ready to run. Safe to use from several threads."""

    @property
    def inputs(self) -> frozenset[str]: ...

    def run(self, outputs: Sequence[str], fields: Mapping[str, Field]) -> list[Output]:
        """Returns the outputs of these names. Raises the engine's own errors."""
        ...


def open_session(path: Path, threads: int | None = None) -> Session:
    """A CPU session for the model at `path`; ModelError where there is none that can be read."""
    return _OnnxRuntimeSession(path, threads or cores())


def open_faster_session(path: Path, arithmetic: Arithmetic, threads: int | None = None) -> Session | None:
    """A session that computes the model at `path` faster than that of `open_session`, in other arithmetic. None where
    OpenVINO is missing, is no faster on this CPU, or cannot read the file: a damaged one is told by the other engine.
    """
    core = _openvino_core()
    if core is None:
        return None
    settings = {"INFERENCE_NUM_THREADS": threads or cores(), "PERFORMANCE_HINT": "LATENCY"}
    try:
        if arithmetic is Arithmetic.INT8:
            settings |= {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": INT8_GROUP}
        elif "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            settings |= {"INFERENCE_PRECISION_HINT": "bf16"}
        else:  # such products would be emulated, which took forty times as long; in float32 both engines take as long
            return None
        return _OpenVinoSession(core.compile_model(str(path), "CPU", settings))
    except Exception as error:  # of many kinds
        _log.debug("OpenVINO cannot open %s, ONNX Runtime is used: %s", path, error)
        return None


class _OnnxRuntimeSession:
    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime  # not at the top: a machine that only trains does without it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors only: warnings would reach people who cannot act on them
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises its own kinds, all meaning that the file is no good
            raise ModelError(f"The model file {path} is missing or damaged: {repair_advice(path.parent)}.") from error
        self.inputs = frozenset(field.name for field in self._session.get_inputs())

    def run(self, outputs: Sequence[str], fields: Mapping[str, Field]) -> list[Output]:
        found: list[Output] = self._session.run(list(outputs), dict(fields))
        return found


class _OpenVinoSession:
    def __init__(self, compiled: Any) -> None:
        self._request = compiled.create_infer_request()
        self._lock = Lock()  # a request computes one thing at a time; a second one would share the cores with it
        self.inputs = frozenset(field.get_any_name() for field in compiled.inputs)

    def run(self, outputs: Sequence[str], fields: Mapping[str, Field]) -> list[Output]:
        with self._lock:
            self._request.infer(dict(fields), share_inputs=True)
            return [self._request.get_tensor(name).data.astype(np.float32) for name in outputs]  # always a copy


@cache
def _openvino_core() -> Any:
    """OpenVINO's way to its devices; None where it is not to be used."""
    if platform.machine() not in MEASURED_MACHINES:
        return None
    try:
        return _import_openvino().Core()
    except Exception as error:  # not installed, or its libraries do not fit the system
        _log.debug("OpenVINO is not used: %s", error)
        return None


def _import_openvino() -> Any:
    """The package without what it reports to others; see NOT_IMPORTED."""
    with _importing:
        before = {name: sys.modules.get(name) for name in NOT_IMPORTED}
        sys.modules.update(dict.fromkeys(NOT_IMPORTED))  # type: ignore[arg-type]  # None: an import fails
        try:
            import openvino

            return openvino
        finally:
            for name, module in before.items():
                del sys.modules[name]
                if module is not None:
                    sys.modules[name] = module
