"""Where Quotewise keeps what it makes, what tells one file from another, and how anything is written in one step.

Whatever another process may read is written beside its place and moved there whole, so that a crash leaves the earlier
file or the new one.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import HomeError, reason_of

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of renameat2 in Linux: paths are from the working directory; exchange both
UPLOADS = "uploads"  # the folder inside a collection that keeps uploaded files, so that citations can point to them
ABANDONED_SECONDS = 86_400  # after which a half-written file or folder is what a killed process left


def home() -> Path:
    """The folder for collections and exported models: $QUOTEWISE_HOME, else the platform's place for user data."""
    given = os.environ.get("QUOTEWISE_HOME")
    try:
        return Path(given).expanduser() if given else _usual_home()
    except RuntimeError as error:  # no such user
        raise HomeError(
            f"QUOTEWISE_HOME={given} is no folder ({error}): set it to one that you can write to."
        ) from error


def _usual_home() -> Path:
    from platformdirs import user_data_path  # not at the top: a machine that only trains does without it

    return user_data_path("quotewise", appauthor=False)


def prepared_folder(kind: str, name: str) -> Path:
    """Where the export of the model of this name or folder lies. A local folder that has changed gets another place."""
    path = Path(name)
    key = name
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        stamps = [(str(f.relative_to(path)), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
        key = json.dumps([str(path.resolve()), stamps])
    slug = "".join(c if c.isalnum() or c in "-_." else "-" for c in path.name)[:40]
    return home() / kind / f"{slug}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_file(path: Path, content: bytes | str) -> None:
    """Write `content` (text as UTF-8) to `path`, in place of what was there. Raises OSError."""
    with replaced_file(path) as temporary:
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """A path beside `path` to write a file to, which takes the place of `path` at the end. Raises OSError."""
    temporary = _beside(path)
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def placed_file(path: Path) -> Iterator[Path]:
    """A path beside `path` to write a new file to, which is put at `path` at the end unless another process has put one
    there meanwhile. Raises OSError."""
    temporary = _beside(path)
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def move_into_place(new: Path, path: Path) -> None:
    """Put a whole file of the same disk in place of what is at `path`. Raises OSError."""
    with open(new, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(new, path)


@contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path` that is gone at the end. Raises OSError."""
    temporary = _beside(path)
    temporary.mkdir()
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` to fill, which takes the place of `folder` at the end.

    Raises OSError, or HomeError where Quotewise's own folder cannot be written to.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = _beside(folder)
        temporary.mkdir()
    except OSError as error:
        if not folder.is_relative_to(home()):
            raise
        raise HomeError(
            f"{folder.parent} cannot be written to ({reason_of(error)}): name another folder with QUOTEWISE_HOME."
        ) from error
    try:
        yield temporary
        _move(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move(temporary: Path, folder: Path) -> None:
    """Put the folder in its place; what is there, perhaps of another process that was first, gives way. Where two
    folders can be exchanged, there is one at every moment."""
    if folder.is_dir() and _exchange(temporary, folder):
        return
    for attempt in range(3):
        earlier = _beside(folder)
        try:
            with suppress(FileNotFoundError):
                os.replace(folder, earlier)
            os.replace(temporary, folder)
            return
        except OSError:
            if attempt == 2:
                raise
        finally:
            shutil.rmtree(earlier, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; whether the system can."""
    if sys.platform != "linux":
        return False
    try:
        exchange = ctypes.CDLL(None).renameat2
    except AttributeError:
        return False
    return bool(exchange(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)


def _beside(path: Path) -> Path:
    """A new name beside `path`; what killed processes left there under such names is taken away."""
    clear_abandoned(path.parent)
    return path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")


def clear_abandoned(folder: Path, pattern: str = ".*.tmp") -> None:
    """Take away what killed processes left in the folder under names like those of `_beside`; what is so young that its
    process may still be at it stays."""
    with suppress(OSError):
        for left in folder.glob(pattern):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()


def repair_advice(folder: Path) -> str:
    """What to do about damaged files of a model in this folder: what Quotewise made itself, it can make again."""
    if folder.resolve().is_relative_to(home().resolve()):
        return "delete that folder and run again"
    if folder.resolve().is_relative_to(Path(__file__).parent.parent.resolve()):
        return "install Quotewise again"
    return "put its files there again"
