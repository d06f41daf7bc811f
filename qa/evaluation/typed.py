"""What typing costs: `python -m qa.evaluation.typed FILE [--held-out] --output DIR`, or `--documents DIR`.

Each clean question is asked end to end, and then as people type it: with a wrong key, in small letters, as keywords.
For each kind of typing the F1 of what is answered, refusals counted, is set beside that of the same questions as they
are; with `--as-typed`, also that of what is answered where nothing is mended. `--compare A B` sets two runs side by
side. A run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.collection import Collection
from index.files import file_sha256
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.documents_dataset import BUNDLED, PARTS, read_benchmark
from qa.evaluation.documents_run import checked
from qa.evaluation.measuring import words_of
from qa.evaluation.run import ROWS
from qa.evaluation.typed_kinds import KINDS, kind_named
from qa.evaluation.typed_report import CLEAN, TypedOutcome, TypedRow, compare_typed, print_typed, read_typed
from qa.lab.corpus import index_paragraphs, paragraph_id
from qa.lab.dataset import Question, read_squad
from qa.lab.kept_back import is_kept_back
from qa.lab.resumable import ProgressLine, work_through
from qa.lab.squad_metrics import best_over_golds, f1
from qa.reading.balanced import fingerprint_of
from qa.reading.catalog import FAST, open_reader
from qa.trace import Trace, answer_from
from qa.typed.courtesy import as_learnt

USUAL = 150  # questions of each kind


@dataclass(frozen=True, slots=True)
class CleanQuestion:
    """A question as it is, with acceptable answers (none: nothing answers it) and the document that holds them."""

    id: str
    text: str
    golds: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A clean question, and how it is typed."""

    kind: str
    text: str
    clean: CleanQuestion


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure or compare, and print; returns the exit code."""
    options = parser().parse_args(arguments)
    return run_command(lambda: run(options))


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = CommandParser(prog="python -m qa.evaluation.typed", description=__doc__)
    names = [kind.name for kind in KINDS]
    made.add_argument("file", type=Path, nargs="?", help="SQuAD file, or with --documents a benchmark's questions")
    made.add_argument("--held-out", action="store_true", help="only articles that training keeps back")
    made.add_argument("--documents", type=Path, metavar="DIR", help="folder with the benchmark's documents")
    made.add_argument("--part", choices=PARTS, default="choose", help="with --documents: whose questions")
    made.add_argument("--kinds", nargs="*", choices=names, default=names, metavar="KIND", help=", ".join(names))
    made.add_argument("--questions", type=int, default=USUAL, help=f"of each kind at most (default: {USUAL})")
    made.add_argument("--as-typed", action="store_true", help="ask each also as it is typed, with nothing mended")
    made.add_argument("--seed", type=int, default=0, help="which questions, and how they are typed (default: 0)")
    made.add_argument("--reader", default=FAST, help="which reader (default: fast)")
    made.add_argument("--collection", type=Path, metavar="DIR", help="keep what is indexed here, to use it again")
    made.add_argument("--output", type=Path, default=Path("typed"), metavar="DIR", help="folder for the answers")
    made.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"), help="compare the runs in two folders")
    return made


def run(options: argparse.Namespace) -> int:
    """Measure or compare, and print."""
    if options.compare:
        compare_typed(*(read_typed(folder / ROWS) for folder in options.compare))
        return 0
    file = options.file or BUNDLED
    with Collection(options.collection or options.output / "collection") as corpus:
        if options.documents:
            questions = benchmark_questions(file, options.documents, options.part, corpus)
        else:
            questions = squad_questions(file, options.held_out, corpus)
        reader = open_reader(options.reader)
        asking = TypedAsking(Answerer(corpus, reader), options.as_typed)
        pieces = list(typed_questions(questions, options.kinds, options.questions, options.seed))
        origin = {"file": file_sha256(file), "reader": fingerprint_of(reader), "part": options.part,
                  "kinds": options.kinds, "held_out": options.held_out, "questions": options.questions,
                  "as_typed": options.as_typed, "seed": options.seed}  # fmt: skip
        work_through(options.output / ROWS, origin, pieces, asking.row, "questions asked")
    print_typed(read_typed(options.output / ROWS))
    return 0


def squad_questions(file: Path, held_out: bool, corpus: Collection) -> list[CleanQuestion]:
    """The questions of a SQuAD file that have answers, all of whose paragraphs are put into the collection."""
    labelled = [one for one in read_squad(file) if not held_out or is_kept_back(one.paragraph)]
    paragraphs = {one.paragraph.number: one.paragraph for one in labelled}
    index_paragraphs(corpus, paragraphs.values(), ProgressLine("paragraphs indexed"))
    return [clean_question(one) for one in labelled if one.answers]


def clean_question(question: Question) -> CleanQuestion:
    """A labelled question, whose document is its paragraph."""
    golds = tuple(dict.fromkeys(gold.text for gold in question.answers))
    return CleanQuestion(question.id, question.text, golds, paragraph_id(question.paragraph))


def benchmark_questions(file: Path, folder: Path, part: str, corpus: Collection) -> list[CleanQuestion]:
    """The questions of a part of the benchmark, all of whose documents are put into the collection; those that are
    badly typed already are left out."""
    benchmark = read_benchmark(file)
    line = ProgressLine("documents indexed")
    corpus.add([checked(folder, one) for one in benchmark.documents], lambda done, of, _: line(done, of))
    ids = {Path(one.source).name: one.id for one in corpus.documents()}
    return [
        CleanQuestion(one.id, one.text, one.answers, ids[one.document])
        for one in benchmark.questions
        if benchmark.part_of(one) == part and one.kind != "typed" and one.document in ids
    ]


def typed_questions(
    questions: Sequence[CleanQuestion], kinds: Sequence[str], most: int, seed: int
) -> Iterator[TypedQuestion]:
    """What is asked: of each kind so many questions to which it applies, in an order drawn at random, and each of them
    as it is before its forms. A form depends on the question, its kind and the seed alone."""
    left = dict.fromkeys(kinds, most)
    for clean in random.Random(seed).sample(questions, len(questions)):
        forms = []
        for kind in [kind for kind in kinds if left[kind]]:
            text = kind_named(kind).typed(clean.text, random.Random(f"{seed} {kind} {clean.id}"))
            if text != clean.text:
                left[kind] -= 1
                forms.append(TypedQuestion(kind, text, clean))
        if forms:
            yield TypedQuestion(CLEAN, clean.text, clean)
            yield from forms


class TypedAsking:
    """Asks questions, each that is read as the one before it once."""

    def __init__(self, answerer: Answerer, is_as_typed: bool) -> None:
        """Nothing is mended as well where `is_as_typed`."""
        self._answerer, self._is_as_typed = answerer, is_as_typed
        self._clean = ""
        self._known: dict[str, TypedOutcome] = {}  # by the text that is searched and read

    def row(self, asked: TypedQuestion) -> dict[str, Any]:
        """The row of a question that is asked end to end, as JSON values."""
        if asked.clean.id != self._clean:
            self._clean, self._known = asked.clean.id, {}
        read = as_learnt(self._answerer.mended(asked.text))
        mended = self._outcome(read, asked.clean)
        typed = self._outcome(asked.text, asked.clean) if self._is_as_typed else None
        return asdict(TypedRow(asked.kind, asked.clean.id, asked.text, read, mended, typed))

    def _outcome(self, text: str, clean: CleanQuestion) -> TypedOutcome:
        if text not in self._known:
            self._known[text] = outcome_of(self._answerer.trace(text, as_typed=True), clean)
        return self._known[text]


def outcome_of(trace: Trace, clean: CleanQuestion) -> TypedOutcome:
    """What came of asking."""
    answer = answer_from(trace)
    said, given = words_of(answer), bool(answer.citations)
    best = best_over_golds(f1, said, clean.golds) if clean.golds and said else 0.0
    return TypedOutcome(
        said=said,
        answered=given,
        found=clean.document in {hit.passage.document_id for hit in trace.hits},
        counted=(best if given else 0.0) if clean.golds else float(not given),
        best=best if clean.golds else float(not given),
        milliseconds=round(answer.timings_ms["total"], 1),
    )


if __name__ == "__main__":
    sys.exit(main())
