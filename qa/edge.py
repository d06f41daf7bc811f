"""The edge of every command: what goes wrong is told once, in one sentence, on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from index.errors import QuotewiseError, reason_of
from qa.showing import is_kept, shown

OUTPUT = "the output"  # the name of the file in an error that came of writing there
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells say it


def run_command(action: Callable[[], int]) -> int:
    """Run a command; returns its exit code, or with one sentence on standard error 1, or INTERRUPTED."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or file that knows fewer characters shows "?" for others
            stream.reconfigure(errors="replace")
    try:
        return _finished(action)
    except QuotewiseError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("stopped; what was finished is kept, run the same command again to go on.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        drop_output()
    except OSError as error:
        say(f"{_cause(error)} ({reason_of(error)}): see to that and run the same command again.")
    return 1


def _finished(action: Callable[[], int]) -> int:
    """Run to the end and write out what was printed, also where `--help` or a wrong option ends the command."""
    try:
        code = action()
    except SystemExit:
        flush_output()
        raise
    flush_output()
    return code


def flush_output() -> None:
    """Write out what was printed. The OSError of an output that cannot be written names it."""
    with writing_output():
        sys.stdout.flush()


@contextmanager
def writing_output() -> Iterator[None]:
    """Where the output cannot be written in here, its OSError names it: what is longer than a buffer is written, and
    lost, at once, so that no later flush would fail."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise OSError(error.errno, error.strerror, OUTPUT) from error


def _open_streams() -> None:
    """Let what the caller has closed lead nowhere: else the next file that is opened takes its number, and gets what is
    told on standard error."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for good


def _cause(error: OSError) -> str:
    """What cannot be used: a file, or else the output, which then cannot be written either now."""
    if error.filename == OUTPUT:
        return f"{OUTPUT} cannot be written"
    if error.filename:
        return f"{error.filename} cannot be used"
    try:
        sys.stdout.flush()
    except OSError:
        drop_output()
        return "the output cannot be written"
    return "a file or the network cannot be used"


def drop_output() -> None:
    """Let what is still to be written lead nowhere, so that nothing is said of it when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(sentence: str) -> None:
    """Tell the person something on standard error, on one line; nothing where that cannot be written."""
    with suppress(OSError):
        sys.stderr.write(f"quotewise: {printable(sentence)}\n")


def printable(text: str) -> str:
    """Text on one line, without the control characters by which a document could steer a terminal. What cannot be seen
    is shown as on the page; see `qa.showing`."""
    return "".join(c if c.isprintable() or is_kept(c) else " " for c in shown(text.replace("\n", " ")))
