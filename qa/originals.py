"""Where quoted words were first written: what a mail or a page only quotes is cited from where it stands unquoted.

A reply that repeats a mail holds the same sentence, and most often more words of the question besides, so that it is
found before the mail itself. What stands nowhere else is cited from the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.phrases import Query
from index.records import Hit, Place
from qa.candidates import Candidate, one_at_each_place
from qa.citing import Citer
from qa.source import Source

FEWEST_WORDS = 4  # a shorter sentence, such as "Yes, I do.", is said by many
DEPTH = 200  # passages with the same sentence that are looked through: all replies may come before the mail


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A candidate in a quote: `text[start:end]` in the sentence around it, as both are read."""

    candidate: Candidate
    text: str
    start: int
    end: int

    def places(self, hit: Hit) -> Iterable[Place]:
        """Where in the hit's view the same words can be quoted out of the same sentence, case and white space apart."""
        parts = (self.text[: self.start], self.text[self.start : self.end], self.text[self.end :])
        before, words, behind = (r"\s+".join(map(re.escape, part.split())) for part in parts)
        view = hit.passage.view
        pattern = re.compile(rf"(?<!\w){before}\s*({words})\s*{behind}(?!\w)", re.IGNORECASE)
        found = (match.span(1) for match in pattern.finditer(view.text, view.context))
        return ((start, end) for start, end in found if any(a <= start and end <= b for a, b in view.units))


def from_originals(
    candidates: Sequence[Candidate], query: Query, hits: Sequence[Hit], citer: Citer, source: Source
) -> list[Candidate]:
    """The candidates, those in a quote moved to where the same sentence stands unquoted: in one of the hits or, for the
    best one, anywhere in the source. Raises DamageError where one is not stored."""
    moved: dict[int, Candidate] = {}
    for number, one in enumerate(candidates):
        if not (quoted := _quoted(one, citer)):
            continue
        original = _original(quoted, hits, citer)
        if not original and number == 0:
            found = source.search(replace(query, phrases=(*query.phrases, quoted.text)), DEPTH)
            original = _original(quoted, found.dense, citer)
        if original:
            moved[number] = original
    if not moved:  # as nearly always: then no two are at one place, and to compare all would take 2 ms
        return list(candidates)
    return one_at_each_place([moved.get(number, one) for number, one in enumerate(candidates)])


def _quoted(one: Candidate, citer: Citer) -> _Quoted | None:
    """The candidate with its sentence, if that is quoted and long enough to be told from what others say."""
    passage, span = one.hit.passage, one.span
    if not one.is_read or not citer.is_quote(one.place, passage):
        return None
    sentences = citer.sentences(passage)
    start = max((first for first, _ in sentences if first <= span.start), default=span.start)
    end = min((last for _, last in sentences if last >= span.end), default=span.end)
    text = passage.view.text[start:end]
    return _Quoted(one, text, span.start - start, span.end - start) if len(text.split()) >= FEWEST_WORDS else None


def _original(quoted: _Quoted, hits: Iterable[Hit], citer: Citer) -> Candidate | None:
    """The candidate at the first place in the hits at which its sentence stands unquoted; None where there is none."""
    for hit in hits:
        view = hit.passage.view
        for start, end in quoted.places(hit):
            if not citer.is_quote(view.place(start, end), hit.passage):
                span = replace(quoted.candidate.span, start=start, end=end, text=view.text[start:end])
                return replace(quoted.candidate, span=span, hit=hit)
    return None
