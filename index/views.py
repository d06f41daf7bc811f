"""What is searched and read of a passage, and the way back to the document's text.

A view begins with what a person has in mind when they read the passage: the document's title and the headings above
it. Then come its blocks, one on a line, without what only disturbs: marks, soft hyphens, line ends inside sentences. A
row is read as "Header: cell; Header: cell", a list's items after the sentence that leads to them. What comes from
elsewhere can be read but not quoted: a quote lies inside one unit, which is a block, an item or a cell.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.records import Block, BlockKind, Place, Run, View

# Read for nothing by any model: soft hyphen, spaces without width, marks of direction, signs that only say how others
# are drawn, tags. Joiners are as well behind letters that do not join, such as Latin ones.
SILENT_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
SILENT = "".join(chr(code) for first, last in SILENT_RANGES for code in range(first, last + 1))
_CLASS = "".join(f"{chr(first)}-{chr(last)}" for first, last in SILENT_RANGES)
JOINERS = "\u200c\u200d"
SILENCE = rf"(?:[{_CLASS}]|(?<=[^\W\u0600-\u1dff\u2000-\U0010ffff])[{JOINERS}])+"
# Where all characters lie that `readable` changes, with some others.
CHANGED = (
    "\u20a8\u2107-\u217f\u2e9f\u2ef3-\u2fd5\u3038-\u303a\u3131-\u318e\u32c0-\u32cb\u3358-\u3370\u33e0-\u33fe"
    "\ufb00-\ufb4f\uff10-\uffdc"
)
# Words with one blank or line end between them, which are most of a text and are taken at once: character by character
# took 20 times as long. Then what is silent, white space, and what may be read as something else.
PLAIN = rf"[^\s{_CLASS}{JOINERS}{CHANGED}]++"
PIECE = re.compile(rf"({PLAIN}(?:\s{PLAIN})*+)|({SILENCE})|(\s+)|([{JOINERS}{CHANGED}])")
WHITE = re.compile(r"\s")
LONGEST_CONTEXT = 200  # characters of title and headings; more would take the passage's place in the reader's window
LONGEST_LEAD_IN = 150
LONGEST_NAME = 300  # characters of a header's cell; a longer one would fill the passage of each row below it
UNREAD = frozenset((BlockKind.CONTENTS,))  # names what stands elsewhere, and answers nothing
PARTED = " \u203a "  # between title and headings


class ViewBuilder:
    """Puts a view together line by line."""

    def __init__(self, text: str, marks: Sequence[Place] = ()) -> None:
        """`text` is the document's, `marks` are its places of mere marks."""
        self._text = text
        self._marks = marks
        self._pieces: list[str] = []
        self._length = 0
        self._runs: list[Run] = []
        self._units: list[Place] = []
        self._context = 0

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length

    def read_only(self, text: str) -> None:
        """Add text that can be read but not quoted."""
        self._pieces.append(text)
        self._length += len(text)

    def end_context(self) -> None:
        """What was added so far is the context of what follows."""
        if self._length:
            self.read_only("\n")
        self._context = self._length

    def place(self, start: int, end: int, *, quotable: bool = True) -> bool:
        """Add a place of the document, as a unit if it is quotable; returns whether anything of it is read."""
        before, first = self._length, len(self._runs)
        blank = True  # white space at the beginning is left out
        for a, b in self._between_marks(start, end):
            for found in PIECE.finditer(self._text, a, b):
                piece, silent, white, _ = found.groups()
                if piece:
                    self._append(WHITE.sub(" ", piece), *found.span())
                elif silent or (white and blank):
                    continue
                elif white:
                    self._append(" ", found.start(), found.start() + 1)
                else:
                    self._append(readable(found.group()), *found.span())
                blank = bool(white)
        self._drop_last_blank(before)
        if self._length == before:
            return False
        if quotable:
            self._units.append((before, self._length))
        else:
            del self._runs[first:]
        return True

    def _between_marks(self, start: int, end: int) -> Iterator[Place]:
        """The parts of a place that are no marks."""
        number = max(0, bisect_right(self._marks, start, key=_start_of) - 1)
        while number < len(self._marks) and self._marks[number][0] < end:
            if self._marks[number][1] > start:
                yield start, max(start, self._marks[number][0])
                start = self._marks[number][1]
            number += 1
        yield start, end

    def _append(self, piece: str, start: int, end: int) -> None:
        """Add what is read of the document's characters from `start` to `end`."""
        before = self._length
        self._pieces.append(piece)
        self._length += len(piece)
        last = self._runs[-1] if self._runs else None
        even = len(piece) == end - start
        if last and even and last.view_end == before and last.end == start and last.is_even:
            self._runs[-1] = Run(last.view_start, self._length, last.start, end)
        else:
            self._runs.append(Run(before, self._length, start, end))

    def _drop_last_blank(self, before: int) -> None:
        if self._length > before and self._pieces[-1] == " ":
            self._pieces.pop()
            self._length -= 1
            last = self._runs.pop()
            if last.view_end - last.view_start > 1:
                self._runs.append(Run(last.view_start, last.view_end - 1, last.start, last.end - 1))

    def build(self) -> View:
        """Returns the view."""
        return View("".join(self._pieces), tuple(self._runs), tuple(self._units), self._context)


