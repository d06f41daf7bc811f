"""Publishes the documents of a collection whose vectors lie on a server, so that other processes need only that."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace

from index.errors import CollectionError
from index.locks import take_lock
from index.published.log import Publication, PublishedEntry, PublishedLog, PublishedText, write_rows
from index.storage import Storage
from index.vectors.caught_up import CaughtUpVectors
from index.vectors.store import Ids, Vectors

OWN = "published"  # the fact in the database that names its documents on the server
STATE = "published_state"  # the fact that tells which state was published last
LOCK = "publishing.lock"  # beside the database: one process publishes at a time
WAITS = 600.0  # seconds for another process that publishes, where all has to be told
TOGETHER = 2_000_000  # characters of texts that are written before it is told how far they go


class Publisher:
    """Brings what is published up to date with a collection's database; `receipt` is the fact there that names its
    vectors on the server. Raises CollectionError where the server does not answer, or another collection has the
    name."""

    def __init__(self, storage: Storage, open_log: Callable[[], PublishedLog], receipt: str) -> None:
        self._storage, self._open_log, self._receipt = storage, open_log, receipt
        self._stamp = ""  # of the state that is published

    def is_behind(self) -> bool:
        """Whether the database holds something that was not published."""
        return not self._storage.read_only and self._state_of() not in (self._stamp, self._storage.meta(STATE))

    def publish(self, wait: float, go_on: Callable[[], bool] = lambda: True) -> bool:
        """Publish what is not; whether all is. Another process that publishes is waited for so many seconds. Where
        `go_on` returns False, the rest is left for the next time."""
        if self._storage.read_only:
            return True
        with self._alone(wait) as alone, self._storage.snapshot():
            state = self._state_of()
            if alone and state != self._stamp and self._send(state, go_on):
                self._stamp = state
                self._storage.set_meta(STATE, state)
            return self._stamp == state

    def _state_of(self) -> str:
        """A hash of what tells one state of the database from another."""
        with self._storage.snapshot():
            position, facts = self._storage.position(), self._storage.stored_facts_checksum()
            told = [self._storage.revision(), position.added, position.removed, facts, self._vectors()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _vectors(self) -> str:
        """The name of the vectors on the server, "" where they are not there as yet."""
        receipt = self._storage.meta(self._receipt)
        return str(json.loads(receipt)["name"]) if receipt else ""

    @contextmanager
    def _alone(self, wait: float) -> Iterator[bool]:
        """Whether no other process publishes this collection, and none will while this is open."""
        lock = take_lock(self._storage.path.parent / LOCK, wait)
        try:
            yield lock is not None
        finally:
            if lock:
                lock.release()

    def _send(self, state: str, go_on: Callable[[], bool]) -> bool:
        vectors = self._vectors()
        if not vectors:
            return False
        log = self._open_log()
        publication = self._begun(log, vectors)
        if publication.stamp == state:
            return True
        there, replaced = _newest(log.entries(publication, 0))
        here = self._storage.stored_checksums()
        changed = [id_ for id_, number in here.items() if id_ not in there or there[id_].checksum != number]
        gone = [id_ for id_, one in there.items() if one.parts and id_ not in here]
        waiting = [PublishedText(id_, 0, "") for id_ in gone]
        for id_ in changed:
            waiting.append(PublishedText(id_, here[id_], write_rows(self._storage.stored_rows(id_))))
            if sum(len(one.text) for one in waiting) >= TOGETHER:
                publication = log.append(publication, waiting)
                log.tell(publication)
                waiting = []
                if not go_on():
                    return False
        if waiting:
            publication = log.append(publication, waiting)
        replaced += [there[id_] for id_ in (*changed, *gone) if id_ in there]
        log.tell(replace(publication, stamp=state), replaced)
        return True

    def _begun(self, log: PublishedLog, vectors: str) -> Publication:
        """What is published of this collection so far."""
        own = self._storage.meta(OWN)
        told = log.publication(exact=True)
        if told and told.documents != own:
            raise CollectionError(
                "Another collection is published under this name: name this one otherwise, as in --vectors URL#NAME."
            )
        if own is None:
            own = f"quotewise_{os.urandom(8).hex()}_documents"
            self._storage.set_meta(OWN, own)
        if told is None:
            return Publication(vectors, own)
        return told if told.vectors == vectors else replace(told, vectors=vectors, stamp="")


def _newest(entries: list[PublishedEntry]) -> tuple[dict[str, PublishedEntry], list[PublishedEntry]]:
    """The last entry of each document, and those that it replaced: they are left where a process was killed."""
    newest: dict[str, PublishedEntry] = {}
    replaced = []
    for one in entries:
        if one.document_id in newest:
            replaced.append(newest[one.document_id])
        newest[one.document_id] = one
    return newest, replaced


class PublishedVectors:
    """The vectors of a collection that is published whenever they are caught up; see SearchedVectors."""

    def __init__(self, vectors: CaughtUpVectors, publisher: Publisher) -> None:
        self._vectors, self._publisher = vectors, publisher
        self._ended = threading.Event()
        self._beside: threading.Thread | None = None

    def close(self) -> None:
        """Leave what is not published as yet for the next time."""
        self._ended.set()
        if self._beside:
            self._beside.join()
        self._vectors.close()

    def snapshot(self) -> AbstractContextManager[None]:
        """See SearchedVectors."""
        return self._vectors.snapshot()

    def search(self, query: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """See SearchedVectors. What is not published is published beside it: a question does not wait for that."""
        found = self._vectors.search(query, k, within)
        if not (self._beside and self._beside.is_alive()) and self._publisher.is_behind():
            self._beside = threading.Thread(target=self._publish_beside, name="publish documents", daemon=True)
            self._beside.start()
        return found

    def lacks_after(self) -> int | None:
        """See SearchedVectors."""
        return self._vectors.lacks_after()

    def _publish_beside(self) -> None:
        with suppress(CollectionError, OSError):  # the next question tries again
            self._publisher.publish(0.0, lambda: not self._ended.is_set())

    def catch_up(self, brought: int = 0, go_on: Callable[[], bool] | None = None) -> bool:
        """Take in and publish all that the database knows; see SearchedVectors."""
        if go_on and not self._publisher.is_behind():  # the server is not asked
            return True
        self._vectors.catch_up(brought)
        if go_on:
            return self._publisher.publish(0.0, go_on)
        if not self._publisher.publish(WAITS):
            raise CollectionError(
                "Not all is published, since another process publishes this collection: run the same command again."
            )
        return True
