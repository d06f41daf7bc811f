"""The edge of every command: what goes wrong is told once, in one sentence, on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from index.errors import QuotewiseError, reason_of


def run_command(action: Callable[[], int]) -> int:
    """Run a command; returns its exit code, or 1 with one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or file that knows fewer characters shows "?" for others
            stream.reconfigure(errors="replace")
    try:
        code = action()
        sys.stdout.flush()  # here, where a reader that has gone is noticed quietly
        return code
    except QuotewiseError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("stopped; what was finished is kept, run the same command again to go on.")
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        _write_no_more()
    except OSError as error:
        try:
            sys.stdout.flush()
        except OSError:  # at its end Python would try again to write the rest, and print what went wrong
            _write_no_more()
        where = f"{error.filename} cannot be used" if error.filename else "a file or the network cannot be used"
        say(f"{where} ({reason_of(error)}): see to that and run the same command again.")
    return 1


def _write_no_more() -> None:
    """Let what is still to be written to standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(sentence: str) -> None:
    """Tell the person something on standard error, on one line."""
    sys.stderr.write(f"quotewise: {printable(sentence)}\n")


def printable(text: str) -> str:
    """Text without the control characters by which a document could steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text.replace("\n", " "))
