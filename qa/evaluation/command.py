"""`quotewise evaluate`: measure a labelled file, compare two runs, or ask other systems the same questions."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from index.collection import Collection
from index.files import file_sha256, home
from qa.answerer import PASSAGES_READ, Answerer
from qa.command_line import CommandParser, share
from qa.confidence import HALF
from qa.edge import run_command, say
from qa.evaluation.compare import Change, Flip, compare, rows_beside
from qa.evaluation.documents_compare import compare_documents
from qa.evaluation.documents_dataset import PARTS, is_benchmark, read_benchmark
from qa.evaluation.documents_records import ALONE, AMONG_ALL, are_document_rows, read_document_rows
from qa.evaluation.documents_report import print_documents_report
from qa.evaluation.documents_run import evaluate_documents, settings_of
from qa.evaluation.html_report import write_page
from qa.evaluation.labelled import evaluate_labelled, figure_lines, is_labelled
from qa.evaluation.measuring import LEVELS
from qa.evaluation.peers import run_peers
from qa.evaluation.records import read_rows
from qa.evaluation.report import print_report
from qa.evaluation.run import ROWS, RunError, Settings, evaluate
from qa.lab.dataset import Fault, Question, usable_questions
from qa.lab.labelled import read_labelled
from qa.reading.catalog import FAST, open_reader, reader_folder
from qa.reading.reader import reader_sha256

FLIPS_SHOWN = 10
EXTRA_LIBRARIES = ("ir_measures", "matplotlib")  # what only measuring needs, so that asking installs less


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, or 1 with one sentence on standard error."""
    made = parser()
    options = made.parse_args(arguments)
    if options.file is None and not (options.compare or options.peers):
        made.error("give a FILE of labelled questions, or --compare A B")
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Do what the options say; returns the exit code."""
    if options.compare:
        return run_compare(*map(Path, options.compare))
    if options.file is not None and is_benchmark(options.file):
        return run_documents(options)
    if options.file is not None and not options.peers and is_labelled(options.file):
        return run_labelled(options)
    if not options.peers:
        return run_evaluation(options)
    if options.file is None or options.checkpoint is None:
        raise RunError("Peers need FILE and --checkpoint DIR, the reader as a transformers checkpoint.")
    questions = questions_of(options)
    return run_peers(questions, options.checkpoint, options.output or Path("peers"), options.sample, options.seed)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = CommandParser(
        prog="quotewise evaluate",
        description="Measure reader, retriever and whole answers on labelled questions.",
    )
    made.add_argument(
        "file", nargs="?", help="SQuAD 1.1 or 2.0 JSON, JSON lines, or questions to --documents or to your collection"
    )
    made.add_argument("--level", choices=[*LEVELS, "all"], default="all", help="what to measure (default: all)")
    made.add_argument("--sample", type=positive, metavar="N", help="only N questions, drawn at random")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the draw (default: 0)")
    made.add_argument(
        "--collection",
        type=Path,
        metavar="DIR",
        help="keep what is indexed here, to use it again; or the collection that FILE asks about",
    )
    made.add_argument(
        "--output", type=Path, metavar="DIR", help="folder for report and rows (default: ./FILE-evaluation)"
    )
    made.add_argument(
        "--reader",
        help="fast (the usual one here), accurate, a checkpoint by name or folder; for whole files also balanced",
    )
    made.add_argument("--download", action="store_true", help="let the model hub be asked for --reader")
    made.add_argument("--documents", type=Path, metavar="DIR", help="folder with the files that FILE asks about")
    made.add_argument("--within-all", action="store_true", help="ask among all documents only, not each alone as well")
    made.add_argument("--part", choices=[*PARTS, "all"], default="all", help="the documents' part (default: all)")
    made.add_argument("--passages", type=positive, default=PASSAGES_READ, help="passages read a question")
    made.add_argument(
        "--absent-share", type=share, default=HALF, metavar="SHARE",
        help="how many of FILE's questions are expected to have no answer, 0 to 1 (default: 0.5)",
    )  # fmt: skip
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


def questions_of(options: argparse.Namespace) -> list[Question]:
    """The file's questions. Faulty ones are an error, or named and left out."""
    return usable_questions(options.file, tell_fault if options.skip_bad else None)


def tell_fault(fault: Fault) -> None:
    """Name a question that is left out."""
    say(f"left out question {fault.question_id}: {fault.reason}.")


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
    questions = questions_of(options)
    output = options.output or Path(f"{Path(options.file).name.split('.json')[0]}-evaluation")
    reader = reader_folder(options.reader, download=options.download)
    settings = Settings(
        file_sha256=file_sha256(Path(options.file)),
        levels=LEVELS if options.level == "all" else (options.level,),
        sample=options.sample,
        seed=options.seed,
        reader_sha256=reader_sha256(reader),
        passages=options.passages,
        absent_share=options.absent_share,
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
            reader,
            lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
        )
    write_page(output / "report.html", report, read_rows(output / ROWS), Path(options.file).name)
    console = Console()
    print_report(report, console)
    console.print(f"Report: {output / 'report.json'}, page: {output / 'report.html'}")
    return 0


def run_labelled(options: argparse.Namespace) -> int:
    """Measure questions over a person's own collection, and print the figures."""
    if options.documents or options.sample or options.level != "all":
        raise RunError("Questions over a collection are all asked of it: leave out --documents, --sample and --level.")
    reader = open_reader(options.reader, download=options.download)
    errors = Console(stderr=True)
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Collection(options.collection or home() / "collection", create=False) as collection,
        Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar,
    ):
        task = bar.add_task("", total=None)
        answerer = Answerer(collection, reader, passages=options.passages)
        labelled = read_labelled(options.file)
        found = evaluate_labelled(labelled, answerer, lambda done, of: bar.update(task, completed=done, total=of))
    for line in figure_lines(found):
        print(line)
    return 0


def run_documents(options: argparse.Namespace) -> int:
    """Measure questions to whole files and write the report and rows."""
    if options.documents is None:
        raise RunError(f"{options.file} asks about files: name the folder that they lie in with --documents.")
    if options.sample or options.peers or options.level != "all":
        raise RunError("Questions to whole files are all asked, end to end: leave out --sample, --level and --peers.")
    benchmark = read_benchmark(options.file)
    output = options.output or Path(f"{Path(options.file).stem}-evaluation")
    reader = open_reader(options.reader or FAST, download=options.download)
    ways = (AMONG_ALL,) if options.within_all else (ALONE, AMONG_ALL)
    settings = settings_of(Path(options.file), reader, options.passages, options.part, ways)
    report = evaluate_documents(benchmark, options.documents, settings, output, options.collection, reader)
    console = Console()
    print_documents_report(report, console)
    console.print(f"Report: {output / 'report.json'}, rows: {output / ROWS}")
    return 0


def run_compare(before: Path, after: Path) -> int:
    """Print what changed between two runs."""
    rows = [report.parent / ROWS for report in (before, after)]
    if all(map(are_document_rows, rows)):
        print_changes(*compare_documents(*map(read_document_rows, rows)))
    else:
        print_changes(*compare(rows_beside(before), rows_beside(after)))
    return 0


def print_changes(changes: Sequence[Change], flips: Sequence[Flip]) -> None:
    """Print the figures of two runs side by side, and some of the questions that were won and lost."""
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
