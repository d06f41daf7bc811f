"""A copy of a published collection, which follows it. It is only read: documents come from the server, vectors stay
there, and words are searched here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.collection import DATABASE, Collection
from index.encoder import Encoder
from index.errors import CollectionError
from index.migrations import FORMAT_VERSION
from index.published.copies import CopyFolder
from index.published.log import Publication, PublishedLog, read_rows
from index.published.milvus_log import MilvusLog, published_at
from index.storage import Storage
from index.storage_copy import COPY_OF, Row
from index.vectors.milvus_server import MilvusAddress, MilvusServer
from index.vectors.milvus_store import BEFORE, MilvusState
from index.vectors.store import Ids, Vectors

TRIES, BETWEEN = 5, 0.5  # where documents are replaced while they are fetched; seconds
TOLD_FROM = 1_000  # documents that take so long to fetch that it is said


class PublishedCopy:
    """What is published, in a database in `folder`. `address` is how it is called. Safe to use from several threads.

    Raises CollectionError where it cannot be fetched.
    """

    def __init__(
        self, log: PublishedLog, folder: Path, address: str, report: Callable[[str], None] | None = None
    ) -> None:
        self._log, self._address, self._report = log, address, report
        self._storage = Storage(folder / DATABASE)
        self._storage.set_meta(COPY_OF, address)
        self._lock = threading.Lock()
        self._known: Publication | None = None
        self.follow(exact=True)

    def close(self) -> None:
        """Release the database."""
        self._storage.close()

    def follow(self, *, exact: bool = False) -> Publication:
        """Take in what was published since; the publication that it is then a copy of. Where it need not be `exact`,
        what was published in the last seconds may be missing."""
        with self._lock:
            for attempt in range(TRIES):
                publication = self._log.publication(exact=exact or attempt > 0)
                known = self._known
                if publication is None:
                    raise CollectionError(f"Nothing is published at {self._address} any more: see to its publisher.")
                if known and known.documents == publication.documents and known.number >= publication.number:
                    if known.number == publication.number:
                        self._known = publication
                    return self._known or publication
                try:
                    self._take_in(publication)
                except LookupError:
                    time.sleep(BETWEEN)
                else:
                    self._known = publication
                    return publication
        raise self._unreadable("parts of a document are missing")

    def _take_in(self, publication: Publication) -> None:
        """Store what lies behind what is known. Raises LookupError where some of it was replaced meanwhile."""
        if publication.format != FORMAT_VERSION:
            raise self._unreadable(
                f"it has format {publication.format}, and this release reads format {FORMAT_VERSION}"
            )
        follows = self._known is not None and self._known.documents == publication.documents
        after = self._known.number if self._known and follows else 0
        newest = {one.document_id: one for one in self._log.entries(publication, after)}
        wanted = [one for one in newest.values() if one.parts]
        if self._report and len(wanted) >= TOLD_FROM:
            self._report(f"Fetching {len(wanted):,} documents from {self._address}")
        earlier = {*newest, *(() if follows else self._storage.stored_checksums())}

        def rows() -> Iterator[Row]:
            for _, text in self._log.texts(publication, wanted):
                yield from read_rows(text)

        try:
            self._storage.replace_rows(earlier, rows())
        except ValueError as error:
            raise self._unreadable(str(error)) from error

    def _unreadable(self, why: str) -> CollectionError:
        return CollectionError(
            f"What is published at {self._address} cannot be read ({why}): publish it again with this release, by "
            "'quotewise index'."
        )


@dataclass(slots=True)
class _Followed:
    """What one thread searches while it sees one state: the vectors, and the last passage that the copy knows."""

    state: MilvusState
    last: int


class FollowedVectors:
    """The vectors of what is published, searched on the server for a copy that follows it; see SearchedVectors."""

    def __init__(self, copy: PublishedCopy, server: MilvusServer, storage: Storage, folder: CopyFolder) -> None:
        self._copy, self._server, self._storage, self._folder = copy, server, storage, folder
        self._pinned = threading.local()
        self._lock = threading.Lock()
        self._state = MilvusState(server, "", BEFORE, 0.0)
        self._number = -1

    def close(self) -> None:
        """Delete the copy."""
        self._copy.close()
        self._folder.delete()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See SearchedVectors; what was published some seconds ago is taken in first."""
        if getattr(self._pinned, "followed", None):
            yield
            return
        state = self._followed()
        with self._storage.snapshot():
            self._pinned.followed = _Followed(state, self._storage.position().added)
            try:
                yield
            finally:
                self._pinned.followed = None

    def _followed(self) -> MilvusState:
        with self._lock:
            publication = self._copy.follow()
            if publication.vectors != self._state.name:
                self._server.load(publication.vectors)
            if publication.vectors != self._state.name or publication.number != self._number:
                self._state = MilvusState(self._server, publication.vectors, BEFORE, time.monotonic())
                self._number = publication.number
            return self._state

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """See SearchedVectors. Of passages that are newer than the copy, nothing is found."""
        with self.snapshot():
            followed: _Followed = self._pinned.followed
            found = followed.state.search(query, k, within)
            if any(id_ > followed.last for id_, _ in found):
                found = followed.state.search_up_to(query, k, followed.last)
            return found

    def lacks_after(self) -> int | None:
        """See SearchedVectors; what the copy has is on the server."""
        return None

    def catch_up(self, brought: int = 0, go_on: Callable[[], bool] | None = None) -> bool:
        """The publisher does."""
        return True


def open_published(
    address: str,
    encoder: str | Encoder | None = None,
    report: Callable[[str], None] | None = None,
    *,
    download: bool = False,
) -> Collection:
    """A read-only collection that is a copy of what is published at an address, URL or URL#NAME, and follows it; it is
    deleted when it is closed. `encoder`, `report` and `download` are as in `Collection`.

    Raises CollectionError where nothing is published there, or several collections of which none is named.
    """
    place = MilvusAddress.of(address)
    server, name = published_at(place)
    called = str(MilvusAddress(place.url, name))
    folder = CopyFolder(DATABASE)
    try:
        copy = PublishedCopy(MilvusLog(server, name), folder.path, called, report)

        def open_followed(storage: Storage, dimension: int) -> FollowedVectors:
            storage.read_only = f"it is a copy of what is published at {called}"
            return FollowedVectors(copy, server, storage, folder)

        return Collection(folder.path, encoder, report, create=False, download=download, vectors=open_followed)
    except BaseException:
        folder.delete()
        raise
