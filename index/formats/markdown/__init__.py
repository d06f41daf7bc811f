"""Markdown: the text is kept as it is written, and what is not shown lies in its marks."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from index.formats.encodings import decode
from index.formats.extract import Extract
from index.formats.markdown.inline import inline_marks
from index.records import Block, BlockKind, Place

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

LINE_END = re.compile(r"\r\n?|\n")
INNER = re.compile(r"\S")
FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n?|\n)")
FRONT_END = re.compile(r"^(?:---|\.\.\.|\+\+\+)[ \t]*$", re.MULTILINE)
FRONT_LINE = re.compile(r"\s*(?:#.*|[\w.\"'-]+[ \t]*[:=].*)?$")
FRONT_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
LONGEST_FRONT_MATTER = 20_000
MOST_ROW_TOKENS = 1000  # those of 300 cells
# Characters of a paragraph in which emphasis, links and the like are looked for, which takes time by their square.
LONGEST_INLINE = 50_000
QUOTE_SIGNS = re.compile(r"[ \t]*(?:>[ \t]?)+")
FOOTNOTE_TEXT = re.compile(r"[ \t]*\[\^[^\]\s]{1,60}\]:")
DEFINITION = re.compile(r"[ \t>]*\[[^\]]+\]:\s*\S")
TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL | re.IGNORECASE)


def extract_markdown(data: bytes, name: str) -> Extract:
    """A Markdown file; its title is that of its front matter, else its first heading of the two upper levels."""
    return read_markdown(decode(data, name))


def read_markdown(text: str) -> Extract:
    """Markdown that has been decoded."""
    reader = _Reader(text)
    reader.read()
    return Extract(reader.text, reader.title, (), tuple(reader.blocks), tuple(_merged(reader.marks)))


class _Reader:
    """Turns markdown-it-py's tokens, which say in which lines a block stands, into blocks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.blocks: list[Block] = []
        self.marks: list[Place] = []
        self._front = _front_matter_end(text)
        self._starts = [self._front, *(found.end() for found in LINE_END.finditer(text, self._front))]
        self._depth = 0  # of lists
        self._quotes = 0
        self._opens_item = False
        self._names: tuple[Place, ...] = ()

    def read(self) -> None:
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        parser.core.ruler.at("inline", _parse_inline)
        parser.core.ruler.disable("text_join")  # escapes and entities stay apart, so that their places can be told
        if self._front:
            found = FRONT_TITLE.search(self.text, 0, self._front)
            self.title = found[1].strip("\"'") if found else ""
            self._add_unread(0, self._front)
        tokens = parser.parse(self.text[self._front :])
        for number, token in enumerate(tokens):
            self._take(token, tokens, number)
        self._fill(len(self.text))

    def _take(self, token: Token, tokens: list[Token], number: int) -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"):
            self._depth += token.nesting
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting
        elif kind == "list_item_open":
            self._opens_item = True
        elif kind == "list_item_close":
            self._opens_item = False
        elif token.map and kind == "tr_open":
            self._row(token, tokens, number)
        elif token.map and kind in ("heading_open", "paragraph_open"):
            self._leaf(token, tokens[number + 1])
        elif token.map and kind in ("fence", "code_block"):
            self._code(token)
        elif token.map and kind == "html_block":
            self._html(*self._range(token))
        elif token.map and kind == "hr":
            self._add_unread(*self._range(token))
        elif kind == "thead_open":
            self._names = ()

    def _range(self, token: Token) -> Place:
        """From where to where a token's lines reach, after what comes before has been put in blocks."""
        first, end = token.map or [0, 0]
        start = self._line_start(first)
        self._fill(start)
        return max(start, self._end()), self._line_start(end)

    def _line_start(self, line: int) -> int:
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def _end(self) -> int:
        return self.blocks[-1].end if self.blocks else 0

    def _add(
        self, kind: BlockKind, start: int, end: int, *, level: int = 0, mark: int = 0, cells: tuple[Place, ...] = ()
    ) -> None:
        start, end = _trimmed(self.text, max(start, self._end()), end)
        if start < end:
            names = tuple((*self._names, *[(0, 0)] * len(cells))[: len(cells)]) if kind is BlockKind.ROW else ()
            self.blocks.append(Block(start, end, kind, level, min(mark, end - start), cells, names))

    def _add_unread(self, start: int, end: int) -> None:
        """What is not shown: a comment, a definition, a rule."""
        start, end = _trimmed(self.text, max(start, self._end()), end)
        if start < end:
            self.marks.append((start, end))
            self.blocks.append(Block(start, end, BlockKind.PREFORMATTED))

    def _fill(self, end: int) -> None:
        """Put lines that no token holds in blocks of their own: definitions of links, marks of empty items."""
        start, end = _trimmed(self.text, self._end(), end)
        while start < end:
            found = LINE_END.search(self.text, start, end)
            stop = found.start() if found else end
            line = self.text[start:stop]
            if FOOTNOTE_TEXT.match(line):
                self._note(start, stop)
            elif DEFINITION.match(line) or not any(map(str.isalpha, line)):
                self._add_unread(start, stop)
            else:
                self._add(BlockKind.PARAGRAPH, start, stop)
            inner = INNER.search(self.text, stop, end)  # a part of its own for each line would take time by its square
            start = inner.start() if inner else end

    def _note(self, start: int, end: int) -> None:
        start, end = _trimmed(self.text, start, end)
        found = FOOTNOTE_TEXT.match(self.text, start)
        lead = found.end() - start if found else 0
        self.marks.append((start, start + lead))
        self._add(BlockKind.NOTE, start, end, mark=lead)

    def _leaf(self, token: Token, inline: Token) -> None:
        """A heading or paragraph, with the marks inside it."""
        start, end = _trimmed(self.text, *self._range(token))
        places = self._content_places(token, inline.content)
        if not places:
            self._add_unread(start, end)
            return
        before = len(self.marks)
        marks = _mapped(inline_marks(inline.content, inline.children or []), inline.content, places)
        if not _left_over(self.text, places, marks):
            self._add_unread(start, end)  # nothing but a comment
            return
        self._mark_margins(start, end, places, marks)
        lead = len(self.text[start : places[0][0]].rstrip())
        if token.type == "heading_open":
            self._add(BlockKind.HEADING, start, end, level=int(token.tag[1]), mark=lead)
            if not self.title and token.tag in ("h1", "h2"):
                self.title = _without(self.text, places, self.marks[before:])
        elif FOOTNOTE_TEXT.match(self.text, start):
            self._note(start, end)
        elif self._quotes:
            self._add(BlockKind.QUOTE, start, end, level=self._quotes, mark=lead)
        elif self._opens_item and lead:
            self._add(BlockKind.ITEM, start, end, level=self._depth, mark=lead)
        else:
            self._add(BlockKind.PARAGRAPH, start, end, mark=lead)
        self._opens_item = False

    def _content_places(self, token: Token, content: str) -> list[Place]:
        """Where each line of the content stands; it is the end of a line of the file, but for white space."""
        first = (token.map or [0])[0]
        places: list[Place] = []
        for number, line in enumerate(content.split("\n") if content else []):
            start, end = self._line_start(first + number), self._line_start(first + number + 1)
            found = self.text.rfind(line, start, end)
            places.append((found, found + len(line)) if found >= 0 else _trimmed(self.text, start, end))
        return places

    def _mark_margins(self, start: int, end: int, places: list[Place], marks: list[Place]) -> None:
        """What stands between the lines of a block's content is only marks, but for the bullet or number of an item."""
        edges = [start, *(edge for place in places for edge in place), end]
        pairs = zip(edges[0::2], edges[1::2], strict=True)
        margins = [(b - len(self.text[a:b].lstrip()), b) for a, b in pairs if self.text[a:b].strip()]
        if margins and margins[0][0] == start and self._opens_item:
            lead = QUOTE_SIGNS.match(self.text, start, margins[0][1])
            margins[:1] = [(start, lead.end())] if lead and lead.group().strip() else []
        self.marks += sorted([*margins, *marks])

    def _code(self, token: Token) -> None:
        """Code, line by line; the lines that fence it are marks."""
        first, end = token.map or [0, 0]
        self._range(token)
        closing = end - 1 if token.type == "fence" and token.content.count("\n") < end - first - 1 else -1
        for line in range(first, end):
            start, stop = self._line_start(line), self._line_start(line + 1)
            if token.type == "fence" and line in (first, closing):
                self._add_unread(start, stop)
                continue
            start, stop = _trimmed(self.text, max(start, self._end()), stop)
            signs = QUOTE_SIGNS.match(self.text, start, stop) if self._quotes else None
            if signs and signs.group().strip():
                self.marks.append((start, signs.end()))
            self._add(BlockKind.PREFORMATTED, start, stop)

    def _html(self, start: int, end: int) -> None:
        """Tags and comments are marks; what stands between them is shown."""
        marks = [found.span() for found in TAG.finditer(self.text, start, end)]
        start, end = _trimmed(self.text, start, end)
        if start < end and not _left_over(self.text, [(start, end)], marks):
            self._add_unread(start, end)
        elif start < end:
            self.marks += [(max(start, a), min(end, b)) for a, b in marks if a < end]
            self._add(BlockKind.PARAGRAPH, start, end)

    def _row(self, token: Token, tokens: list[Token], number: int) -> None:
        """A row of a table with its cells. The line below the header draws the rule."""
        start, end = _trimmed(self.text, *self._range(token))
        row = takewhile(lambda one: one.type != "tr_close", tokens[number + 1 : number + MOST_ROW_TOKENS])
        inlines = [one for one in row if one.type == "inline"]
        is_header = tokens[number + 1].type == "th_open"
        cells: list[Place] = []
        position = start
        for inline in inlines:
            source = inline.content.replace("|", "\\|") if "\\|" in self.text[start:end] else inline.content
            found = self.text.find(source, position, end) if source else -1
            if found < 0:
                found, source = position, ""
            elif source == inline.content:
                self.marks += _mapped(
                    inline_marks(source, inline.children or []), source, [(found, found + len(source))]
                )
            cells.append((found, found + len(source)))
            bar = self.text.find("|", found + len(source), end)
            position = bar + 1 if bar >= 0 else end
            if not source and self.text.startswith("|", found):
                position = found + 1
        self._add(BlockKind.HEADER if is_header else BlockKind.ROW, start, end, cells=tuple(cells))
        if is_header:
            self._names = tuple(cells)


