"""Running a piece of Python in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# A shell lets what it starts in the background ignore interrupts, and so would all that is started from there.
HEEDING = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"


def start_python(code, *arguments, **environment):
    """Start `code` with the project importable; what it prints can be read from the process's `stdout`."""
    command = [sys.executable, "-c", HEEDING + code, *map(str, arguments)]
    variables = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    return subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def run_python(code, *arguments, **environment):
    """What `code` prints; fails with its errors where it fails. None as a variable's value unsets it."""
    process = start_python(code, *arguments, **environment)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output.strip()
