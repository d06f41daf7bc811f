"""Source code, settings and logs: every line as it is written, found by its number."""

from __future__ import annotations

import re

from index.formats.encodings import decode
from index.formats.extract import Extract, TextBuilder
from index.records import Block, BlockKind, Locator

_LINE = re.compile(r"[^\n]+")


def extract_code(data: bytes, name: str) -> Extract:
    """The lines of a file, each a preformatted block: "line 12"."""
    text = decode(data, name).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    blocks = []
    for found in _LINE.finditer(text):
        line = found.group()
        inner = line.strip()
        if inner:
            start = found.start() + len(line) - len(line.lstrip())
            blocks.append(Block(start, start + len(inner), BlockKind.PREFORMATTED))
    return Extract(text, blocks=tuple(blocks), locators=(Locator(0, "", "lines"),))


def add_lines(builder: TextBuilder, text: str) -> None:
    """Add the lines of a piece of code that stands inside another document, with the blanks before each."""
    apart = "\n\n"
    for line in text.replace("\r\n", "\n").split("\n"):
        inner = line.strip()
        if inner:
            indent = line[: len(line) - len(line.lstrip())].expandtabs(8)
            builder.add(BlockKind.PREFORMATTED, inner, apart=apart + indent)
        apart = "\n" if inner else "\n\n"
