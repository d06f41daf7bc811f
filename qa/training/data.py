"""From labelled questions to training examples, as JSON lines: `python -m qa.training data`."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index import keywords
from index.errors import QuotewiseError
from qa.evaluation.dataset import DatasetError, Paragraph, Question, read_squad, whole_words
from qa.reader import SHIPPED_READER, OnnxReader, Reader
from qa.training.excerpts import excerpt
from qa.training.negatives import alter, hardest

ALTERED = "altered"  # the kind of an example whose question a rule has changed
HELD_OUT_SHARE = 0.12  # of the training articles: never trained on, for thresholds and calibration
AMAZON_HELD_OUT_SHARE = 0.2  # of the reviews, the last ones: for measuring
ATTEMPTS = 8  # alterations of a question from which the hardest is chosen; some of them fail or turn out the same
MOST_PLACES = 3  # an answer text that stands more often in its passage is a common word, not an answer


class TrainingError(QuotewiseError):
    """A training step lacks what it needs, or what is there belongs to other settings."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside one passage, and the character spans that answer it there (none: unanswerable).

    Examples of one `group` put the same question to several passages, of which at most one answers it.
    """

    id: str
    group: str
    kind: str
    question: str
    passage: str
    spans: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if any(not 0 <= start < end <= len(self.passage) for start, end in self.spans):
            raise ValueError(f"example {self.id}: a span lies outside the passage")


def is_held_out(title: str) -> bool:
    """Whether the article of this title is kept for tuning. Depends on the title alone."""
    return int(hashlib.sha256(title.encode()).hexdigest()[:8], 16) / 16**8 < HELD_OUT_SHARE


def is_kept_back(paragraph: Paragraph) -> bool:
    """Whether the paragraph's article is held out; a paragraph without a title is an article of its own."""
    return is_held_out(paragraph.title or paragraph.text)


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

    With an `adversary`, altered questions are those that deceive this reader most (qa.training.negatives.hardest).
    """

    def __init__(
        self, questions: Sequence[Question], seed: int, prefix: str = "", adversary: Reader | None = None
    ) -> None:
        self._rng = random.Random(seed)
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
        id_ = self._id(question)
        return Example(id_, id_, kind, question.text, question.paragraph.text, answer_places(question))

    def retrieved(self, question: Question) -> Example | None:
        """The question beside a passage that keyword search takes for its own but that lacks the answer."""
        rows = self._search.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 6",
            (keywords.match_expression(question.text),),
        )
        wrong = [
            passage
            for (row,) in rows
            if (passage := self._paragraphs[row].text) != question.paragraph.text
            and not any(gold.text.lower() in passage.lower() for gold in question.answers)
        ]
        if not wrong:
            return None
        id_ = self._id(question)
        return Example(f"{id_}-r", id_, "retrieved", question.text, self._rng.choice(wrong[:3]), ())

    def altered(self, question: Question, part: str | None = None) -> Example | None:
        """The question changed by rule so that its passage, of which a `part` may be shown, does not answer it."""
        siblings = [p for p in self._articles[question.paragraph.title] if p is not question.paragraph]
        elsewhere = " ".join(p.text for p in self._rng.sample(siblings, min(3, len(siblings))))
        passage = question.paragraph.text
        attempts = [
            alter(question.text, passage, elsewhere, self._rng) for _ in range(ATTEMPTS if self._adversary else 1)
        ]
        texts = [text for text in dict.fromkeys(attempts) if text]
        if not texts:
            return None
        shown = part or passage
        golds = [gold.text for gold in question.answers]
        text = hardest(texts, shown, golds, self._adversary) if self._adversary else texts[0]
        id_ = f"{self._id(question)}-a"  # another question, so a group of its own
        return Example(id_, id_, ALTERED, text, shown, ())

    def _id(self, question: Question) -> str:
        return self._prefix + question.id

    def make(
        self, questions: Iterable[Question], retrieved: float, altered: float, characters: int | None = None
    ) -> Iterator[Example]:
        """Every question as asked, and with these probabilities each kind of negative beside an answerable one.

        Passages are cut to about so many `characters`; an altered question gets the same part as its original.
        """
        for question in questions:
            asked = self._cut(self.as_asked(question), characters)
            yield asked
            if not question.answers:
                continue
            if self._rng.random() < retrieved and (negative := self.retrieved(question)):
                yield self._cut(negative, characters)
            if self._rng.random() < altered and (negative := self.altered(question, asked.passage)):
                yield negative

    def _cut(self, example: Example, characters: int | None) -> Example:
        if characters is None:
            return example
        passage, spans = excerpt(example.passage, example.spans, characters, self._rng)
        return replace(example, passage=passage, spans=spans)


def split_amazon(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """The reviews to train on, and the last fifth, to measure on."""
    count = max(question.paragraph.number for question in questions) + 1
    first_held_out = count - int(count * AMAZON_HELD_OUT_SHARE)
    training = [q for q in questions if q.paragraph.number < first_held_out]
    return training, [q for q in questions if q.paragraph.number >= first_held_out]


def write_examples(
    squad: Path,
    extra: Path | None,
    output: Path,
    seed: int,
    limit: int,
    extra_limit: int,
    retrieved: float,
    altered: float,
    characters: int | None = None,
) -> int:
    """Write shuffled JSONL: at most `limit` questions, `extra_limit` more from `extra`, and their negatives.

    Passages are cut to about so many `characters`. Altered questions are those that deceive the shipped reader most.
    """
    rng = random.Random(seed)
    questions = [q for q in read_squad(squad) if not is_kept_back(q.paragraph)]
    if not questions:
        raise DatasetError(f"{squad} leaves no question to train on: give it questions over more articles.")
    adversary = OnnxReader(SHIPPED_READER)
    maker = ExampleMaker(questions, seed, adversary=adversary)
    chosen = rng.sample(questions, min(limit, len(questions)))
    examples = list(_reported(maker.make(chosen, retrieved, altered, characters), "examples"))
    if extra:
        training, _ = split_amazon(read_squad(extra))
        reviews = ExampleMaker(training, seed, "extra-", adversary)
        chosen = rng.sample(training, min(extra_limit, len(training)))
        examples += _reported(reviews.make(chosen, retrieved / 4, altered / 2, characters), "examples of --extra")
    rng.shuffle(examples)
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(example), ensure_ascii=False) + "\n" for example in examples)
    return len(examples)


def _reported(examples: Iterable[Example], what: str) -> Iterator[Example]:
    """The same examples, with a line on the screen now and then: choosing altered questions takes minutes."""
    reported = time.monotonic()
    for count, example in enumerate(examples, 1):
        if time.monotonic() - reported > 30:
            print(f"{count:,} {what}", flush=True)
            reported = time.monotonic()
        yield example


def read_examples(path: Path) -> list[Example]:
    """The examples of a file that `write_examples` wrote. Raises TrainingError where there is none."""
    if not path.exists():
        raise TrainingError(f"{path.parent} holds no examples: run the step 'data' there first.")
    examples = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            examples.append(Example(**fields | {"spans": tuple(map(tuple, fields["spans"]))}))
    return examples
