"""The questions that a person is offered who has asked nothing yet, found while nobody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

from index.collection import Collection
from qa.answerer import Answerer
from qa.example_questions import TRIED_EACH, Offer, is_answered, offers
from qa.opened import kept_reader
from qa.reading.catalog import FAST
from qa.reading.reader import Reader

MOST = 4  # questions that are offered


class Examples:
    """Example questions of one collection, found one try at a time. Read from several threads, found by one."""

    def __init__(self, reader: Reader | None = None) -> None:
        """`reader` answers what is tried; None is the shipped one, opened when it is needed."""
        self._reader = reader
        self._lock = threading.Lock()
        self._found: list[Offer] = []
        self._shown: tuple[Offer, ...] = ()
        self._as_of = -1  # the revision of the collection that they are of
        self._offers: Iterator[Offer] = iter(())
        self._answerer: Answerer | None = None

    def questions(self, document_ids: set[str]) -> tuple[str, ...]:
        """Those found of these documents."""
        with self._lock:
            return tuple(offer.question for offer in self._shown if offer.document_id in document_ids)

    def is_due(self, collection: Collection) -> bool:
        """Whether the documents have changed since the last try, or there is more to be tried."""
        return self._answerer is not None or collection.revision() != self._as_of

    def try_one(self, collection: Collection) -> bool:
        """Try one question; whether others are shown now than before. Those of before are shown until all are found."""
        revision = collection.revision()
        if revision != self._as_of:
            self._as_of, self._found = revision, []
            self._offers = islice(offers(collection), TRIED_EACH * MOST)
            self._answerer = Answerer(collection, self._reader or kept_reader(FAST))
        offer = next(self._offers, None)
        if offer and self._answerer and is_answered(self._answerer, collection, offer):
            self._found.append(offer)
        if offer is not None and len(self._found) < MOST:
            return False
        self._answerer, self._offers = None, iter(())
        with self._lock:
            before, self._shown = self._shown, tuple(self._found)
        return before != self._shown
