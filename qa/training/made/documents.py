"""Made-up documents to training examples, by way of the project's own extractors, passages and views."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.formats import FORMATS
from index.keywords import STOP_WORDS
from index.passages import split_passages
from index.records import Document, View
from qa.training.examples import Example
from qa.training.made.clauses import shorter
from qa.training.made.facts import Fact, Sketch
from qa.training.made.sketches import made_sketch

MOST_FACTS = 6  # asked for of a document
NEIGHBOURS = 2  # passages that do not answer, most alike first
ABSENT = "absent"  # the kind of a question that its document does not answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a passage, and its answers there."""

    kind: str
    question: str
    view: View
    spans: tuple[tuple[int, int], ...]


def views_of(sketch: Sketch) -> list[View]:
    """The views of a sketch, read as the file of its name would be."""
    ending = sketch.name[sketch.name.rfind(".") :]
    extract = FORMATS[ending].extract(sketch.text.encode(), sketch.name)
    title = extract.title or sketch.name.removesuffix(ending)
    document = Document(sketch.name, title, sketch.name, "", extract.text, blocks=extract.blocks, marks=extract.marks)
    return [plan.view for plan in split_passages(document, document.blocks)]


def document_examples(number: int, seed: int, filler: Sequence[str]) -> list[Example]:
    """The examples that made-up document `number` gives. `filler` are sentences of other text, at least three."""
    rng = random.Random(f"{seed} document {number}")
    sketch = made_sketch(rng, filler)
    views = views_of(sketch)
    made: list[Example] = []
    for place, asked in enumerate(_asked(sketch, views, rng)):
        group = f"document:{number}-{place}"
        made += [
            Example(f"{group}-{i}", group, one.kind, one.question, one.view.text, one.spans, one.view.context)
            for i, one in enumerate(asked)
        ]
    return made


def _asked(sketch: Sketch, views: Sequence[View], rng: random.Random) -> Iterator[list[Asked]]:
    """Groups of one question over several passages."""
    facts = _spread(sketch.facts, rng)
    for fact in facts[:MOST_FACTS]:
        question = rng.choice(fact.asks)
        found = {i: place for i, view in enumerate(views) if (place := fact.find(view))}
        if not found:
            continue
        first = min(found)
        rivals = [one for one in sketch.facts if one is not fact and question in one.asks]  # they answer it as well
        spans = {found[first], *(place for one in rivals if (place := one.find(views[first])))}
        spans |= {(start + i, end) for start, end in spans for i in shorter(views[first].text[start:end])}
        group = [Asked(fact.kind, question, views[first], tuple(sorted(spans)))]
        others = [
            view
            for i, view in enumerate(views)
            if i not in found and not _holds(view, fact.answer) and not any(one.find(view) for one in rivals)
        ]
        for view in alike(question, others, views[first])[: rng.randint(0, NEIGHBOURS)]:
            group.append(Asked("neighbour", question, view, ()))
        yield group
    for question in rng.sample(sketch.absent, min(2, len(sketch.absent))):
        nearest = alike(question, views)[: rng.randint(1, NEIGHBOURS)]
        yield [Asked(ABSENT, question, view, ()) for view in nearest]


def _spread(facts: Sequence[Fact], rng: random.Random) -> list[Fact]:
    """The facts in an order in which the kinds take turns, so that a large table does not crowd out the rest."""
    shuffled = rng.sample(list(facts), len(facts))
    turns: Counter[str] = Counter()
    keyed = []
    for fact in shuffled:
        turns[fact.kind] += 1
        keyed.append((turns[fact.kind], fact))
    return [fact for _, fact in sorted(keyed, key=lambda pair: pair[0])]


def _holds(view: View, answer: str) -> bool:
    """Whether the answer's words stand in the view, so that it might answer."""
    return bool(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", view.text))


def alike(question: str, views: Sequence[View], beside: View | None = None) -> list[View]:
    """The views by how many of the question's words they hold, and of those of the passage that answers."""
    asked = _words(question)
    near = _words(beside.text) if beside else frozenset()

    def score(view: View) -> float:
        words = _words(view.text)
        return len(words & asked) / max(1, len(asked)) + 0.5 * len(words & near) / max(1, len(words | near))

    return sorted(views, key=lambda view: -score(view))


@lru_cache(maxsize=50_000)  # an article's passages are looked at for each of its questions
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower())) - STOP_WORDS
