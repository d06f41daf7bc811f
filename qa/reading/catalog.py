"""Which readers there are, and where: from a name or a folder to a reader that is ready to run."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.child import run_in_child
from index.errors import ModelError
from index.files import home, prepared_folder
from index.model_names import is_downloaded, local_folder, unknown_model
from qa.reading.reader import MODEL, SHIPPED_READER, OnnxReader

ACCURATE = "accurate"  # the name of a larger, slower reader that a command of its own installs
ACCURATE_SOURCE = SHIPPED_READER.with_name(ACCURATE)  # what of it comes with Quotewise: all but the public model
WHAT_COUNTS = (".json", ".safetensors")  # endings of the files in ACCURATE_SOURCE that make the reader


def open_reader(name: str | Path | None = None, *, download: bool = False) -> OnnxReader:
    """The reader of this name or folder; see `reader_folder`."""
    return OnnxReader(reader_folder(name, download=download))


def reader_folder(name: str | Path | None, *, download: bool = False) -> Path:
    """The folder that holds the named reader ready to run.

    None is the shipped one, ACCURATE the larger one, once installed; a folder with `model.onnx` is used as it is;
    the name or folder of any transformers question-answering checkpoint is exported on first use, after which
    questions need no torch. Raises ModelError for what is not on this machine, unless `download` lets a model hub be
    asked for it.
    """
    if name is None:
        return SHIPPED_READER
    if name == ACCURATE:
        return _installed_accurate()
    local = local_folder(name)
    if local and (Path(local) / MODEL).exists():
        return Path(local)
    checkpoint = local or str(name)
    folder = prepared_folder("readers", checkpoint)
    if not (folder / MODEL).exists():
        if not (local or download or is_downloaded(checkpoint)):
            raise ModelError(unknown_model("reader", checkpoint, [ACCURATE]))
        run_in_child("qa.reading.export:export_checkpoint", checkpoint, str(folder), "download" if download else "")
    return folder


def accurate_folder() -> Path:
    """Where the accurate reader is installed: another place for each version of it."""
    parts = [path.read_bytes() for path in sorted(ACCURATE_SOURCE.iterdir()) if path.suffix in WHAT_COUNTS]
    return home() / "readers" / f"{ACCURATE}-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def _installed_accurate() -> Path:
    folder = accurate_folder()
    if not folder.exists():
        raise ModelError("The accurate reader is not installed: run `quotewise install accurate` once.")
    return folder