def _parse_inline(state: StateCore) -> None:
    """As markdown-it-py's own rule, but what is too long stays as it is written."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if len(token.content) <= LONGEST_INLINE:
                state.md.inline.parse(token.content, state.md, state.env, token.children)


def _front_matter_end(text: str) -> int:
    """Where the front matter ends, or 0 where the file has none."""
    found = FRONT_MATTER.match(text)
    last = FRONT_END.search(text, found.end(), LONGEST_FRONT_MATTER) if found else None
    if not found or not last:
        return 0
    first = text[found.end() : last.start()].splitlines()[:1]
    if not first or not first[0].strip() or not FRONT_LINE.match(first[0]):
        return 0
    return last.end()


def _trimmed(text: str, start: int, end: int) -> Place:
    """The place without white space at its edges; an empty one where there is nothing else."""
    inner = text[start:end]
    left = start + len(inner) - len(inner.lstrip())
    return (left, start + len(inner.rstrip())) if left < end else (end, end)


def _mapped(marks: list[Place], content: str, places: list[Place]) -> list[Place]:
    """Places in a block's content, line by line, as places in the text."""
    mapped: list[Place] = []
    ahead = iter(marks)
    mark = next(ahead, None)
    offset = 0
    for (start, end), line in zip(places, content.split("\n"), strict=True):
        stop = offset + len(line)
        while mark and mark[0] < stop:
            a, b = start + max(mark[0], offset) - offset, start + min(mark[1], stop) - offset
            if a < b <= end:
                mapped.append((a, b))
            if mark[1] > stop:
                break
            mark = next(ahead, None)
        offset = stop + 1
    return mapped


def _left_over(text: str, places: list[Place], marks: list[Place]) -> bool:
    return bool(_without(text, places, marks))


def _without(text: str, places: list[Place], marks: list[Place]) -> str:
    """The text of the places without the marks, on one line."""
    kept: list[str] = []
    ahead = sorted(marks)
    number = 0
    for start, end in places:
        position = start
        while number < len(ahead) and ahead[number][0] < end:
            kept.append(text[position : max(position, ahead[number][0])])
            position = max(position, min(end, ahead[number][1]))
            if ahead[number][1] > end:
                break
            number += 1
        kept.append(text[position:end] + " ")
    return " ".join("".join(kept).split())


def _merged(marks: list[Place]) -> list[Place]:
    """The marks in order, those that touch or overlap as one."""
    merged: list[Place] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
