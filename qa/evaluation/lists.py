"""`python -m qa.evaluation.lists --half choosing`: are all of several things found, and is one thing left alone?

The questions stand in `lists.json`, with small documents of nine kinds. All documents of both halves are searched for
each question. An item is found where a statement says it: where the F1 of their words is at least one half, each
statement for one item. It is said where all its words stand in some statement, though perhaps with others.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from index.collection import Collection
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.lab.squad_metrics import RIGHT_F1, best_over_golds, f1, normalize
from qa.plain import from_plain
from qa.reading.catalog import reader_folder

BUNDLED = Path(__file__).parent / "lists.json"
Half = Literal["choosing", "measuring"]
HALVES = ("choosing", "measuring")


@dataclass(frozen=True, slots=True)
class ListDocument:
    """A small made-up document: its file name, the style it is written in, and the half that it belongs to."""

    name: str
    style: str
    part: Half
    text: str


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A question to a document. `items` are the several things that it wants, or spellings of the one."""

    document: str
    question: str
    items: tuple[str, ...]
    wants: Literal["several", "one"]

    def __post_init__(self) -> None:
        if len(self.items) < (2 if self.wants == "several" else 1) or not all(map(normalize, self.items)):
            raise ValueError(f"the items of {self.question!r} are too few, or empty")


@dataclass(frozen=True, slots=True)
class ListBenchmark:
    """The documents and what is asked of them."""

    documents: tuple[ListDocument, ...]
    questions: tuple[ListQuestion, ...]

    def __post_init__(self) -> None:
        texts = {document.name: " ".join(document.text.split()) for document in self.documents}
        for one in self.questions:
            text = texts.get(one.document, "")
            if not any(item in text for item in one.items) or (
                one.wants == "several" and not all(item in text for item in one.items)
            ):
                raise ValueError(f"the items of {one.question!r} do not stand in {one.document}")

    def of(self, half: Half) -> list[ListQuestion]:
        """The questions of one half."""
        names = {document.name for document in self.documents if document.part == half}
        return [one for one in self.questions if one.document in names]


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What was answered: the text of each statement; none where the question was refused. `gained` tells that a
    question for one thing got several, of which one at least is wrong."""

    question: ListQuestion
    statements: tuple[str, ...]
    milliseconds: float

    @property
    def found(self) -> int:
        """How many of the several items a statement says, each statement one."""
        left = list(self.statements)
        for item in self.question.items:
            nearest = max(left, key=lambda text: f1(text, item), default="")
            if nearest and f1(nearest, item) >= RIGHT_F1:
                left.remove(nearest)
        return len(self.statements) - len(left)

    @property
    def said(self) -> int:
        """How many of the items stand in some statement with all their words."""
        words = [set(normalize(text).split()) for text in self.statements]
        return sum(any(set(normalize(item).split()) <= one for one in words) for item in self.question.items)

    @property
    def right(self) -> bool:
        """Whether the first statement is the one thing that is wanted."""
        return bool(self.statements) and best_over_golds(f1, self.statements[0], self.question.items) >= RIGHT_F1

    @property
    def gained(self) -> bool:
        """Whether a wrong thing stands among several."""
        wrong = [text for text in self.statements if best_over_golds(f1, text, self.question.items) < RIGHT_F1]
        return len(self.statements) > 1 and bool(wrong)


def read_lists(path: Path = BUNDLED) -> ListBenchmark:
    """The benchmark in a file. Raises ValueError for a bad one."""
    return from_plain(ListBenchmark, json.loads(path.read_text("utf-8")))


def ask_lists(benchmark: ListBenchmark, half: Half, reader: str | None = None) -> list[ListOutcome]:
    """Ask the questions of one half of all documents together."""
    with tempfile.TemporaryDirectory() as folder:
        for document in benchmark.documents:
            Path(folder, "documents", document.name).parent.mkdir(exist_ok=True)
            Path(folder, "documents", document.name).write_text(document.text, "utf-8")
        with Collection(Path(folder, "collection")) as corpus:
            corpus.add([Path(folder, "documents")])
            answerer = Answerer(corpus, reader_folder(reader))
            return [_outcome(answerer, one) for one in benchmark.of(half)]


def _outcome(answerer: Answerer, question: ListQuestion) -> ListOutcome:
    answer = answerer.ask(question.question)
    statements = tuple(statement.text for statement in answer.statements)
    return ListOutcome(question, statements, answer.timings_ms["total"])


def figures_of(outcomes: Sequence[ListOutcome]) -> dict[str, float]:
    """The figures, shares from 0 to 100: of items found and said, of statements that are an item, and of single
    questions that gained something wrong."""
    several = [one for one in outcomes if one.question.wants == "several"]
    single = [one for one in outcomes if one.question.wants == "one"]
    items, found = sum(len(one.question.items) for one in several), sum(one.found for one in several)
    given = sum(len(one.statements) for one in several)
    return {
        "questions for several": len(several),
        "answered": _share(sum(bool(one.statements) for one in several), len(several)),
        "items found (recall)": _share(found, items),
        "statements that are items (precision)": _share(found, given),
        "items said": _share(sum(one.said for one in several), items),
        "all items and nothing else": _share(
            sum(one.found == len(one.question.items) == len(one.statements) for one in several), len(several)
        ),
        "questions for one": len(single),
        "one: right": _share(sum(one.right for one in single), len(single)),
        "one: gained a false item": _share(sum(one.gained for one in single), len(single)),
        "one: answered with several statements": _share(sum(len(one.statements) > 1 for one in single), len(single)),
    }


def _share(some: int, of: int) -> float:
    return round(100 * some / of, 1) if of else 0.0


def print_lists(outcomes: Sequence[ListOutcome], console: Console, *, rows: bool) -> None:
    """Print the figures and, if so wanted, what was answered to each question that was not answered exactly."""
    table = Table("figure", "value")
    for name, value in figures_of(outcomes).items():
        table.add_row(name, f"{value:g}")
    console.print(table)
    for one in outcomes if rows else ():
        exact = (
            one.found == len(one.question.items) == len(one.statements)
            if one.question.wants == "several"
            else one.right and not one.gained
        )
        if not exact:
            console.print(f"[{one.question.wants}] {one.question.question}", markup=False)
            console.print(f"    wanted {list(one.question.items)}\n    got    {list(one.statements)}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or 1 with one sentence on standard error."""
    made = CommandParser(prog="python -m qa.evaluation.lists", description="Measure questions for several things.")
    made.add_argument("--half", choices=HALVES, default="choosing", help="the documents' half (default: choosing)")
    made.add_argument("--reader", help="another reader: accurate, once installed, or a checkpoint by name or folder")
    made.add_argument("--rows", action="store_true", help="print the questions that were not answered exactly")
    options: Any = made.parse_args(arguments)

    def run() -> int:
        print_lists(ask_lists(read_lists(), options.half, options.reader), Console(), rows=options.rows)
        return 0

    return run_command(run)


if __name__ == "__main__":
    sys.exit(main())
