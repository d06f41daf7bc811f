"""What becomes of one real file: its time, its memory, its passages, and the words that it loses.

Each file is read in a process of its own, so that a crash, a hang or a hunger for memory costs that file only.
"""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.errors import DocumentError
from index.formats import FORMATS
from index.indexing import with_blocks
from index.loaders import document_of, read_file
from index.passages import split_passages
from index.records import Document
from index.resources import limit, peak_bytes
from index.sentences import split_sentences
from qa.evaluation.real_files_dumps import missing_words, plain_dump, words_of

READ, REJECTED, TRACEBACK, ENDED = "read", "rejected", "traceback", "ended"  # what can become of a file
MOST_SECONDS = 120  # until a file's process is ended
MOST_BYTES = 6 << 30  # of address space
EXAMPLES = 12
# What the process that the others are copied from has imported already.
PRELOADED = [
    __name__,
    "qa.edge",
    "qa.lab.resumable",
    "nupunkt",
    "pypdfium2",
    "selectolax.lexbor",
    "lxml.html",
    "markdown_it",
]


@dataclass(frozen=True, slots=True)
class FileFigures:
    """What was measured of one file. `reason` is its rejection's sentence, or the end of a traceback.

    `seconds` are of processor time, `split_seconds` the part of it that made sentences and passages of the text;
    `megabytes` are those by which the process grew at most. `dump_words` are those of a plain dump, `missing` and
    `unread` how many of them the text lacks, and the passages' views; `added` how many words of the text the dump
    lacks; -1 where there is no dump.
    """

    path: str
    outcome: str
    reason: str = ""
    seconds: float = 0.0
    split_seconds: float = 0.0
    megabytes: float = 0.0
    bytes: int = 0
    pages: int = 0
    characters: int = 0
    passages: int = 0
    dump_words: int = -1
    missing: int = -1
    unread: int = -1
    added: int = -1
    examples: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def figures_of(line: dict[str, Any]) -> FileFigures:
    """The figures that a line of the journal notes."""
    return FileFigures(**line | {name: tuple(line[name]) for name in ("examples", "beside")})


def measure(folder: Path, path: str) -> dict[str, Any]:
    """The figures of the file at `path` below `folder`, as JSON values."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(there, folder, path), daemon=True)
    started = time.monotonic()
    process.start()
    there.close()
    figures: dict[str, Any] | None = None
    try:
        while here.poll(max(0.0, MOST_SECONDS + started - time.monotonic())):
            figures = here.recv()  # without the missing words at first, then with them
    except EOFError:
        pass
    process.kill()
    process.join()
    if figures is None:
        late = time.monotonic() - started >= MOST_SECONDS
        reason = f"was ended after {MOST_SECONDS} s" if late else f"its process died (exit code {process.exitcode})"
        figures = asdict(FileFigures(path, ENDED, reason))
    return figures


def _report(connection: Connection, folder: Path, path: str) -> None:
    """What the process of a file does."""
    limit("AS", MOST_BYTES)
    sys.setrecursionlimit(1000)
    figures, texts = _read(folder / path, path)
    connection.send(figures)
    try:
        dump = words_of(plain_dump(folder / path))
    except Exception as error:  # the other program's business
        if figures["outcome"] == READ:
            connection.send(figures | {"reason": f"no dump: {error or type(error).__name__}"[:200]})
        return
    counts: dict[str, Any] = {"dump_words": dump.total()}
    if texts:
        missing, unread = (missing_words(dump, text) for text in texts)
        added = words_of(texts[0]) - dump
        examples, beside = ([f"{w} {n}" for w, n in some.most_common(EXAMPLES)] for some in (missing, added))
        counts |= {"missing": missing.total(), "unread": unread.total(), "added": added.total()}
        counts |= {"examples": examples, "beside": beside}
    connection.send(figures | counts)


def _read(file: Path, path: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The figures of a file without the missing words, and its text and that of its passages."""
    before, started = peak_bytes(), time.process_time()
    extracted = started
    texts: tuple[str, ...] = ()
    outcome, reason, size, pages, passages = READ, "", 0, 0, 0
    try:
        size = file.stat().st_size
        document = with_blocks(_parsed_here(file))
        extracted = time.process_time()
        split_sentences(document.text, document.blocks)
        plans = split_passages(document, document.blocks)
        texts = f"{document.title}\n{document.text}", "\n".join(plan.view.text for plan in plans)
        pages, passages = len(document.page_starts), len(plans)
    except DocumentError as error:
        outcome, reason = REJECTED, str(error)
    except BaseException as error:
        outcome, reason = TRACEBACK, "".join(traceback.format_exception(error)[-3:])
    ended = time.process_time()
    split = ended - extracted if texts else 0.0
    megabytes = (peak_bytes() - before) / (1 << 20)
    characters = len(texts[0]) if texts else 0
    figures = FileFigures(path, outcome, reason, ended - started, split, megabytes, size, pages, characters, passages)
    return asdict(figures), texts


def _parsed_here(file: Path) -> Document:
    """The document of a file, parsed in this process, whose time and memory are measured."""
    content = read_file(file)
    return document_of(file, content, FORMATS[file.suffix.lower()].extract(content.data, file.name))
