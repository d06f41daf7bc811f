"""Locks between processes that end with the process that holds them, on every system: those of SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class HeldLock:
    """A lock that this process holds until it is released, or the process ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def release(self) -> None:
        """Let others have it."""
        self._connection.close()


def take_lock(path: Path, wait: float = 0.0, *, create: bool = True) -> HeldLock | None:
    """The lock of the file at `path`, which is made unless `create` is False; None where another one holds it, also of
    this process, for so many seconds, or it cannot be had."""
    address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = None
    try:
        connection = sqlite3.connect(address, wait, isolation_level=None, check_same_thread=False, uri=True)
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError:
        if connection:
            connection.close()
        return None
    return HeldLock(connection)
