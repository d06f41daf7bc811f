"""Folders that are watched: who wants to know is told that something has happened there.

Where the system cannot tell, a folder is looked at every few seconds instead. The only module that imports watchfiles.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from watchfiles import watch

from index.errors import reason_of
from index.formats.endings import OPEN_ELSEWHERE

POLL_SECONDS = 10.0
TICK_SECONDS = 1.0  # after which it is seen that a folder came, went, or is to be watched no more
DEBOUNCE_SECONDS = 1.0  # in which changes are told together
# File systems on other machines, whose changes the system does not tell, and the one of virtual machines.
REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "fuse.sshfs", "fuse.rclone", "vboxsf", "drvfs", "davfs")
FAR = "{} lies on a network disk, which does not tell of changes, so it is looked at every {:.0f} seconds."
FULL = "{} cannot be watched ({}), so it is looked at every {:.0f} seconds."

Told = Callable[[str, str], None]  # a folder in which something may have happened, and why it is polled, or ""
Place = tuple[int, int] | None  # which folder lies at a path: device and inode


class Watcher:
    """Watches folders from a thread of its own until it is closed."""

    def __init__(self, told: Told, poll_seconds: float = POLL_SECONDS) -> None:
        """`told` is called from that thread, also once for each folder when it begins to be watched."""
        self._told, self._poll_seconds = told, poll_seconds
        self._lock = threading.Lock()
        self._wanted: frozenset[str] = frozenset()
        self._new = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, paths: Iterable[str]) -> None:
        """Watch these folders, and no others, from now on."""
        with self._lock:
            self._wanted = frozenset(paths)
            self._new.set()
            if self._wanted and self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Watch nothing any more."""
        self._closed.set()
        self._new.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        refused: dict[str, str] = {}  # folders that the system does not watch, and why
        while not self._closed.is_set():
            self._new.clear()
            wanted = sorted(self._wanted)
            refused = {path: why for path, why in refused.items() if path in wanted}
            places = {path: _place(path) for path in wanted}
            for path in wanted:
                if path not in refused and is_remote(path):
                    refused[path] = FAR.format(path, self._poll_seconds)
                self._told(path, refused.get(path, ""))
            watched = [path for path in wanted if path not in refused and places[path]]
            if not watched:
                self._wait(places, refused)
                continue
            try:
                self._follow(watched, places, refused)
            except (OSError, RuntimeError) as error:  # no handles are left, or the folder went away meanwhile
                why = " ".join(reason_of(error).split()).partition(" about [")[0].rstrip(".")[:120]
                refused |= {path: FULL.format(path, why, self._poll_seconds) for path in watched if _place(path)}

    def _follow(self, watched: Sequence[str], places: dict[str, Place], refused: dict[str, str]) -> None:
        """Tell of changes until other folders are wanted, or one of them is another one now."""
        ticks, begun = 0, False
        for changes in watch(
            *watched,
            watch_filter=_is_shown,
            debounce=int(DEBOUNCE_SECONDS * 1000),
            step=100,
            stop_event=self._closed,
            rust_timeout=int(TICK_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            # True would pass over all that cannot be watched, as where no handles are left, and say nothing.
            ignore_permission_denied=False,
        ):
            for path in watched:
                # First of all what happened before the system began to tell.
                if not begun or any(Path(changed).is_relative_to(path) for _, changed in changes):
                    self._told(path, "")
            begun = True
            ticks += 1
            if ticks * TICK_SECONDS >= self._poll_seconds:
                ticks = 0
                self._poll(refused)
            if self._new.is_set() or any(_place(path) != place for path, place in places.items()):
                return

    def _wait(self, places: dict[str, Place], refused: dict[str, str]) -> None:
        """Look at the folders that are not watched, until other ones are wanted or one of them is another one now."""
        waited = 0.0
        while not self._new.wait(TICK_SECONDS) and all(_place(path) == place for path, place in places.items()):
            waited += TICK_SECONDS
            if waited >= self._poll_seconds:
                waited = 0.0
                self._poll(refused)

    def _poll(self, refused: dict[str, str]) -> None:
        for path, why in refused.items():
            self._told(path, why)


def _is_shown(_change: object, path: str) -> bool:
    """Whether a change is none of a hidden file, or of what is beside a file that is being written."""
    return not Path(path).name.startswith((".", *OPEN_ELSEWHERE))


def _place(path: str) -> Place:
    """Which folder lies at the path; None where none does."""
    try:
        facts = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (facts.st_dev, facts.st_ino) if stat.S_ISDIR(facts.st_mode) else None


def is_remote(path: str) -> bool:
    """Whether a path lies on a disk of another machine, as far as the system tells."""
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    kinds = {fields[1].replace("\\040", " "): fields[2] for line in mounts if len(fields := line.split(" ")) > 2}
    above = [str(one) for one in (Path(path), *Path(path).parents)]
    kind = next((kinds[one] for one in above if one in kinds), "")
    return kind.startswith(REMOTE)
