"""Documents that were removed, and can be restored for some minutes.

A document that is removed leaves the collection at once, in one transaction: so nobody is answered from it any more,
whoever asks, and no question has to be kept from it. What was stored of it, vectors included, is kept in memory, and to
restore it is one transaction again. Whoever kills the process in between finds it there or removed, never half; what
was removed then stays so. The copy of an uploaded file is deleted only when its document cannot be restored any more.
That it is to be deleted is noted with the collection first, and seen to at the next start where it was not done.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.collection import Collection
from index.errors import CollectionError, QuotewiseError
from index.files import UPLOADS
from index.formats import kind_of
from index.storage_rows import PreparedDocument
from ui.web.listing import RemovedDocument, iso

RESTORABLE_SECONDS = 600.0
MOST_BYTES = 300_000_000  # of what is kept in memory; beyond, what was removed first cannot be restored any more
NOTE = "uploads to delete"  # the note with the sources of uploads whose documents were removed


@dataclass(frozen=True, slots=True)
class _Kept:
    """A removed document, until when it can be restored (monotonic seconds), and the same for people."""

    prepared: PreparedDocument
    ends: float
    shown: RemovedDocument

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        vectors = self.prepared.vectors
        return 4 * len(self.prepared.document.text) + (0 if vectors is None else vectors.nbytes)


class Removals:
    """What was removed of one collection and can be restored. Safe to use from several threads."""

    def __init__(self, seconds: float = RESTORABLE_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.RLock()
        self._kept: dict[str, _Kept] = {}

    def shown(self) -> tuple[RemovedDocument, ...]:
        """What can be restored, the last that was removed first."""
        with self._lock:
            return tuple(one.shown for one in reversed(self._kept.values()))

    def remove(self, collection: Collection, document_ids: Sequence[str]) -> tuple[RemovedDocument, ...]:
        """Remove these documents, those of them that are there. Raises CollectionError where nothing can be changed."""
        with self._lock:
            wanted = set(document_ids)
            named = sorted(filter(None, map(collection.named, wanted)), key=lambda one: one.source)
            sources = {one.id: one.source for one in named if one.id in wanted}
            copies = [source for source in sources.values() if _is_copy(collection, source)]
            if copies:  # before the document is gone: a copy of which nothing is known would stay for ever
                collection.set_note(NOTE, json.dumps(sorted({*_noted(collection), *copies})))
            ends = time.time() + self._seconds
            removed = []
            for prepared in collection.take_out(*sources):
                one = prepared.document
                shown = RemovedDocument(one.id, one.title, one.source, kind_of(one.source), iso(ends))
                self._kept[one.id] = _Kept(prepared, time.monotonic() + self._seconds, shown)
                removed.append(shown)
            while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > MOST_BYTES:
                self.forget(collection, next(iter(self._kept)))
            return tuple(removed)

    def restore(self, collection: Collection, document_id: str) -> str:
        """Store the document again as it was; its source. Raises CollectionError where it cannot be restored."""
        with self._lock:
            kept = self._kept.get(document_id)
            if kept is None:
                raise CollectionError("That document cannot be restored any more: add its file again.")
            source = kept.prepared.document.source
            if collection.named(source):
                del self._kept[document_id]
                raise CollectionError(f"{Path(source).name} has been added again meanwhile: remove that first.")
            collection.put_back([kept.prepared])
            del self._kept[document_id]
            _settle_note(collection, {source})
            return source

    def restorable_with(self, sha256: str) -> str | None:
        """The id of the removed document of a file with just this content, if there is one."""
        with self._lock:
            same = (id_ for id_, one in self._kept.items() if one.prepared.document.sha256 == sha256)
            return next(same, None)

    def forget(self, collection: Collection, document_id: str) -> None:
        """Let a document not be restored any more, and delete the copy of an uploaded file."""
        with self._lock:
            kept = self._kept.pop(document_id)
            _delete_copies(collection, {kept.prepared.document.source})

    def forget_ended(self, collection: Collection, *, everything: bool = False) -> bool:
        """Forget what was removed long enough ago, or all; whether there was anything."""
        with self._lock:
            now = time.monotonic()
            ended = [id_ for id_, one in self._kept.items() if everything or one.ends <= now]
            for document_id in ended:
                self.forget(collection, document_id)
            return bool(ended)


def delete_left_copies(collection: Collection) -> None:
    """Delete the copies of uploaded files whose documents an earlier process had removed when it was ended."""
    _delete_copies(collection, _noted(collection))


def _delete_copies(collection: Collection, sources: set[str]) -> None:
    """Delete those of the files that are copies of uploads and belong to no document."""
    noted = _noted(collection) & sources
    there = {one.source for one in collection.documents()} if noted else set()
    for source in noted - there:
        if _is_copy(collection, source):
            with suppress(OSError):
                Path(source).unlink(missing_ok=True)
                _remove_empty(Path(source).parent, collection.folder / UPLOADS)
    _settle_note(collection, noted)


def _remove_empty(folder: Path, top: Path) -> None:
    """Take away a folder below `top`, and those above it there, that hold nothing any more."""
    while folder != top and folder.is_relative_to(top) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _settle_note(collection: Collection, sources: set[str]) -> None:
    left = _noted(collection)
    if left & sources:
        with suppress(QuotewiseError):  # it is looked at again at the next start
            collection.set_note(NOTE, json.dumps(sorted(left - sources)) if left - sources else None)


def _noted(collection: Collection) -> set[str]:
    try:
        return {str(one) for one in json.loads(collection.note(NOTE) or "[]")}
    except ValueError:
        return set()


def _is_copy(collection: Collection, source: str) -> bool:
    return Path(source).is_relative_to(collection.folder / UPLOADS)
