"""All the things that a question for several wants, each quoted and cited.

They are the items of a list, like cells of a table, the steps that are told one after the other, the parts of an
enumeration, or what several sentences say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.records import Passage, Place
from qa.candidates import Candidate
from qa.citing import Citer
from qa.enumerations import enumeration_around, likeness_of
from qa.listing import names_one, wants_several
from qa.plural import names_several
from qa.reading.reader import Reader
from qa.records import Citation
from qa.same_text import same_text
from qa.sequences import ASKS_STEPS, steps_around

# By how many logits the span of another sentence must beat "no answer" when the sentence is read alone: where it was a
# candidate in its passage as well, and where it was none. Few cases stand behind either: on the choosing half of the
# labelled lists spans of the first kind were right from 3.5 on, and over a made-up letter one of the second kind was
# wrong at 4.8.
BELIEVED = 3.5
BELIEVED_ALONE = 6.0
LEAST = -4.0  # logits of a candidate that counts as one
SAYING = frozenset("is are was were has have had must may can will cannot".split())
MOST_SENTENCES = 12  # that are read by themselves for one question


@dataclass(frozen=True, slots=True)
class Thing:
    """One of several things: `passage.view.text[start:end]`, with the score of the span that it was found in."""

    passage: Passage
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.view.text[self.start : self.end]

    @property
    def place(self) -> Place:
        """Where it stands in its document."""
        return self.passage.view.place(self.start, self.end)


def things_wanted(
    reader: Reader, question: str, candidates: Sequence[Candidate], best: Citation, citer: Citer
) -> tuple[Citation, ...]:
    """A citation for each of the things that the question wants, in the order of the text, where it wants several and
    there are several; else nothing. `best` cites the first of the candidates.

    Raises DamageError where one is not stored.
    """
    if not wants_several(question):
        return ()
    passage, things = candidates[0].hit.passage, _parts(_thing(candidates[0]), citer)
    asks_steps = ASKS_STEPS.search(question) is not None
    apart = len(things) > 1 and not asks_steps and _is_said_of_parts(candidates[0])
    is_plural = names_several(question)
    if not apart and (listed := citer.cite_list(best, passage)):
        return listed if is_plural or not _is_one_named(question, best, listed, passage) else ()
    if is_plural and len(cells := citer.cite_cells(best, passage, question)) > 1:
        return cells
    if asks_steps and (steps := _steps(candidates[0], citer)):
        return _cited(steps, citer)
    if is_plural and len(things) == 1 and not best.names:
        things += _others(things[0], _further(reader, question, candidates, citer), citer)
    things = distinct(things)
    return _cited(things, citer) if len(things) > 1 else ()


def _is_one_named(question: str, best: Citation, listed: Sequence[Citation], passage: Passage) -> bool:
    """Whether the question names something of the best quote's item alone, and so asks for no others."""
    own = [one.text for one in listed if one.start <= best.start and best.end <= one.end]
    others = [one.text for one in listed if one.text not in own]
    names = " ".join(name.text for name in listed[0].names)
    return bool(own) and names_one(question, own[0], others, f"{passage.view.text[: passage.view.context]} {names}")


def distinct(things: Sequence[Thing]) -> list[Thing]:
    """The things in the order of the text, each once."""
    kept: list[Thing] = []
    for one in things:
        if not any(same_text(one.text, other.text) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda thing: thing.place)


def _others(first: Thing, further: Iterable[Thing], citer: Citer) -> list[Thing]:
    """The parts of further things that are like the first, without those that only name one of them again."""
    kept = [first]
    for one in (part for thing in further for part in _parts(thing, citer)):
        again = any(_is_part(one.text, other.text) or _is_part(other.text, one.text) for other in kept)
        if not again and likeness_of(one.text) == likeness_of(first.text):
            kept.append(one)
    return kept[1:]


def _is_part(text: str, other: str) -> bool:
    """Whether a name is the end of another, as "Berg" is of "Anna Berg"."""
    words, others = text.split(), other.split()
    return likeness_of(text) == "name" and len(words) < len(others) and others[-len(words) :] == words


def _thing(candidate: Candidate) -> Thing:
    return Thing(candidate.hit.passage, candidate.span.start, candidate.span.end, candidate.span.score)


def _cited(things: Sequence[Thing], citer: Citer) -> tuple[Citation, ...]:
    return tuple(citer.cite(one.place, one.score, one.passage) for one in things)


def _parts(thing: Thing, citer: Citer) -> list[Thing]:
    """The parts of the enumeration in which a thing stands; itself where it stands in none."""
    view = thing.passage.view
    low, high = next(unit for unit in view.units if unit[0] <= thing.start < unit[1])
    for start, end in citer.sentences(thing.passage):
        if start <= thing.start < end:
            low, high = max(low, start), min(high, max(end, thing.end))
    parts = enumeration_around(view.text, thing.start, thing.end, low, high)
    return [Thing(thing.passage, *part, thing.score) for part in parts] or [thing]


def _is_said_of_parts(candidate: Candidate) -> bool:
    """Whether the item of a list says something of the candidate's words, as "Present: Ana Berg, Tom Lee" and "The hall
    and the bar are closed" do. Then its parts are wanted, and not the other items."""
    view, (start, end) = candidate.hit.passage.view, (candidate.span.start, candidate.span.end)
    low, high = next(unit for unit in view.units if unit[0] <= start < unit[1])
    before, behind = view.text[low:start], view.text[end:high]
    return ": " in before or not SAYING.isdisjoint(f"{before} {behind}".casefold().split())


def _steps(best: Candidate, citer: Citer) -> list[Thing]:
    """The steps around the best candidate, where its block tells some."""
    passage = best.hit.passage
    unit = next(one for one in passage.view.units if one[0] <= best.span.start < one[1])
    inside = [one for one in citer.sentences(passage) if unit[0] <= one[0] and one[1] <= unit[1]]
    steps = steps_around(passage.view.text, inside, (best.span.start, best.span.end))
    return [Thing(passage, *step, best.span.score) for step in steps]


def _further(reader: Reader, question: str, candidates: Sequence[Candidate], citer: Citer) -> Iterator[Thing]:
    """What the reader believes to answer in other sentences of the document, each read by itself."""
    document = candidates[0].hit.passage.document_id
    passages = {one.hit.passage.id: one.hit.passage for one in candidates if one.span.score > 0}
    own = candidates[0].place
    found: list[tuple[Passage, Place]] = []
    for passage in passages.values():
        if passage.document_id == document:
            places = (passage.view.place(*one) for one in citer.sentences(passage))
            found += [(passage, one) for one in places if not (one[0] < own[1] and own[0] < one[1])]
    found = found[:MOST_SENTENCES]
    views = [citer.closest(place, passage) for passage, place in found]
    read: set[int] = set()
    for span in reader.read(question, views):  # best first
        passage, view = found[span.passage][0], views[span.passage]
        place = passage.view.find(*view.place(span.start, span.end))
        if span.passage in read or not place:
            continue
        read.add(span.passage)
        thing = Thing(passage, *place, span.score)
        if span.score >= (BELIEVED if _is_candidate(thing, candidates) else BELIEVED_ALONE):
            yield thing


def _is_candidate(thing: Thing, candidates: Sequence[Candidate]) -> bool:
    """Whether one of the candidates lies where the thing does."""
    return any(
        one.hit.passage.id == thing.passage.id
        and one.span.score >= LEAST
        and one.span.start < thing.end
        and thing.start < one.span.end
        for one in candidates
    )
