"""A person's own documents as the service lists, changes and shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from index.collection import Collection, Scope
from index.errors import CollectionError, DocumentError
from index.loaders import has_changed, is_gone, read_file
from index.records import Document, DocumentSummary, Place
from ui.own_collection import OwnDocuments
from ui.web.html import escape
from ui.web.listing import FileEntry, Listing, RemovedDocument, Upload, WatchedFolder, kind_of, listed
from ui.web.service.workspace import PlainFile

PART = 20_000  # characters of a document that are sent at once
MOST_PLACES = 100
GONE = "That document is not there any more: look at the list again."


class OwnLibrary:
    """A person's own documents, listed and changed one request after the other. Safe to use from several threads."""

    def __init__(self, documents: OwnDocuments) -> None:
        self._documents, self._lock, self._number = documents, Lock(), 1
        self._files: tuple[FileEntry, ...] = ()
        self._folders: dict[str, WatchedFolder] = {}
        self._removed: dict[str, RemovedDocument] = {}

    def source(self, chosen: Sequence[str] | None = None) -> Collection | Scope:
        """See `Askable`."""
        source = self._documents.source()
        return source if chosen is None else source.within(*chosen)

    def listing(self) -> Listing:
        """See `Listable`."""
        documents = [listed(one, 0, "gone" if is_gone(one.source) else "ready") for one in self.source().documents()]
        folders, removed = tuple(self._folders.values()), tuple(self._removed.values())
        is_demonstration = self._documents.collection() is None
        return Listing(self._number, tuple(documents), self._files, folders, removed, is_demonstration, "", "")

    def changed_since(self, number: int, seconds: float = 0.0) -> int:
        """See `Listable`."""
        return self._number

    def add(self, uploads: Sequence[Upload]) -> tuple[FileEntry, ...]:
        """See `Changeable`; it is done when it returns."""
        with self._lock:
            self._files = tuple(self._added(str(number), upload) for number, upload in enumerate(uploads))
            self._number += 1
            return self._files

    def _added(self, id_: str, upload: Upload) -> FileEntry:
        place = upload.path.rename(upload.path.with_name(Path(upload.name.replace("\\", "/")).name))
        changes = self._documents.add([place])
        place.unlink()
        if changes.refused:
            return FileEntry(id_, upload.name, "failed", reason=changes.refused[0].reason)
        outcome = "added" if changes.added else "updated" if changes.updated else "unchanged"
        sources = {*changes.added, *changes.updated, *changes.unchanged}
        [found] = [one.id for one in self.source().documents() if one.source in sources]
        return FileEntry(id_, upload.name, "done", outcome, document_id=found)

    def refresh(self, document_id: str) -> FileEntry:
        """See `Changeable`."""
        with self._lock:
            collection, one = self._own(document_id)
            changes = collection.add([one.source])
            self._number += 1
        outcome = "updated" if changes.updated else "unchanged"
        return FileEntry("again", Path(one.source).name, "done", outcome, document_id=document_id)

    def remove(self, document_ids: Sequence[str]) -> tuple[RemovedDocument, ...]:
        """See `Changeable`."""
        collection = self._documents.collection()
        with self._lock:
            known = collection.documents() if collection else []
            found = [one for one in known if one.id in document_ids]
            if collection and found:
                collection.remove(*(one.id for one in found))
            removed = tuple(RemovedDocument(one.id, one.title, one.source, kind_of(one.source), "") for one in found)
            self._removed.update((one.id, one) for one in removed)
            self._number += 1
        return removed

    def restore(self, document_id: str) -> None:
        """See `Changeable`."""
        collection = self._documents.collection()
        with self._lock:
            removed = self._removed.get(document_id)
            if removed is None or collection is None or is_gone(removed.source):
                raise CollectionError("That document cannot be restored any more: add its file again.")
            collection.add([removed.source])
            del self._removed[document_id]
            self._number += 1

    def add_folder(self, path: str, watch: bool) -> WatchedFolder:
        """See `Synced`; the folder is read once."""
        if not Path(path).is_dir():
            raise DocumentError(f"There is no folder {path}: check the spelling of the path.")
        collection = self._documents.collection()
        changes = collection.add([path]) if collection else self._documents.add([path])
        read = len(changes.added) + len(changes.updated) + len(changes.unchanged)
        with self._lock:
            self._folders[path] = WatchedFolder(path, False, "ready", read)
            self._number += 1
            return self._folders[path]

    def forget_folder(self, path: str) -> None:
        """See `Synced`."""
        with self._lock:
            if self._folders.pop(path, None) is None:
                raise CollectionError(f"{path} is none of the folders: look at the list again.")

    def _own(self, document_id: str) -> tuple[Collection, DocumentSummary]:
        collection = self._documents.collection()
        for one in collection.documents() if collection else ():
            if collection and one.id == document_id:
                return collection, one
        raise CollectionError(GONE)


class TextSources:
    """Documents shown as their text. Safe to use from several threads."""

    def __init__(self, source: Callable[[], Collection | Scope]) -> None:
        self._source = source

    def open(self, document_id: str, start: int = 0, end: int = 0) -> dict[str, Any]:
        """See `Openable`."""
        one = self._source().document(document_id)
        return {
            "id": one.id,
            "title": one.title,
            "source": one.source,
            "kind": kind_of(one.source),
            "pages": len(one.page_starts),
            "length": len(one.text),
            "view": "text",
            "stale": has_changed(one),
            "page": one.page_at(start),
            "under": [],
            "marked": {"quote": [], "sentence": []},
            "part": _part(one, start, max(end, start + PART)),
        }

    def part_before(self, document_id: str, offset: int) -> dict[str, Any]:
        """See `Openable`."""
        return _part(self._source().document(document_id), offset - PART, offset)

    def part_behind(self, document_id: str, offset: int) -> dict[str, Any]:
        """See `Openable`."""
        return _part(self._source().document(document_id), offset, offset + PART)

    def find(self, document_id: str, words: str) -> dict[str, Any]:
        """See `Openable`."""
        one = self._source().document(document_id)
        text, wanted, places = one.text.lower(), words.lower(), list[dict[str, int | None]]()
        at = text.find(wanted)
        while at >= 0 and len(places) <= MOST_PLACES:
            places.append({"start": at, "end": at + len(wanted), "page": one.page_at(at)})
            at = text.find(wanted, at + 1)
        return {"places": places[:MOST_PLACES], "more": len(places) > MOST_PLACES}

    def file(self, document_id: str) -> PlainFile:
        """See `Openable`."""
        place = Path(self._source().document(document_id).source)
        return PlainFile(place, read_file(place).data)

    def page(self, document_id: str, page: int, quote: Sequence[Place], sentence: Sequence[Place]) -> dict[str, Any]:
        """See `Paged`; there is none."""
        raise ValueError(f"{self._source().document(document_id).title} has no page {page}")

    def page_image(self, document_id: str, page: int, width: int) -> bytes:
        """See `Paged`; there is none."""
        raise ValueError(f"{self._source().document(document_id).title} has no page {page}")


def _part(one: Document, start: int, end: int) -> dict[str, Any]:
    first = min(max(start, 0), len(one.text))
    last = min(max(end, first), first + 2 * PART, len(one.text))
    html = f"<pre>{escape(one.text[first:last])}</pre>"
    after = last if last < len(one.text) else None
    return {"start": first, "end": last, "before": first or None, "after": after, "html": html}
