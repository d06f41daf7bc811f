"""Notebooks: text, code, and what came out of it, found by the number of the cell."""

import json

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from qa.evaluation.robustness.invariants import broken


def read(found, **others):
    data = json.dumps({"cells": found, "metadata": {}, "nbformat": 4, **others}).encode()
    extract = FORMATS[".ipynb"].extract(data, "a.ipynb")
    assert broken(extract, ".ipynb") == []
    return extract


def said(extract):
    return [(block.kind.value, extract.text[block.start : block.end]) for block in extract.blocks]


def cell(kind, source, *outputs):
    return {"cell_type": kind, "source": source, **({"outputs": list(outputs)} if kind == "code" else {})}


def test_cells_are_read_in_order_and_found_by_their_number():
    extract = read(
        [
            cell("markdown", ["# Rent\n", "\n", "It is **900** euros."]),
            cell(
                "code",
                "def f(x):\n    return x\n\nf(7)",
                {"output_type": "execute_result", "data": {"text/plain": ["7"]}},
            ),
            cell("raw", ""),
            cell("markdown", "- dogs"),
        ]
    )
    assert extract.title == "Rent"
    assert said(extract) == [
        ("heading", "# Rent"),
        ("paragraph", "It is **900** euros."),
        ("preformatted", "def f(x):"),
        ("preformatted", "return x"),
        ("preformatted", "f(7)"),
        ("preformatted", "7"),
        ("item", "- dogs"),
    ]
    assert [one.name for one in extract.locators] == ["cell 1", "cell 2", "cell 4"]
    assert "\n    return x\n\nf(7)" in extract.text


def test_a_table_comes_with_its_header_and_errors_without_colours():
    table = (
        "<style>a{}</style><table><thead><tr><th></th><th>fee</th></tr></thead><tr><th>boat</th><td>7</td></tr></table>"
    )
    shown = {"output_type": "display_data", "data": {"text/plain": "fee", "text/html": [table]}}
    failed = {
        "output_type": "error",
        "traceback": ["\x1b[0;31mNameError\x1b[0m: x"],
        "ename": "NameError",
        "evalue": "x",
    }
    printed = {"output_type": "stream", "text": ["one\n", "two"]}
    formatted = {"output_type": "display_data", "data": {"text/markdown": "*so*", "image/png": "AAAA"}}
    extract = read([cell("code", "x", printed, shown, failed, formatted)])
    assert said(extract)[1:] == [
        ("preformatted", "one"),
        ("preformatted", "two"),
        ("header", "| fee"),
        ("row", "boat | 7"),
        ("preformatted", "NameError: x"),
        ("paragraph", "*so*"),
    ]


def test_notebooks_of_the_format_before_are_read():
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Rent"},
        {"cell_type": "code", "input": "1", "outputs": [{"output_type": "pyerr", "ename": "E", "evalue": "v"}]},
    ]
    extract = read([], cells=None, worksheets=[{"cells": cells}])
    assert said(extract) == [("heading", "Rent"), ("preformatted", "1"), ("preformatted", "E: v")]


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells": 1}', b"[" * 100_000, b'{"a": "\\ud800"}', b"words"])
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(DocumentError, match="notebook"):
        FORMATS[".ipynb"].extract(data, "a.ipynb")


def test_cells_of_a_strange_make_are_passed_over():
    strange = [
        1,
        None,
        {"cell_type": "code", "source": 5, "outputs": [3, {"data": [], "text": {}}]},
        {"source": "Words."},
    ]
    assert read(strange, metadata=7).text == "Words."
