"""No text makes a pattern take for ever: a line of underscores once held up a question for minutes."""

import importlib
import pkgutil
import re
import subprocess
import sys

import index
import qa
import ui

# Runs in which signs that a pattern may take in several ways follow one another, with and without what ends them.
PIECES = (
    "_", "a", "A", "1", ".", "-", " ", "\t", "\n", "1.", "a.", "a-", "a_", "_a", "a/", "1,", ", ", "a ", "A ", "A. ",
    "a, ", "| ", "* ", "**", "[", "(", "<", "&", "\\", "`", "#", ": ", "a: ", "- a\n", "1. ", "and ", "of the ", "not ",
    "a'", '"', "é", "一", "i", "x", "v.", "%", "$1", "@", "a@", "http://", "\u00ad", "\u0301", "\u2026", "if ",
    "A of ", "In ", "12 ",
)  # fmt: skip
LENGTH = 400  # of a run: what doubles with each sign never ends
TEXTS = [
    before + piece * (LENGTH // len(piece)) + after for piece in PIECES for before in ("", "a ") for after in ("", "!x")
]
CHILD = """
import re, sys
from test_patterns import TEXTS, patterns
for name, pattern in patterns():
    print(name, flush=True)
    for text in TEXTS:
        for _ in zip(range(50), pattern.finditer(text)):
            pass
        pattern.match(text), pattern.fullmatch(text)
print("done")
"""


def patterns():
    """Every compiled pattern of the project that stands in a module, by its place."""
    seen = set()
    for package in (index, qa, ui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__") or module.name.startswith("qa.training"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for one in value if isinstance(value, list | tuple) else [value]:
                    one = one[0] if isinstance(one, tuple) and one else one
                    if isinstance(one, re.Pattern) and isinstance(one.pattern, str) and one not in seen:
                        seen.add(one)
                        yield f"{module.name}.{name}", one


def test_no_text_makes_a_pattern_take_for_ever():
    assert len(list(patterns())) > 100
    path = [*sys.path, "tests"]
    code = f"import sys; sys.path[:] = {path!r}\n{CHILD}"
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as error:
        raise AssertionError(
            f"this pattern takes too long: {(error.stdout or b'').decode().splitlines()[-1]}"
        ) from None
    assert done.stdout.endswith("done\n"), done.stderr
