"""Files that lie at another place than when they were quoted, found by their content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from index.errors import DocumentError
from index.files import file_sha256
from index.formats import FORMATS
from index.formats.endings import ending_of
from index.loaders import resolve_path

# In one folder and all below it: names that are looked at, and files that are hashed. Together they take some seconds,
# also where a file lay in a folder with everything that a person has.
MOST_NAMES = 50_000
MOST_HASHED = 2_000


class FilesByContent:
    """Finds files by their SHA-256. What lies in a folder is hashed once, when it is first looked for there."""

    def __init__(self, look_in: str | Path | None = None) -> None:
        """`look_in` is a folder to look in as well. Raises DocumentError where it is none."""
        self._look_in = None if look_in is None else resolve_path(look_in)
        if self._look_in is not None and not self._look_in.is_dir():
            raise DocumentError(f"There is no folder {self._look_in}: check the spelling of the path.")
        self._known: dict[Path, dict[str, Path]] = {}

    def find(self, sha256: str, beside: str) -> Path | None:
        """The first file of this content in the folder of the path `beside`, or below it, or in `look_in`; or None."""
        own = Path(beside).parent
        folders = [folder for folder in (own if own.is_absolute() else None, self._look_in) if folder]
        return next((self._below(folder)[sha256] for folder in folders if sha256 in self._below(folder)), None)

    def _below(self, folder: Path) -> dict[str, Path]:
        if folder not in self._known:
            known: dict[str, Path] = {}
            for path in islice(_documents_below(folder), MOST_HASHED):
                try:
                    known.setdefault(file_sha256(path), path)
                except OSError:  # gone meanwhile, or not ours to read
                    continue
            self._known[folder] = known
        return self._known[folder]


def _documents_below(folder: Path) -> Iterator[Path]:
    """The files of kinds that can be read, those of the folder itself first; no hidden ones, and no links."""
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and ending_of(path) in FORMATS and not path.is_symlink():
                yield path
        seen += len(folders) + len(names)
        if seen > MOST_NAMES:
            return
