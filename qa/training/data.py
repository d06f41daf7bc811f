"""From labelled questions to training examples, each beside a paragraph as it stands."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index import keywords
from qa.lab.dataset import Paragraph, Question, whole_words
from qa.reading.reader import Reader
from qa.training.examples import ALTERED, Example
from qa.training.excerpts import excerpt
from qa.training.negatives import alter, hardest

ATTEMPTS = 8  # alterations of a question from which the hardest is chosen; some of them fail or turn out the same
MOST_PLACES = 3  # an answer text that stands more often in its passage is a common word, not an answer


def answer_places(question: Question) -> tuple[tuple[int, int], ...]:
    """Every whole-word occurrence of the answers, so that training can weigh them (few), or just the labelled ones."""
    spans = {(gold.start, gold.start + len(gold.text)) for gold in question.answers}
    for gold in question.answers:
        places = {match.span() for match in whole_words(gold.text).finditer(question.paragraph.text)}
        if len(places) <= MOST_PLACES:
            spans |= places
    return tuple(sorted(spans))


class ExampleMaker:
    """Makes examples of every kind over one training file; `prefix` tells its questions from another file's.

    What comes of a question depends on it and the seed, not on what was made before. With an `adversary`, altered
    questions are those that deceive this reader most (qa.training.negatives.hardest), or a share of them, since that
    takes a reading for each attempt.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        seed: int,
        prefix: str = "",
        adversary: Reader | None = None,
        hardest_share: float = 1.0,
    ) -> None:
        self._seed = seed
        self._hardest_share = hardest_share
        self._prefix = prefix
        self._adversary = adversary
        self._paragraphs = list({q.paragraph.number: q.paragraph for q in questions}.values())
        self._articles: dict[str, list[Paragraph]] = defaultdict(list)
        self._search = sqlite3.connect(":memory:")
        self._search.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, tokenize='{keywords.TOKENIZER}')")
        for number, paragraph in enumerate(self._paragraphs):
            self._articles[paragraph.title].append(paragraph)
            self._search.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, paragraph.text))

    def as_asked(self, question: Question) -> Example:
        """The question beside its own paragraph, which may not answer it."""
        kind = "answerable" if question.answers else "unanswerable"
        id_ = self._id("asked", question)
        return Example(id_, id_, kind, question.text, question.paragraph.text, answer_places(question))

    def retrieved(self, question: Question) -> Example | None:
        """The question beside a passage that keyword search takes for its own but that lacks the answer."""
        expression = keywords.match_expression(question.text)
        if not expression:  # a question without a word
            return None
        rows = self._search.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 6", (expression,))
        wrong = [
            passage
            for (row,) in rows
            if (passage := self._paragraphs[row].text) != question.paragraph.text
            and not any(gold.text.lower() in passage.lower() for gold in question.answers)
        ]
        if not wrong:
            return None
        id_, passage = self._id("retrieved", question), self._random("retrieved", question).choice(wrong[:3])
        return Example(id_, self._id("asked", question), "retrieved", question.text, passage, ())

    def altered(self, question: Question, part: str | None = None) -> Example | None:
        """The question changed by rule so that its passage, of which a `part` may be shown, does not answer it."""
        siblings = [p for p in self._articles[question.paragraph.title] if p is not question.paragraph]
        rng = self._random(ALTERED, question)
        elsewhere = " ".join(p.text for p in rng.sample(siblings, min(3, len(siblings))))
        passage = question.paragraph.text
        searched = self._adversary is not None and rng.random() < self._hardest_share
        attempts = [alter(question.text, passage, elsewhere, rng) for _ in range(ATTEMPTS if searched else 1)]
        texts = [text for text in dict.fromkeys(attempts) if text]
        if not texts:
            return None
        shown = part or passage
        golds = [gold.text for gold in question.answers]
        text = hardest(texts, shown, golds, self._adversary) if self._adversary and searched else texts[0]
        id_ = self._id(ALTERED, question)  # another question, so a group of its own
        return Example(id_, id_, ALTERED, text, shown, ())

    def _id(self, kind: str, question: Question) -> str:
        return f"{self._prefix}{kind}:{question.id}"

    def _random(self, purpose: str, question: Question) -> random.Random:
        return random.Random(f"{self._seed} {self._id(purpose, question)}")

    def examples(
        self, question: Question, retrieved: float, altered: float, characters: int | None = None
    ) -> list[Example]:
        """The question as asked and, with these probabilities, each kind of negative if it can be answered.

        Passages are cut to about so many `characters`; an altered question gets the same part as its original.
        """
        rng = self._random("chosen", question)
        wanted = rng.random() < retrieved, rng.random() < altered
        asked = _cut(self.as_asked(question), characters, rng)
        made = [asked]
        if question.answers and wanted[0] and (negative := self.retrieved(question)):
            made.append(_cut(negative, characters, rng))
        if question.answers and wanted[1] and (negative := self.altered(question, asked.passage)):
            made.append(negative)
        return made


def _cut(example: Example, characters: int | None, rng: random.Random) -> Example:
    if characters is None:
        return example
    passage, spans = excerpt(example.passage, example.spans, characters, rng)
    return replace(example, passage=passage, spans=spans)
