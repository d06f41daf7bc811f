"""Walks over the elements of a page and tells what is shown. Pages may nest deeply, so nothing here calls itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from index.formats.html.elements import (
    chosen,
    has_heading,
    is_layout,
    is_note,
    is_note_mark,
    main_part,
    numbering,
    numeral,
    span,
    tables_with_tables,
)
from index.formats.html.inline import LINE_END, lowered, raised
from index.formats.html.style import APART_TAGS, BLOCK_TAGS, SKIPPED_TAGS, Attributes, Styles, is_hidden, is_noise
from index.formats.html.table import TableRows
from index.formats.html.writer import Context, PageWriter
from index.formats.scripts import MARK, MARK_END
from index.records import BlockKind

SILENT_INPUTS = frozenset("hidden password file image submit button reset color range".split())
KINDS = {
    "blockquote": BlockKind.QUOTE, "caption": BlockKind.CAPTION, "figcaption": BlockKind.CAPTION,
    "legend": BlockKind.CAPTION, "pre": BlockKind.PREFORMATTED, "listing": BlockKind.PREFORMATTED,
    "xmp": BlockKind.PREFORMATTED, "dd": BlockKind.FIELD,
}  # fmt: skip
MOST_SCRIPTS = 8  # raised or lowered runs in one another; what stands deeper is on one line with the innermost
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class PageReader:
    """Reads a parsed page into its writer."""

    def __init__(self, tree: Any) -> None:
        self.writer = PageWriter()
        self.first_heading = ""
        self._body = tree.body
        self._styles = Styles([node.text() for node in tree.css("style")])
        self._main, self._above_main = main_part(tree)
        self._around_tables = tables_with_tables(tree)
        self._keeps_header = bool(self._main) and not has_heading(tree, self._main)
        self._lists: list[list[Any]] = []  # for each open list: its numbering, the next number, the step
        self._stack: list[tuple[Iterator[Any], list[Callable[[], None]]]] = []
        self._in_main = 0

    def read(self) -> None:
        """Read the whole body."""
        if self._body is None:
            return
        self._stack = [(iter([self._body]), [])]
        while self._stack:
            node = next(self._stack[-1][0], None)
            if node is None:
                for leave in reversed(self._stack.pop()[1]):
                    leave()
            elif node.tag == "-text":
                self.writer.text(node.text_content or "")
            elif not (tag := node.tag or "-").startswith("-") and tag not in SKIPPED_TAGS:  # <?xml ?> has none
                self._enter(node, tag)

    def _enter(self, node: Any, tag: str) -> None:
        attributes: Attributes = node.attributes
        style = self._styles.of(tag, attributes)
        if is_hidden(tag, attributes, style) or self._is_left_out(node, tag, attributes):
            return
        if self._is_leaf(node, tag, attributes):
            return
        leaves: list[Callable[[], None]] = []
        display = style.get("display", "")
        if self._main and node.mem_id in self._main:
            self._in_main += 1
            leaves.append(self._leave_main)
        if tag in ("td", "th") and self.writer.tables:
            leaves.append(self._begin_cell(tag, attributes))
        elif tag == "tr" and self.writer.tables:
            self._begin_row(node)
        elif tag == "table":
            leaves.append(self._begin_table(node, attributes))
        elif tag in BLOCK_TAGS or display in ("block", "flex", "grid", "list-item", "table"):
            leaves.append(self._begin_block(node, tag, attributes))
        else:
            leaves.append(self._begin_inline(node, tag, attributes, display))
        self._stack.append((node.iter(include_text=True), leaves))

    def _is_left_out(self, node: Any, tag: str, attributes: Attributes) -> bool:
        """Whether the element is noise around the main part, which the page must name."""
        if not self._main or self._in_main or node.mem_id in self._above_main or not is_noise(tag, attributes):
            return False
        if is_note(attributes):
            return False
        return not (tag == "header" and self._keeps_header and node.css_first("h1"))

    def _leave_main(self) -> None:
        self._in_main -= 1

    def _is_leaf(self, node: Any, tag: str, attributes: Attributes) -> bool:
        """Elements whose content is not walked over: line ends and form controls."""
        if tag == "br":
            if self.writer.in_cell:
                self.writer.sign(" ")
            else:
                self.writer.line_end()
        elif tag == "hr":
            self.writer.edge()
        elif tag == "input":
            self._input(attributes)
        elif tag == "textarea":
            self._control(node.text())
        elif tag == "select":
            self._control(chosen(node, attributes))
        elif tag == "svg":
            self._drawing(node)
        else:
            return tag in ("rt", "rtc") and self._ruby(node)
        return True

    def _drawing(self, node: Any) -> None:
        """The words in a drawing, such as a diagram's labels, each on a line; icons have none."""
        words = [text for one in node.css("text") if (text := " ".join(one.text().split()))]
        if words:
            self.writer.edge()
            for text in words:
                self.writer.text(text)
                self.writer.line_end()
            self.writer.edge()

    def _ruby(self, node: Any) -> bool:
        """How a word is read is shown above it; it belongs to no word of the text."""
        self.writer.sign(f"{MARK}({node.text().translate({0: None, 1: None, 2: None})}){MARK_END}")
        return True

    def _input(self, attributes: Attributes) -> None:
        kind = (attributes.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            self.writer.text(" ☒ " if "checked" in attributes else " ☐ ")
        elif kind in ("submit", "button", "reset"):
            self.writer.text(f" {attributes.get('value') or ''} ")
        elif kind not in SILENT_INPUTS:
            self._control(attributes.get("value") or "")

    def _control(self, value: str) -> None:
        if value.strip():
            self.writer.control(value.strip())
        else:
            self.writer.text(" ")

    def _begin_inline(self, node: Any, tag: str, attributes: Attributes, display: str) -> Callable[[], None]:
        writer = self.writer
        if tag in ("sup", "sub") and len(writer.runs) <= MOST_SCRIPTS:
            is_note = tag == "sup" and is_note_mark(node, attributes)
            writer.runs.append([])
            return lambda: self._end_script(tag, is_note)
        if tag == "label":
            writer.begin_label()
            return writer.end_label
        if tag == "q":
            writer.text("“")
            return lambda: writer.text("”")
        if tag in APART_TAGS or display.startswith("inline-") or (tag == "a" and node.parent.tag in ("nav", "menu")):
            writer.text(" ")
            return lambda: writer.text(" ")
        return _nothing

    def _end_script(self, tag: str, is_note: bool) -> None:
        """The end of a raised or lowered run. One that a block has cut is written as it is."""
        if len(self.writer.runs) < 2:
            return
        inner = "".join(self.writer.runs.pop())
        if LINE_END in inner or MARK in inner:
            self.writer.sign(inner)
            return
        before = "".join(self.writer.runs[-1][-4:])
        self.writer.sign(raised(before, inner, is_note=is_note) if tag == "sup" else lowered(inner))

    def _begin_block(self, node: Any, tag: str, attributes: Attributes) -> Callable[[], None]:
        writer = self.writer
        if tag == "dt" and not writer.in_cell:
            writer.edge()
            return writer.end_term
        writer.edge()
        outer = writer.contexts[-1]
        context = outer
        if tag in HEADINGS:
            context = Context(BlockKind.HEADING, int(tag[1]))
            if not self.first_heading and tag in ("h1", "h2"):
                self.first_heading = " ".join(node.text().split())
        elif is_note(attributes):
            context = Context(BlockKind.NOTE, mark=self._next_mark(attributes) if tag == "li" else "")
        elif tag in KINDS:
            context = Context(KINDS[tag])
        elif tag == "li":
            context = Context(BlockKind.ITEM, max(1, len(self._lists)), self._next_mark(attributes))
        elif tag in ("ul", "ol", "menu", "dir"):
            self._lists.append(numbering(node, tag, attributes))
        elif tag == "dl":
            context = Context()
        writer.contexts.append(context)
        return lambda: self._end_block(tag)

    def _end_block(self, tag: str) -> None:
        self.writer.edge()
        self.writer.contexts.pop()
        if tag in ("ul", "ol", "menu", "dir"):
            self._lists.pop()
        elif tag == "dl":
            self.writer.flush_term()

    def _next_mark(self, attributes: Attributes) -> str:
        if not self._lists:
            return "•"
        kind, number, step = self._lists[-1]
        if not step:
            return str(kind)
        stated = attributes.get("value") or ""
        if stated.strip().lstrip("-").isdecimal():
            number = int(stated[:9])
        self._lists[-1][1] = number + step
        return f"{numeral(kind, number)}."

    def _begin_table(self, node: Any, attributes: Attributes) -> Callable[[], None]:
        writer = self.writer
        writer.edge()
        writer.contexts.append(Context())
        if writer.tables or node.mem_id in self._around_tables or is_layout(node, attributes):
            return lambda: self._end_block("table")
        writer.tables.append(TableRows())
        return self._end_table

    def _end_table(self) -> None:
        self.writer.end_table()
        self.writer.contexts.pop()

    def _begin_row(self, node: Any) -> None:
        table = self.writer.tables[-1]
        if node.parent is not None and node.parent.tag == "thead":
            table.head.add(len(table.rows))
        table.rows.append([])

    def _begin_cell(self, tag: str, attributes: Attributes) -> Callable[[], None]:
        writer = self.writer
        if not writer.tables[-1].rows:
            writer.tables[-1].rows.append([])
        writer.edge()
        writer.in_cell = True
        columns, rows = span(attributes.get("colspan")), span(attributes.get("rowspan"))
        return lambda: writer.end_cell(is_header=tag == "th", columns=columns, rows=rows)


def _nothing() -> None:
    pass
