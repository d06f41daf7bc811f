"""What came back from a run on another machine, as the results of runs here: `quotewise train collect`."""

from __future__ import annotations

import gzip
from pathlib import Path

from index.files import replace_file
from qa.training.errors import TrainingError
from qa.training.outbound import DIFFERENCE, STUDENT, STUDENT_WEIGHTS, TEACHER, start_of, write_checkpoint
from qa.training.parts import MANIFEST, join_file


def collect(returned: Path, outbound: Path, work: Path) -> list[Path]:
    """Write the checkpoints that the files in `returned` make of the starts in `outbound`: the student's as the result
    of a run in `work`, the teacher's as that of a run in `work/teacher`. Returns the folders of the checkpoints.

    Raises TrainingError where nothing has come back.
    """
    from safetensors.torch import load_file

    found: list[Path] = []
    if (returned / (STUDENT_WEIGHTS + MANIFEST)).exists():
        weights = load_file(join_file(returned / (STUDENT_WEIGHTS + MANIFEST), work))
        found.append(write_checkpoint(outbound / STUDENT, work / "run" / "model", replaced=dict(weights)))
    packed = f"{DIFFERENCE}.gz"
    if (returned / (packed + MANIFEST)).exists():
        difference = work / TEACHER / DIFFERENCE
        replace_file(
            difference, gzip.decompress(join_file(returned / (packed + MANIFEST), work / TEACHER).read_bytes())
        )
        found.append(start_of(outbound, TEACHER, work / TEACHER / "run" / "model", difference))
    if not found:
        raise TrainingError(f"{returned} holds no result of a run: name the folder that came back.")
    return found
