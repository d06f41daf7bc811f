"""The collection a person works with, and files they hand over."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from index import loaders
from index.collection import DATABASE, Changes, Collection, Refusal
from index.errors import CollectionError, QuotewiseError
from index.home import home
from qa.asking import seed_files

UPLOADS = "uploads"  # the folder inside a collection that keeps uploaded files, so that citations can point to them
LONGEST_NAME = 120


def open_library(folder: str | Path | None, encoder: str | None = None, *, with_seeds: bool) -> Collection:
    """The collection in `folder`, by default the user's own; with seeds, a new one starts with the seed article."""
    collection = _open(_place(folder), encoder)
    if with_seeds and collection.is_untouched():
        collection.add(seed_files())
    return collection


def existing_library(folder: str | Path | None) -> Collection:
    """The same, but CollectionError where nothing has been indexed yet."""
    place = _place(folder)
    try:
        (place.expanduser() / DATABASE).stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CollectionError(f"There is no collection in {place}: make one with 'quotewise index PATH'.") from error
    except (OSError, RuntimeError, ValueError):
        pass  # what is wrong with the place, opening tells
    return _open(place)


def _open(place: Path, encoder: str | None = None) -> Collection:
    """The collection there. Where the folder has been moved, uploads come to be known by where they lie now."""
    collection = Collection(place, encoder, report=tell)
    folder = collection.folder / UPLOADS
    summaries = collection.documents() if folder.is_dir() else []  # to list them takes a look at every text
    known = {summary.source for summary in summaries}
    for summary in summaries:
        earlier = Path(summary.source)
        now = folder / earlier.name
        if earlier.parent.name == UPLOADS and str(now) not in known and _holds(now, summary.content_hash):
            with suppress(CollectionError):  # on a read-only disk they are asked as they are
                collection.add([now])
                collection.remove(summary.id)
    return collection


def _holds(path: Path, content_hash: str) -> bool:
    """Whether the file is there and has that content."""
    return path.is_file() and loaders.content_hash(path.read_bytes()) == content_hash


def _place(folder: str | Path | None) -> Path:
    return Path(folder) if folder else home() / "collection"


def tell(sentence: str) -> None:
    """Say on standard error that something slow begins."""
    print(f"quotewise: {sentence} ...", file=sys.stderr)


def add_uploads(collection: Collection, paths: Iterable[str | Path]) -> Changes:
    """Keep copies of uploaded files beside the collection and add them, each in place of an earlier one of its name.

    A file that cannot be read or kept is refused, and what was there before then stays as it was. Of several different
    files that come together under one name, the later ones get a number.
    """
    kept: dict[Path, str] = {}  # where to, and the hash of what
    refused: list[Refusal] = []
    for path in paths:
        try:
            _keep(collection.folder / UPLOADS, Path(path), kept)
        except QuotewiseError as error:
            refused.append(Refusal(str(path), str(error)))
    changes = collection.add(kept)
    return replace(changes, refused=(*refused, *changes.refused))


def _keep(folder: Path, path: Path, kept: dict[Path, str]) -> None:
    """Copy the file to `folder` if it can be read, under a name that is not among those `kept` with other content."""
    loaders.find_files([path])
    data = loaders.read_bytes(path)
    content = loaders.content_hash(data)
    first = target = folder / safe_name(path.name)
    number = 1
    while kept.get(target, content) != content:
        number += 1
        target = first.with_name(f"{first.stem} ({number}){first.suffix}")
    loaders.parse(target, data)
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")  # several tabs may upload one name at once
    try:
        folder.mkdir(exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, target)
    except OSError as error:
        raise CollectionError(
            f"{target.name} could not be kept in {folder} ({error.strerror}): see to the disk and add it again."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    kept[target] = content


def safe_name(name: str) -> str:
    """A file name without folders, control characters or a leading dot, of moderate length."""
    name = "".join(c for c in name.replace("\\", "/").split("/")[-1] if c.isprintable()).lstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{suffix}" if stem else f"document.{suffix}"
