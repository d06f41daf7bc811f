"""`python -m qa.evaluation`: measure a labelled file, or compare two runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from index.errors import QuotewiseError
from index.hashes import file_sha256
from qa.answerer import PASSAGES_READ
from qa.evaluation.compare import compare, rows_beside
from qa.evaluation.dataset import DatasetError, Question, read_questions
from qa.evaluation.levels import LEVELS
from qa.evaluation.page import write_page
from qa.evaluation.report import print_report
from qa.evaluation.rows import read_rows
from qa.evaluation.running import ROWS, RunError, Settings, evaluate, reader_sha256
from qa.reader import reader_folder

FLIPS_SHOWN = 10
EXTRA_LIBRARIES = ("ir_measures", "matplotlib")  # what only measuring needs, so that asking installs less


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or 1 with one sentence on standard error."""
    options = parser().parse_args(arguments)
    try:
        if options.compare:
            return run_compare(*map(Path, options.compare))
        if options.peers:
            from qa.evaluation.peers import run_peers

            return run_peers(options)
        if options.file is None:
            parser().error("give a FILE of labelled questions, or --compare A B")
        return run_evaluation(options)
    except QuotewiseError as error:
        print(f"quotewise: {error}", file=sys.stderr)
    except OSError as error:
        print(
            f"quotewise: a file could not be read or written ({error}): see to that and run it again.", file=sys.stderr
        )
    except KeyboardInterrupt:
        print("quotewise: stopped; run the same command again to go on.", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m qa.evaluation",
        description="Measure reader, retriever and whole answers on labelled questions.",
    )
    made.add_argument("file", nargs="?", help="SQuAD 1.1 or 2.0 JSON, or JSON lines; plain or gzip")
    made.add_argument("--level", choices=[*LEVELS, "all"], default="all", help="what to measure (default: all)")
    made.add_argument("--sample", type=positive, metavar="N", help="only N questions, drawn at random")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the draw (default: 0)")
    made.add_argument(
        "--collection", type=Path, metavar="DIR", help="keep the file's indexed paragraphs here, to use them again"
    )
    made.add_argument(
        "--output", type=Path, metavar="DIR", help="folder for report and rows (default: ./FILE-evaluation)"
    )
    made.add_argument("--reader", help="another reader: accurate, once installed, or a checkpoint by name or folder")
    made.add_argument("--passages", type=positive, default=PASSAGES_READ, help="passages read a question")
    made.add_argument("--skip-bad", action="store_true", help="leave out faulty questions instead of stopping")
    made.add_argument("--compare", nargs=2, metavar=("A", "B"), help="compare two runs' report.json")
    made.add_argument("--peers", action="store_true", help="run other systems beside ours on the same questions")
    made.add_argument(
        "--checkpoint", type=Path, metavar="DIR", help="with --peers: the reader as a transformers checkpoint"
    )
    return made


def positive(text: str) -> int:
    """A whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def usable_questions(path: str, skip_bad: bool) -> list[Question]:
    """The file's questions. Faulty ones are an error, or named and left out."""
    questions, faults = read_questions(path)
    for fault in faults if skip_bad else ():
        print(f"quotewise: left out question {fault.question_id}: {fault.reason}.", file=sys.stderr)
    if faults and not skip_bad:
        more = f" ({len(faults):,} questions are faulty in all)" if len(faults) > 1 else ""
        raise DatasetError(
            f"{path}, question {faults[0].question_id}: {faults[0].reason}{more}; correct the file, or leave "
            "such questions out with --skip-bad."
        )
    if not questions:
        raise DatasetError(f"{path} holds no usable question: give a file with labelled questions.")
    return questions


def check_libraries() -> None:
    """RunError where a library that the report needs is missing: better now than at the end of a long run."""
    missing = [name for name in EXTRA_LIBRARIES if find_spec(name) is None]
    if missing:
        raise RunError(
            f"Measuring also needs {' and '.join(missing)}: install them with Quotewise, pip install '.[evaluation]'."
        )


def run_evaluation(options: argparse.Namespace) -> int:
    """Measure one file and write its report, rows and page."""
    check_libraries()
    questions = usable_questions(options.file, options.skip_bad)
    output = options.output or Path(f"{Path(options.file).name.split('.json')[0]}-evaluation")
    settings = Settings(
        file_sha256=file_sha256(Path(options.file)),
        levels=LEVELS if options.level == "all" else (options.level,),
        sample=options.sample,
        seed=options.seed,
        reader_sha256=reader_sha256(reader_folder(options.reader)),
        passages=options.passages,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    errors = Console(stderr=True)
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        tasks = {name: bar.add_task(name, total=None) for name in ("indexing", "asking")}
        report = evaluate(
            questions,
            settings,
            output,
            options.collection,
            options.reader,
            lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
        )
    write_page(output / "report.html", report, read_rows(output / ROWS), Path(options.file).name)
    console = Console()
    print_report(report, console)
    console.print(f"Report: {output / 'report.json'}, page: {output / 'report.html'}")
    return 0


def run_compare(before: Path, after: Path) -> int:
    """Print what changed between two runs."""
    changes, flips = compare(rows_beside(before), rows_beside(after))
    console = Console()
    table = Table(title="What changed (paired bootstrap over the common questions)", title_justify="left")
    for column in ("figure", "questions", "before", "after", "difference", "95% interval", ""):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for change in changes:
        table.add_row(
            change.name, f"{change.questions:,}", f"{change.before:.1f}", f"{change.after:.1f}",
            f"{change.after - change.before:+.1f}", f"{change.low:+.1f} - {change.high:+.1f}",
            "certain" if change.certain else "may be chance",
        )  # fmt: skip
    console.print(table)
    for gained in (True, False):
        some = [flip for flip in flips if flip.gained == gained]
        console.print(f"{len(some):,} questions {'won' if gained else 'lost'}:", highlight=False)
        for flip in some[:FLIPS_SHOWN]:
            line = f"  [{flip.level}] {flip.id}  {flip.question}  {flip.before!r} -> {flip.after!r}"
            console.print(line, markup=False, highlight=False)
    return 0
