"""Questions over a person's own documents, with what is right: written by hand, or answers that were judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import reason_of
from qa.lab.dataset import DatasetError
from qa.lab.squad_metrics import RIGHT_F1, best_over_golds, f1
from qa.questions import QuestionError, check_question

FORM = (
    'give JSON lines or a JSON list of {"question": "...", "answers": ["..."]} (no answers: the documents do not say), '
    'or of {"question": "...", "text": "...", "right": true or false} for answers that were judged'
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with acceptable answers, none where the documents do not answer it; or with an answer that was judged,
    `judged`, and then `answers` are that one where it was right, else the right one where that was told."""

    question: str
    answers: tuple[str, ...] = ()
    judged: str | None = None

    def score(self, text: str) -> float | None:
        """How right a text is, from 0 to 1; None where that is not known."""
        if self.judged is None:
            return best_over_golds(f1, text, self.answers) if self.answers else 0.0
        good = best_over_golds(f1, text, self.answers) if self.answers else 0.0
        bad = 0.0 if self.judged in self.answers else f1(text, self.judged)
        if good >= RIGHT_F1 and good > bad:  # "four litres" is nearer to the wrong one than to "five litres"
            return good
        return 0.0 if bad >= RIGHT_F1 else None

    @property
    def is_absent(self) -> bool:
        """Whether the documents are said not to answer the question."""
        return not self.answers and self.judged is None


def note_judged(path: Path, question: str, text: str, right: bool, better: str = "") -> None:
    """Add to a file of labelled questions how an answer was judged, and the right one (`better`) where it was wrong and
    that is known. A later judgement of it takes the place of this."""
    judged = {"question": question, "text": text, "right": right} | ({"answers": [better]} if better else {})
    line = json.dumps(judged) + "\n"
    with open(path, "a", encoding="utf-8") as file:
        file.write(line)  # at once, so that two who judge at the same time do not write into one another's lines


def read_labelled(path: str | Path) -> list[Labelled]:
    """All questions of a file, of an answer that was judged several times the last judgement.

    Raises DatasetError, naming the question by its number, for a bad file.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({reason_of(error)}): check the path and the file.") from error
    found = []
    for number, entry in enumerate(_entries(path, text), 1):
        try:
            found.append(_labelled(entry))
        except ValueError as error:
            raise DatasetError(f"{path}, question {number}: {error}; {FORM}.") from error
    if not found:
        raise DatasetError(f"{path} holds no question: {FORM}.")
    last = {(one.question, one.judged): one for one in found if one.judged is not None}
    return [one for one in found if one.judged is None] + list(last.values())


def _entries(path: str | Path, text: str) -> Iterator[Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.split("\n") if line.strip()]
    else:
        yield from whole if isinstance(whole, list) else [whole]
        return
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"{path}, line {number} is not JSON: {FORM}.") from error


def _labelled(entry: Any) -> Labelled:
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise ValueError("there is no question")
    try:
        question = check_question(entry["question"])
    except QuestionError as error:
        raise ValueError("the question is empty, too long, or no valid text") from error
    answers, text, right = entry.get("answers"), entry.get("text"), entry.get("right")
    is_list = isinstance(answers, list) and all(isinstance(one, str) and one.strip() for one in answers)
    if isinstance(text, str) and text.strip() and isinstance(right, bool) and (answers is None or is_list):
        return Labelled(question, (text,) if right else tuple(answers or ()), text)
    if is_list:
        return Labelled(question, tuple(answers or ()))
    raise ValueError("it is neither said what is right nor how an answer was judged")
