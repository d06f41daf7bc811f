"""From labelled questions to training examples, as JSON lines: `quotewise train data`."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from index import keywords
from index.files import file_sha256
from qa.lab.dataset import DatasetError, Paragraph, Question, read_squad, whole_words
from qa.lab.resumable import work_through
from qa.reading.reader import SHIPPED_READER, OnnxReader, Reader
from qa.training.examples import ALTERED, Example, write_example_file
from qa.training.excerpts import excerpt
from qa.training.held_out import is_kept_back, split_amazon
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


@dataclass(frozen=True, slots=True)
class Mixture:
    """What examples to make: at most so many `questions` and `extra_questions`, and the shares of them that are also
    put to a passage which was `retrieved`, or `altered`; passages are cut to about so many `characters`, if given.

    Of the extra questions a quarter and half of those shares are taken: they are for answers in another kind of text.
    """

    questions: int
    extra_questions: int
    retrieved: float
    altered: float
    characters: int | None = None
    seed: int = 1


class ExampleMaker:
    """Makes examples of every kind over one training file; `prefix` tells its questions from another file's.

    What comes of a question depends on it and the seed, not on what was made before. With an `adversary`, altered
    questions are those that deceive this reader most (qa.training.negatives.hardest).
    """

    def __init__(
        self, questions: Sequence[Question], seed: int, prefix: str = "", adversary: Reader | None = None
    ) -> None:
        self._seed = seed
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
        attempts = [alter(question.text, passage, elsewhere, rng) for _ in range(ATTEMPTS if self._adversary else 1)]
        texts = [text for text in dict.fromkeys(attempts) if text]
        if not texts:
            return None
        shown = part or passage
        golds = [gold.text for gold in question.answers]
        text = hardest(texts, shown, golds, self._adversary) if self._adversary else texts[0]
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


def write_examples(squad: Path, extra: Path | None, output: Path, mixture: Mixture) -> int:
    """Write shuffled JSONL of questions and their negatives; how many examples there are.

    Altered questions are those that deceive the shipped reader most, which takes time: a journal beside `output` keeps
    what is made so far. Raises DatasetError where a file cannot be read or leaves nothing to train on.
    """
    questions = [q for q in read_squad(squad) if not is_kept_back(q.paragraph)]
    reviews = split_amazon(read_squad(extra))[0] if extra else []
    if not questions:
        raise DatasetError(f"{squad} leaves no question to train on: give it questions over more articles.")
    rng, adversary = random.Random(mixture.seed), OnnxReader(SHIPPED_READER)
    main, other = (
        ExampleMaker(known, mixture.seed, prefix, adversary) for known, prefix in ((questions, ""), (reviews, "extra-"))
    )
    chosen = rng.sample(questions, min(mixture.questions, len(questions)))
    pieces = [(main, question, mixture.retrieved, mixture.altered) for question in chosen]
    chosen = rng.sample(reviews, min(mixture.extra_questions, len(reviews)))
    pieces += [(other, question, mixture.retrieved / 4, mixture.altered / 2) for question in chosen]

    def make(piece: tuple[ExampleMaker, Question, float, float]) -> list[dict[str, Any]]:
        maker, question, retrieved, altered = piece
        return [asdict(example) for example in maker.examples(question, retrieved, altered, mixture.characters)]

    origin = asdict(mixture) | {"squad": file_sha256(squad), "extra": file_sha256(extra) if extra else None}
    journal = output.with_suffix(".journal")
    lines = list(chain.from_iterable(work_through(journal, origin, pieces, make, "questions")))
    made = [Example(**line | {"spans": tuple(map(tuple, line["spans"]))}) for line in lines]
    rng.shuffle(made)
    write_example_file(output, made)
    journal.unlink()
    return len(made)
