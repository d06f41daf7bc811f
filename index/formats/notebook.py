"""Jupyter notebooks: the text of their cells, their code line by line, and what came out of it."""

from __future__ import annotations

import json
import re
from typing import Any

from index.errors import DocumentError
from index.formats.code import add_lines
from index.formats.encodings import decode
from index.formats.extract import Extract, TextBuilder
from index.formats.html import extract_html
from index.formats.joining import append_extract
from index.formats.markdown import read_markdown
from index.formats.titles import telling_title
from index.records import BlockKind

# What colours an error in a terminal.
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_HEADING = re.compile(r"[1-6]")


def extract_notebook(data: bytes, name: str) -> Extract:
    """A notebook; "cell 5" is the fifth from above. Its title is stated, or the first heading of its text."""
    try:
        book = json.loads(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{name} is not a readable notebook: open it in Jupyter and save it again.") from error
    cells = _cells(book)
    if cells is None:
        raise DocumentError(f"{name} holds no cells of a notebook: give it its true ending.")
    builder = TextBuilder()
    title = ""
    for number, cell in enumerate(cells, start=1):
        builder.begin_part(f"cell {number}")
        kind, source = cell.get("cell_type"), _text(cell.get("source", cell.get("input")))
        if kind == "markdown":
            found = read_markdown(source)
            append_extract(builder, found)
            title = title or found.title
        elif kind == "heading":  # of the notebooks before 2015
            builder.add(BlockKind.HEADING, source, level=_level(cell))
        elif kind == "code":
            add_lines(builder, source)
            for output in _records(cell.get("outputs")):
                _add_output(builder, output)
        else:
            append_extract(builder, Extract(source))
    about = book.get("metadata")
    stated = telling_title(_text(about.get("title")), name) if isinstance(about, dict) else ""
    return builder.build(stated or title)


def _cells(book: Any) -> list[dict[str, Any]] | None:
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return _records(book["cells"])
    sheets = _records(book.get("worksheets"))
    return [cell for sheet in sheets for cell in _records(sheet.get("cells"))] if sheets else None


def _records(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(found: Any) -> str:
    """A text, which may be a list of its lines."""
    if isinstance(found, list):
        return "".join(one for one in found if isinstance(one, str))
    return found if isinstance(found, str) else ""


def _level(cell: dict[str, Any]) -> int:
    stated = str(cell.get("level", 1))
    return int(stated) if _HEADING.fullmatch(stated) else 1


def _add_output(builder: TextBuilder, output: dict[str, Any]) -> None:
    """What is shown below a cell: of several forms of the same, a table as such, else its text."""
    if output.get("output_type") in ("pyerr", "error"):
        lines = output.get("traceback")
        trace = "\n".join(one for one in lines if isinstance(one, str)) if isinstance(lines, list) else ""
        add_lines(builder, _TERMINAL.sub("", trace) or f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}")
        return
    forms = output.get("data")
    shown = forms if isinstance(forms, dict) else output
    page, marked = _text(shown.get("text/html", shown.get("html"))), _text(shown.get("text/markdown"))
    plain = _text(shown.get("text/plain", shown.get("text")))
    if "<table" in page or (page and not plain and not marked):
        append_extract(builder, extract_html(b"\xef\xbb\xbf" + page.encode("utf-8", "replace"), "output"))
    elif marked:
        append_extract(builder, read_markdown(marked))
    else:
        add_lines(builder, _TERMINAL.sub("", plain))
