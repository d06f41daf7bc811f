"""The accurate reader put together on a user's machine: `python -m qa.training install`.

Of it only what was learnt beyond a public model comes with Quotewise; the model itself is fetched once.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from qa import confidence
from qa.reader import SETTINGS
from qa.training import difference
from qa.training.export import export_reader


def install_reader(base: Path, source: Path, target: Path) -> None:
    """Write the reader that `base`, the public model, makes with the difference in `source` to `target`, ready to run.

    Its calibration and its settings come from `source` as well. Nothing is left at `target` where this fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        checkpoint, reader = Path(scratch) / "model", Path(scratch) / "reader"
        difference.apply_difference(base, source / difference.FILE, checkpoint)
        export_reader(checkpoint, reader)
        for name in (confidence.FILE, SETTINGS):
            shutil.copyfile(source / name, reader / name)
        reader.replace(target)
