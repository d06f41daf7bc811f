"""A run of paragraphs and tables in rich text: the body, a note, the head of pages."""

from __future__ import annotations

import re

from index.formats.pieces import Piece, typed_items
from index.formats.rtf.rows import RtfTable
from index.formats.rtf.state import RtfState, RtfStyle
from index.formats.scripts import ScriptedText
from index.formats.style_names import CONTENTS_STYLE, HEADING_STYLE, STYLE_KINDS
from index.records import BlockKind

_LONGEST_HEADING = 250  # characters; what is longer is a paragraph in a heading's clothes
_NUMBER = re.compile(r"[(\[]?\w{1,12}(?:\.\w{1,12}){0,8}[.)\]:]?")
_DASHES = ("-", "–", "—")
_SURROGATES = re.compile("[\ud800-\udfff]")


class RtfFlow:
    """Collects the pieces of one run."""

    def __init__(self) -> None:
        self.table = RtfTable()
        self.mark = ""  # of the paragraph that is read
        self._pieces: list[Piece] = []
        self._cell: list[Piece] = []  # what stands in the cell that is read
        self._notes: list[Piece] = []  # that are to follow
        self._line = ScriptedText()
        self._bold = True
        self._noted = False  # a note with a mark is cited right before

    def put(self, text: str, state: RtfState) -> None:
        """Add characters to the paragraph."""
        if self._noted and text[:1].isalnum():
            self._line.put(" ")  # a note that is cited between two words parts them
        self._noted = False
        self._line.put(text, state.script)
        if text.strip():
            self._bold = self._bold and state.bold

    def cite(self, notes: list[Piece]) -> None:
        """Notes are cited here; they follow the paragraph, or the table that it stands in."""
        self._notes += notes
        self._noted = any(note.mark for note in notes)

    def end_paragraph(self, state: RtfState, style: RtfStyle) -> None:
        """The paragraph has ended, which has this style."""
        text, bold = whole_text(self._line.whole()), self._bold
        mark, self.mark = _mark(self.mark), ""
        self._line, self._bold, self._noted = ScriptedText(), True, False
        pieces = [] if not text.strip() else _pieces(text, bold, mark, state, style)
        if state.in_table:
            self._cell += pieces
            return
        self.end_table()  # an empty line between two tables parts them as well
        self._pieces += pieces
        self._add_notes()

    def end_cell(self, state: RtfState, style: RtfStyle) -> None:
        """A cell of a table has ended."""
        self.end_paragraph(state, style)
        self.table.end_cell(self._cell)
        self._cell = []

    def end_table(self) -> None:
        """Write the table that has been read, if any."""
        if self._cell:  # a paragraph in a table that no cell ends
            self.table.end_cell(self._cell)
            self._cell = []
        if not self.table.is_empty:
            self._pieces += self.table.pieces()
            self.table = RtfTable()
            self._add_notes()

    def end(self, state: RtfState, style: RtfStyle) -> list[Piece]:
        """Returns all that was collected."""
        self.end_paragraph(state, style)
        self.end_table()
        self._add_notes()
        return self._pieces

    def _add_notes(self) -> None:
        self._pieces += self._notes
        self._notes = []


def whole_text(text: str) -> str:
    """Returns the text with the two halves of a character outside the first 65,536 made one."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _mark(text: str) -> str:
    """A number as it stands before the paragraph; any other sign is a bullet."""
    sign = text.strip()
    if not sign or sign in _DASHES or _NUMBER.fullmatch(sign):
        return sign
    return "•"


def _pieces(text: str, bold: bool, mark: str, state: RtfState, style: RtfStyle) -> list[Piece]:
    kind, level = _kind(text, state, style)
    if kind is BlockKind.PARAGRAPH and mark:
        return [Piece(BlockKind.ITEM, text, max(0, state.depth) + 1, mark, bold=bold)]
    if kind is BlockKind.PARAGRAPH:
        return list(typed_items(text, bold=bold))
    if kind in (BlockKind.TITLE, BlockKind.HEADING, BlockKind.CONTENTS):
        text = " ".join(text.split("\n"))
    return [Piece(kind, text, level, mark, bold=bold)]


def _kind(text: str, state: RtfState, style: RtfStyle) -> tuple[BlockKind, int]:
    if state.contents or CONTENTS_STYLE.fullmatch(style.name):
        return BlockKind.CONTENTS, 0
    if style.name in STYLE_KINDS:
        return STYLE_KINDS[style.name], 0
    heading = HEADING_STYLE.fullmatch(style.name)
    level = int(heading.group(1)) if heading else min(state.outline, style.outline) + 1
    if level < 10 and len(text) <= _LONGEST_HEADING:
        return BlockKind.HEADING, level
    return BlockKind.PARAGRAPH, 0
