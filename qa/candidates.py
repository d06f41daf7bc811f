"""What the reader found in the passages, in the order in which it would be given as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import BlockKind, Hit, Place, View
from qa.citing import Citer
from qa.confidence import MOST_LOGITS
from qa.forms import form_of, in_form
from qa.listing import asks_for_item, is_item_of, item_number
from qa.reading.reader import Reader
from qa.reading.spans import Span
from qa.same_text import same_text
from qa.source import Source

# Logits that a fused retrieval score of 1 adds to a span's score when spans are ranked; chosen on held-back articles.
RETRIEVAL_WEIGHT = 18.0
# Of spans whose scores are nearly equal, the sentence decides that is nearer to the question: logits that a cosine of 1
# adds, and how far behind the first and how many these are. Over real documents the right source came first for 71.4%
# of questions instead of 69.2 (alone) and for 69.2 instead of 67.0 (among all), with 0.7 sentences to compare.
NEARNESS_WEIGHT = 4.0
CLOSE = 2.0
MOST_COMPARED = 3
ASKING = re.compile(r"[^.!?\n]*[?\uff1f\u061f]")  # the rest of a sentence that asks
ASKED = 6.0  # logits less for words of a sentence that asks: none of 272 such spans over real documents was right
SURE_ITEM = 6.0  # logits of the only item of a number that is asked for by nothing else: no reader need be sure of it
MOST_NUMBERED = 6  # items of the number asked for that are read by themselves


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the hit it was read in. `rank_score` orders candidates over all passages; `is_read` tells that a
    reader chose it, and not the number that it stands under. `whole` is where in the view the clause or sentence stands
    that is quoted for the span, where that is more."""

    span: Span
    hit: Hit
    rank_score: float
    is_read: bool = True
    whole: Place | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where the span stands in its document."""
        return self.hit.passage.view.place(self.span.start, self.span.end)

    @property
    def quoted(self) -> tuple[int, int]:
        """Where in its document stands what is quoted for the span."""
        return self.hit.passage.view.place(*self.whole) if self.whole else self.place


def find_candidates(reader: Reader, question: str, hits: Sequence[Hit]) -> list[Candidate]:
    """Spans of all hits, best first. The reader's score re-ranks what retrieval found."""
    views = [hit.passage.view for hit in hits]
    spans = [unless_asked(span, views[span.passage]) for span in reader.read(question, views)]
    candidates = [
        Candidate(span, hits[span.passage], span.score + RETRIEVAL_WEIGHT * hits[span.passage].score) for span in spans
    ]
    return one_at_each_place(sorted(candidates, key=lambda candidate: -candidate.rank_score))


def nearer_first(question: str, candidates: Sequence[Candidate], citer: Citer, source: Source) -> list[Candidate]:
    """The candidates, the first ones ordered also by how near their sentences are to the question in meaning.

    Raises DamageError where one is not stored.
    """
    close = [one for one in candidates[:MOST_COMPARED] if candidates[0].rank_score - one.rank_score < CLOSE]
    texts = [citer.closest(one.place, one.hit.passage).text for one in close]
    if len(set(texts)) < 2:
        return list(candidates)
    near = source.nearness(question, texts)
    lifted = [
        replace(one, rank_score=one.rank_score + NEARNESS_WEIGHT * (cosine - min(near)))
        for one, cosine in zip(close, near, strict=True)
    ]
    return [*sorted(lifted, key=lambda one: -one.rank_score), *candidates[len(close) :]]


def unless_asked(span: Span, view: View) -> Span:
    """The span, with a lower score where its sentence only asks: a question is seldom an answer. The name of the next
    cell of a row, such as "Vegan?", does not belong to its sentence."""
    end = next((b for a, b in view.units if a <= span.start < b), len(view.text))
    return replace(span, score=span.score - ASKED) if ASKING.match(view.text, span.end - 1, end) else span


def numbered_first(
    reader: Reader, question: str, number: int, hits: Sequence[Hit], candidates: Sequence[Candidate], source: Source
) -> list[Candidate]:
    """The candidates with the items of this number, read whole, before all others."""
    found: list[tuple[Hit, View, Place]] = []
    for hit in hits:
        passage = hit.passage
        for block in source.parts(passage.document_id, passage.start, passage.end).blocks:
            first = block.start - passage.start
            if block.kind is not BlockKind.ITEM or first < 0:
                continue
            if item_number(passage.text[first : first + block.mark]) == number:
                place = passage.view.find(block.start + block.mark, block.end)
                line = passage.view.around(block.start, block.end)
                if place and line:
                    found.append((hit, passage.view.excerpt(*line), place))
    found = found[:MOST_NUMBERED]
    best: dict[int, float] = {}
    for span in reader.read(question, [view for _, view, _ in found]):
        best.setdefault(span.passage, span.score)
    is_sure = len(found) == 1 and asks_for_item(question) and is_item_of(question, found[0][0].passage.view.text)
    items = []
    for at, (hit, _, (start, end)) in enumerate(found):
        if at in best:
            score = max(best[at], SURE_ITEM) if is_sure else best[at]
            span = Span(hits.index(hit), start, end, hit.passage.view.text[start:end], score)
            items.append(Candidate(span, hit, score + RETRIEVAL_WEIGHT * hit.score, not is_sure))
    items.sort(key=lambda candidate: -candidate.rank_score)
    return one_at_each_place([*items, *candidates])


def one_at_each_place(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what is quoted from where a better candidate is in its document: the pieces of a cut sentence share
    text."""
    kept: list[Candidate] = []
    for one in candidates:
        start, end = one.quoted
        document = one.hit.passage.document_id
        if not any(k.hit.passage.document_id == document and k.quoted[0] < end and start < k.quoted[1] for k in kept):
            kept.append(one)
    return kept


def quoted_whole(question: str, candidates: Sequence[Candidate], citer: Citer) -> list[Candidate]:
    """The candidates, each quoted in the form that answers, without those that lie in a better one's quote.

    Raises DamageError where one is not stored.
    """
    if form_of(question) == "fact":
        return list(candidates)
    return one_at_each_place([_in_form(question, one, citer) for one in candidates])


def _in_form(question: str, one: Candidate, citer: Citer) -> Candidate:
    """A candidate that is quoted in the form that answers."""
    passage, span = one.hit.passage, (one.span.start, one.span.end)
    whole = in_form(question, passage.view, citer.sentences(passage), span) if one.is_read else span
    return replace(one, whole=None if whole == span else whole)


def lead(candidates: Sequence[Candidate]) -> float:
    """By how many logits the first of the candidates beats the next one that says something else."""
    best = candidates[0]
    rival = next((c for c in candidates[1:] if not same_text(c.span.text, best.span.text)), None)
    return best.rank_score - rival.rank_score if rival else MOST_LOGITS


def agrees(candidate: Candidate, best: Candidate) -> bool:
    """Whether a candidate gives the best one's answer elsewhere, and the reader believes it."""
    return candidate is best or (candidate.span.score > 0 and same_text(candidate.span.text, best.span.text))
