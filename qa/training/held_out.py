"""What is kept back from training, to fit a confidence and to measure on."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.files import replace_file
from qa.lab.dataset import DatasetError, Paragraph, Question, read_squad
from qa.lab.kept_back import is_kept_back

AMAZON_HELD_OUT_SHARE = 0.2  # of the reviews, the last ones: for measuring
LEAST_QUESTIONS = 10  # fewer would leave the thresholds to chance; a thousand is a good number


def held_out_questions(squad: Path, count: int, seed: int, shortest: int = 0) -> tuple[list[Question], list[Question]]:
    """All questions of the held-out articles, and a sample of those over paragraphs of `shortest` characters up.

    Raises DatasetError where there are too few to tell anything.
    """
    questions = [q for q in read_squad(squad) if is_kept_back(q.paragraph)]
    usable = [q for q in questions if q.answers and len(q.paragraph.text) >= shortest]
    if len(usable) < LEAST_QUESTIONS:
        raise DatasetError(
            f"{squad} has {len(usable)} answerable questions in its held-back articles, one in eight of all, and "
            f"{LEAST_QUESTIONS} are needed: give it questions over more articles."
        )
    return questions, random.Random(seed).sample(usable, min(count, len(usable)))


def split_amazon(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """The reviews to train on, and the last fifth, to measure on."""
    count = 1 + max((question.paragraph.number for question in questions), default=-1)
    first_held_out = count - int(count * AMAZON_HELD_OUT_SHARE)
    training = [q for q in questions if q.paragraph.number < first_held_out]
    return training, [q for q in questions if q.paragraph.number >= first_held_out]


def write_held_out(extra: Path, output: Path) -> int:
    """Write the reviews that are never trained on as a SQuAD file. Returns how many questions there are."""
    _, questions = split_amazon(read_squad(extra))
    asked: dict[Paragraph, list[dict[str, Any]]] = defaultdict(list)
    for question in questions:
        answers = [{"text": gold.text, "answer_start": gold.start} for gold in question.answers]
        asked[question.paragraph].append({"id": question.id, "question": question.text, "answers": answers})
    articles = [{"title": p.title, "paragraphs": [{"context": p.text, "qas": qas}]} for p, qas in asked.items()]
    output.parent.mkdir(parents=True, exist_ok=True)
    replace_file(output, json.dumps({"version": "2.0", "data": articles}))
    return len(questions)
