"""A stretch of a document as HTML by its blocks: headings, lists, tables and the rest.

Each element of a block has `data-start` and `data-end`, the offsets of what is shown of it, and `data-page` where there
are pages. Before a part with a name of its own, such as a slide, stands an element with it as `data-name`. Rows and
lines that are counted have their numbers, and the columns of such rows their letters, as `data-number` and
`data-letter`. Style sheets show these: the text of the HTML is the document's alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.records import Block, BlockKind, Document, Locator, Place, column_name
from ui.web.html import escape
from ui.web.source.inline_html import InlineHtml
from ui.web.source.list_html import ListItem, list_html
from ui.web.source.records import Marked
from ui.web.source.stretches import Stretch

LOWEST_HEADING = 6
LONGEST_GAP = 500  # characters of white space between two lines of code that are kept
TABLE_LABEL = "Table"  # what a screen reader calls a table, which is scrolled by itself
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
TABLE = {BlockKind.HEADER, BlockKind.ROW}
SIMPLE = {
    BlockKind.PARAGRAPH: "",
    BlockKind.CAPTION: ' class="qw-caption"',
    BlockKind.NOTE: ' class="qw-note"',
    BlockKind.CONTENTS: ' class="qw-contents"',
}


def stretch_html(document: Document, stretch: Stretch, marked: Marked) -> str:
    """The stretch as HTML."""
    return _Layout(document, stretch, marked).html()


class _Layout:
    def __init__(self, document: Document, stretch: Stretch, marked: Marked) -> None:
        self._document, self._stretch = document, stretch
        self._inline = InlineHtml(document, marked)
        self._counted: tuple[int, int] = 0, 0  # the offset whose line was told last, and the number of that line
        self._counted_of: Locator | None = None

    def html(self) -> str:
        # What is all marks parts nothing: a line of dashes below the header of a Markdown table.
        shown = [
            block for block in self._stretch.blocks if self._inline.is_shown(*self._clipped(block.start, block.end))
        ]
        written, name = "", ""
        for group in _groups(self._document.text, shown):
            locator = self._document.part_at(group[0].start)
            if locator is not None and locator.name != name:
                name = locator.name
                written += f'<p class="qw-part-name" data-name="{escape(name)}"></p>' if name else ""
            written += self._group(group)
        return written

    def _group(self, blocks: Sequence[Block]) -> str:
        """Blocks that make one thing: a list, a table, code."""
        kind = blocks[0].kind
        if kind is BlockKind.ITEM:
            return list_html([item for block in blocks if (item := self._item(block)) is not None])
        if kind in (BlockKind.HEADER, BlockKind.ROW):
            return self._table(blocks)
        if kind is BlockKind.FIELD:
            return _wrapped('<dl class="qw-fields">', "".join(map(self._field, blocks)), "</dl>")
        if kind is BlockKind.QUOTE:
            return _wrapped("<blockquote>", "".join(self._simple("p", block) for block in blocks), "</blockquote>")
        if kind is BlockKind.PREFORMATTED:
            return _wrapped('<pre class="qw-pre">', self._lines(blocks), "</pre>")
        if kind is BlockKind.TITLE:
            return "".join(self._simple("h2", block) for block in blocks)
        if kind is BlockKind.HEADING:
            return "".join(self._simple(f"h{min(2 + max(b.level, 1), LOWEST_HEADING)}", b) for b in blocks)
        return "".join(self._simple("p", block, SIMPLE[block.kind]) for block in blocks)

    def _clipped(self, start: int, end: int) -> Place:
        start = max(start, self._stretch.start)
        return start, max(start, min(end, self._stretch.end))

    def _place(self, start: int, end: int) -> str:
        """The attributes that say where an element stands."""
        page = self._document.page_at(start)
        of_page = "" if page is None else f' data-page="{page}"'
        return f' data-start="{start}" data-end="{end}"{of_page}'

    def _number(self, start: int) -> str:
        """The attribute with the number of the row or line at an offset, where they are counted. Asked in order."""
        locator = self._document.part_at(start)
        if locator is None or not locator.counted:
            return ""
        if locator is not self._counted_of:
            self._counted_of, self._counted = locator, (locator.start, locator.first)
        offset, number = self._counted
        self._counted = start, number + self._document.text.count("\n", offset, start)
        return f' data-number="{self._counted[1]}"'

    def _words(self, start: int, end: int) -> str:
        return self._inline.of(*self._clipped(start, end))

    def _simple(self, tag: str, block: Block, attributes: str = "") -> str:
        place = self._clipped(block.start, block.end)
        words = self._inline.of(*place)
        return f"<{tag}{attributes}{self._place(*place)}>{words}</{tag}>" if words.strip() else ""

    def _item(self, block: Block) -> ListItem | None:
        text, middle = self._document.text, block.start + block.mark
        behind = next((at for at in range(middle, block.end) if not text[at].isspace()), block.end)
        mark, words = self._words(block.start, middle), self._words(behind, block.end)
        if not (mark + words).strip():
            return None
        shown = f'<span class="qw-mark">{mark}</span> ' if mark.strip() else ""
        ordered = any(map(str.isalnum, text[block.start : middle]))
        return ListItem(block.level, ordered, self._place(*self._clipped(block.start, block.end)), shown + words)

    def _field(self, block: Block) -> str:
        label, value = (self._words(*cell) for cell in block.cells)
        place = self._place(*self._clipped(block.start, block.end))
        return f"<div{place}><dt>{label}</dt><dd>{value}</dd></div>" if (label + value).strip() else ""

    def _lines(self, blocks: Sequence[Block]) -> str:
        """Lines whose line ends and blanks count, with the white space between them."""
        text, written = self._document.text, ""
        before: Block | None = None
        for block in blocks:
            place = self._clipped(block.start, block.end)
            words = self._inline.of(*place)
            if not words.strip():
                continue
            begun = text.rfind("\n", max(0, place[0] - LONGEST_GAP), place[0]) + 1
            gap = text[before.end : place[0]] if before else text[begun : place[0]]
            gap = gap if not gap.strip() and len(gap) <= LONGEST_GAP else "\n" if before else ""
            before = block
            if number := self._number(block.start):
                above, line_end, blanks = gap.rpartition("\n")
                gap = f'{above}{line_end}<span class="qw-line-number"{number}></span>{blanks}'
            written += f"{gap}<span{self._place(*place)}>{words}</span>"
        return written

    def _table(self, blocks: Sequence[Block]) -> str:
        """Rows and the header rows above them; where these are not in the stretch, the names of the first row's cells
        stand for them."""
        headers = [block for block in blocks if block.kind is BlockKind.HEADER]
        rows = [block for block in blocks if block.kind is BlockKind.ROW]
        head = "".join(self._row(header, "th") for header in headers)
        if not headers and rows and any(start < end for start, end in rows[0].header):
            head = f"<tr>{''.join(_cell('th', self._inline.of(*name)) for name in rows[0].header)}</tr>"
        body = "".join(self._row(row, "td") for row in rows)
        return _wrapped(
            f'<div class="qw-table" role="region" tabindex="0" aria-label="{TABLE_LABEL}"><table>',
            _wrapped("<thead>", head, "</thead>") + _wrapped("<tbody>", body, "</tbody>"),
            "</table></div>",
        )

    def _row(self, block: Block, tag: str) -> str:
        start, end = self._clipped(block.start, block.end)
        cells: Sequence[Place] = block.cells or ((block.start, block.end),)
        if (start, end) != (block.start, block.end):  # of a row that is longer than a stretch, the cells in it
            cells = [cell for cell in cells if cell[0] < end and start < cell[1]]
        letters = bool(self._number(block.start))
        first = block.cells.index(cells[0]) + 1 if block.cells and cells else 1
        written = "".join(
            _cell(tag, self._words(*cell), column_name(number) if letters else "")
            for number, cell in enumerate(cells, first)
        )
        return f"<tr{self._place(start, end)}{self._number(block.start)}>{written}</tr>" if written else ""


def _cell(tag: str, words: str, letter: str = "") -> str:
    """A cell; an empty one names no column."""
    of_column = f' data-letter="{letter}"' if letter else ""
    if tag == "th" and words.strip():
        return f'<th scope="col"{of_column}>{words}</th>'
    return f"<td{of_column}>{words}</td>"


def _wrapped(opening: str, inner: str, closing: str) -> str:
    """What is inside between its tags; nothing where there is nothing inside."""
    return f"{opening}{inner}{closing}" if inner else ""


def _groups(text: str, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Neighbouring blocks that make one thing."""
    group: list[Block] = []
    for block in blocks:
        if group and not _belong_together(text, group[-1], block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _belong_together(text: str, before: Block, block: Block) -> bool:
    """Whether two neighbours are parts of one list, table or the like."""
    if BlockKind.HEADER in (before.kind, block.kind) and {before.kind, block.kind} <= TABLE:
        return before.kind is BlockKind.HEADER
    if before.kind is not block.kind:
        return False
    if block.kind is BlockKind.ROW:
        same_header = before.header == block.header and any(start < end for start, end in block.header)
        return same_header or BLANK_LINE.search(text, before.end, block.start) is None
    return True
