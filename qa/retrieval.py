"""Finding the passages worth reading: dense and keyword search, fused."""

from __future__ import annotations

from collections.abc import Sequence

from index.phrases import Query
from index.records import Hit, Passage
from qa.same_text import on_one_line
from qa.source import Source

# How deep each search goes before fusing; beyond this neither adds a gold passage worth its time.
DEPTH = 50
USUAL_LENGTH = 600  # characters of a view; reading one of these takes as long as any
LEAST_SHARE = 0.25
DEEPEST = 800  # where copies of one text crowd out what else there is
# The share of the keyword score in the fused one; chosen on held-back training articles.
KEYWORD_SHARE = 0.3


def retrieve(source: Source, query: Query, k: int) -> list[Hit]:
    """The passages that dense and keyword search together put first, scored 0 to 1: `k` usual ones, or more short ones.
    Of equal ones only the best comes; where that leaves too few, the search goes deeper."""
    depth = DEPTH
    while True:
        searched = source.search(query, depth)
        found = different(fuse(searched.dense, searched.keywords))
        enough = filling(found, k)
        if enough or max(len(searched.dense), len(searched.keywords)) < depth or depth >= DEEPEST:
            return found[:enough] if enough else found
        depth *= 4


def absent_phrases(source: Source, query: Query) -> tuple[str, ...]:
    """Those of the query's phrases that occur in no passage of the source."""
    alone = (Query(query.text, (phrase,)) for phrase in query.phrases)
    return tuple(one.phrases[0] for one in alone if not source.search(one, 1).dense)


def different(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, but for those whose text an earlier one has, white space and case aside."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(on_one_line(hit.passage.text), hit)
    return list(first.values())


def filling(hits: Sequence[Hit], k: int) -> int:
    """How many of the hits take as long to read as `k` usual ones: a row of a table counts a quarter. 0 where all of
    them do not."""
    filled = 0.0
    for number, hit in enumerate(hits):
        filled += min(1.0, max(LEAST_SHARE, len(hit.passage.view.text) / USUAL_LENGTH))
        if filled > k - LEAST_SHARE:
            return number + 1
    return 0


def fuse(dense: Sequence[Hit], keyword: Sequence[Hit], share: float = KEYWORD_SHARE) -> list[Hit]:
    """All passages of both searches by a convex combination of their scores (Bruch et al. 2022), best first.

    Cosines are used as they are; BM25 has no upper bound and is divided by the best hit's. A passage that one
    search did not return gets that search's lowest score.
    """
    passages: dict[int, Passage] = {hit.passage.id: hit.passage for hit in (*dense, *keyword)}
    cosines = {hit.passage.id: max(0.0, hit.score) for hit in dense}
    best = max((hit.score for hit in keyword), default=1.0)
    bm25 = {hit.passage.id: hit.score / best for hit in keyword if best > 0}
    low_cosine, low_bm25 = min(cosines.values(), default=0.0), min(bm25.values(), default=0.0)
    hits = [
        Hit(passage, (1 - share) * cosines.get(id_, low_cosine) + share * bm25.get(id_, low_bm25))
        for id_, passage in passages.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
