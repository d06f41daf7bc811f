"""Collects what a page shows, run by run, and writes it as blocks."""

from __future__ import annotations

from index.formats.extract import Extract, TextBuilder
from index.formats.html.inline import LINE_END, SIGNS, folded
from index.formats.html.table import Cell, TableRows
from index.records import BlockKind

LONGEST_LABEL, LONGEST_VALUE = 60, 200
MOST_LABEL_PIECES = 100  # of a run between the beginning of a label and its control; with more it is none


class Context:
    """What text that comes now becomes; the mark of an item stands only before its first block."""

    def __init__(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, mark: str = "") -> None:
        self.kind = kind
        self.level = level
        self.mark = mark


class PageWriter:
    """Takes text and the edges of blocks, in the order of the page."""

    def __init__(self) -> None:
        self.contexts = [Context()]
        self.runs: list[list[str]] = [[]]  # the innermost is that of a raised or lowered run
        self.tables: list[TableRows] = []  # those whose cells are being read; at most one, since others are unfolded
        self.in_cell = False
        self.label = ""  # of the control that comes next
        self.term = ""  # a <dt> whose <dd> comes next
        self._builder = TextBuilder()
        self._last: BlockKind | None = None
        self._label_start: int | None = None

    def text(self, text: str) -> None:
        """Text of the page."""
        self.runs[-1].append(text.translate(SIGNS))

    def sign(self, sign: str) -> None:
        """One of the signs of a run, or text that holds them."""
        self.runs[-1].append(sign)

    def line_end(self) -> None:
        """A line end in a block; a second one ends the block."""
        if len(self.runs) > 1:
            self.runs[-1].append(LINE_END)
            return
        run = self.runs[0]
        position = len(run) - 1
        while position >= 0 and not run[position].strip(" \t\r\n\f"):
            position -= 1
        if position < 0:
            run.clear()
        elif run[position] == LINE_END and not self.in_cell:
            self.edge()
        else:
            self.runs[-1].append(LINE_END)

    def edge(self) -> None:
        """The edge of a block: what was collected becomes one."""
        if self.in_cell:
            self.runs[-1].append(" ")
            return
        run = "".join(self.runs[0])
        self.runs = [[]]
        self._label_start = None
        context = self.contexts[-1]
        if context.kind is BlockKind.PREFORMATTED:
            self._write_lines(run)
            return
        text, marks = folded(run)
        if not text:
            return
        if self.term and context.kind is BlockKind.FIELD:
            self._write_definition(text)
            return
        kind = BlockKind.PARAGRAPH if context.kind is BlockKind.FIELD else context.kind
        if kind is BlockKind.ITEM and not context.mark:
            kind = BlockKind.PARAGRAPH  # an item's second paragraph
        apart = "\n" if kind is self._last is BlockKind.ITEM else "\n\n"
        self._builder.add(
            kind, text, level=context.level if kind is context.kind else 0, mark=context.mark, marks=marks, apart=apart
        )
        context.mark = ""
        self._last = kind

    def _write_lines(self, run: str) -> None:
        """Preformatted lines, each with the blanks before it."""
        blank = "\n\n"
        for line in run.replace("\r\n", "\n").replace(LINE_END, "\n").translate(SIGNS).expandtabs(8).split("\n"):
            inner = line.strip()
            if inner:
                self._builder.add(BlockKind.PREFORMATTED, inner, apart=blank + line[: len(line) - len(line.lstrip())])
                self._last = BlockKind.PREFORMATTED
                blank = "\n"
            else:
                blank = "\n\n"

    def _write_definition(self, text: str) -> None:
        term, self.term = self.term, ""
        if len(term) <= LONGEST_LABEL and len(text) <= LONGEST_VALUE:
            self.field(term, text)
            return
        self._builder.add(BlockKind.PARAGRAPH, term)
        self._builder.add(BlockKind.PARAGRAPH, text)
        self._last = BlockKind.PARAGRAPH

    def end_term(self) -> None:
        """The text since the last edge is a term that is defined next."""
        self.flush_term()
        self.term = folded("".join(self.runs[0]))[0]
        self.runs = [[]]

    def flush_term(self) -> None:
        """Write a term that nothing defines."""
        term, self.term = self.term, ""
        if term:
            self._builder.add(BlockKind.PARAGRAPH, term)
            self._last = BlockKind.PARAGRAPH

    def field(self, label: str, value: str) -> None:
        """A label and its value."""
        apart = "\n" if self._last is BlockKind.FIELD else "\n\n"
        self._builder.add_field(label, value, apart=apart)
        self._last = BlockKind.FIELD

    def begin_label(self) -> None:
        """From here on stands the label of a control."""
        self._label_start = len(self.runs[0])

    def end_label(self) -> None:
        """The label has been read; the next control is its."""
        self.label = self._since_label()

    def _since_label(self) -> str:
        """What stands on the page since the label began."""
        start = self._label_start
        if start is None or len(self.runs[0]) - start > MOST_LABEL_PIECES:
            return ""
        return folded("".join(self.runs[0][start:]))[0]

    def control(self, value: str) -> None:
        """The value of a form control, with the label before it where there is one."""
        if self._label_start is not None and not self.in_cell:
            behind = self.label or self._since_label()
            if behind:
                del self.runs[0][self._label_start :]
                self.edge()
                self.label = ""
                self.field(behind, value.translate(SIGNS))
                return
        self.runs[-1].append(f" {value.translate(SIGNS)} ")

    def end_cell(self, *, is_header: bool, columns: int, rows: int) -> None:
        """The text since the cell began is its content."""
        text = folded("".join(self.runs[0]))[0]
        self.runs = [[]]
        self.in_cell = False
        self.tables[-1].rows[-1].append(Cell(text, is_header, columns, rows))

    def end_table(self) -> None:
        """Write the table that has been read."""
        self.edge()
        self.tables.pop().write(self._builder)
        self._last = BlockKind.ROW

    def build(self, title: str) -> Extract:
        """Returns all that was collected."""
        self.in_cell = False
        self.edge()
        self.flush_term()
        return self._builder.build(title)
