"""The parts of a collection that are chosen to be asked, each looked up once."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

from index.collection import Collection
from index.errors import CollectionError
from ui.web.attention import AskedScope, Attention

MOST_KEPT = 64  # parts that are kept to be asked again
ID = re.compile(r"[0-9a-f]{16}")  # of a document
NONE_CHOSEN = "No document is chosen: choose at least one to be asked."
NONE_LEFT = "None of the chosen documents is there any more: choose others."


class AskedParts:
    """Gives the part of a collection that some ids and names stand for. Safe to use from several threads.

    A part is kept until the documents change, so that a conversation over some of many documents does not look them up
    at each question.
    """

    def __init__(self, attention: Attention) -> None:
        self._attention = attention
        self._lock = threading.Lock()
        self._kept: dict[frozenset[str], AskedScope] = {}
        self._as_of: tuple[int, int] = (0, -1)  # which collection, and its revision

    def part(self, collection: Collection, chosen: Sequence[str] | None) -> AskedScope:
        """The part that these ids, files, folders or patterns stand for, None for all. Raises CollectionError where
        they stand for none. Ids of documents that are gone meanwhile are passed over."""
        if chosen is None:
            return AskedScope(self._attention, collection, None)
        if not chosen:
            raise CollectionError(NONE_CHOSEN)
        as_of, key = (id(collection), collection.revision()), frozenset(chosen)
        with self._lock:
            if as_of != self._as_of:
                self._kept, self._as_of = {}, as_of
            found = self._kept.get(key)
        if found is None:
            found = self._looked_up(collection, list(dict.fromkeys(chosen)))
            with self._lock:
                if as_of == self._as_of:
                    self._kept[key] = found
                    if len(self._kept) > MOST_KEPT:
                        del self._kept[next(iter(self._kept))]
        return found

    def _looked_up(self, collection: Collection, chosen: list[str]) -> AskedScope:
        with collection.snapshot():
            ids = [name for name in chosen if ID.fullmatch(name)]
            if ids:
                there = {one.id for one in collection.documents()}
                chosen = [name for name in chosen if name not in ids or name in there]
            if not chosen:
                raise CollectionError(NONE_LEFT)
            part = collection.within(*chosen)
            documents = part.documents()
            if len(documents) == collection.counts()[0]:  # nothing needs to be filtered
                return AskedScope(self._attention, collection, None)
            return AskedScope(self._attention, collection, documents, tuple(part.left_out()))
