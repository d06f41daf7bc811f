"""Dialogues over whole files: questions that follow on one another, and what answers each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import reason_of
from qa.evaluation.documents_dataset import ABSENT, DocumentFile, DocumentQuestion, read_benchmark
from qa.lab.dataset import DatasetError

BUNDLED = Path(__file__).parent / "dialogues.json"
HALVES = ("choosing", "measuring")  # what decisions are made on, and what is only measured
ABSENT_FOLLOW_UP, ABSENT_CHANGE = "absent follow-up", "absent change"
SELF_CONTAINED = ("opening", "change", ABSENT_CHANGE)  # the first of a dialogue, and those that change the subject
KINDS = (*SELF_CONTAINED, "pronoun", "ellipsis", "what about", "why", "ordinal", ABSENT_FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a dialogue; `kind` tells how it leans on those before it."""

    kind: str
    question: DocumentQuestion

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r} instead of one of {', '.join(KINDS)}")
        if self.question.answerable == self.kind.startswith("absent"):
            raise ValueError("only an absent question has no answers")

    @property
    def is_follow_up(self) -> bool:
        """Whether it lacks something that was said before."""
        return self.kind not in SELF_CONTAINED


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Two to four questions to one document, the first of which can stand by itself."""

    id: str
    document: DocumentFile
    half: str
    turns: tuple[Turn, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.turns) <= 4 or [turn.kind for turn in self.turns].index("opening") != 0:
            raise ValueError("a dialogue has two to four turns and begins with an opening")
        if self.half not in HALVES:
            raise ValueError(f"half is {self.half!r} instead of one of {', '.join(HALVES)}")


def read_dialogues(path: Path = BUNDLED) -> list[Dialogue]:
    """The dialogues of a file, over documents of the bundled benchmark. Raises DatasetError, which names what is at
    fault."""
    known = {one.name: one for one in read_benchmark(Path(__file__).parent / "documents.json").documents}
    try:
        file = json.loads(path.read_text("utf-8"))
        halves = {one["name"]: one["half"] for one in file["documents"]}
        return [_dialogue(entry, known[entry["document"]], halves[entry["document"]]) for entry in file["dialogues"]]
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({reason_of(error)}): check the path and the file.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} has no dialogues as they are wanted ({error}); correct the file.") from error


def _dialogue(entry: dict[str, Any], document: DocumentFile, half: str) -> Dialogue:
    try:
        turns = [_turn(one, f"{entry['id']}-{n}", document.name) for n, one in enumerate(entry["turns"], 1)]
        return Dialogue(entry["id"], document, half, tuple(turns))
    except ValueError as error:
        raise ValueError(f"{entry['id']}: {error}") from error


def _turn(entry: dict[str, Any], id_: str, document: str) -> Turn:
    answers, sentences = tuple(entry.get("answers", ())), tuple(entry.get("sentence", ()))
    kind = "fact" if answers else ABSENT
    return Turn(entry["kind"], DocumentQuestion(id_, document, kind, entry["question"], answers, sentences))


def of_half(dialogues: Sequence[Dialogue], half: str) -> list[Dialogue]:
    """The dialogues of one half."""
    return [one for one in dialogues if one.half == half]
