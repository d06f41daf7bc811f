"""The collection a person works with, and files they hand over."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from index import loaders
from index.collection import Changes, Collection
from index.errors import CollectionError
from index.home import home
from qa.asking import seed_files

UPLOADS = "uploads"  # the folder inside a collection that keeps uploaded files, so that citations can point to them
LONGEST_NAME = 120


def open_library(folder: str | Path | None, encoder: str | None = None, *, with_seeds: bool) -> Collection:
    """The collection in `folder`, by default the user's own; with seeds, a new one starts with the seed article."""
    place = Path(folder) if folder else home() / "collection"
    new = not (place / "collection.sqlite").exists()
    collection = Collection(place, encoder, report=tell)
    if new and with_seeds:
        collection.add(seed_files())
    return collection


def existing_library(folder: str | Path | None) -> Collection:
    """The same, but CollectionError where nothing has been indexed yet."""
    place = Path(folder) if folder else home() / "collection"
    if not (place / "collection.sqlite").exists():
        raise CollectionError(f"There is no collection in {place}: make one with 'quotewise index PATH'.")
    return Collection(place, report=tell)


def tell(sentence: str) -> None:
    """Say on standard error that something slow begins."""
    print(f"quotewise: {sentence} ...", file=sys.stderr)


def add_upload(collection: Collection, path: str | Path, name: str | None = None) -> Changes:
    """Keep a copy of an uploaded file beside the collection and add it, in place of an earlier one of its name.

    Raises DocumentError for a file that cannot be read; what was there before then stays as it was.
    """
    folder = collection.folder / UPLOADS
    folder.mkdir(exist_ok=True)
    target = folder / safe_name(name or Path(path).name)
    loaders.find_files([path])
    data = loaders.read_bytes(Path(path))
    loaders.parse(target, data)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_bytes(data)
    os.replace(temporary, target)
    return collection.add([target])


def safe_name(name: str) -> str:
    """A file name without folders, control characters or a leading dot, of moderate length."""
    name = "".join(c for c in name.replace("\\", "/").split("/")[-1] if c.isprintable()).lstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{suffix}" if stem else f"document.{suffix}"
