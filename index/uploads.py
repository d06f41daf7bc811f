"""Files that a person hands over, as on the page: copies of them are kept beside the collection, to be quoted from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from index.changes import Changes, RejectedFile
from index.collection import Collection
from index.errors import CollectionError, QuotewiseError, reason_of
from index.files import UPLOADS, file_sha256, replace_file
from index.formats.endings import ending_of
from index.loaders import FileContent, find_files, is_gone, parse, read_file
from index.records import DocumentSummary

LONGEST_NAME = 180  # bytes of it; file systems allow 255, and a number and a mark for the time of writing are added


def add_uploads(opened: Callable[[], Collection], paths: Iterable[str | Path]) -> Changes:
    """Keep copies of uploaded files beside the collection and add them, each in place of an earlier one of its name.

    `opened` gives the collection; it is called only once there is something to put in. A file that cannot be read or
    kept is refused, and what was there before then stays as it was. Of several different files that come together
    under one name, the later ones get a number.
    """
    kept: dict[Path, str] = {}  # where to, and the hash of what
    refused: list[RejectedFile] = []
    for path in map(Path, paths):
        try:
            name, content = _readable(path)
            _keep(opened().folder / UPLOADS / name, content, kept)
        except QuotewiseError as error:
            refused.append(RejectedFile(str(path), str(error)))
    changes = opened().add(kept) if kept else Changes()
    return replace(changes, refused=(*refused, *changes.refused))


def _readable(path: Path) -> tuple[str, FileContent]:
    """The name under which the file may be kept, and its content. Raises DocumentError where it is no document."""
    find_files([path])
    name, content = safe_name(path.name), read_file(path)
    parse(Path(name), content)
    return name, content


def _keep(first: Path, content: FileContent, kept: dict[Path, str]) -> None:
    """Write the content to its place; see `free_place`."""
    target = free_place(first, content.sha256, kept)
    try:
        target.parent.mkdir(exist_ok=True)
        replace_file(target, content.data)
    except OSError as error:
        why = reason_of(error)
        raise CollectionError(
            f"{target.name} could not be kept in {target.parent} ({why}): see to the disk and add it again."
        ) from error
    kept[target] = content.sha256


def free_place(first: Path, sha256: str, kept: Mapping[Path, str]) -> Path:
    """`first`, or that name with a number if it is among those `kept` with other content, by its hash."""
    place, number = first, 1
    stem = first.name[: len(first.name) - len(ending_of(first))]
    while kept.get(place, sha256) != sha256:
        number += 1
        place = first.with_name(f"{stem} ({number}){first.name[len(stem) :]}")
    return place


def safe_name(name: str) -> str:
    """A file name without folders, control characters or a leading dot, of moderate length."""
    name = "".join(c for c in name.replace("\\", "/").split("/")[-1] if c.isprintable()).lstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    return f"{stem}{dot}{suffix}" if stem else f"document.{suffix}"


def follow_uploads(collection: Collection) -> None:
    """Let uploads be known by where they lie now, where the folder of the collection has been moved or copied."""
    folder = collection.folder / UPLOADS
    summaries = collection.documents() if folder.is_dir() else []
    known = {summary.source for summary in summaries}
    for summary in summaries:
        below = _below_uploads(summary.source)
        now = folder / (below or "")
        if below and str(now) not in known and _is_upload(summary, now):
            with suppress(QuotewiseError):  # on a read-only disk they are asked as they are
                changes = collection.add([now])
                if not changes.refused and summary.source not in {renamed.before for renamed in changes.renamed}:
                    collection.remove(summary.id)


def _below_uploads(source: str) -> Path | None:
    """Where in a folder of uploads a file lies; None where it lies in none."""
    *folders, name = Path(source).parts
    if UPLOADS not in folders:
        return None
    return Path(*folders[len(folders) - folders[::-1].index(UPLOADS) :], name)


def _is_upload(summary: DocumentSummary, now: Path) -> bool:
    """Whether the document is the upload that lies at `now`, and not a file of a person's own folder of that name.

    Of documents that an earlier release indexed it is not known what their files held: then the earlier file is gone.
    """
    if not now.is_file():
        return False
    return file_sha256(now) == summary.sha256 if summary.sha256 else is_gone(summary.source)
