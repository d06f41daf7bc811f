"""`quotewise train`: make examples, have them labelled, train, export and calibrate a reader; measure.

Every step leaves its result in the work folder and is passed over, or continued, when it is called again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from index.child import PYTHON, child_environment
from qa.edge import run_command
from qa.training.errors import TrainingError
from qa.training.held_out import held_out_questions
from qa.training.options import STEPS, parsed
from qa.training.steps import ACTIONS

CODE = "import sys; from qa.training.command import main; sys.exit(main(sys.argv[2:], only=sys.argv[1]))"


def main(arguments: Sequence[str] | None = None, only: str | None = None) -> int:
    """Run the wanted step; of "all", just the one named by `only` if it is given.

    Returns the exit code: 0, or 1 with one sentence on standard error.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parsed(given)
    step = only or options.step
    return run_command(lambda: run_all(given, options) if step == "all" else run_step(step, options))


def run_step(step: str, options: argparse.Namespace) -> int:
    """Run one step; returns the exit code."""
    if step in STEPS:
        print(f"== {step}", flush=True)
    ACTIONS[step](options)
    return 0


def run_all(arguments: Sequence[str], options: argparse.Namespace) -> int:
    """Run all steps; returns the exit code of the first that fails, or 0.

    Each has a process of its own: some need torch and others faiss, which crash together on Apple silicon.
    """
    # What only the last step would find out otherwise.
    held_out_questions(options.squad, 1, options.seed, options.calibration_shortest)
    for step in STEPS:
        if step == "label" and not options.teacher:
            continue
        code = subprocess.run([*PYTHON, "-c", CODE, step, *arguments], env=child_environment()).returncode
        if code < 0:
            raise TrainingError(
                f"The step {step!r} was killed by signal {-code}: see whether memory is full and run the same command "
                "again."
            )
        if code:
            return code
    return 0
