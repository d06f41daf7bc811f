"""The `quotewise` command."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from index.errors import QuotewiseError
from qa.answer import Answer, Citation
from ui.html import counted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 1 with one sentence on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["evaluate"]:  # it has options of its own, the same as `python -m qa.evaluation`
        from qa.evaluation.command import main as evaluate

        return evaluate(given[1:])
    options = _parser().parse_args(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or file that knows fewer characters shows "?" for others
            stream.reconfigure(errors="replace")
    try:
        return int(options.run(options))
    except QuotewiseError as error:
        print(f"quotewise: {printable(str(error))}", file=sys.stderr)
    except KeyboardInterrupt:
        print("quotewise: stopped; what was finished is kept, run the same command again to go on.", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quotewise", description="Ask your own documents; get the exact words that answer, and their place."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    chat = commands.add_parser("chat", help="open the chat page in the browser")
    _collection_option(chat)
    chat.add_argument("--port", type=_port, help="port of the page (default: the first free one from 7860)")
    _reader_option(chat)
    chat.add_argument("--no-browser", action="store_true", help="only serve the page, open nothing")
    chat.set_defaults(run=_chat)

    ask = commands.add_parser("ask", help="ask one question")
    ask.add_argument("question")
    _collection_option(ask)
    ask.add_argument(
        "--documents", nargs="+", metavar="PATH", help="ask these files and folders instead of the collection"
    )
    _reader_option(ask)
    ask.add_argument(
        "--threshold", type=_threshold, help="least confidence at which an answer is given, 0 to 1, or 'careful'"
    )
    _json_option(ask)
    ask.set_defaults(run=_ask)

    index = commands.add_parser("index", help="add or update files and folders")
    index.add_argument("paths", nargs="+", metavar="PATH")
    _collection_option(index)
    index.add_argument("--encoder", help="a sentence-transformers name or folder, for a new collection")
    _json_option(index)
    index.set_defaults(run=_index)

    remove = commands.add_parser("remove", help="remove documents from the collection (the files stay)")
    remove.add_argument("sources", nargs="+", metavar="SOURCE", help="a path or id as 'quotewise list' shows it")
    _collection_option(remove)
    remove.set_defaults(run=_remove)

    listing = commands.add_parser("list", help="list the documents of the collection")
    _collection_option(listing)
    _json_option(listing)
    listing.set_defaults(run=_list)
    commands.add_parser("evaluate", help="measure on labelled questions (see 'quotewise evaluate --help')")
    return parser


def _collection_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collection", metavar="DIR", help="folder of the collection (default: your own)")


def _reader_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", help="another reader: accurate, once installed, or a checkpoint by name or folder")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _threshold(text: str) -> float | str:
    if text == "careful":
        return text
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1, or be 'careful'")
    return value


def _port(text: str) -> int:
    if not 0 < (port := int(text)) < 65536:
        raise argparse.ArgumentTypeError("must lie between 1 and 65535")
    return port


def _print_json(value: object) -> None:
    unicode = (sys.stdout.encoding or "").lower() == "utf-8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=1))


def _chat(options: argparse.Namespace) -> int:
    from ui.page import serve  # imported late: Gradio takes seconds, and no other command needs it

    serve(options.collection, options.port, reader=options.reader, open_browser=not options.no_browser)
    return 0


def _ask(options: argparse.Namespace) -> int:
    from qa.answerer import Answerer, check_question
    from qa.asking import open_documents
    from ui.library import existing_library, open_library, tell

    question = check_question(options.question)
    if options.documents:
        with _progress_bar() as report:
            collection = open_documents(options.documents, progress=report, report=tell)
    elif options.collection:
        collection = existing_library(options.collection)
    else:
        collection = open_library(None, with_seeds=True)
    with collection:
        answer = Answerer(collection, options.reader, threshold=options.threshold).ask(question)
    if options.json:
        _print_json(answer.to_dict())
    else:
        print("\n".join(answer_lines(answer, color=sys.stdout.isatty())))
    return 0


def answer_lines(answer: Answer, *, color: bool) -> Iterator[str]:
    """The answer as lines for a terminal, the quoted words marked by colour or by brackets."""
    searched = f"{counted(answer.searched.documents, 'document')}, {counted(answer.searched.passages, 'passage')}"
    if answer.status == "no_answer":
        yield f"Your documents don't say ({searched} searched)."
        if answer.alternatives:
            yield "Closest sentences:"
    else:
        yield f"{printable(answer.text)}   ({answer.confidence:.0%} sure)"
    shown: set[tuple[str, int]] = set()
    for citation in answer.citations or answer.alternatives:
        place = (citation.document_id, citation.sentence_start)
        if place not in shown:
            shown.add(place)
            yield ""
            yield f"  {printable(marked_sentence(citation, color))}"
            yield f"  [{len(shown)}] {printable(where(citation))}"


def marked_sentence(citation: Citation, color: bool) -> str:
    """The cited sentence on one line with the quoted words marked."""
    begin, end = ("\033[7m", "\033[0m") if color else ("[", "]")
    inside = citation.start - citation.sentence_start
    after = inside + len(citation.text)
    before, rest = printable(citation.sentence[:inside]), printable(citation.sentence[after:])
    return " ".join(f"{before}{begin}{printable(citation.text)}{end}{rest}".split())


def printable(text: str) -> str:
    """Text without the control characters by which a document could steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text.replace("\n", " "))


def where(citation: Citation) -> str:
    """Title, page and offsets of a citation on one line."""
    page = f", page {citation.page}" if citation.page else ""
    return f"{citation.title}{page}, characters {citation.start}-{citation.end} of {citation.source}"


@contextmanager
def _progress_bar() -> Iterator:  # type: ignore[type-arg]
    """A progress bar on standard error; yields what a collection reports to."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def report(done: int, total: int, path: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(printable(Path(path).name)))

        yield report


def _index(options: argparse.Namespace) -> int:
    from ui.library import open_library

    with open_library(options.collection, options.encoder, with_seeds=False) as collection, _progress_bar() as report:
        changes = collection.add(options.paths, report)
        documents, passages = collection.counts()
    if options.json:
        _print_json(asdict(changes))
    else:
        print(
            f"{len(changes.added)} added, {len(changes.updated)} updated, {len(changes.unchanged)} unchanged; "
            f"the collection has {counted(documents, 'document')}, {counted(passages, 'passage')}."
        )
    for refusal in changes.refused:
        print(f"quotewise: {printable(refusal.reason)}", file=sys.stderr)
    return 1 if changes.refused else 0


def _remove(options: argparse.Namespace) -> int:
    from ui.library import existing_library

    with existing_library(options.collection) as collection:
        for source in options.sources:
            collection.remove(source)
            print(f"Removed {printable(source)}.")
    return 0


def _list(options: argparse.Namespace) -> int:
    from ui.library import existing_library

    with existing_library(options.collection) as collection:
        summaries = collection.documents()
    if options.json:
        _print_json([asdict(summary) for summary in summaries])
    else:
        for summary in summaries:
            place = f"{printable(summary.title)}  {printable(summary.source)}"
            print(f"{summary.id}  {summary.passages:5d} passages  {place}")
    return 0
