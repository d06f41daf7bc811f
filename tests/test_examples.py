"""The example programs print what they say they print."""

import ast

import pytest
from processes import ROOT, run_python

EXAMPLES = sorted((ROOT / "tests" / "examples").glob("*.py"))


def test_there_are_four():
    assert len(EXAMPLES) == 4


@pytest.mark.usefixtures("encoder")  # exported once for all
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_prints_what_it_says(path):
    code = path.read_text("utf-8")
    promised = ast.get_docstring(ast.parse(code)).partition("Prints:\n")[2]
    assert promised
    assert run_python(code) == promised
