"""The files in a tar file, plain or packed by gzip."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, cast

from index.errors import DocumentError
from index.formats.archives.files import ArchivedFile, check_unpacked, plain_path

GZIP = b"\x1f\x8b"
# Of what is unpacked only to get to what comes behind it. As long as the time of a few seconds.
MOST_PASSED = 2_000_000_000


class _DamagedError(Exception):
    """A header is none."""


class _Member(tarfile.TarInfo):
    """A file's header. tarfile takes a damaged one behind the first for the end of all files."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        """The header of a block."""
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise _DamagedError from error


class _Counted(io.RawIOBase):
    """A stream that ends with a DocumentError where it gives more than so many bytes."""

    def __init__(self, stream: BinaryIO, most: int, name: str) -> None:
        self._stream, self._left, self._most, self._name = stream, most, most, name

    def read(self, size: int = -1) -> bytes:
        """Some of the bytes."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            check_unpacked(self._most + 1, self._most, self._name)
        return data


def tar_files(data: bytes, name: str, wanted: Callable[[str], bool], most: int) -> list[ArchivedFile]:
    """The `wanted` files of a tar file. Raises DocumentError where they unpack to more than `most` bytes."""
    packed = data.startswith(GZIP)
    stream = cast(BinaryIO, gzip.GzipFile(fileobj=io.BytesIO(data)) if packed else io.BytesIO(data))
    found: dict[str, ArchivedFile] = {}
    unpacked = 0
    try:
        with tarfile.open(
            fileobj=cast(BinaryIO, _Counted(stream, MOST_PASSED, name)), mode="r|", tarinfo=_Member
        ) as archive:
            for member in archive:
                path = plain_path(member.name)
                if not member.isreg() or not wanted(path):
                    continue
                unpacked += member.size
                check_unpacked(unpacked, most, name)
                opened = archive.extractfile(member)
                content = opened.read() if opened else b""
                found[member.name] = ArchivedFile(path, len(content), partial(bytes, content))
                archive.members = []  # type: ignore[attr-defined]  # it keeps them all
    except (_DamagedError, tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DocumentError(f"{name} is a damaged archive, or none: pack it again.") from error
    return list(found.values())
