"""The documents of one server: what there is of them, what is added, removed and followed, and what is asked.

The work is done by one thread in the background. First all that waits is read, so that it can be asked by its words;
then the vectors are made, while questions go before. What is not finished when the server ends is finished at its next
start.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from index.addresses.adding import Fetch, fetched_file, from_the_public
from index.addresses.places import address_of
from index.collection import Collection, Scope
from index.errors import CollectionError, DocumentError
from index.loaders import find_files, resolve_path
from index.records import DocumentSummary
from index.selection import held_by
from qa.reading.reader import Reader
from ui.own_collection import OwnDocuments
from ui.web.asked_parts import AskedParts
from ui.web.attention import Attention
from ui.web.background import Background
from ui.web.examples import Examples
from ui.web.file_entries import FileEntries
from ui.web.file_states import FileStates
from ui.web.folders import Folders
from ui.web.intake import Intake
from ui.web.listing import FileEntry, Listing, RemovedDocument, Upload, WatchedFolder, listed
from ui.web.publishing import Publishing
from ui.web.removals import Removals
from ui.web.summaries import Summaries

DEMONSTRATION = "The article that comes with Quotewise stays as it is: add documents of your own."
DEMONSTRATED = (  # questions that the article answers
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "What did Biden call for?",
    "Where did the two presidents meet in person?",
)
NOT_THERE = "That document is not there any more: look at the list again."


class Library:
    """What one server's documents are. Safe to use from several threads."""

    def __init__(self, documents: OwnDocuments, reader: Reader | None = None, fetch: Fetch = from_the_public) -> None:
        """`reader` is what example questions are tried with; None is the shipped one. `fetch` is how an address is
        asked for that somebody gives."""
        self._documents, self._fetch = documents, fetch
        self._changed = threading.Condition()
        self._number, self._seen = 1, -1
        self._summaries = Summaries()
        self._entries, self._states = FileEntries(self._count_change), FileStates()
        self.attention, self._examples = Attention(), Examples(reader)
        self._parts = AskedParts(self.attention)
        self._publishing = Publishing(documents, self.attention, self._tell_of_change)
        self._removals, self._folders = Removals(), Folders()
        self._intake = Intake(documents, self._removals)
        self._background = Background(
            documents,
            self._intake,
            self._removals,
            self._folders,
            self._states,
            self._summaries,
            self._entries,
            self.attention,
            self._examples,
            self._count_change,
        )
        self._background.start()
        self._publishing.start()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what is being done. Files that wait, and vectors that are missing, are seen to at the next start;
        what was removed cannot be restored any more."""
        self._background.close()
        self._publishing.close()

    def listing(self) -> Listing:
        """All that is shown of the documents now."""
        # In this order: a file that is told to be done must have its document in the list.
        number, files, kept = self.changed_since(0), self._entries.all(), self._documents.kept()
        collection = self._documents.collection()
        summaries = self._summaries.of(collection) if collection else self._demonstration()
        pending = collection.pending_by_document() if collection else {}
        left_out = [one.source for one in collection.left_out()] if collection else []
        inside = held_by([one.source for one in summaries], left_out)
        return Listing(
            revision=number,
            documents=tuple(
                listed(one, pending.get(one.id, 0), self._states.of(one.id), inside.get(one.source, ()))
                for one in summaries
            ),
            files=files,
            folders=self._folders.shown([one.source for one in summaries]),
            removed=self._removals.shown(),
            is_demonstration=collection is None,
            read_only=kept.read_only if kept else "",
            notice=self._background.notice or self._publishing.trouble,
            examples=self._examples.questions({one.id for one in summaries}) if collection else DEMONSTRATED,
        )

    def changed_since(self, number: int, seconds: float = 0.0) -> int:
        """The number of the last change. Where it is `number`, another one is waited for, at most so many seconds."""
        kept = self._documents.kept()
        revision = kept.revision() if kept else -1
        with self._changed:
            if revision != self._seen:  # perhaps by another process
                self._seen = revision
                self._number += 1
            self._changed.wait_for(lambda: self._number != number, seconds)
            return self._number

    def add(self, uploads: Sequence[Upload]) -> tuple[FileEntry, ...]:
        """Take files that are handed over; they are read in the background, one after the other. One that cannot be
        read keeps no other out."""
        received = self._intake.receive(uploads)
        self._entries.begin(one.entry for one in received)
        self._background.read([one for one in received if one.entry.state == "waiting"])
        return tuple(one.entry for one in received)

    def add_address(self, address: str) -> FileEntry:
        """Fetch an address and take what came of it, as `add` does. Raises DocumentError where it is not given, or is
        of a kind that cannot be read."""
        if kept := self._documents.kept():
            self._changeable(kept)
        received = self._intake.receive_fetched(fetched_file(self._fetch(address)))
        self._entries.begin([received.entry])
        if received.entry.state == "waiting":
            self._background.read([received])
        return received.entry

    def add_folder(self, path: str, watch: bool) -> WatchedFolder:
        """Add a folder by its path, and let its documents follow what happens there if it is to be watched.

        Raises DocumentError where there is none, or nothing in it to be read.
        """
        place = resolve_path(path)
        if not place.is_dir():
            raise DocumentError(f"There is no folder {place}: check the spelling of the path.")
        if not (watch and self._documents.kept()) and not find_files([place]).files:
            raise DocumentError(f"There is no readable document in {place}: name another folder.")
        collection = self._changeable(self._documents.opened())
        self._folders.add(collection, place, watch=watch)
        self._background.follow(str(place))
        self._count_change()
        sources = [one.source for one in self._summaries.of(collection)]
        return next(one for one in self._folders.shown(sources) if one.path == str(place))

    def forget_folder(self, path: str) -> None:
        """Follow a folder no more; its documents stay. Raises CollectionError where it is none that is followed."""
        kept = self._documents.kept()
        known = path if path in self._folders.paths() else str(resolve_path(path))
        if kept is None or not self._folders.forget(kept, known):
            raise CollectionError(f"{path} is none of the folders: look at the list again.")
        self._background.watch()
        self._count_change()

    def remove(self, document_ids: Sequence[str]) -> tuple[RemovedDocument, ...]:
        """Remove the documents with these ids, those of them that are there, until they are restored; see `Removals`.
        Files in folders that are followed stay out from then on."""
        collection = self._own()
        wanted = set(document_ids)
        sources = [one.source for one in self._summaries.of(collection) if one.id in wanted]
        self._folders.leave_out(collection, sources)  # first, or the file would be read again at once
        removed = self._removals.remove(collection, document_ids)
        self._count_change()
        return removed

    def restore(self, document_id: str) -> None:
        """Put a removed document back as it was. Raises CollectionError where that cannot be done any more."""
        collection = self._changeable(self._documents.opened())
        self._folders.take_in(collection, self._removals.restore(collection, document_id))
        self._count_change()

    def refresh(self, document_id: str) -> FileEntry:
        """Read a document's file again, in the background; of one that was fetched, its address is first fetched once
        more. Raises CollectionError where there is no such document."""
        collection = self._own()
        known = next((one for one in self._summaries.of(collection) if one.id == document_id), None)
        if known is None:
            raise CollectionError(NOT_THERE)
        if address := address_of(known.source):
            return self.add_address(address)
        entry = FileEntry(self._intake.new_id(), Path(known.source).name, "waiting", document_id=document_id)
        self._entries.begin([entry])
        self._background.read_again(entry, known.source)
        return entry

    def source(self, chosen: Sequence[str] | None = None) -> Collection | Scope:
        """What a question is put to: the documents with these ids or names, or all. Raises CollectionError where they
        stand for none."""
        collection = self._documents.collection()
        if collection is None:
            demonstration = self._documents.source()
            return demonstration if chosen is None else demonstration.within(*chosen)
        return self._parts.part(collection, chosen)

    def _demonstration(self) -> list[DocumentSummary]:
        return self._documents.source().documents()

    def _own(self) -> Collection:
        """The collection, to be changed. Raises CollectionError where there is only the demonstration."""
        collection = self._documents.collection()
        if collection is None:
            raise CollectionError(DEMONSTRATION)
        return self._changeable(collection)

    def _changeable(self, collection: Collection) -> Collection:
        if collection.read_only:
            raise CollectionError(
                f"The collection {collection.folder} cannot be changed ({collection.read_only}): see to that first."
            )
        return collection

    def _count_change(self) -> None:
        self._tell_of_change()
        self._publishing.wake()

    def _tell_of_change(self) -> None:
        with self._changed:
            self._number += 1
            self._changed.notify_all()
