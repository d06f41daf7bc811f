"""What came back from a run on another machine, as the results of runs here: `quotewise train collect`."""

from __future__ import annotations

import gzip
from pathlib import Path

from index.files import replace_file, replaced_folder
from qa.training.checkpoint import WEIGHTS, copy_all_but_weights
from qa.training.errors import TrainingError
from qa.training.outbound import DIFFERENCE, ROUNDED, STUDENT, STUDENT_WEIGHTS, TEACHER, write_checkpoint
from qa.training.parts import MANIFEST, join_file
from qa.training.rounding import read_rounded

MOST_ROUNDED = 0.02  # of a matrix, by which rounding to 8 bits changes it; it is 0.006 for the larger model


def collect(returned: Path, outbound: Path, work: Path, teacher: Path, kept_start: float = 0.0) -> list[Path]:
    """Write the checkpoints that the files in `returned` make: of the student's start in `outbound` the result of a run
    in `work`, of the checkpoint `teacher`, which was carried, that of a run in `work/teacher`. `kept_start` is the
    share of its start in the student's weights, as in a Recipe. Returns the folders.

    Raises TrainingError where nothing has come back, or where another checkpoint was carried.
    """
    from safetensors.torch import load_file

    found: list[Path] = []
    if (returned / (STUDENT_WEIGHTS + MANIFEST)).exists():
        start = read_rounded(outbound / STUDENT / ROUNDED)
        trained = load_file(join_file(returned / (STUDENT_WEIGHTS + MANIFEST), work))
        weights = {name: start[name].lerp(weight.float(), 1 - kept_start) for name, weight in trained.items()}
        found.append(write_checkpoint(outbound / STUDENT, work / "run" / "model", replaced=weights))
    packed = f"{DIFFERENCE}.gz"
    if (returned / (packed + MANIFEST)).exists():
        difference = work / TEACHER / DIFFERENCE
        replace_file(
            difference, gzip.decompress(join_file(returned / (packed + MANIFEST), work / TEACHER).read_bytes())
        )
        found.append(add_difference(teacher, outbound / TEACHER, difference, work / TEACHER / "run" / "model"))
    if not found:
        raise TrainingError(f"{returned} holds no result of a run: name the folder that came back.")
    return found


def add_difference(start: Path, carried: Path, difference: Path, target: Path) -> Path:
    """Write the checkpoint `start` with what a run has learnt beyond its rounded copy in `carried` to `target`, on the
    first call. Returns it.

    What rounding changed is left out: it has no low rank, and a packed difference would hold little else. Raises
    TrainingError where the copy is of another checkpoint.
    """
    from safetensors.torch import load_file, save_file

    if target.exists():
        return target
    weights, rounded = load_file(start / WEIGHTS), read_rounded(carried / ROUNDED)
    for name, change in read_rounded(difference).items():
        before = weights.get(name, rounded[name])  # a model without a head was given one when it was carried
        if (rounded[name] - before).norm() > MOST_ROUNDED * before.norm():
            raise TrainingError(f"{start} is not the checkpoint that was carried: name that one with --start.")
        weights[name] = before + change
    with replaced_folder(target) as folder:
        copy_all_but_weights(start, folder)
        save_file({name: tensor.contiguous() for name, tensor in weights.items()}, folder / WEIGHTS, {"format": "pt"})
    return target
