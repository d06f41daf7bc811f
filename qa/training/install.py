"""The accurate reader put together on a user's machine: `python -m qa.training install`.

Of it only what was learnt beyond a public model comes with Quotewise; the model itself is fetched once.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from index.errors import ModelError
from qa import confidence
from qa.reader import SETTINGS, SHIPPED_READER, OnnxReader, reader_settings, window_maker
from qa.training import difference
from qa.training.export import export_reader

TEXT = "Ada Lovelace (1815-1852) wrote the world's first program; Zoë didn't — not yet. " * 30  # several windows


def install_reader(base: Path, source: Path, target: Path) -> None:
    """Write the reader that `base`, the public model, makes with the difference in `source` to `target`, ready to run.

    Its calibration and its settings come from `source` as well. Where this fails, `target` stays as it was.
    """
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    checkpoint, reader = unfinished / "model", unfinished / "reader"
    unfinished.mkdir(parents=True)
    try:
        difference.apply_difference(base, source / difference.FILE, checkpoint)
        export_reader(checkpoint, reader)
        for name in (confidence.FILE, SETTINGS):
            shutil.copyfile(source / name, reader / name)
        check_tokens(reader)
        shutil.rmtree(target, ignore_errors=True)
        reader.replace(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def check_tokens(reader: Path) -> None:
    """Raise ModelError where a reader that leans on the shipped one cuts text otherwise: it would read alone."""
    if not reader_settings(reader).shipped_share:
        return
    cuts = []
    for folder in (reader, SHIPPED_READER):
        windows = window_maker(folder, reader_settings(folder)).make("Who wrote it?", [TEXT])
        cuts.append([window.offsets[window.first : window.last].tolist() for window in windows])
    if cuts[0] != cuts[1]:
        raise ModelError(
            "The reader was not installed, since it cuts text otherwise than the shipped reader: install the versions "
            "of transformers and tokenizers that Quotewise names."
        )


def is_usable(reader: Path) -> bool:
    """Whether there is a reader in the folder, and none of its files is damaged."""
    try:
        OnnxReader(reader)
        confidence.read_calibration(reader)
    except ModelError:
        return False
    return True
