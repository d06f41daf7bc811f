"""Signs of life: what a worker tells its parent while it does what takes long, so that it is not taken for stuck, and
somebody who waits sees how far it is."""

from __future__ import annotations

from collections.abc import Callable

PagesTold = Callable[[int, int], None]  # pages that are done, and all there are

_tell: PagesTold | None = None


def tell_by(tell: PagesTold | None) -> None:
    """What `alive` calls from now on; None: nothing."""
    global _tell
    _tell = tell


def alive(done: int, total: int) -> None:
    """So many pages of all are done. From now on, as much time is granted as at the beginning. Outside of a worker,
    nobody is told."""
    if _tell is not None:
        _tell(done, total)
