"""Blocks of lines to text: words that a line's end cuts are joined, and pages begin where they begin."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from index.formats.extract import Extract, TextBuilder
from index.formats.pdf.blocks import Draft, Style
from index.formats.pdf.shapes import HYPHEN
from index.formats.pdf.tables import PdfTable
from index.formats.traced import joined, substituted
from index.records import Block, BlockKind

_ON_ONE_LINE = (BlockKind.HEADING, BlockKind.TITLE, BlockKind.CONTENTS)
_CLOSE = (BlockKind.PREFORMATTED, BlockKind.ITEM, BlockKind.CONTENTS, BlockKind.FIELD)  # one beneath the other
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_CUT = re.compile(rf"([^\W\d_][\w'’-]*)[{HYPHEN}\-‐]$")
_HYPHENS = (HYPHEN, "-", "‐")
_BLANKS = re.compile(r" {2,}")
SAME_EDGE = 15.0  # points between the columns of a table's two parts


def write(
    drafts: Sequence[Draft],
    levels: Mapping[int, int],
    style: Style,
    pages: int,
    title: str,
    unreadable: tuple[int, ...] = (),
) -> Extract:
    """The drafts as an Extract of so many pages; `levels` are those of the headings by their place."""
    writer = _Writer(_Words(drafts), pages)
    for place, draft in enumerate(drafts):
        writer.add(draft, levels.get(place, 0))
    return writer.build(title, unreadable)


def largest_heading(drafts: Sequence[Draft]) -> str:
    """The largest heading of the first page that has text, or "" where it has none."""
    headings = [draft for draft in drafts if draft.kind in (BlockKind.TITLE, BlockKind.HEADING) and draft.lines]
    first = min((line.page for draft in drafts for line in draft.lines[:1]), default=0)
    headings = [draft for draft in headings if draft.lines[0].page == first]
    if not headings:
        return ""
    largest = max(headings, key=lambda draft: draft.lines[0].size)
    return " ".join(_Words([]).joined([line.text for line in largest.lines], " ")[0].split())


class _Words:
    """Joins lines, and knows the words of a document so as to tell "well-known" from "lighthouse"."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts

    @cached_property
    def _known(self) -> frozenset[str]:
        """All words inside lines; the pieces of a cut word at its ends are none."""
        known: set[str] = set()
        for line in (line for draft in self._drafts for line in draft.lines):
            whole = line.text if line.text[-1].isalnum() else _CUT.sub("", line.text)
            known.update(word.casefold() for word in _WORD.findall(whole))
        return frozenset(known)

    def joined(self, lines: Sequence[str], between: str) -> tuple[str, list[int]]:
        """The lines as one text, and where each begins in it.

        A word that the end of a line cuts is put together, and the line ends behind it.
        """
        pieces = [lines[0]]
        starts, length = [0], len(lines[0])
        for line in lines[1:]:
            cut = _CUT.search(pieces[-1]) if pieces[-1].endswith(_HYPHENS) else None
            if cut is not None and line[:1].isalnum():
                head, _, line = line.partition(" ")
                whole = self._whole(pieces[-1][slice(*cut.span(1))], pieces[-1][-1], head)
                length += len(whole) - len(cut.group())
                pieces[-1] = pieces[-1][: cut.start()] + whole
            if line:
                pieces += [between, line]
                length += len(between) + len(line)
            starts.append(length - len(line))
        return joined("", pieces), starts

    def _whole(self, stem: str, sign: str, head: str) -> str:
        found = _WORD.match(head)
        rest = found.group() if found is not None else ""
        last = stem.rsplit("-", 1)[-1]
        hyphen = sign.replace(HYPHEN, "-")
        capitals = len(last) > 1 and (last + rest).isupper()
        if not rest or not (rest[0].islower() or capitals):
            return stem + hyphen + head  # a number, or a name such as "Austria-Hungary"
        if (stem + rest).casefold() in self._known:
            return stem + head
        if "-" in stem or f"{last}-{rest}".casefold() in self._known:
            return stem + hyphen + head
        return stem + head


class _Writer:
    def __init__(self, words: _Words, pages: int) -> None:
        self._builder = TextBuilder()
        self._words = words
        self._pages = pages
        self._begun = 0  # pages so far
        self._before: BlockKind | None = None
        self._indents: list[float] = []  # of the items that the one at hand lies in
        self._table: tuple[PdfTable, Block | None] | None = None  # the table before, and its header

    def build(self, title: str, unreadable: tuple[int, ...]) -> Extract:
        self._begin_pages(self._pages - 1)
        return replace(self._builder.build(title), unreadable=unreadable)

    def add(self, draft: Draft, level: int) -> None:
        if draft.table is not None:
            self._add_table(draft.table)
            self._before = BlockKind.ROW
            return
        self._begin_pages(draft.lines[0].page)
        kind = draft.kind
        apart = "\n" if kind is self._before and kind in _CLOSE else "\n\n"
        level = self._depth(draft) if kind is BlockKind.ITEM else level
        self._before = kind
        if kind is BlockKind.FIELD and draft.lines[0].field:
            self._builder.add_field(*draft.lines[0].field, apart=apart)
            return
        text, starts = self._words.joined([line.text for line in draft.lines], " " if kind in _ON_ONE_LINE else "\n")
        pages = []
        for line, start in zip(draft.lines, starts, strict=True):
            while self._begun <= line.page:
                pages.append(start)
                self._begun += 1
        text = text.replace(HYPHEN, "-")
        if "  " in text and kind is not BlockKind.PREFORMATTED and not pages:
            text = substituted(_BLANKS, " ", text)
        if draft.mark and text.startswith(draft.mark):
            bare = text[len(draft.mark) :].lstrip()
            shift = len(text) - len(bare)
            mark, text, pages = text[: len(draft.mark)], bare, [max(0, start - shift) for start in pages]
        else:
            mark = ""
        self._builder.add(kind, text, level=level, mark=mark, pages=pages, apart=apart)

    def _begin_pages(self, page: int) -> None:
        while self._begun <= page:
            self._builder.begin_page()
            self._begun += 1

    def _depth(self, draft: Draft) -> int:
        if self._before is not BlockKind.ITEM:
            self._indents = []
        while self._indents and self._indents[-1] > draft.indent + 3:
            self._indents.pop()
        if not self._indents or draft.indent > self._indents[-1] + 3:
            self._indents.append(draft.indent)
        return len(self._indents)

    def _add_table(self, table: PdfTable) -> None:
        header = self._header_before(table)
        rows = list(zip(table.rows, table.pages, strict=True))
        if header is not None and table.has_header:
            rows = rows[1:]  # it comes again on each page
        apart = "\n\n"
        for number, (cells, page) in enumerate(rows):
            self._begin_pages(page)
            if table.is_contents:
                self._builder.add(BlockKind.CONTENTS, joined(" ", list(filter(None, cells))), apart=apart)
            elif number == 0 and table.has_header and header is None:
                header = self._builder.add_row(cells, is_header=True, apart=apart)
            else:
                self._builder.add_row(cells, header, apart=apart)
            apart = "\n"
        self._table = (table, header)

    def _header_before(self, table: PdfTable) -> Block | None:
        """The header of the table that this one goes on with, over the end of a page."""
        if self._before is not BlockKind.ROW or self._table is None or self._table[1] is None:
            return None
        before, header = self._table
        if len(before.edges) != len(table.edges) or before.pages[-1] == table.pages[0]:
            return None
        if any(abs(a - b) > SAME_EDGE for a, b in zip(before.edges, table.edges, strict=True)):
            return None
        return None if table.has_header and table.rows[0] != before.rows[0] else header
