"""Which passages a query with exact phrases or excluded words leaves to be searched."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.phrases import Query
from index.storage_reader import StorageReader
from index.vectors.store import Ids


def possible_ids(storage: StorageReader, query: Query, within: Iterable[str] | None = None) -> Ids | None:
    """The ids of the passages that hold the query's phrases, and perhaps more, as FTS5 tells without a look at their
    texts, ascending; only of the documents `within`, if given. None where all passages may be left. Those that FTS5
    does not tell, see `exact_ids`, are missing."""
    own = None if within is None else storage.passage_ids(within)
    if not query.phrases:
        return own
    found = storage.ids_with(query.expression)
    return found if own is None else np.intersect1d(found, own, assume_unique=True)


def exact_ids(storage: StorageReader, query: Query, within: Iterable[str] | None = None) -> Ids:
    """The ids of all passages that hold each of the query's phrases and nothing that it excludes, ascending; only of
    the documents `within`, if given.

    FTS5 says which passages may, and their texts are compared. Where it knows none of the words, as of "\u00a7", or
    nothing is found, all passages are compared: a line of contents, say, is not in a view.
    """
    documents = None if within is None else list(within)
    if not query.phrases:
        ids = storage.passage_ids(documents)  # looked up first: what is added meanwhile is not looked through
        texts = storage.own_texts(query.excluded_expression, documents)
        return np.setdiff1d(ids, _array(id_ for id_, *texts in texts if query.excludes(*texts)))
    found = _array(id_ for id_, *texts in storage.own_texts(query.expression, documents) if query.fits(*texts))
    if query.expression and not len(found):
        found = _array(id_ for id_, *texts in storage.own_texts("", documents) if query.fits(*texts))
    return found


def _array(ids: Iterable[int]) -> Ids:
    return np.array(sorted(ids), np.int64)
