"""The options of the `quotewise` command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from qa.command_line import CommandParser, share


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
    parser = CommandParser(
        prog="quotewise", description="Ask your own documents; get the exact words that answer, and their place."
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_chat(commands.add_parser("chat", help="open the chat page in the browser"))
    _add_ask(commands.add_parser("ask", help="ask one question"))
    _add_talk(
        commands.add_parser("talk", help="ask one question after the other, each of which may follow on the last")
    )
    _add_index(commands.add_parser("index", help="add or update files, folders and addresses"))
    _add_remove(commands.add_parser("remove", help="remove documents from the collection (the files stay)"))
    _add_list(commands.add_parser("list", help="list the documents of the collection"))
    _add_check(commands.add_parser("check", help="check that all is as it was stored, and mend what is not"))
    _add_calibrate(commands.add_parser("calibrate", help="fit the confidence to labelled questions of your own"))
    _add_verify(commands.add_parser("verify", help="verify that what answers quote still stands in the files"))
    _add_log(commands.add_parser("log", help="print a log of answers as a page for people"))
    _add_rerun(commands.add_parser("rerun", help="ask the questions of a log again and print what differs"))
    _add_mcp(commands.add_parser("mcp", help="let an assistant ask your documents (Model Context Protocol)"))
    _add_password(commands.add_parser("password", help="print a login for 'chat --auth-file'"))
    commands.add_parser("evaluate", help="measure on labelled questions (see 'quotewise evaluate --help')")
    commands.add_parser("train", help="train a reader on labelled questions (see 'quotewise train --help')")
    _add_install(commands.add_parser("install", help="set up what does not come with Quotewise: the accurate reader"))
    return parser


def _add_chat(parser: argparse.ArgumentParser) -> None:
    _collection_option(parser)
    _vectors_option(parser)
    parser.add_argument(
        "--host", type=_name, default="127.0.0.1",
        help="address to listen at (default: 127.0.0.1, this machine only; 0.0.0.0 is every network it is in)",
    )  # fmt: skip
    parser.add_argument("--port", type=_port, help="port of the page (default: the first free one from 7860)")
    parser.add_argument(
        "--allow-host", action="append", type=_name, default=[], metavar="NAME",
        help="another name by which the server may be called, such as that of a proxy (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--auth-file", metavar="FILE",
        help="let people log in whose names and passwords stand here, as 'quotewise password NAME' prints them",
    )  # fmt: skip
    parser.add_argument("--read-only", action="store_true", help="let nothing be added, removed or judged")
    _reader_option(parser)
    _download_option(parser)
    parser.add_argument("--no-browser", action="store_true", help="only serve the page, open nothing")


def _add_ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "question",
        help='what to ask; words in "double quotes" must occur in the cited passage, -word leaves out passages with it',
    )
    _asking_options(parser)
    parser.add_argument("--log", metavar="FILE", help="keep the answer, with what it rests on, at the end of this file")
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
    _vectors_option(parser)
    parser.add_argument(
        "--within", action="append", type=_name, metavar="GLOB",
        help="ask only these of the documents: an id, file, folder or pattern such as '*.pdf' (may be repeated)",
    )  # fmt: skip
    _reader_option(parser)
    parser.add_argument(
        "--threshold",
        type=_threshold,
        help="least confidence at which an answer is given: 0 to 1, 'careful' (few wrong ones) or 'always'",
    )
    parser.add_argument(
        "--absent-share", type=share, default=0.5, metavar="SHARE",
        help="how many of your questions you expect to have no answer there, 0 to 1; confidences are told for that "
        "(default: 0.5)",
    )  # fmt: skip
    parser.add_argument(
        "--as-typed", action="store_true", help="ask just as it is typed: read nothing in it as another word"
    )
    _download_option(parser)


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, a folder, or an address (https://...), which is fetched once"
    )
    _collection_option(parser)
    parser.add_argument(
        "--vectors", type=_name, metavar="URL",
        help="keep the vectors in Milvus (http://host:19530, or a file vectors.db), and publish the documents there, "
        "as URL#NAME; 'files' brings the vectors back; remembered with the collection. Who asks there stands in the "
        "environment variable QUOTEWISE_MILVUS_TOKEN, as user:password or a key, and is never stored",
    )  # fmt: skip
    parser.add_argument("--encoder", help="a sentence-transformers name or folder, for a new collection")
    parser.add_argument(
        "--workers", type=_count, metavar="N",
        help="read and embed files and folders with N workers, on this machine or where RAY_ADDRESS leads "
        "(needs 'quotewise[cluster]'; for many files)",
    )  # fmt: skip
    _download_option(parser)
    _json_option(parser)


def _add_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", nargs="+", type=_name, metavar="SOURCE", help="an id, file, folder or pattern such as '*.pdf'"
    )
    _collection_option(parser)


def _add_list(parser: argparse.ArgumentParser) -> None:
    _collection_option(parser)
    _vectors_option(parser)
    _json_option(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Compare everything that is stored with its hashes. The exit code is 0 where all is as it was stored, or was "
        "mended, else 1."
    )
    parser.add_argument(
        "--repair", action="store_true",
        help="mend what is damaged: documents are read again from their files, or made again from their stored text",
    )  # fmt: skip
    _collection_option(parser)
    _json_option(parser)


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("file", nargs="?", help="labelled questions over your collection (README: what they look like)")
    wanted.add_argument("--judged", action="store_true", help="take the answers that were judged on the page")
    wanted.add_argument("--forget", action="store_true", help="forget what was fitted")
    _collection_option(parser)
    _reader_option(parser)
    _download_option(parser)
    _json_option(parser)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Read the files again that answers quote, and tell of each quote whether it holds, was moved, changed or is "
        "gone (or unknown: the words come from no file, or it cannot be read). What was asked of a published "
        "collection is looked for in what is published now. The exit code is 0 when all hold or were moved, else 1."
    )
    _answers_argument(parser)
    parser.add_argument(
        "--look-in", metavar="DIR", help="look for files that are gone, by their content, in this folder as well"
    )
    _json_option(parser)


def _add_log(parser: argparse.ArgumentParser) -> None:
    _answers_argument(parser)
    parser.add_argument("--format", choices=["md", "html"], default="md", help="Markdown (default) or HTML")
    parser.add_argument("--output", metavar="FILE", help="write to this file instead of printing")


def _add_rerun(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Ask the questions of a log again, over what each was put to, and print what differs. The exit code is 0, "
        "whatever differs, or 1 when a question could not be asked."
    )
    _answers_argument(parser)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--collection", metavar="DIR", help="ask all of this collection instead")
    source.add_argument("--documents", nargs="+", metavar="PATH", help="ask these files and folders instead")
    _reader_option(parser)
    _download_option(parser)
    _json_option(parser)


def _answers_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="answers as 'ask --log' keeps them or 'ask --json' prints them, or one a line"
    )


def _add_install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["accurate"], help="the accurate reader (fetches 400 MB, once)")


def _add_mcp(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Serve an assistant that starts this command and speaks the Model Context Protocol over its input and output. "
        "It can ask, list and read the documents, and change nothing."
    )
    _collection_option(parser)
    _vectors_option(parser)
    _reader_option(parser)
    _download_option(parser)


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Ask for a password and print a line with its hash, to be put into the file of 'chat --auth-file'. A password "
        "that comes through a pipe is read as one line."
    )
    parser.add_argument("name", metavar="NAME", type=_name, help="whose it is")


def _collection_option(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--collection", metavar="DIR", help="folder of the collection (default: your own)")


def _vectors_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--vectors", type=_name, metavar="URL",
        help="without --collection: ask what is published at this address of Milvus, as URL or URL#NAME; with it: "
        "where the collection's vectors are from now on, or 'files'. Who asks there stands in the environment variable "
        "QUOTEWISE_MILVUS_TOKEN, as user:password or a key",
    )  # fmt: skip


def _reader_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reader",
        help="fast, accurate (once installed), balanced (both: the usual one then), or a checkpoint by name or folder",
    )


def _download_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--download", action="store_true", help="allow models to be fetched from the model hub")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _threshold(text: str) -> float | str:
    if text in ("careful", "always"):
        return text
    try:
        return share(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, 'careful' or 'always'") from None


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("must be a whole number from 1 to 65535")
    return port


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("must be a whole number from 1 on")
    return int(text)


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text
