"""Torch and faiss crash together on Apple silicon: no process may import both."""

import shutil

import pytest
from processes import run_python
from training import towns_file

from qa.reading.reader import SHIPPED_READER

PRINT_LOADED = "import sys; print('loaded', *sorted({'torch', 'faiss'} & set(sys.modules)))"
RUN_STEP = f"""
import sys
from qa.training.command import main
assert main(sys.argv[1:]) == 0
{PRINT_LOADED}"""


def loaded(output):
    """What the last line of the output says is loaded."""
    return set(output.splitlines()[-1].removeprefix("loaded").split())


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        ([f"qa.training.{name}" for name in ("train", "int8_export", "teacher", "restore", "fetch")], {"torch"}),
        (["qa.training.install", "qa.training.difference", "qa.training.labels", "qa.training.data"], set()),
        (["qa.training.command", "qa.training.steps", "qa.training.measure"], set()),
        (["qa.reading.export", "index.encoder_export", "index.onnx_export"], set()),
        (["qa.evaluation.speed", "qa.evaluation.peer_systems"], set()),
        (["qa.training.calibrate", "qa.training.measure", "qa.evaluation.command"], set()),
    ],
)
def test_what_is_imported_together_holds_one_of_them_at_most(modules, expected):
    assert loaded(run_python(f"import {', '.join(modules)}; {PRINT_LOADED}")) == expected


@pytest.mark.parametrize(("step", "expected"), [("restore", {"torch"}), ("measure", set()), ("calibrate", set())])
def test_a_step_that_has_run_has_loaded_one_of_them_at_most(step, expected, tmp_path, encoder):
    if step == "calibrate":
        shutil.copytree(SHIPPED_READER, tmp_path / "work" / "reader")
    squad = towns_file(tmp_path / "squad.json")
    counts = ["--calibration-questions", "10", "--measure-questions", "2"]
    output = run_python(RUN_STEP, step, "--squad", squad, "--work", tmp_path / "work", *counts)
    assert loaded(output) == expected
