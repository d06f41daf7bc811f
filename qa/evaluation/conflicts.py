"""Conflicts that were planted, and what only looks like one: `python -m qa.evaluation.conflicts --half choose`.

Each case of conflicts.json has a few small made-up documents and a question. In some, documents (or places of one)
state values of one thing that exclude one another; in the others they only seem to. A conflict is found where the
answer has just these values, each in a statement of its own. Rules are chosen on one half of the cases and measured on
the other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.collection import Collection
from index.encoder_catalog import open_encoder
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.records import Answer

CASES = Path(__file__).with_name("conflicts.json")
HALVES = ("choose", "measure")


@dataclass(frozen=True, slots=True)
class ConflictCase:
    """A question to some documents, by their file names, and the values that they state against one another; none where
    they only seem to."""

    id: str
    question: str
    values: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]

    @property
    def half(self) -> str:
        """Whether rules are chosen or measured on it: by its number."""
        return HALVES[0] if int(self.id.split()[-1]) % 2 else HALVES[1]

    def is_found(self, answer: Answer) -> bool:
        """Whether the answer has a statement for each of the values, and no other."""
        said = [" ".join(citation.sentence_shown for citation in one.citations) for one in answer.statements]
        told = [[value for value in self.values if value in sentences] for sentences in said]
        return answer.status == "conflict" and sorted(told) == sorted([value] for value in self.values)


def read_cases(path: Path = CASES) -> list[ConflictCase]:
    """The cases of a file."""
    return [
        ConflictCase(case["id"], case["question"], tuple(case["values"]), tuple(case["documents"].items()))
        for case in json.loads(path.read_text("utf-8"))["cases"]
    ]


def ask_case(case: ConflictCase, folder: Path, make_answerer: Answerer) -> Answer:
    """The answer to the case's question, its documents written to the folder and indexed there."""
    files = []
    for name, text in case.documents:
        files.append(folder / name)
        files[-1].write_text(text, "utf-8")
    with Collection(folder / "collection", make_answerer.source.encoder) as collection:
        collection.add(files)
        return make_answerer.ask(case.question, collection)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the cases of a half and print what was found and what was falsely raised."""
    parser = CommandParser(description="Measure which planted conflicts are found, and what is falsely raised.")
    parser.add_argument("--half", choices=HALVES, required=True, help="choose rules on one, measure on the other")
    options = parser.parse_args(arguments)
    return run_command(lambda: measure([case for case in read_cases() if case.half == options.half]))


def measure(cases: Sequence[ConflictCase]) -> int:
    """Ask the cases; returns the exit code."""
    found: list[bool] = []
    raised: list[bool] = []
    with TemporaryDirectory() as scratch, Collection(Path(scratch) / "none", open_encoder()) as none:
        answerer = Answerer(none)
        for number, case in enumerate(cases):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            answer = ask_case(case, folder, answerer)
            is_right = case.is_found(answer) if case.values else answer.status != "conflict"
            (found if case.values else raised).append(is_right == bool(case.values))
            if not is_right:
                said = " / ".join(f"{one.text} ({one.confidence})" for one in answer.statements)
                print(f"  {case.id}: {case.question} {answer.status} {said}")
    print(f"found: {sum(found)} of {len(found)} planted conflicts")
    print(f"falsely raised: {sum(raised)} of {len(raised)} that only look like one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
