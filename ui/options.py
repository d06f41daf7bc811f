"""The options of the `quotewise` command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any


class _Version(argparse.Action):
    """Prints the version. It is looked up only then, since that takes as long as all other options together."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"quotewise {version('quotewise')}")
        parser.exit()


def command_parser() -> argparse.ArgumentParser:
    """The parser of all commands; two of them have another for the options of their own."""
    parser = argparse.ArgumentParser(
        prog="quotewise", description="Ask your own documents; get the exact words that answer, and their place."
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_chat(commands.add_parser("chat", help="open the chat page in the browser"))
    _add_ask(commands.add_parser("ask", help="ask one question"))
    _add_talk(
        commands.add_parser("talk", help="ask one question after the other, each of which may follow on the last")
    )
    _add_index(commands.add_parser("index", help="add or update files and folders"))
    _add_remove(commands.add_parser("remove", help="remove documents from the collection (the files stay)"))
    _add_list(commands.add_parser("list", help="list the documents of the collection"))
    commands.add_parser("evaluate", help="measure on labelled questions (see 'quotewise evaluate --help')")
    commands.add_parser("train", help="train a reader on labelled questions (see 'quotewise train --help')")
    _add_install(commands.add_parser("install", help="set up what does not come with Quotewise: the accurate reader"))
    return parser


def _add_chat(parser: argparse.ArgumentParser) -> None:
    _collection_option(parser)
    parser.add_argument("--port", type=_port, help="port of the page (default: the first free one from 7860)")
    _reader_option(parser)
    _download_option(parser)
    parser.add_argument("--no-browser", action="store_true", help="only serve the page, open nothing")


def _add_ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question")
    _asking_options(parser)
    _json_option(parser)


def _add_talk(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Reads a question a line, from the terminal or another program, and answers each. It may leave out what was "
        'said before, such as "And when was that?". An empty line in the terminal or the end of the input ends it.'
    )
    _asking_options(parser)


def _asking_options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    _collection_option(source)
    source.add_argument(
        "--documents", nargs="+", metavar="PATH", help="ask these files and folders instead of the collection"
    )
    parser.add_argument(
        "--within", action="append", type=_name, metavar="GLOB",
        help="ask only these of the documents: an id, file, folder or pattern such as '*.pdf' (may be repeated)",
    )  # fmt: skip
    _reader_option(parser)
    parser.add_argument(
        "--threshold", type=_threshold, help="least confidence at which an answer is given, 0 to 1, or 'careful'"
    )
    _download_option(parser)


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH")
    _collection_option(parser)
    parser.add_argument("--encoder", help="a sentence-transformers name or folder, for a new collection")
    _download_option(parser)
    _json_option(parser)


def _add_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", nargs="+", type=_name, metavar="SOURCE", help="an id, file, folder or pattern such as '*.pdf'"
    )
    _collection_option(parser)


def _add_list(parser: argparse.ArgumentParser) -> None:
    _collection_option(parser)
    _json_option(parser)


def _add_install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["accurate"], help="the accurate reader (fetches 400 MB, once)")


def _collection_option(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--collection", metavar="DIR", help="folder of the collection (default: your own)")


def _reader_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", help="another reader: accurate, once installed, or a checkpoint by name or folder")


def _download_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--download", action="store_true", help="allow models to be fetched from the model hub")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _threshold(text: str) -> float | str:
    if text == "careful":
        return text
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a number from 0 to 1, or 'careful'")
    return value


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("must be a whole number from 1 to 65535")
    return port


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text
