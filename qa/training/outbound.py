"""What a run on another machine needs, in one file that is cut into parts: `quotewise train carry`.

Beside the examples these are the weights to start from, rounded to 8 bits (qa.training.rounding). Training starts from
the weights so rounded, and what comes back is put upon the same.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.files import replaced_folder
from qa.training.checkpoint import WEIGHTS, copy_all_but_weights
from qa.training.examples import read_examples, write_example_file
from qa.training.parts import MANIFEST, join_file, split_file
from qa.training.rounding import read_rounded, write_rounded

ROUNDED = "rounded.safetensors"  # the weights of a start
TEACHER, STUDENT = "teacher", "student"  # folders of the starts, and of the runs
EXAMPLES, HELD_BACK = "examples.jsonl.xz", "held-back.jsonl.xz"
DIFFERENCE = "teacher.difference"  # what a teacher has learnt, in 4 bits; carried where it is not to be trained again
STUDENT_WEIGHTS = "student.safetensors"  # the student's trained weights, in half precision
ARCHIVE = "outbound.tar.gz"
START_BITS = 8


def write_outbound(
    target: Path, examples: Path, held_back: Path, teacher: Path, student: Path, known_teacher: Path | None = None
) -> None:
    """Write to the folder `target` what a run needs: examples, and the checkpoints of `teacher` and `student`. A head
    that one of these lacks is made from a fixed seed."""
    import torch

    from qa.training.model import load_model

    with replaced_folder(target) as folder:
        for source, name in ((examples, EXAMPLES), (held_back, HELD_BACK)):  # what is alike stands together
            write_example_file(folder / name, sorted(read_examples(source), key=lambda example: int(example.group)))
        for name, start in ((TEACHER, teacher), (STUDENT, student)):
            (folder / name).mkdir()
            copy_all_but_weights(start, folder / name)
            torch.manual_seed(0)
            write_rounded({START_BITS: load_model(start).state_dict()}, folder / name / ROUNDED)
        if known_teacher:
            shutil.copyfile(known_teacher, folder / DIFFERENCE)


def write_loads(outbound: Path, target: Path, load_bytes: int) -> list[Path]:
    """Cut the folder `outbound` into parts of at most `load_bytes`, each in a folder of its own, which are returned."""
    with replaced_folder(target) as folder:
        archive = folder / ARCHIVE
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            tar.add(outbound, arcname=".")
        *parts, listed = split_file(archive, folder, load_bytes)
        archive.unlink()
        for number, part in enumerate(parts, 1):
            (folder / f"load-{number}").mkdir()
            part.rename(folder / f"load-{number}" / part.name)
        listed.rename(folder / f"load-{len(parts)}" / listed.name)
    return [target / f"load-{number}" for number in range(1, len(parts) + 1)]


def unpack_outbound(carried: Path, target: Path) -> Path:
    """Put the parts in the folder `carried` together as the folder `target`, on the first call. Returns it."""
    if not target.exists():
        archive = join_file(carried / (ARCHIVE + MANIFEST), carried)
        with replaced_folder(target) as folder, tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        archive.unlink()
    return target


def start_of(outbound: Path, name: str, target: Path, difference: Path | None = None) -> Path:
    """Write the checkpoint that training starts from (TEACHER or STUDENT) to `target`, on the first call; with a run's
    `difference` upon it, what that run ended with. Returns the folder."""
    changes = read_rounded(difference) if difference else {}
    return write_checkpoint(outbound / name, target, added=changes)


def write_checkpoint(
    start: Path, target: Path, *, added: Mapping[str, Any] | None = None, replaced: Mapping[str, Any] | None = None
) -> Path:
    """Write a rounded start as a float32 checkpoint, with some tensors added to its own or in place of them."""
    from safetensors.torch import save_file

    if target.exists():
        return target
    weights = read_rounded(start / ROUNDED)
    for name, change in (added or {}).items():
        weights[name] = weights[name] + change
    for name, tensor in (replaced or {}).items():
        weights[name] = tensor.float()
    with replaced_folder(target) as folder:
        copy_all_but_weights(start, folder)
        save_file({name: tensor.contiguous() for name, tensor in weights.items()}, folder / WEIGHTS, {"format": "pt"})
    return target


def with_sizes(folders: Sequence[Path]) -> str:
    """The folders with their sizes, one a line."""
    return "\n".join(f"{path}: {sum(f.stat().st_size for f in path.iterdir()):,} bytes" for path in folders)
