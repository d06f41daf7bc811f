"""The folders that copies lie in, among the temporary files. A process that is killed leaves its own: the next one that
makes a copy takes that away."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from index.errors import CollectionError, reason_of
from index.locks import take_lock

PREFIX = "quotewise-copy-"
LOCK = "in_use.lock"  # held by the process whose copy it is


class CopyFolder:
    """A new folder at `path` for the database `database` of a copy, which is this process's as long as it lives. Raises
    CollectionError where it cannot be made."""

    def __init__(self, database: str) -> None:
        _clear_left(database)
        try:
            self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        except OSError as error:
            raise _unusable(reason_of(error)) from error
        self.path = Path(self._folder.name)
        lock = take_lock(self.path / LOCK)
        if lock is None:
            self._folder.cleanup()
            raise _unusable("nothing can be locked there")
        self._lock = lock

    def delete(self) -> None:
        """Delete it with all that is in it."""
        self._lock.release()  # first: Windows deletes no open file
        self._folder.cleanup()


def _unusable(why: str) -> CollectionError:
    return CollectionError(
        f"No copy can be made among the temporary files in {tempfile.gettempdir()} ({why}): name another folder with "
        "TMPDIR."
    )


def _clear_left(database: str) -> None:
    """Delete this person's copies whose processes have ended. Each takes its lock before it makes its database, so that
    one with a database and a free lock is nobody's."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
                continue
            if (folder / database).exists() and (lock := take_lock(folder / LOCK, create=False)):
                lock.release()
                shutil.rmtree(folder, ignore_errors=True)
