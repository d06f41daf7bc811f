"""Files that are handed over: kept where they wait, read one after the other, put beside the collection and into it.

A file that was taken lies in the folder `incoming` beside the collection until it is in it or refused, so that a
process that ends in between loses none: the next one goes on with what lies there.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from index.adding import PageProgress
from index.addresses.adding import FetchedFile, forget_earlier
from index.addresses.places import address_of
from index.collection import Collection
from index.errors import DocumentError, QuotewiseError, reason_of
from index.files import UPLOADS, move_into_place, replace_file, replaced_file
from index.formats import ONLY_NAMED, is_current
from index.formats.endings import ending_of
from index.loaders import FileContent, document_id, find_files, is_gone, load, read_file
from index.records import Document, DocumentSummary
from index.uploads import free_place, safe_name
from ui.own_collection import OwnDocuments
from ui.web.listing import FileEntry, Upload
from ui.web.removals import Removals

INCOMING = "incoming"
ABANDONED_SECONDS = 3600
MOST_FOLDERS, LONGEST_FOLDER = 8, 80  # of the folders that a file was dropped in: how many are kept, bytes of each


@dataclass(slots=True)
class _Batch:
    """Files that came together: where each was kept, and the hash of what. Different ones of one name get numbers."""

    kept: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that waits to be read: its entry, its place, where among the uploads it belongs, and those that came
    together with it."""

    entry: FileEntry
    path: Path
    name: Path
    batch: _Batch


