"""What each `quotewise` command does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from index.addresses.places import address_of, is_address, plain_address, shown_source
from index.errors import CollectionError, DocumentError
from index.formats import kind_of
from qa.edge import printable, say
from ui.options import command_parser
from ui.terminal import answer_lines, changes_lines, print_json, progress_bar, say_begun
from ui.words import counted, no_text_on, unfinished

if TYPE_CHECKING:
    from index.collection import Collection, Scope

DEMONSTRATION = (
    "so this is asked of the article that comes with Quotewise: add documents of your own with 'quotewise index PATH'."
)


def run(given: list[str]) -> int:
    """Run the command with these arguments; returns its exit code."""
    if given[:1] == ["evaluate"]:  # these two have options of their own, and need libraries that take long to import
        from qa.evaluation.command import main as evaluate

        return evaluate(given[1:])
    if given[:1] == ["train"]:
        from qa.training.command import main as train

        return train(given[1:])
    if given[:1] == ["ask"]:  # what begins with -h is help to argparse, also the question '-harbour who signed?'
        given = [f" {one}" if one.startswith("-h") and " " in one else one for one in given]
    options = command_parser().parse_args(given)
    return COMMANDS[options.command](options)


def _chat(options: argparse.Namespace) -> int:
    from ui.web.chat import serve  # imported late: no other command needs a server
    from ui.web.logins import read_logins
    from ui.web.security import Access

    logins = read_logins(options.auth_file) if options.auth_file else None
    serve(
        options.collection,
        options.vectors,
        Access(options.host, options.port, tuple(options.allow_host), logins, options.read_only),
        reader=options.reader,
        download=options.download,
        open_browser=not options.no_browser,
    )
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from ui.assistant.command import run_mcp

    return run_mcp(options.collection, options.vectors, options.reader, download=options.download)


def _password(options: argparse.Namespace) -> int:
    from ui.web.logins import ask_password, login_line

    print(login_line(options.name, ask_password()))
    return 0


def _ask(options: argparse.Namespace) -> int:
    from index.encoder_catalog import begin_opening

    begin_opening()
    from qa.api import ask  # these imports take as long as to open an encoder
    from qa.opened import kept_reader
    from qa.questions import check_question
    from ui.own_collection import check_asked

    question = check_question(options.question)
    check_asked(options.collection, None)
    kept_reader(options.reader, options.download)  # first: the encoder is opened meanwhile, which documents wait for
    with _asked(options) as source:
        part = source.within(*options.within) if options.within else source
        answer = ask(
            question, part, reader=options.reader, threshold=options.threshold, download=options.download,
            as_typed=options.as_typed, absent_share=options.absent_share,
        )  # fmt: skip
        if options.log:
            from ui.receipts import keep

            keep(answer, options)
    if options.json:
        print_json(answer.to_dict())
    else:
        print("\n".join(answer_lines(answer, color=sys.stdout.isatty())))
        if answer.asked != answer.question:
            say("Something in the question was read as what was probably meant: --as-typed asks it just as it is.")
        if answer.searched.pending:
            say(unfinished(answer.searched.pending))
    return 0


def _talk(options: argparse.Namespace) -> int:
    from qa.answerer import Answerer
    from qa.opened import kept_reader
    from ui.talk import talk

    with _asked(options) as source:
        part = source.within(*options.within) if options.within else source
        answerer = Answerer(
            part, kept_reader(options.reader, options.download), threshold=options.threshold,
            absent_share=options.absent_share,
        )  # fmt: skip
        return talk(answerer, as_typed=options.as_typed)


@contextmanager
def _asked(options: argparse.Namespace) -> Iterator[Collection | Scope]:
    """What the question is put to. A collection is closed at the end; what is kept for files serves the next call."""
    from qa.opened import open_documents
    from ui.own_collection import OwnDocuments, is_there

    if options.documents is not None:
        if options.vectors:
            raise DocumentError("Files that are named are asked here: leave out --vectors, or --documents.")
        with progress_bar() as report:
            scope = open_documents(options.documents, progress=report, report=say_begun, download=options.download)
        yield scope
    else:
        with OwnDocuments(options.collection, options.vectors, download=options.download) as own:
            if own.collection() is None:
                beginning = "Your collection is empty" if is_there(None) else "You have no collection yet"
                say(f"{beginning}, {DEMONSTRATION}")
            yield own.source()


def _index(options: argparse.Namespace) -> int:
    from index.addresses.adding import add_fetched, fetch_all
    from index.loaders import find_files, nothing_to_read
    from ui.own_collection import is_there, open_collection

    new = not is_there(options.collection)
    addresses = list(map(plain_address, filter(is_address, options.paths)))
    paths = [path for path in options.paths if not is_address(path)]
    if options.workers:
        from index.bulk import check_ray  # imported late: only this option needs it

        if addresses:
            raise DocumentError(f"Workers fetch nothing: add {addresses[0]} without --workers.")
        check_ray()
    # A path that is misspelt or holds nothing makes no collection.
    if new and paths and not (found := find_files(paths)).files:
        raise nothing_to_read(found, paths, "name other files or folders")
    fetched = fetch_all(addresses, say_begun)
    if new and not paths and not fetched.files:  # nor does an address
        raise DocumentError(fetched.refused[0].reason)
    with (
        open_collection(
            options.collection, options.encoder, create=True, download=options.download, vectors=options.vectors
        ) as collection,
        progress_bar() as report,
    ):
        if options.workers:
            from index.bulk import add_bulk

            changes = add_bulk(collection, paths, options.workers, report)
        else:
            changes = add_fetched(collection, fetched, paths, report)
        collection.publish()
        documents, passages = collection.counts()
    if options.json:
        print_json(asdict(changes))
    else:
        print(
            f"{len(changes.added)} added, {len(changes.updated)} updated, {len(changes.unchanged)} unchanged; "
            f"the collection has {counted(documents, 'document')}, {counted(passages, 'passage')}."
        )
        if new:
            print(f"A new collection was made in {printable(str(collection.folder))}.")
        for line in changes_lines(changes):
            print(line)
    for rejected in changes.refused:
        say(rejected.reason)
    return 1 if changes.refused else 0


def _remove(options: argparse.Namespace) -> int:
    from ui.own_collection import open_collection

    with open_collection(options.collection) as collection:
        done = collection.remove(*options.sources)
        collection.publish()
    for source in done.removed:
        print(f"Removed {printable(shown_source(source))}.")
    for source in done.forgotten:
        print(f"Forgot {printable(source)}, which could not be read.")
    if done.missing:
        verb = "is" if len(done.missing) == 1 else "are"
        names = ", ".join(done.missing)
        raise CollectionError(f"{names} {verb} not in the collection: 'quotewise list' shows what is.")
    return 0


def _check(options: argparse.Namespace) -> int:
    from ui.checking import run_check

    return run_check(options)


def _list(options: argparse.Namespace) -> int:
    from ui.own_collection import open_asked

    with open_asked(options.collection, options.vectors) as collection:
        summaries = collection.documents()
    if options.json:
        print_json([asdict(summary) for summary in summaries])
        return 0
    for summary in summaries:
        page = "slide" if kind_of(summary.source) == "slides" else "page"
        pages = f"{counted(summary.pages, page):>11}" if summary.pages else " " * 11
        place = f"{printable(summary.title)}  {printable(shown_source(summary.source))}"
        if address_of(summary.source):
            place += f"  (fetched on {datetime.fromtimestamp(summary.modified_ns / 1e9):%Y-%m-%d})"
        if summary.unreadable:
            place += f"  ({no_text_on(summary.unreadable)})"
        print(f"{summary.id}  {counted(summary.passages, 'passage'):>14} {pages}  {place}")
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from ui.calibrating import run_calibrate

    return run_calibrate(options)


def _verify(options: argparse.Namespace) -> int:
    from ui.receipts import verify

    return verify(options)


def _log(options: argparse.Namespace) -> int:
    from ui.receipts import export

    return export(options)


def _rerun(options: argparse.Namespace) -> int:
    from ui.receipts import rerun

    return rerun(options)


def _install(options: argparse.Namespace) -> int:
    from qa.training.install import install_accurate

    return install_accurate()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "chat": _chat,
    "mcp": _mcp,
    "password": _password,
    "ask": _ask,
    "talk": _talk,
    "index": _index,
    "remove": _remove,
    "list": _list,
    "check": _check,
    "verify": _verify,
    "log": _log,
    "rerun": _rerun,
    "install": _install,
    "calibrate": _calibrate,
}
