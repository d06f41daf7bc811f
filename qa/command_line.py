"""Reading a command's options."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from qa.edge import OUTPUT, drop_output, run_command


class CommandParser(argparse.ArgumentParser):
    """A parser whose help, where it cannot be written, ends the command in one sentence: argparse says nothing then."""

    def print_help(self, file: Any = None) -> None:
        """Write the help to the file, by default to standard output; ends the process where that cannot be done."""

        def write() -> int:
            stream = sys.stdout if file is None else file
            try:
                stream.write(self.format_help())
                stream.flush()
            except OSError as error:
                if stream is sys.stdout:
                    drop_output()
                raise OSError(error.errno, error.strerror, OUTPUT) from error
            return 0

        if code := run_command(write):
            self.exit(code)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be a number from 0 to 1")
    return number
