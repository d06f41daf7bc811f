"""The passages that match a question's words best, by BM25.

SQLite computes BM25 for every passage that holds one of the words, which is nearly all the time that a search takes: 1
microsecond each, against 0.06 to find it. So where that would be many, only those are scored that hold the rarest of
the words, or most of them.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from index.stored import read_ids
from index.vectors.store import Ids

# Places, each of one word in one passage, up to which every passage with one of the words is scored.
MOST_SCORED = 10_000
# Beyond that: how many places are looked at to choose what is scored, from how many of the rarest words at least, and
# how many passages are scored then.
MOST_LOOKED_AT, LEAST_WORDS = 60_000, 3
CANDIDATES = 1_000
# Places of the words by which these are scored, and how many words at least: a long question's commonest ones are not.
MOST_WEIGHED, LEAST_WEIGHED = 120_000, 8
IDS_WITH = "SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid"
MOST_COUNTED = 200_000  # a word in more passages than these is as common as any


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question as FTS5 looks for it, in so many passages."""

    expression: str
    passages: int


def best_matches(
    connection: sqlite3.Connection, terms: Sequence[str], k: int, ids: Ids | None = None
) -> list[tuple[int, float]]:
    """The ids of the `k` passages that match the terms best, best first, and their BM25; only of those with these
    `ids`, if given, which ascend. All terms and passages count where that takes no longer (see MOST_SCORED)."""
    found = _occurring(connection, terms)
    if not found:
        return []
    if sum(term.passages for term in found) <= MOST_SCORED or (ids is not None and len(ids) <= MOST_SCORED):
        return _scored(connection, found, k, ids)
    rarest = sorted(found, key=lambda term: term.passages)
    some = _candidates(connection, _up_to(rarest, MOST_LOOKED_AT, LEAST_WORDS), max(k, CANDIDATES), ids)
    return _scored(connection, _up_to(rarest, MOST_WEIGHED, LEAST_WEIGHED), k, some)


def _occurring(connection: sqlite3.Connection, terms: Sequence[str]) -> list[Term]:
    """Those of the terms that occur, with their passages. Most other ways to write a word do not."""
    rows = connection.execute(
        "SELECT asked.value, (SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH asked.value LIMIT :most)) "
        "FROM json_each(:terms) AS asked ORDER BY asked.key",
        {"terms": json.dumps(list(terms)), "most": MOST_COUNTED},
    )
    return [Term(expression, passages) for expression, passages in rows if passages]


def _up_to(rarest: Sequence[Term], places: int, least: int) -> list[Term]:
    """As many of the terms as occur in so many places, but at least so many terms."""
    reached = accumulate(term.passages for term in rarest)
    count = sum(total <= places for total in reached)
    return list(rarest[: max(count, least)])


def _candidates(connection: sqlite3.Connection, terms: Sequence[Term], most: int, ids: Ids | None) -> Ids:
    """The ids of the passages that hold most of the terms, each counted by how rare it is; only of those with these
    `ids`, if given."""
    [(last,)] = connection.execute("SELECT coalesce(max(id), 0) FROM passages")
    places, weights = [], []
    for term in terms:
        holding = read_ids(connection, IDS_WITH, (term.expression,))
        places.append(holding)
        weights.append(np.full(len(holding), math.log1p(last / term.passages)))
    there, at = np.unique(np.concatenate(places), return_inverse=True)
    weight = np.bincount(at, np.concatenate(weights))
    if ids is not None:
        among = np.isin(there, ids, assume_unique=True)
        there, weight = there[among], weight[among]
    # Of equal ones the first, as everywhere else.
    return there[np.lexsort((there, -weight))[:most]]


def _scored(connection: sqlite3.Connection, terms: Sequence[Term], k: int, ids: Ids | None) -> list[tuple[int, float]]:
    """The passages with one of the terms, or those of them with these ids, by BM25."""
    # With the plus sign, SQLite runs through the matches once; else it would search anew for each id.
    some = "" if ids is None else "AND +rowid IN (SELECT value FROM json_each(:ids)) "
    words = " OR ".join(term.expression for term in terms)
    given = {"words": words, "k": k, "ids": json.dumps([] if ids is None else ids.tolist())}
    rows = connection.execute(
        f"SELECT rowid, bm25(words) FROM words WHERE words MATCH :words {some}ORDER BY 2, 1 LIMIT :k", given
    )
    return [(id_, -rank) for id_, rank in rows]  # SQLite's BM25 is better when lower
