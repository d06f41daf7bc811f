"""Which documents of a collection a person means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from index.addresses.places import address_of, is_address, plain_address
from index.changes import RejectedFile
from index.errors import DocumentError
from index.records import DocumentSummary


def select(summaries: Sequence[DocumentSummary], name: str | Path) -> list[DocumentSummary]:
    """The documents that `name` stands for: an id, or what `matching` says."""
    found = [one for one in summaries if one.id == str(name)]
    if not found:
        meant = matching([one.source for one in summaries], name)
        found = [one for one in summaries if one.source in meant]
    return found


def held_by(sources: Sequence[str], inside: Sequence[str]) -> dict[str, list[str]]:
    """Those of the sources inside which some of the files `inside` lie, as in an archive, with these."""
    known = set(sources) if inside else set()
    found: dict[str, list[str]] = {}
    for one in inside:
        if holder := next((place for parent in PurePath(one).parents if (place := str(parent)) in known), None):
            found.setdefault(holder, []).append(one)
    return found


def inside_of(source: str, files: Iterable[RejectedFile]) -> tuple[RejectedFile, ...]:
    """Those of the files that lie inside the one at `source`, as in an archive."""
    return tuple(one for one in files if one.source.startswith(source + os.sep))


def matching(sources: Sequence[str], name: str | Path) -> set[str]:
    """Those of the sources that `name` stands for: a file, a folder with all below it, or a name or pattern of files.

    A name or pattern is compared with the end of each path ("lease.pdf", "contracts/*.pdf"), and with the whole of it,
    where a star stands for slashes as well ("*/contracts/*"). An address stands for what was fetched from it or from
    below it, and may be a pattern as well.
    """
    text = str(name)
    if not text.strip():
        return set()
    if is_address(text):
        return _fetched_from(sources, text.strip())
    found = {source for source in sources if source == text}
    if not found:
        with suppress(OSError, RuntimeError, ValueError):  # an id or a pattern may look like any path
            place = str(Path(name).expanduser().resolve())
            below = place.rstrip(os.sep) + os.sep
            found = {source for source in sources if source == place or source.startswith(below)}
    if not found:
        found = {source for source in sources if PurePath(source).match(text) or fnmatchcase(source, text)}
    return found


def _fetched_from(sources: Sequence[str], text: str) -> set[str]:
    """Those of the sources that were fetched from this address, or one below it or like it."""
    known = {source: address for source in sources if (address := address_of(source))}
    asked = text
    with suppress(DocumentError):
        asked = plain_address(text)
    found = {source for source, address in known.items() if address in (text, asked)}
    below = asked.rstrip("/") + "/"
    return found or {s for s, address in known.items() if address.startswith(below) or fnmatchcase(address, text)}
