"""Where the marks stand in a paragraph of Markdown: the stars, brackets, link targets and backslashes.

markdown-it-py says what a paragraph holds but not where. Its tokens come in the order of the source, and each but the
target of a link says how it was written, so the places follow by walking along both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.records import Place

if TYPE_CHECKING:
    from markdown_it.token import Token

FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]")
DESTINATION = re.compile(r"\(\s*(?:<(?:[^<>\\\n]|\\.)*>)?")
TITLE = re.compile(r"\s+(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))", re.DOTALL)
REFERENCE = re.compile(r"\[(?:[^\]\\]|\\.)*\]", re.DOTALL)


def inline_marks(source: str, tokens: Sequence[Token]) -> list[Place]:
    """The places in `source` of what is not shown; `tokens` are what markdown-it-py found in it."""
    walk = _Walk(source)
    for token in tokens:
        if not walk.take(token):
            break  # what follows stays as it is written
    return walk.marks


class _Walk:
    def __init__(self, source: str) -> None:
        self.marks: list[Place] = []
        self._source = source
        self._position = 0
        self._link_start = 0

    def take(self, token: Token) -> bool:
        """Go on behind a token; returns whether it stands where it was looked for."""
        kind = token.type
        if kind == "text":
            return self._text(token.content)
        if kind == "text_special":
            if token.info == "escape" and self._source.startswith("\\", self._position):
                self.marks.append((self._position, self._position + 1))
            return self._skip(token.markup)
        if kind in ("em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close"):
            return self._mark(token.markup)
        if kind == "code_inline":
            return self._code(token)
        if kind == "html_inline":
            return self._mark(token.content)
        if kind in ("link_open", "link_close"):
            return self._link(token)
        if kind == "image":
            return self._mark("![") and self._skip(token.content) and self._target()
        if kind in ("softbreak", "hardbreak"):
            return self._line_end()
        return False

    def _skip(self, text: str) -> bool:
        found = self._source.startswith(text, self._position)
        self._position += len(text) if found else 0
        return found

    def _mark(self, text: str) -> bool:
        if found := self._skip(text):
            self.marks.append((self._position - len(text), self._position))
        return found

    def _text(self, text: str) -> bool:
        start = self._position
        if self._skip(text):
            self.marks += [(start + found.start(), start + found.end()) for found in FOOTNOTE.finditer(text)]
            return True
        return not text.strip()

    def _code(self, token: Token) -> bool:
        ticks = token.markup
        if not self._mark(ticks):
            return False
        inner = self._source[self._position : self._position + len(token.content) + 2]
        padded = inner.replace("\n", " ") == f" {token.content} "
        self._position += len(token.content) + (2 if padded else 0)
        return self._mark(ticks)

    def _link(self, token: Token) -> bool:
        opens = token.type == "link_open"
        if token.markup == "autolink":
            return self._mark("<" if opens else ">")
        if opens:
            self._link_start = self._position
            return self._mark("[")
        return self._target() and self._note_or_link()

    def _note_or_link(self) -> bool:
        """A note of one word, such as an address, is taken for what a link leads to: then all of the link is a mark."""
        if FOOTNOTE.fullmatch(self._source, self._link_start, self._position):
            while self.marks and self.marks[-1][0] >= self._link_start:
                self.marks.pop()
            self.marks.append((self._link_start, self._position))
        return True

    def _target(self) -> bool:
        """What stands behind the text of a link or image: "](address "title")", "][name]" or "]" alone."""
        start = self._position
        if not self._skip("]"):
            return False
        end = _end_of_address(self._source, self._position)
        if not end and (found := REFERENCE.match(self._source, self._position)):
            end = found.end()
        self._position = end or self._position
        self.marks.append((start, self._position))
        return True

    def _line_end(self) -> bool:
        end = self._source.find("\n", self._position)
        if end < 0 or self._source[self._position : end].strip(" \t\\"):
            return False
        if self._source.startswith("\\", self._position):
            self.marks.append((self._position, self._position + 1))
        while self._source.startswith((" ", "\t"), end + 1):
            end += 1
        self._position = end + 1
        return True


def _end_of_address(source: str, start: int) -> int:
    """Where "(address "title")" ends, or 0 where there is none."""
    found = DESTINATION.match(source, start)
    if not found:
        return 0
    position = found.end()
    depth = 0
    while not found.group().endswith(">") and position < len(source):
        character = source[position]
        if character.isspace() or (character == ")" and not depth):
            break
        depth += (character == "(") - (character == ")")
        position += 2 if character == "\\" else 1
    if title := TITLE.match(source, position):
        position = title.end()
    while position < len(source) and source[position].isspace():
        position += 1
    return position + 1 if source.startswith(")", position) else 0
