"""LaTeX: what its pages show, as far as that can be told without setting them.

pylatexenc parses it and knows accents, symbols and formulas. Other files that it names are not read.
"""

from __future__ import annotations

import re

from index.errors import DocumentError
from index.formats.encodings import decode
from index.formats.extract import Extract
from index.formats.tex.macros import expanded
from index.formats.tex.writer import TexWriter

_BEGIN = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
_STATED = re.compile(r"^[^%\n]*?\\(title|author|date|subtitle)\s*(?:\[[^\]\n]*\]\s*)?(?=\{)", re.MULTILINE)
LONGEST_STATED = 3_000


def extract_tex(data: bytes, name: str) -> Extract:
    """A document or a part of one, such as a chapter's file; its title is the one that it states."""
    text = decode(data, name).replace("\r\n", "\n").replace("\r", "\n")
    begin = _BEGIN.search(text)
    end = _END.search(text, begin.end()) if begin else None
    head = text[: begin.start()] if begin else ""
    body = text[begin.end() : end.start() if end else len(text)] if begin else text
    try:
        writer = TexWriter(body)
        for what, said in _stated(head if begin else ""):
            writer.state(what, expanded(said, text))
        writer.read(expanded(body, text))
    except RecursionError as error:
        raise DocumentError(f"{name} nests too deeply to be read: save its text as .txt.") from error
    return writer.build()


def _stated(head: str) -> list[tuple[str, str]]:
    """What the part before the document states of it, with the braces around it."""
    found: dict[str, str] = {}
    for one in _STATED.finditer(head):
        depth = 0
        for end in range(one.end(), min(len(head), one.end() + LONGEST_STATED)):
            depth += (head[end] == "{") - (head[end] == "}")
            if not depth:
                found[one[1]] = head[one.end() : end + 1]
                break
    order = ("title", "subtitle", "author", "date")
    return [(what, found[what]) for what in order if what in found]
