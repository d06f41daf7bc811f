"""Addresses into a collection."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from index.adding import FileProgress
from index.addresses.fetching import Fetched, fetch
from index.addresses.kinds import ending_for, kept_bytes
from index.addresses.places import address_of, place_of
from index.changes import Changes, RejectedFile
from index.collection import Collection
from index.errors import CollectionError, DocumentError, reason_of
from index.files import UPLOADS, replace_file
from index.loaders import FileContent, load

Fetch = Callable[[str], Fetched]


def from_anywhere(address: str) -> Fetched:
    """What is at an address, wherever that is: for a person at this machine."""
    return fetch(address, public_only=False)


def from_the_public(address: str) -> Fetched:
    """What is at a public address: for who comes through a page or service, and is not let into what it can reach."""
    return fetch(address, public_only=True)


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that was fetched, and its place among the uploads."""

    place: Path
    content: FileContent


def fetched_file(fetched: Fetched) -> FetchedFile:
    """What is kept of an address. Raises DocumentError where it is of a kind that cannot be read."""
    ending = ending_for(fetched)
    data = kept_bytes(fetched, ending)
    return FetchedFile(place_of(fetched.address, ending), FileContent(data, hashlib.sha256(data).hexdigest(), 0))


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """What came of some addresses: files that can be read, and those that are refused."""

    files: tuple[FetchedFile, ...] = ()
    refused: tuple[RejectedFile, ...] = ()


def fetch_all(addresses: Sequence[str], begun: Callable[[str], None], ask: Fetch = from_anywhere) -> FetchedFiles:
    """Fetch these addresses, one after the other; `begun` is told of each. One that is not given or cannot be read is
    refused, and keeps no other out."""
    files, refused = list[FetchedFile](), list[RejectedFile]()
    for address in addresses:
        begun(f"Fetching {address}")
        try:
            file = fetched_file(ask(address))
            load(file.place, file.content)
            files.append(file)
        except DocumentError as error:
            refused.append(RejectedFile(address, str(error)))
    return FetchedFiles(tuple(files), tuple(refused))


def add_fetched(
    collection: Collection,
    fetched: FetchedFiles,
    paths: Sequence[str | Path] = (),
    progress: FileProgress | None = None,
) -> Changes:
    """Keep what was fetched beside the collection, each in place of what was fetched of its address before, and add it
    together with these files and folders. What was there of an address that is refused stays as it was."""
    kept, refused = list[Path](), list(fetched.refused)
    for file in fetched.files:
        target = collection.folder / UPLOADS / file.place
        try:
            keep(target, file.content.data)
            kept.append(target)
        except CollectionError as error:
            refused.append(RejectedFile(address_of(str(target)), str(error)))
    changes = collection.add([*paths, *kept], progress) if paths or kept else Changes()
    for target in kept:
        forget_earlier(collection, target)
    return replace(changes, refused=(*refused, *changes.refused))


def keep(target: Path, data: bytes) -> None:
    """Write what was fetched to its place. Raises CollectionError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, data)
    except OSError as error:
        raise CollectionError(
            f"{address_of(str(target))} could not be kept ({reason_of(error)}): see to the disk and add it again."
        ) from error


def forget_earlier(collection: Collection, target: Path) -> None:
    """Remove what was fetched of the address of this file when it was of another kind."""
    for other in target.parent.iterdir():
        if other != target and other.is_file() and not other.name.startswith("."):
            collection.remove(str(other))
            with suppress(OSError):
                other.unlink()
