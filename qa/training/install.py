"""The accurate reader put together on a user's machine: `quotewise install accurate`.

Of it only what was learnt beyond a public model comes with Quotewise; the model itself is fetched once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from index.errors import ModelError
from index.files import replaced_folder, temporary_folder
from qa.confidence import CALIBRATION_FILE
from qa.reading.catalog import ACCURATE, ACCURATE_SOURCE, BALANCED, FAST, accurate_folder
from qa.reading.reader import SETTINGS, SHIPPED_READER, OnnxReader, reader_settings, window_maker, write_settings
from qa.training.checkpoint import CONFIG, made_once, silence_transformers
from qa.training.difference import DIFFERENCE_FILE, apply_difference
from qa.training.fetch import LARGER, fetch_larger
from qa.training.int8_export import WIDE, export_reader

SAMPLE_TEXT = "Ada Lovelace (1815-1852) wrote the world's first program; Zoë didn't — not yet. " * 30  # several windows


def install_accurate(start: Path | None = None) -> int:
    """Set up the accurate reader, print where it lies, and return the exit code 0.

    `start` is the larger model, where it has been fetched already.
    """
    silence_transformers()
    target = accurate_folder()
    install_once(target, ACCURATE_SOURCE, fetch_larger, start)
    print(
        f"The accurate reader is ready ({target}). Questions that the fast one leaves open are now read by both "
        f"(--reader {BALANCED}, the usual one); --reader {FAST} and --reader {ACCURATE} name one of them."
    )
    return 0


def install_once(target: Path, source: Path, fetch: Callable[[Path], None], start: Path | None = None) -> None:
    """Write the reader of `source` to `target`, unless it is there, usable and as it is written now.

    `fetch` writes the public model to a folder, where `start` does not name it. A fetched model is kept beside `target`
    until the reader is ready, so that what was interrupted goes on.
    """
    fetched = target.with_name(f"{ACCURATE}-fetched")
    if not is_usable(target) or is_outdated(target):
        install_reader(start or made_once(fetched / LARGER, fetch), source, target)
    shutil.rmtree(fetched, ignore_errors=True)  # also what was left by one that was ended between the two


def install_reader(base: Path, source: Path, target: Path) -> None:
    """Write the reader that `base`, the public model, makes with the difference in `source` to `target`, ready to run.

    Its calibration and its settings come from `source` as well. Where this fails, `target` stays as it was.
    """
    # What a killed process leaves of either is taken away by a later one.
    with replaced_folder(target) as reader, temporary_folder(target) as scratch:
        checkpoint = scratch / "model"
        apply_difference(base, source / DIFFERENCE_FILE, checkpoint)
        export_reader(checkpoint, reader)
        weight_only = reader_settings(reader).weight_only  # which the export decides
        for name in (CALIBRATION_FILE, SETTINGS):
            shutil.copyfile(source / name, reader / name)
        write_settings(replace(reader_settings(reader), weight_only=weight_only), reader)
        check_tokens(reader)


def check_tokens(reader: Path) -> None:
    """Raise ModelError where a reader in which the shipped one has a share cuts text otherwise: it would read alone."""
    if not reader_settings(reader).shipped_share:
        return
    cuts = []
    for folder in (reader, SHIPPED_READER):
        windows = window_maker(folder, reader_settings(folder)).make("Who wrote it?", [SAMPLE_TEXT])
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
    except ModelError:
        return False
    return True


def is_outdated(reader: Path) -> bool:
    """Whether an earlier release wrote the usable reader in the folder, in a form that is slower to compute. Such a one
    goes on answering until it is installed once more."""
    width: int = json.loads((reader / CONFIG).read_text("utf-8")).get("hidden_size", 0)
    return width >= WIDE and not reader_settings(reader).weight_only
