"""Which readers there are, and where: from a name or a folder to a reader that is ready to run."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from index.child import run_in_child
from index.errors import ModelError
from index.files import home, prepared_folder
from index.model_names import is_downloaded, local_folder, unknown_model
from qa.reading.balanced import Balanced, open_balanced
from qa.reading.reader import MODEL, SHIPPED_READER, OnnxReader, Reader

FAST = "fast"  # the name of the shipped reader
ACCURATE = "accurate"  # of a larger, slower one that a command of its own installs
BALANCED = "balanced"  # of both: the larger one reads what the shipped one leaves open
ACCURATE_SOURCE = SHIPPED_READER.with_name(ACCURATE)  # what of it comes with Quotewise: all but the public model
WHAT_COUNTS = (".json", ".safetensors")  # endings of the files in ACCURATE_SOURCE that make the reader
END_BYTES = 65_536  # of a file, which tell its version: all of them would take a question's first call 20 ms


def open_reader(name: str | Path | None = None, *, download: bool = False) -> Reader | Balanced:
    """The reader of this name or folder, see `reader_folder`; BALANCED names both readers. None is BALANCED where the
    accurate reader is installed, else the shipped one."""
    name = usual_reader() if name is None else name
    if name == BALANCED:
        return open_balanced(reader_folder(ACCURATE))
    return OnnxReader(reader_folder(name, download=download))


def usual_reader() -> str:
    """The name of the reader that answers where none is named."""
    return BALANCED if accurate_folder().exists() else FAST


def reader_folder(name: str | Path | None, *, download: bool = False) -> Path:
    """The folder that holds the named reader ready to run.

    None or FAST is the shipped one, ACCURATE the larger one, once installed. A folder with `model.onnx` is used as it
    is, and any transformers question-answering checkpoint, by name or folder, is exported on first use, after which
    questions need no torch. Raises ModelError for what is not on this machine, unless `download` lets a model hub be
    asked for it.
    """
    if name is None or name == FAST:
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
            raise ModelError(unknown_model("reader", checkpoint, [FAST, BALANCED, ACCURATE]))
        run_in_child("qa.reading.export:export_checkpoint", checkpoint, str(folder), "download" if download else "")
    return folder


def reads_english_only(reader: Reader) -> bool:
    """Whether the reader is known to read no other language than English, as those of Quotewise; what one that a person
    brings can read is not known."""
    return isinstance(reader, OnnxReader) and reader.folder in (SHIPPED_READER, accurate_folder())


def accurate_folder() -> Path:
    """Where the accurate reader is installed: another place for each version of it."""
    return home() / "readers" / f"{ACCURATE}-{_version(ACCURATE_SOURCE)}"


@lru_cache(maxsize=4)  # each call of `ask` wants to know, and the files come with the program
def _version(source: Path) -> str:
    """What differs between versions of the reader in the folder."""
    digest = hashlib.sha256()
    for path in sorted(source.iterdir()):
        if path.suffix in WHAT_COUNTS:
            with open(path, "rb") as file:
                file.seek(-min(END_BYTES, path.stat().st_size), os.SEEK_END)
                digest.update(file.read())
    return digest.hexdigest()[:12]


def _installed_accurate() -> Path:
    folder = accurate_folder()
    if not folder.exists():
        raise ModelError("The accurate reader is not installed: run `quotewise install accurate` once.")
    return folder
