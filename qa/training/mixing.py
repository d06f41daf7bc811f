"""All training examples in one file, of every kind by its share: `quotewise train data`."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from index.files import file_sha256
from qa.lab.dataset import DatasetError, Question, read_squad
from qa.lab.kept_back import is_kept_back
from qa.lab.resumable import work_through
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.training.data import ExampleMaker
from qa.training.examples import Example, write_example_file
from qa.training.held_out import split_amazon
from qa.training.made.clauses import clause_questions, common_words
from qa.training.made.documents import document_examples
from qa.training.made.mistyping import mistyped
from qa.training.made.reading import ViewMaker, ViewShares

HELD_BACK_QUESTIONS, HELD_BACK_CLAUSES, HELD_BACK_DOCUMENTS = 500, 120, 60  # looked at while a run is under way
HELD_BACK_SEED = 10_007  # of documents that no training file has

Piece = Callable[[], list[Example]]


@dataclass(frozen=True, slots=True)
class Mixture:
    """What examples to make: at most so many `questions` and `extra_questions`, and the shares of them that are also
    put to a passage which was `retrieved`, or `altered`; passages are cut to about so many `characters`, if given.

    Of the extra questions a quarter and half of those shares are taken: they are for answers in another kind of text.

    The others are for documents as people have them, each 0 to leave it out: the share of questions read in an
    article's `views`, by the shares of `ViewShares`; how many questions about `clauses`, how many made-up `documents`;
    the share of all questions that is badly typed. Of the altered questions a share is the `hardest` of several.
    """

    questions: int
    extra_questions: int
    retrieved: float
    altered: float
    characters: int | None = None
    seed: int = 1
    views: float = 0.0
    subject: float = 0.0
    neighbours: float = 0.0
    clauses: int = 0
    documents: int = 0
    typed_badly: float = 0.0
    hardest: float = 1.0
    dense: bool = False


def write_examples(squad: Path, extra: Path | None, output: Path, mixture: Mixture) -> int:
    """Write shuffled examples, questions and their negatives; how many there are.

    Altered questions are those that deceive the shipped reader most, which takes time: a journal beside `output` keeps
    what is made so far. Raises DatasetError where a file cannot be read or leaves nothing to train on.
    """
    questions = [q for q in read_squad(squad) if not is_kept_back(q.paragraph)]
    reviews = split_amazon(read_squad(extra))[0] if extra else []
    if not questions:
        raise DatasetError(f"{squad} leaves no question to train on: give it questions over more articles.")
    pieces = [*_squad_pieces(questions, reviews, mixture, output.parent), *_made_pieces(questions, mixture)]

    def make(piece: Piece) -> list[dict[str, Any]]:
        return [asdict(example) for example in typed(piece(), mixture.typed_badly, mixture.seed)]

    origin = asdict(mixture) | {"squad": file_sha256(squad), "extra": file_sha256(extra) if extra else None}
    journal = output.with_suffix(".journal")
    lines = list(chain.from_iterable(work_through(journal, origin, pieces, make, "questions and documents")))
    made = [Example(**line | {"spans": tuple(map(tuple, line["spans"]))}) for line in lines]
    random.Random(mixture.seed).shuffle(made)
    write_example_file(output, made)
    journal.unlink()
    return len(made)


def _squad_pieces(
    questions: Sequence[Question], reviews: Sequence[Question], mixture: Mixture, work: Path
) -> Iterator[Piece]:
    """Questions of the files, and those made of the first one's clauses."""
    rng, adversary = random.Random(mixture.seed), OnnxReader(SHIPPED_READER)
    main, other = (
        ExampleMaker(known, mixture.seed, prefix, adversary, mixture.hardest)
        for known, prefix in ((questions, ""), (reviews, "extra-"))
    )
    shares = ViewShares(mixture.subject, mixture.neighbours, mixture.retrieved, mixture.altered)
    kept = work if mixture.dense else None
    made = ViewMaker(questions, mixture.seed, shares, main, kept) if mixture.views or mixture.clauses else None
    for question in rng.sample(questions, min(mixture.questions, len(questions))):
        viewed = made and question.answers and question.paragraph.title and rng.random() < mixture.views
        if made and viewed:
            yield partial(made.examples, question)
        else:
            yield partial(main.examples, question, mixture.retrieved, mixture.altered, mixture.characters)
    for question in rng.sample(reviews, min(mixture.extra_questions, len(reviews))):
        yield partial(other.examples, question, mixture.retrieved / 4, mixture.altered / 2, mixture.characters)
    if made and mixture.clauses:
        clauses = clauses_of(questions, mixture.seed)
        yield from (partial(made.examples, q) for q in rng.sample(clauses, min(mixture.clauses, len(clauses))))


def clauses_of(questions: Sequence[Question], seed: int) -> list[Question]:
    """Questions about clauses of the questions' paragraphs; one that has no title is left out."""
    paragraphs = list({q.paragraph.number: q.paragraph for q in questions if q.paragraph.title}.values())
    common = common_words(paragraph.text for paragraph in paragraphs)
    return [
        question
        for paragraph in paragraphs
        for question in clause_questions(paragraph, common, random.Random(f"{seed} {paragraph.number}"))
    ]


def _made_pieces(questions: Sequence[Question], mixture: Mixture) -> Iterator[Piece]:
    if mixture.documents:
        filler = filler_of(questions)
        for number in range(mixture.documents):
            yield partial(document_examples, number, mixture.seed, filler)


def filler_of(questions: Sequence[Question]) -> list[str]:
    """Sentences of the questions' paragraphs, to stand in made-up documents: the first of each, where it is short."""
    texts = dict.fromkeys(question.paragraph.text for question in questions)
    firsts = [text.split(". ")[0].strip() + "." for text in texts if ". " in text]
    usual = [first for first in firsts if 30 < len(first) < 160 and "\n" not in first]
    return usual if len(usual) > 3 else ["It is so.", "This is known.", "Others say the same.", "More is to come."]


def typed(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """The examples, a share of whose questions is typed badly: alike in all examples of a group."""
    made = []
    for example in examples:
        rng = random.Random(f"{seed} typed {example.group}")
        made.append(replace(example, question=mistyped(example.question, rng)) if rng.random() < share else example)
    return made


def write_held_back(squad: Path, output: Path, seed: int) -> int:
    """Write examples of held-back articles, and of documents that no training file has, to look at while a run is
    under way; how many there are. Nothing is typed badly there."""
    questions = [q for q in read_squad(squad) if is_kept_back(q.paragraph) and q.answers and q.paragraph.title]
    rng = random.Random(seed)
    maker = ExampleMaker(questions, seed)
    in_views = ViewMaker(questions, seed, ViewShares(0.1, 0.5, 0.5, 0.5), maker, None)
    clauses = clauses_of(questions, seed)
    chosen = rng.sample(questions, min(HELD_BACK_QUESTIONS, len(questions)))
    chosen += rng.sample(clauses, min(HELD_BACK_CLAUSES, len(clauses)))
    made = list(chain.from_iterable(in_views.examples(question) for question in chosen))
    filler = filler_of(questions)
    for number in range(HELD_BACK_DOCUMENTS):
        made += document_examples(number, seed + HELD_BACK_SEED, filler)
    write_example_file(output, made)
    return len(made)
