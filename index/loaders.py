"""Files and folders to documents: which loader reads which file, and what identifies a document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from index.errors import DocumentError
from index.extract import Extract, extract_html, extract_markdown, extract_pdf, extract_text
from index.records import Document
from index.word import extract_docx

EXTRACTORS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": extract_text,
    ".text": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
    ".pdf": extract_pdf,
    ".docx": extract_docx,
}
EXTRACTION = 3  # raised when text is taken out of files otherwise, so that what is indexed is read again
# A file above this is almost never a document that somebody reads; it is refused before it is read.
LARGEST_FILE_BYTES = 200_000_000


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """Every loadable file under `paths`, absolute, sorted within each folder, without repeats.

    Folders are searched recursively, hidden entries and links inside them left out. A file that is
    named outright must have a known ending. Raises DocumentError for what is not there.
    """
    found: dict[Path, None] = {}
    for path in map(place_of, paths):
        if path.is_dir():
            found.update(dict.fromkeys(_files_below(path)))
        elif not path.exists():
            raise DocumentError(f"There is no file or folder {path}: check the spelling of the path.")
        elif path.suffix.lower() not in EXTRACTORS:
            raise DocumentError(f"{path.name} is of a kind that cannot be read: give one of {', '.join(EXTRACTORS)}.")
        else:
            found[path] = None
    return list(found)


def place_of(path: str | Path) -> Path:
    """The absolute path, links followed. Raises DocumentError for one that nothing can lie at."""
    try:
        place = Path(path).expanduser().resolve()
        with suppress(FileNotFoundError, NotADirectoryError):
            place.stat()
    except (OSError, RuntimeError, ValueError) as error:  # no such user, a circle of links, no permission, a NUL
        reason = getattr(error, "strerror", None) or str(error)
        name = str(path)[:200].encode("utf-8", "replace").decode()
        raise DocumentError(f"{name} cannot be looked up ({reason}): check the path.") from error
    return place


def _files_below(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and not path.is_symlink() and path.is_file() and path.suffix.lower() in EXTRACTORS:
            yield path


def read_bytes(path: Path) -> bytes:
    """The file's bytes; DocumentError where it is missing, unreadable, empty, too large or no plain file."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"{path.name!a} is not a valid file name: rename the file.") from error
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "is not there any more"
            raise DocumentError(f"{path} {what}: give the path of a document.")
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            limit = LARGEST_FILE_BYTES // 1_000_000
            raise DocumentError(
                f"{path.name} has {size:,} bytes, above the {limit} MB limit: split it and add the parts."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    if not data.strip():
        raise DocumentError(f"{path.name} is empty: there is nothing to quote from.")
    return data


def document_id(source: str) -> str:
    """16 hexadecimal digits that stand for the place a document came from."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(data: bytes) -> str:
    """SHA-256 of the file's bytes and of which EXTRACTION read them, hexadecimal."""
    digest = hashlib.sha256(b"%d\n" % EXTRACTION)
    digest.update(data)  # not joined with the above: a file may be large
    return digest.hexdigest()


def load_file(path: str | Path) -> Document:
    """Load one file. Raises DocumentError, in one sentence, for anything that is not a readable document."""
    [resolved] = find_files([path]) if not Path(path).is_dir() else [Path(path)]
    return parse(resolved, read_bytes(resolved))


def parse(path: Path, data: bytes) -> Document:
    """The document that the bytes of the file at `path` hold."""
    try:
        extract = EXTRACTORS[path.suffix.lower()](data, path.name)
    except DocumentError:
        raise
    except Exception as error:  # whatever else a library makes of a damaged file
        raise DocumentError(
            f"{path.name} cannot be read ({type(error).__name__}): open it where it comes from and save it again."
        ) from error
    if not extract.text.strip():
        raise DocumentError(f"{path.name} holds no text: there is nothing to quote from.")
    return Document(
        id=document_id(str(path)),
        title=extract.title or path.stem,
        source=str(path),
        content_hash=content_hash(data),
        text=extract.text,
        page_starts=extract.page_starts,
    )
