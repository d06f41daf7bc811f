"""Whole answers measured on a person's own questions over their own collection: labelled ones, or answers that were
judged on the page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.answerer import Answerer
from qa.lab.dataset import DatasetError
from qa.lab.labelled import Labelled, read_labelled
from qa.lab.squad_metrics import RIGHT_F1
from qa.records import Answer


@dataclass(frozen=True, slots=True)
class LabelledFigures:
    """What became of labelled questions. Of `answered` ones, so many were `right`, `wrong`, or other than what was
    judged, of which nothing is known (`unknown`); of `absent` ones, which the documents do not answer, `absent_refused`
    were refused."""

    questions: int
    answered: int
    right: int
    wrong: int
    unknown: int
    absent: int
    absent_refused: int

    def __post_init__(self) -> None:
        if self.right + self.wrong + self.unknown != self.answered or self.answered > self.questions:
            raise ValueError(f"the figures do not fit together: {self}")


def is_labelled(path: str | Path) -> bool:
    """Whether the file holds questions over a collection, and no documents or paragraphs of their own."""
    try:
        first = next(line for line in Path(path).read_text("utf-8").splitlines() if line.strip())
        entry = json.loads(first)
    except (OSError, ValueError, StopIteration, RecursionError):
        return False
    if not isinstance(entry, dict) or not entry.keys() <= {"question", "answers", "text", "right"}:
        return False
    try:
        return bool(read_labelled(path))
    except DatasetError:
        return False


def evaluate_labelled(
    labelled: Sequence[Labelled], answerer: Answerer, progress: Callable[[int, int], None] = lambda *_: None
) -> LabelledFigures:
    """Ask each question, and compare what is said with what is known."""
    count: Counter[str] = Counter()
    for number, one in enumerate(labelled):
        progress(number, len(labelled))
        answer = answerer.ask(one.question)
        count["absent"] += one.is_absent
        if not answer.citations:
            count["absent_refused"] += one.is_absent
            continue
        count[_became(one, answer)] += 1
    progress(len(labelled), len(labelled))
    return LabelledFigures(
        questions=len(labelled),
        answered=count["right"] + count["wrong"] + count["unknown"],
        right=count["right"],
        wrong=count["wrong"],
        unknown=count["unknown"],
        absent=count["absent"],
        absent_refused=count["absent_refused"],
    )


def _became(one: Labelled, answer: Answer) -> str:
    score = one.score(answer.statements[0].text)
    return "unknown" if score is None else "right" if score >= RIGHT_F1 else "wrong"


def figure_lines(found: LabelledFigures) -> Iterator[str]:
    """The figures in words."""
    yield f"{found.questions:,} questions asked, {found.answered:,} answered."
    yield f"Of the answers {found.right:,} are right and {found.wrong:,} wrong."
    if found.unknown:
        yield f"Of {found.unknown:,} it is not known, since they say something else than was judged."
    if found.absent:
        yield f"Of {found.absent:,} questions that the documents do not answer, {found.absent_refused:,} were refused."
