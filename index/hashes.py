"""Whether the files of a model are those that were written: a flipped bit in weights changes answers without a word."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from index.errors import ModelError
from index.files import file_sha256, home, repair_advice, replace_file

TRUSTED_SECONDS = 86_400  # for which files that were not touched are not hashed again
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
    """Compares files with their hashes while they are loaded. What was compared within the last day and was not touched
    since is not hashed again: that took 100 ms of the encoder's start, and of the reader's 60."""

    def __init__(self, folder: Path, expected: Mapping[str, str]) -> None:
        """Begin with the files in the folder that are named in `expected`, with the SHA-256 of each."""
        self._folder, self._expected = folder, expected
        self._damaged: list[str] = []
        self._state = json.dumps([dict(expected), {name: _stamp(folder / name) for name in expected}])
        self._thread = None if self._was_compared() else Thread(target=self._compare, daemon=True)
        if self._thread:
            self._thread.start()

    def _was_compared(self) -> bool:
        note = _note(self._folder)
        try:
            return 0 <= time.time() - note.stat().st_mtime < TRUSTED_SECONDS and note.read_text("utf-8") == self._state
        except (OSError, ValueError):
            return False

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
        if self._thread is None:
            return
        self._thread.join()
        if self._damaged:
            path = self._folder / self._damaged[0]
            raise ModelError(f"The model file {path} is missing or damaged: {repair_advice(self._folder)}.")
        note = _note(self._folder)
        with suppress(OSError):  # then it is compared again the next time
            note.parent.mkdir(parents=True, exist_ok=True)
            replace_file(note, self._state)


def compare_again(folder: Path) -> None:
    """Let the files in the folder be hashed when they are loaded the next time."""
    with suppress(OSError):
        _note(folder).unlink(missing_ok=True)


def _note(folder: Path) -> Path:
    """Where it is noted which files of the model in the folder were compared."""
    return home() / "compared" / f"{hashlib.sha256(str(folder).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.json"


def _stamp(path: Path) -> list[int]:
    """What tells that a file was not touched."""
    try:
        facts = path.stat()
    except OSError:
        return []
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino]
