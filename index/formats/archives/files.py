"""The files in a zip: their names, and their bytes when they are wanted."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from index.errors import DocumentError
from index.formats.endings import OPEN_ELSEWHERE, PACKAGES

PIECE_BYTES = 1 << 20  # that are inflated at a time
ENCRYPTED, UTF_8 = 0x1, 0x800  # bits of an entry's flags
UNICODE_PATH = 0x7075  # of an extra field: the name in UTF-8, beside one in an encoding that is not told
SYSTEM_PARTS = frozenset(("__MACOSX",)) | PACKAGES  # of paths; what lies below is no file of a person's


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file in an archive: its path there, its bytes by number, and what gives them, which may raise anything."""

    path: str
    size: int
    read: Callable[[], bytes]


def zip_files(data: bytes, name: str, wanted: Callable[[str], bool], most: int) -> list[ArchivedFile]:
    """The `wanted` files of a zip. Raises DocumentError where they unpack to more than `most` bytes, or all have a
    password."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir() and not _is_link(entry)}
    named = [(path, entry) for entry in entries.values() if wanted(path := plain_path(_name(entry)))]
    if named and all(entry.flag_bits & ENCRYPTED for _, entry in named):
        raise DocumentError(f"{name} has a password: unpack it and add what you want to ask.")
    check_unpacked(sum(entry.file_size for _, entry in named), most, name)
    return [
        ArchivedFile(path, entry.file_size, partial(_read, archive, entry, f"{name}/{path}")) for path, entry in named
    ]


def check_unpacked(size: int, most: int, name: str) -> None:
    """Raise DocumentError where an archive unpacks to more than `most` bytes."""
    if size > most:
        raise DocumentError(
            f"{name} unpacks to {size:,} bytes or more and is refused as unsafe: unpack it and add what you want to "
            "ask."
        )


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, called: str) -> bytes:
    """The bytes of an entry, no more than it states."""
    if entry.flag_bits & ENCRYPTED:
        raise DocumentError(f"{called} has a password: unpack it and add it without one.")
    # Hardly any zip is packed otherwise. What is, is inflated at once, whatever size is stated: 4.6 MB to 2 GB.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DocumentError(f"{called} is packed in a way that is not known: unpack it and add it by itself.")
    try:
        with archive.open(entry) as opened:
            return b"".join(iter(lambda: opened.read(PIECE_BYTES), b""))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise DocumentError(f"{called} is damaged in its archive: pack it again.") from error


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry. One that is not told to be UTF-8 often is, and is taken for cp437 by zipfile."""
    if entry.flag_bits & UTF_8 or entry.orig_filename.isascii():
        return entry.filename
    stated = _unicode_path(entry.extra)
    if stated:
        return stated
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _unicode_path(extra: bytes) -> str:
    """The name in UTF-8 that some programs add; "" where there is none."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == UNICODE_PATH and size > 5:  # a version and a checksum come first
            return extra[9 : 4 + size].decode("utf-8", "ignore")
        extra = extra[4 + size :]
    return ""


def plain_path(name: str) -> str:
    """A path that leads nowhere but down, with slashes, without control characters: a name and no more."""
    parts = ("".join(c for c in part if c.isprintable()).strip() for part in name.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def is_passed_over(path: str) -> bool:
    """Whether a file is hidden or one of a system's own."""
    *folders, file = path.split("/")
    hidden = any(part.startswith(".") or part in SYSTEM_PARTS for part in (*folders, file))
    return hidden or file.startswith(OPEN_ELSEWHERE)
