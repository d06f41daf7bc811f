"""A function run in a Python process of its own.

Exporting and training need torch, which takes seconds to import and, on Apple silicon, crashes beside faiss in one
process. The child sees the modules that its parent sees, whatever folder it is started in.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from index.errors import ModelError, QuotewiseError

PYTHON = (sys.executable, "-P")  # -P: modules are not looked for in the folder in which it is started
CODE = "import sys; from index.child import answer_parent; answer_parent(*sys.argv[1:])"
FAILED = 3  # the exit code of a child that says in one sentence why


def child_environment() -> dict[str, str]:
    """The environment in which PYTHON finds the modules that this process finds."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)}


def run_in_child(function: str, *arguments: str) -> None:
    """Call `function`, written as "module:name", with texts as arguments, in a new process.

    Raises ModelError with the child's own sentence where it raised one, or with its last line.
    """
    import subprocess  # not at the top: no question needs it

    command = [*PYTHON, "-c", CODE, function, json.dumps(arguments)]
    environment = child_environment() | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        lines = (done.stdout if done.returncode == FAILED else done.stderr).strip().splitlines()
        last = lines[-1] if lines else f"exit code {done.returncode}"
        if done.returncode == FAILED:
            raise ModelError(last)
        raise ModelError(f"Preparing the model failed ({last.rstrip('.')}): see whether memory or disk are full.")


def answer_parent(function: str, arguments: str) -> None:
    """What the child does: call the function; what a user can mend becomes its last line of output."""
    from importlib import import_module

    module, _, name = function.partition(":")
    try:
        getattr(import_module(module), name)(*json.loads(arguments))
    except QuotewiseError as error:
        sys.stdout.write(f"{error}\n")
        sys.exit(FAILED)