def _start_of(place: Place) -> int:
    return place[0]


def without_silent(text: str) -> str:
    """The text without the characters that are read for nothing, so that a word is found by its plain spelling."""
    return re.sub(SILENCE, "", text)


def readable(character: str) -> str:
    """The letters that a ligature or a letter of another width stands for; other characters as they are.

    Superscripts stay: "10\u2076" is not "106".
    """
    if character < "\u2000" or not unicodedata.decomposition(character).startswith(("<compat>", "<wide>", "<narrow>")):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isalnum() else character


def add_block(builder: ViewBuilder, text: str, block: Block) -> bool:
    """Add what is read of a block; returns whether there is anything."""
    if block.kind in UNREAD:
        return False
    if block.kind in (BlockKind.TITLE, BlockKind.HEADING):
        return builder.place(block.start + block.mark, block.end, quotable=False)
    if block.kind is BlockKind.FIELD:
        (a, b), (c, d) = block.cells
        any_label = builder.place(a, b)  # "Tom Lee: treasurer" answers who the treasurer is
        builder.read_only(": ")
        return builder.place(c, d) or any_label
    if block.kind is BlockKind.ROW and block.cells:
        return _add_row(builder, text, block)
    if block.mark and any(character.isalnum() for character in text[block.start : block.start + block.mark]):
        builder.place(block.start, block.start + block.mark, quotable=False)  # a number counts, a bullet does not
        builder.read_only(" ")
    return builder.place(block.start + block.mark, block.end, quotable=block.kind is not BlockKind.HEADER)


def _add_row(builder: ViewBuilder, text: str, block: Block) -> bool:
    any_cell = False
    names = block.header or ((0, 0),) * len(block.cells)
    for (start, end), (name_start, name_end) in zip(block.cells, names, strict=True):
        if not text[start:end].strip():
            continue
        if any_cell:
            builder.read_only("; ")
        if builder.place(name_start, min(name_end, name_start + LONGEST_NAME), quotable=False):
            builder.read_only(": ")
        any_cell = builder.place(start, end) or any_cell
    return any_cell


def view_of(
    text: str,
    blocks: Sequence[Block],
    marks: Sequence[Place],
    context: str,
    lead_in: Block | None = None,
    *,
    leading: bool = False,
) -> View:
    """The view of some blocks of a document's text, with its context.

    `lead_in` is a paragraph elsewhere that leads to their list; `leading` tells that the first of them is one.
    """
    builder = ViewBuilder(text, marks)
    builder.read_only(context)
    if lead_in is not None:
        if context:
            builder.read_only("\n")
        builder.place(max(lead_in.start, lead_in.end - LONGEST_LEAD_IN), lead_in.end, quotable=False)
    if leading:
        if context:
            builder.read_only("\n")
        add_block(builder, text, blocks[0])
    builder.end_context()
    for block in blocks[1:] if leading else blocks:
        before = builder.length
        if add_block(builder, text, block) or builder.length > before:
            builder.read_only("\n")
    return builder.build()


def view_at(text: str, marks: Sequence[Place], start: int, end: int) -> View:
    """The view of a place of a document's text by itself."""
    builder = ViewBuilder(text, marks)
    builder.place(start, end)
    return builder.build()


def context_of(title: str, headings: Sequence[str]) -> str:
    """Title and headings on one line, each once. Where they are long, the title and the innermost headings stay."""
    parts = [part for part in dict.fromkeys(" ".join(part.split()) for part in (title, *headings)) if part]
    while len(parts) > 2 and len(PARTED.join(parts)) > LONGEST_CONTEXT:
        del parts[1]
    return PARTED.join(part[:LONGEST_CONTEXT] for part in parts)
