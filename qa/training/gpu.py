"""How to use a GPU for ten minutes: one command that trains a teacher, has it label, and trains a student.

    python -m qa.training.gpu --from CARRIED --work RUN --out BACK --seconds 500

For a machine with a GPU that has only torch, transformers, tokenizers, numpy and safetensors. See README.md beside this
file for every step before and behind it. The teacher takes `--teacher-share` of the seconds, the student all that are
left at that point; each learning rate follows the clock. A result lies in BACK as soon as it exists. When it is called
again, it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from index.files import replace_file
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.training.checking import HeldBackCheck
from qa.training.checkpoint import TOKENIZER, WEIGHTS, silence_transformers
from qa.training.compute import FUSED, PLAIN, Compute, choose_compute, usable_cores
from qa.training.distilling import labelled
from qa.training.errors import TrainingError
from qa.training.examples import Example, read_examples
from qa.training.model import load_model
from qa.training.outbound import (
    DIFFERENCE,
    EXAMPLES,
    HELD_BACK,
    STUDENT,
    STUDENT_WEIGHTS,
    TEACHER,
    start_of,
    unpack_outbound,
)
from qa.training.parts import split_file
from qa.training.recipe import Recipe
from qa.training.rounding import write_rounded
from qa.training.run_log import RunLog
from qa.training.table import WindowTable
from qa.training.tokenising import tokenised
from qa.training.train import Trainer

LOG = "log.jsonl"
RESERVE = 15.0  # seconds for writing the student at the end
DIFFERENCE_BITS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How the seconds are spent, and by what recipes."""

    seconds: float
    teacher_share: float
    teacher: Recipe
    student: Recipe


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan that the options make."""
    teacher = Recipe(
        learning_rate=options.teacher_learning_rate, seconds=options.seconds * options.teacher_share, warmup=0.06,
        layer_decay=0.9, batch_tokens=options.teacher_batch_tokens, average_decay=0.995, rank=options.teacher_rank,
        dropout=0.1, seed=options.seed,
    )  # fmt: skip
    student = Recipe(
        learning_rate=options.student_learning_rate, warmup=0.04, layer_decay=0.95,
        batch_tokens=options.student_batch_tokens, average_decay=0.998, dropout=options.student_dropout,
        taught=options.taught, seed=options.seed,
    )  # fmt: skip
    return Plan(options.seconds, options.teacher_share, teacher, student)


class GpuRun:
    """Teacher, labels and student, each passed over where its result is there."""

    def __init__(self, carried: Path, work: Path, out: Path, plan: Plan, compute: Compute, cores: int) -> None:
        self._begun = time.monotonic()
        self._work, self._out, self._plan = work, out, plan
        self._compute = compute
        out.mkdir(parents=True, exist_ok=True)
        self._outbound = unpack_outbound(carried, work / "outbound")
        self._examples = self._outbound / EXAMPLES
        self._log("began").note({"device": compute.device, "precision": str(compute.precision), "cores": cores})
        known = self._outbound / DIFFERENCE
        self._known = known if known.exists() else None
        if not self._known and not plan.teacher.seconds:
            raise TrainingError("No teacher was carried, and none would be trained: give --teacher-share above 0.")
        self._starts = {name: start_of(self._outbound, name, work / f"{name}-start") for name in (TEACHER, STUDENT)}
        examples = read_examples(self._examples)
        self._held_back: list[Example] = read_examples(self._outbound / HELD_BACK)
        # Before the device is touched: the processes that cut are copies of this one.
        self._tables = {name: self._cut(name, examples, cores) for name in (TEACHER, STUDENT)}

    def _log(self, name: str) -> RunLog:
        return RunLog(self._out / LOG, name)

    def spent(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._begun

    def _cut(self, name: str, examples: Sequence[Example], cores: int) -> WindowTable:
        table = tokenised(examples, self._starts[name] / TOKENIZER, cores)
        self._log(name).note(
            {"seconds": round(self.spent(), 1), "examples": len(examples), "windows": len(table),
             "tokens": int(table.edges[-1])}
        )  # fmt: skip
        return table

    def run(self) -> None:
        """Do all that is left."""
        teacher = self.teacher()
        labels = self.labels(teacher)
        self.student(labels)
        self._log("ended").note({"seconds": round(self.spent(), 1)})

    def teacher(self) -> Path:
        """The teacher's checkpoint, trained where it is not known."""
        if self._known:
            return start_of(self._outbound, TEACHER, self._work / "known-teacher", self._known)
        model = self._work / TEACHER / "model"
        if not model.exists():
            trainer = self._trainer(TEACHER, self._plan.teacher)
            trainer.run(save_seconds=400.0, check_seconds=90.0, note_seconds=5.0)
        if not list(self._out.glob(f"{DIFFERENCE}*")):
            self._write_difference(model)
        return model

    def _write_difference(self, model: Path) -> None:
        from safetensors.torch import load_file

        before, after = load_file(self._starts[TEACHER] / WEIGHTS), load_file(model / WEIGHTS)
        changes = {name: after[name] - before[name] for name in after if not torch.equal(after[name], before[name])}
        path = self._work / DIFFERENCE
        write_rounded({DIFFERENCE_BITS: changes}, path)
        packed = path.with_name(f"{DIFFERENCE}.gz")
        replace_file(packed, gzip.compress(path.read_bytes(), 1, mtime=0))
        written = split_file(packed, self._out)
        self._log(TEACHER).note({"written bytes": sum(p.stat().st_size for p in written), "files": len(written)})

    def labels(self, teacher: Path) -> Path:
        """The file of the teacher's labels of the student's windows."""
        path = self._work / "labels.pt"
        if not path.exists():
            model = load_model(teacher, attention=self._compute.attention)
            model = model.to(self._compute.device, self._compute.precision)
            tables = [self._tables[name].to(self._compute.device) for name in (STUDENT, TEACHER)]
            table = labelled(tables[0], tables[1], model, self._compute, self._log("labels"))
            assert table.soft is not None
            torch.save(table.soft.cpu(), path)
        self._tables.pop(TEACHER, None)
        return path

    def student(self, labels: Path) -> None:
        """Train the student on the labels for the seconds that are left, and write its trained weights."""
        self._tables[STUDENT] = replace(self._tables[STUDENT], soft=torch.load(labels, weights_only=True))
        recipe = replace(self._plan.student, seconds=self._student_seconds())
        model = self._work / STUDENT / "model"
        trainer = self._trainer(STUDENT, recipe, labels)
        if not model.exists():
            trainer.run(save_seconds=400.0, check_seconds=90.0, note_seconds=5.0)
        trained = {name: weight.half().cpu().contiguous() for name, weight in trainer.average.items()}
        self._write_student(trained)

    def _student_seconds(self) -> float:
        """What is left of all seconds, decided once: a run that is gone on with keeps its own."""
        path = self._work / "student-seconds.json"
        if not path.exists():
            left = max(1.0, self._plan.seconds - self.spent() - RESERVE)
            replace_file(path, json.dumps(left))
        return float(json.loads(path.read_text("utf-8")))

    def _write_student(self, trained: dict[str, torch.Tensor]) -> None:
        from safetensors.torch import save_file

        path = self._work / STUDENT_WEIGHTS
        save_file(trained, path)
        written = split_file(path, self._out)
        self._log(STUDENT).note({"written bytes": sum(p.stat().st_size for p in written), "files": len(written)})

    def _trainer(self, name: str, recipe: Recipe, labels: Path | None = None) -> Trainer:
        check = HeldBackCheck(self._held_back, self._starts[name] / TOKENIZER, self._compute)
        return Trainer(
            self._starts[name], self._examples, self._work / name, recipe, labels,
            table=self._tables[name], compute=self._compute, check=check, log=self._log(name),
        )  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The options. The learning rates suit batches of their size."""
    made = CommandParser(prog="python -m qa.training.gpu", description=__doc__.split("\n")[0])
    made.add_argument("--from", dest="carried", type=Path, required=True, help="the folder with all carried parts")
    made.add_argument("--work", type=Path, required=True, help="a folder to work in")
    made.add_argument("--out", type=Path, required=True, help="the folder whose files come back")
    made.add_argument("--seconds", type=float, default=500.0, help="for everything")
    made.add_argument("--teacher-share", type=float, default=0.5, help="of the seconds, for the teacher's training")
    made.add_argument("--teacher-learning-rate", type=float, default=5e-5)
    made.add_argument("--teacher-batch-tokens", type=int, default=16_384)
    made.add_argument("--teacher-rank", type=int, default=0, help="train additions of this rank, not all weights")
    made.add_argument("--student-learning-rate", type=float, default=3e-4)
    made.add_argument("--student-batch-tokens", type=int, default=32_768)
    made.add_argument("--student-dropout", type=float, default=0.1)
    made.add_argument("--taught", type=float, default=0.8, help="how much from the teacher (0 to 1)")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--attention", choices=[PLAIN, FUSED], help="another attention than the device's usual one")
    made.add_argument("--cpu", action="store_true", help="rehearse on a CPU")
    return made


def compute_of(options: argparse.Namespace) -> Compute:
    """What the options let the run compute on. Raises TrainingError where a GPU is wanted and none is seen, since a CPU
    would spend the time for nothing."""
    chosen = choose_compute(cpu=options.cpu)
    if chosen.device == "cpu" and not options.cpu:
        raise TrainingError("No GPU is seen here: use a machine that has one, or rehearse with --cpu.")
    return replace(chosen, attention=options.attention or chosen.attention)


def main(arguments: Sequence[str] | None = None, compute: Compute | None = None) -> int:
    """Do all that is left of the run; returns the exit code."""
    options = parser().parse_args(arguments)

    def act() -> int:
        silence_transformers()
        chosen = compute or compute_of(options)
        GpuRun(options.carried, options.work, options.out, plan_of(options), chosen, usable_cores()).run()
        return 0

    return run_command(act)


if __name__ == "__main__":
    sys.exit(main())
