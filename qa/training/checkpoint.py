"""The files of a transformers checkpoint. Nothing here imports torch by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from index.files import replaced_folder

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
TOKENIZER_FILES = (TOKENIZER, "tokenizer_config.json")


def copy_tokenizer(source: Path, target: Path) -> None:
    """Copy a checkpoint's tokenizer to another checkpoint."""
    for name in TOKENIZER_FILES:
        shutil.copyfile(source / name, target / name)


def copy_all_but_weights(source: Path, target: Path) -> None:
    """Copy a checkpoint's configuration and tokenizer to another checkpoint."""
    shutil.copyfile(source / CONFIG, target / CONFIG)
    copy_tokenizer(source, target)


def made_once(folder: Path, write: Callable[[Path], None]) -> Path:
    """Returns the folder, which `write` fills on the first call."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replaced_folder(folder) as temporary:
            write(temporary)
    return folder


def silence_transformers() -> None:
    """Keep transformers' progress bars and reports on what a checkpoint lacks away from a command's own lines."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
