"""Archives: the text of the readable files inside, each under a heading with its path there.

Nothing is ever written to disk, so a path inside is only a name. What is hidden, what systems keep for themselves, what
is empty and what is of a kind that cannot be read is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from index.changes import RejectedFile
from index.errors import DocumentError
from index.formats import FORMATS, is_read_unasked
from index.formats.archives.files import ArchivedFile, is_passed_over, zip_files
from index.formats.archives.tar import tar_files
from index.formats.endings import ending_of
from index.formats.extract import Extract, TextBuilder
from index.formats.joining import append_extract
from index.records import BlockKind

# Of all files inside that are read, and of those in archives inside. Beyond these it is an attack or an accident.
LARGEST_UNPACKED, LARGEST_RATIO, MOST_FILES = 200_000_000, 100, 10_000
SMALLEST_PACKED = 10_000  # bytes; a smaller archive may unpack to as much as one of so many
DEEPEST = 2  # archives in one another
UNPACK = "unpack it and add what you want to ask"


@dataclass(slots=True)
class _Budget:
    """How many bytes the archive that is being read may still unpack, and in how many archives it lies."""

    left: int
    depth: int


_reading: ContextVar[_Budget | None] = ContextVar("archive that is being read", default=None)


def extract_zip(data: bytes, name: str) -> Extract:
    """The text of the files inside that would be read in a folder as well, in the order of their names.

    Raises DocumentError where none of them can be read, or they unpack to too much.
    """
    return _extract(data, name, zip_files)


def extract_tar(data: bytes, name: str) -> Extract:
    """As `extract_zip`, of a tar file, which may be packed by gzip."""
    return _extract(data, name, tar_files)


FilesOf = Callable[[bytes, str, Callable[[str], bool], int], list[ArchivedFile]]


def _extract(data: bytes, name: str, files_of: FilesOf) -> Extract:
    with _budget(len(data), name) as budget:
        try:
            files = files_of(
                data, name, lambda path: not is_passed_over(path) and is_read_unasked(ending_of(path)), budget.left
            )
        except (DocumentError, MemoryError):
            raise
        except Exception as error:  # zipfile, tarfile and zlib raise many kinds on damaged files
            raise DocumentError(f"{name} is not a readable archive: pack it again, or {UNPACK}.") from error
        budget.left -= sum(file.size for file in files)
        if len(files) > MOST_FILES:
            raise DocumentError(f"{name} holds {len(files):,} files, above the limit of {MOST_FILES:,}: {UNPACK}.")
        return _joined(sorted(files, key=_natural), name)


@contextmanager
def _budget(size: int, name: str) -> Iterator[_Budget]:
    outer = _reading.get()
    depth = outer.depth + 1 if outer else 1
    if depth > DEEPEST:
        raise DocumentError(f"{name} is packed in too many archives: {UNPACK}.")
    most = LARGEST_RATIO * max(size, SMALLEST_PACKED)
    budget = _Budget(min(most, outer.left if outer else LARGEST_UNPACKED), depth)
    before = budget.left
    token = _reading.set(budget)
    try:
        yield budget
    finally:
        _reading.reset(token)
        if outer:
            outer.left -= before - budget.left


def _joined(files: Sequence[ArchivedFile], name: str) -> Extract:
    builder, left_out = TextBuilder(), list[RejectedFile]()
    any_text = False
    for file in files:
        called = f"{name}/{file.path}"
        try:
            data = file.read()
            if not data.strip():  # nothing is lost
                continue
            extract = FORMATS[ending_of(file.path)].extract(data, called)
            if not extract.text.strip():
                raise DocumentError(f"{called} holds no text: there is nothing to quote from.")
        except DocumentError as error:
            left_out.append(RejectedFile(file.path, str(error)))
        except MemoryError:
            raise
        except Exception as error:  # of whatever library reads the format
            why = f"{called} cannot be read ({type(error).__name__}): open it where it comes from and save it again."
            left_out.append(RejectedFile(file.path, why))
        else:
            any_text = True
            _append(builder, file.path, extract)
            left_out += _left_out_of(file.path, called, extract)
    if not any_text:
        why = left_out[0].reason if left_out else f"{name} holds no file of a kind that can be read: {UNPACK}."
        raise DocumentError(why)
    return replace(builder.build(), left_out=tuple(left_out))


def _append(builder: TextBuilder, path: str, extract: Extract) -> None:
    """Add a file under its path. A title that stands in its text is the heading above its others."""
    builder.begin_part(path)
    builder.add(BlockKind.HEADING, path, level=1)
    titled = any(block.kind is BlockKind.TITLE for block in extract.blocks)
    append_extract(builder, extract, lowered=2 if titled else 1, locator_prefix=path)


def _left_out_of(path: str, called: str, extract: Extract) -> Iterator[RejectedFile]:
    """What of a file that was read could not be."""
    yield from (RejectedFile(f"{path}/{one.source}", one.reason) for one in extract.left_out)
    if extract.unreadable:
        pages = f"{len(extract.unreadable):,} of its {len(extract.page_starts):,} pages"
        why = f"{called} has no readable text on {pages}: run it through OCR (for example ocrmypdf) and add the result."
        yield RejectedFile(path, why)


def _natural(file: ArchivedFile) -> tuple[list[tuple[int, str]], str]:
    """The order of names in which "chapter 2" comes before "chapter 10"."""
    parts = re.findall(r"\d{1,18}|\D+|\d+", file.path.casefold())
    return [
        (int(part), "") if part.isascii() and part.isdigit() and len(part) <= 18 else (-1, part) for part in parts
    ], file.path
