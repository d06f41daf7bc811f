"""Running a piece of Python in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def start_python(code, *arguments, **environment):
    """Start `code` with the project importable; what it prints can be read from the process's `stdout`."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
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
