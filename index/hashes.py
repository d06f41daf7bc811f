"""Whether the files of a model are those that were written: a flipped bit in weights changes answers without a word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Thread

from index.errors import ModelError
from index.files import file_sha256, repair_advice

HASHES = "hashes.json"  # the file in a model's folder that has the SHA-256 of others by name


def write_hashes(folder: Path, names: Iterable[str]) -> None:
    """Keep the SHA-256 of these files of a model beside them."""
    hashes = {name: file_sha256(folder / name) for name in names}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1), "utf-8")


def stated_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of files in the folder by name, as they were kept; none where they were not. Raises ModelError."""
    path = folder / HASHES
    try:
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return {str(name): str(sha256) for name, sha256 in kept.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(f"{path} is damaged: {repair_advice(folder)}.") from error


class HashCheck:
    """Compares files with their hashes while they are loaded, which takes longer: to hash the encoder alone would delay
    every command by a tenth of a second."""

    def __init__(self, folder: Path, expected: Mapping[str, str]) -> None:
        """Begin with the files in the folder that are named in `expected`, with the SHA-256 of each."""
        self._folder, self._expected = folder, expected
        self._damaged: list[str] = []
        self._thread = Thread(target=self._compare, daemon=True)
        self._thread.start()

    def _compare(self) -> None:
        for name, sha256 in self._expected.items():
            try:
                found = file_sha256(self._folder / name)
            except OSError:
                found = ""
            if found != sha256:
                self._damaged.append(name)

    def finish(self) -> None:
        """Wait for the end. Raises ModelError where a file is not the one that was written."""
        self._thread.join()
        if self._damaged:
            path = self._folder / self._damaged[0]
            raise ModelError(f"The model file {path} is missing or damaged: {repair_advice(self._folder)}.")
