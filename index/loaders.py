"""Files and folders to documents: which files are read, and what identifies a document."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.addresses.places import QUOTED_BEGINNINGS, is_address
from index.changes import RejectedFile
from index.children.extraction import extract_apart
from index.children.life import PagesTold
from index.children.limits import MOST_CHARACTERS
from index.children.process import WorkerProcess
from index.errors import DocumentError, reason_of
from index.files import file_sha256
from index.formats import FORMATS, ONLY_NAMED, extraction_of, is_read_unasked
from index.formats.endings import OPEN_ELSEWHERE, PACKAGES, ending_of
from index.formats.extract import Extract
from index.records import Document

# A file above this is almost never a document that somebody reads; it is refused before it is read.
LARGEST_FILE_BYTES = 200_000_000
TICK_NS = 20_000_000  # by which the times of one change to a file may differ; clocks of file systems tick every 10 ms
# Files that were fetched belong to the collection beside which they lie. Elsewhere, a folder that is so called only
# pretends to come from there.
UNSEEN = (".", *QUOTED_BEGINNINGS)  # how the folders begin that are not looked into
ENVIRONMENT = "pyvenv.cfg"  # lies in the folder of a virtual environment of Python


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What lies below some paths: the files to read, the folders that were named, the files in them that
    cannot be read or are read only where they are named, and the folders and files that may not be looked at."""

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    passed_over: tuple[Path, ...]
    unlisted: tuple[RejectedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file with their SHA-256, and when the file was last changed (nanoseconds since 1970)."""

    data: bytes
    sha256: str
    modified_ns: int


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """The document that a file makes, and the files inside it that could not be read."""

    document: Document
    left_out: tuple[RejectedFile, ...] = ()


def find_files(paths: Iterable[str | Path]) -> FoundFiles:
    """Every loadable file under `paths`, absolute, sorted within each folder, without repeats.

    Folders are searched recursively; hidden entries and links inside them are left out, and folders of packages.
    Source code is among the files only where it is named outright, and an image only where something reads it or it is
    named. What is named must have a known ending. Raises DocumentError for what is not there.
    """
    files: dict[Path, None] = {}
    folders: dict[Path, None] = {}
    passed_over: dict[Path, None] = {}
    unlisted: dict[str, RejectedFile] = {}
    for path in map(resolve_path, paths):
        if path.is_dir():
            folders[path] = None
            for file in _files_below(path, unlisted):
                (files if is_read_unasked(ending_of(file)) else passed_over)[file] = None
        elif not path.exists():
            raise DocumentError(f"There is no file or folder {path}: check the spelling of the path.")
        elif ending_of(path) not in FORMATS:
            known = ", ".join(ending for ending in FORMATS if ending not in ONLY_NAMED)
            raise DocumentError(f"{path.name} is of a kind that cannot be read: give one of {known} or source code.")
        else:
            files[path] = None
    return FoundFiles(tuple(files), tuple(folders), tuple(passed_over), tuple(unlisted.values()))


def nothing_to_read(found: FoundFiles, paths: Iterable[str | Path], advice: str) -> DocumentError:
    """What to raise where no file was found below the paths: why one may not be looked at, else the advice."""
    if found.unlisted:
        return DocumentError(found.unlisted[0].reason)
    return DocumentError(f"There is no readable document in {', '.join(map(str, paths))}: {advice}.")


def resolve_path(path: str | Path) -> Path:
    """The absolute path, links followed. Raises DocumentError for one that nothing can lie at."""
    if is_address(str(path)):
        raise DocumentError(f"{path} is an address and no file: add it with 'quotewise index {path}' or on the page.")
    if not str(path).strip():  # pathlib would take it for the current folder
        raise DocumentError("An empty path was given: name a file or folder.")
    try:
        place = Path(path).expanduser().resolve()
        with suppress(FileNotFoundError, NotADirectoryError):
            place.stat()
    except (OSError, RuntimeError, ValueError) as error:  # no such user, a circle of links, no permission, a NUL
        name = str(path)[:200].encode("utf-8", "replace").decode()
        raise DocumentError(f"{name} cannot be looked up ({reason_of(error)}): check the path.") from error
    return place


def _files_below(folder: Path, unlisted: dict[str, RejectedFile]) -> list[Path]:
    """The files below the folder, sorted. What may not be looked at is noted in `unlisted`; what goes away meanwhile is
    not there."""

    def note(error: OSError, path: str) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            reason = f"{path} cannot be looked at ({reason_of(error)}): check its permissions."
            unlisted[path] = RejectedFile(path, reason)

    found = []
    for place, folders, names in os.walk(folder, onerror=lambda error: note(error, str(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(UNSEEN) and name not in PACKAGES]
        if ENVIRONMENT in names:
            folders.clear()
            continue
        for name in names:
            path = Path(place, name)
            try:
                if not name.startswith((".", *OPEN_ELSEWHERE)) and stat.S_ISREG(path.lstat().st_mode):
                    found.append(path)
            except OSError as error:  # it stands in the folder's list, and the folder may not be entered
                note(error, place)
    return sorted(found)


def is_gone(source: str) -> bool:
    """Whether no file lies at the place any more. One that only cannot be looked at is not gone."""
    try:
        Path(source).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def holder_of(source: str) -> str | None:
    """The file inside which another one lies that could not be read, such as its archive; None where there is none."""
    return next((str(path) for path in Path(source).parents if path.is_file()), None)


@lru_cache(maxsize=4096)
def _hashed_once(source: str, *_facts: int) -> str:
    """The SHA-256 of the file, of which the system tells these facts."""
    return file_sha256(Path(source))


def has_changed(document: Document) -> bool:
    """Whether the document's file is another one now, or gone; False where it comes from no file, and of a copy, whose
    file only its publisher can judge."""
    return bool(document.modified_ns) and not document.is_copy and _is_another(document)


def lies_here(document: Document) -> bool:
    """Whether the document's file lies on this machine as it was indexed; a copy's may, where it shares a disk or its
    publisher's machine."""
    return bool(document.modified_ns) and not _is_another(document)


def _is_another(document: Document) -> bool:
    """Whether the file at the document's path is another one now, or gone.

    A file of the same size and time is taken for the same, unless something was done to it after it was last written:
    its time may have been set back. Another one of the same size is hashed, which costs little: it happens where a file
    was written or copied again.
    """
    try:
        found = Path(document.source).stat()
        same_time = found.st_mtime_ns == document.modified_ns and found.st_ctime_ns - found.st_mtime_ns < TICK_NS
        if found.st_size == document.size and same_time:
            return False
        if found.st_size != document.size:
            return True
        times = found.st_mtime_ns, found.st_ctime_ns
        is_settled = abs(time.time_ns() - max(times)) > TICK_NS
        # One that was copied with its old time is hashed once, not for every question: 200 MB take 0.2 s.
        hashed = _hashed_once if is_settled else _hashed_once.__wrapped__
        return hashed(document.source, found.st_ino, found.st_size, *times) != document.sha256
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it cannot be told; at a path of another machine, most likely it is
        return document.is_copy


def read_file(path: Path) -> FileContent:
    """What the file holds; DocumentError where it is missing, unreadable, empty, too large or no plain file."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"{path.name!a} is not a valid file name: rename the file.") from error
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "is not there any more"
            raise DocumentError(f"{path} {what}: give the path of a document.")
        facts = path.stat()
        if facts.st_size > LARGEST_FILE_BYTES:
            raise DocumentError(
                f"{path.name} has {facts.st_size:,} bytes, above the limit of {LARGEST_FILE_BYTES // 1_000_000} MB and "
                f"of {MOST_CHARACTERS // 1_000_000} million characters of text: split it and add the parts."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read ({reason_of(error)}): check its permissions.") from error
    if not data.strip():
        raise DocumentError(f"{path.name} is empty: there is nothing to quote from.")
    return FileContent(data, hashlib.sha256(data).hexdigest(), facts.st_mtime_ns)


def document_id(source: str) -> str:
    """16 hexadecimal digits that stand for the place a document came from."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def load_file(path: str | Path) -> Document:
    """Load one file. Raises DocumentError, in one sentence, for anything that is not a readable document."""
    resolved = resolve_path(path)
    if not resolved.is_dir():
        [resolved] = find_files([resolved]).files
    return parse(resolved, read_file(resolved))


def parse(path: Path, content: FileContent, asked: set[WorkerProcess] | None = None) -> Document:
    """The document that the content of the file at `path` makes; see `load`."""
    return load(path, content, asked).document


def load(
    path: Path, content: FileContent, asked: set[WorkerProcess] | None = None, told: PagesTold | None = None
) -> LoadedFile:
    """What the content of the file at `path` makes, found in another process within limits.

    `asked` and `told` are as in `WorkerPool.ask`.
    """
    extract = extract_apart(content.data, ending_of(path), path.name, asked=asked, told=told)
    inside = (RejectedFile(str(path / one.source), one.reason) for one in extract.left_out)
    return LoadedFile(document_of(path, content, extract), tuple(inside))


def document_of(path: Path, content: FileContent, extract: Extract) -> Document:
    """The document of what was taken out of a file. Raises DocumentError where that is nothing."""
    if not extract.text.strip():
        raise DocumentError(f"{path.name} holds no text: there is nothing to quote from.")
    return Document(
        id=document_id(str(path)),
        title=extract.title or path.stem,
        source=str(path),
        sha256=content.sha256,
        text=extract.text,
        page_starts=extract.page_starts,
        size=len(content.data),
        modified_ns=content.modified_ns,
        extraction=extraction_of(extract.wants_ocr),
        blocks=extract.blocks,
        marks=extract.marks,
        unreadable=extract.unreadable,
        locators=extract.locators,
    )