class Intake:
    """Takes files into the collection of one server. Its caller lets one thread in at a time, but for `receive`."""

    def __init__(self, documents: OwnDocuments, removals: Removals) -> None:
        self._documents, self._removals = documents, removals
        self._folder = documents.folder / INCOMING
        self._numbers = threading.Lock()
        self._number = 0

    def receive(self, uploads: Sequence[Upload]) -> list[Incoming]:
        """Keep files that are handed over until they are read. One that cannot be kept has failed already."""
        batch, received = _Batch(), []
        for upload in uploads:
            name, id_ = safe_path(upload.name), self.new_id()
            path = self._folder / id_ / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _move(upload.path, path)
                entry = FileEntry(id_, name.as_posix(), "waiting")
            except OSError as error:
                reason = f"{name.name} could not be kept ({reason_of(error)}): see to the disk and add it again."
                entry = FileEntry(id_, name.as_posix(), "failed", reason=reason)
            finally:
                with suppress(OSError):
                    upload.path.unlink(missing_ok=True)
            received.append(Incoming(entry, path, name, batch))
        return received

    def receive_fetched(self, file: FetchedFile) -> Incoming:
        """Keep what was fetched until it is read. Where it cannot be kept, it has failed already."""
        id_ = self.new_id()
        path = self._folder / id_ / file.place
        called = _called(file.place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, file.content.data)
            entry = FileEntry(id_, called, "waiting")
        except OSError as error:
            reason = f"{called} could not be kept ({reason_of(error)}): see to the disk and add it again."
            entry = FileEntry(id_, called, "failed", reason=reason)
        return Incoming(entry, path, file.place, _Batch())

    def left(self) -> list[Incoming]:
        """The files that an earlier process has kept and not read, in the order in which they came."""
        batch, found = _Batch(), []
        for folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
            for path in paths:
                name = path.relative_to(folder)
                found.append(Incoming(FileEntry(folder.name, _called(name), "waiting"), path, name, batch))
            # A process that was killed while it took a file leaves nothing whole; another may be about to.
            if not paths and time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        return found

    def take(self, one: Incoming, progress: PageProgress | None = None) -> FileEntry:
        """Read a file and put it into the collection, found by its words; what became of it. A file that cannot be read
        leaves what was there before as it was. `progress` is told how far it is."""
        try:
            entry = self._taken(one, progress)
        except QuotewiseError as error:
            entry = replace(one.entry, state="failed", reason=str(error))
        except OSError as error:
            reason = f"{one.path.name} could not be kept ({reason_of(error)}): see to the disk and add it again."
            entry = replace(one.entry, state="failed", reason=reason)
        shutil.rmtree(self._folder / one.entry.id, ignore_errors=True)
        with suppress(OSError):  # there are others
            self._folder.rmdir()
        return entry

    def _taken(self, one: Incoming, progress: PageProgress | None) -> FileEntry:
        find_files([one.path])  # raises for a kind that cannot be read
        content = read_file(one.path)
        target = self._target(one, content)
        if one.name.parent.parts and ending_of(one.name) in ONLY_NAMED and not address_of(str(target)):
            raise DocumentError(f"{one.name.name} is source code in a folder: add the file by itself.")
        done = replace(one.entry, state="done", document_id=document_id(str(target)))
        kept = self._documents.kept()
        known = kept.same_content(content.sha256) if kept else []
        if same := self._same(kept, known, target, content.sha256):
            if kept and same[0] == "unchanged" and address_of(str(target)):  # so that it is known when it was fetched
                replace_file(target, content.data)
                kept.add([target], text_first=True)
            return replace(done, outcome=same[0], document_id=same[1])
        told = partial(progress.pages, str(target)) if progress else None
        # Before there is a collection: one that nothing can be put in is not made.
        loaded = load(target, content, told=told)
        collection = self._documents.opened()
        is_there = collection.named(str(target)) is not None
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, content.data)
        if moved := [summary for summary in known if is_gone(summary.source)]:
            collection.add([target], text_first=True)  # follows the one that is gone from its place
            return replace(done, outcome="updated" if is_there or moved else "added")
        collection.put_loaded(replace(loaded, document=_as_kept(loaded.document, target)))
        if address_of(str(target)):
            forget_earlier(collection, target)
        return replace(done, outcome="updated" if is_there else "added")

    def _same(
        self, collection: Collection | None, known: Sequence[DocumentSummary], target: Path, sha256: str
    ) -> tuple[str, str] | None:
        """How the very bytes are in the collection already, and by which document; None where they are not."""
        if collection is None:
            return None
        for summary in known:
            if summary.source == str(target) and not is_gone(summary.source):  # or its text is taken out anew
                as_now = is_current(summary.extraction, bool(summary.unreadable))
                return ("unchanged", summary.id) if as_now else None
        standing = [summary for summary in known if not is_gone(summary.source)]
        if standing:
            return f"the same as {standing[0].title}", standing[0].id
        if removed := self._removals.restorable_with(sha256):
            with suppress(QuotewiseError):
                self._removals.restore(collection, removed)
                return "added", removed
        return None

    def _target(self, one: Incoming, content: FileContent) -> Path:
        """Where the copy of a file is kept: by its name, with a number where another one that came together with it has
        that name. Whatever was there before is replaced."""
        first = self._documents.folder / UPLOADS / one.name
        target = free_place(first, content.sha256, one.batch.kept)
        one.batch.kept[target] = content.sha256
        return target

    def new_id(self) -> str:
        """An id that sorts behind all earlier ones, also those of earlier processes."""
        with self._numbers:
            self._number = max(time.time_ns(), self._number + 1)
            return f"{self._number:020d}-{os.urandom(4).hex()}"


def _called(name: Path) -> str:
    """What a file is called that belongs there among the uploads: the address from which it was fetched, if it was."""
    return address_of(str(UPLOADS / name)) or name.as_posix()


def safe_path(name: str) -> Path:
    """A relative path of moderate length that leads nowhere but down, without control characters and leading dots."""
    *folders, last = PurePosixPath(name.replace("\\", "/")).parts or ("",)
    plain = ("".join(c for c in folder if c.isprintable() and c not in "/:").strip(". ") for folder in folders)
    short = [folder.encode()[:LONGEST_FOLDER].decode(errors="ignore") for folder in plain if folder]
    return Path(*short[-MOST_FOLDERS:], safe_name(last))


def _move(path: Path, target: Path) -> None:
    """Put the file at `target`, whole or not at all. Raises OSError."""
    try:
        move_into_place(path, target)
    except OSError:  # it lies on another disk
        with replaced_file(target) as temporary:
            shutil.copyfile(path, temporary)


def _as_kept(document: Document, target: Path) -> Document:
    """The document of the copy of a file, which was written just now."""
    try:
        return replace(document, modified_ns=target.stat().st_mtime_ns)
    except OSError as error:
        raise DocumentError(f"{target.name} is gone again ({reason_of(error)}): add it once more.") from error
