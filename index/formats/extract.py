"""What taking the text out of a file yields, and how a format puts it together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.changes import RejectedFile
from index.formats.traced import joined
from index.records import Block, BlockKind, Locator, Place

BETWEEN_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format yields: the text, the title where the file states one, where its pages begin, its blocks, places of
    mere marks, and the names of its parts (see `Document`). Without blocks, these are told from the lines of the
    text. `unreadable` are the numbers (from 1) of pages whose text cannot be read, such as scans among other pages, and
    `left_out` the files inside it (as in an archive) that cannot be read. `wants_ocr`: it is or holds what OCR reads,
    or would read if it were installed."""

    text: str
    title: str = ""
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    marks: tuple[Place, ...] = ()
    unreadable: tuple[int, ...] = ()
    locators: tuple[Locator, ...] = ()
    left_out: tuple[RejectedFile, ...] = ()
    wants_ocr: bool = False


class TextBuilder:
    """Puts an Extract together block by block, in reading order. What is empty or white space is left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._marks: list[Place] = []
        self._page_starts: list[int] = []
        self._pages_to_come = 0  # begun, and nothing stands on them yet
        self._locators: list[Locator] = []
        self._part_to_come: Locator | None = None  # begun, and nothing stands in it yet

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 0,
        mark: str = "",
        marks: Sequence[Place] = (),
        pages: Sequence[int] = (),
        apart: str = "\n\n",
    ) -> Block | None:
        """Add a block of one kind; returns it, or None where there is nothing in it.

        `mark` is what introduces it, such as "3." or a bullet; it is written before the text with a blank. `marks` are
        places in `text` of characters that are only marks; `pages` are the offsets in `text` where a new page begins.
        `apart` is what parts it from the block before.
        """
        left = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            self._pages_to_come += len(pages)
            return None
        whole = mark + " " + text if mark else text
        start = self._begin(whole, apart)
        shift = start + len(whole) - len(text) - left
        self._page_starts += [min(max(start, page + shift), start + len(whole)) for page in pages]
        self._marks += [
            (max(start, a + shift), min(start + len(whole), b + shift))
            for a, b in marks
            if a + shift < start + len(whole) and b + shift > start
        ]
        return self._keep(Block(start, start + len(whole), kind, level, len(mark)))

    def add_row(
        self,
        cells: Sequence[str],
        header: Block | Sequence[Place] | None = None,
        *,
        is_header: bool = False,
        apart: str = "\n",
    ) -> Block | None:
        """Add a row of a table; returns it, or None where all its cells are empty.

        `header` is the row that names its columns, which was added before, or the place of the name of each cell, where
        cells are merged; an empty place is no name. `is_header` tells that this is such a row.
        """
        texts = [joined(" ", cell.split()) for cell in cells]
        if not any(texts):
            return None
        while not texts[-1]:
            texts.pop()
        row = joined(BETWEEN_CELLS, texts)
        whole = row.lstrip()  # an empty cell at the beginning leaves only the sign behind it
        start = self._begin(whole, apart)
        position = start - (len(row) - len(whole))
        places: list[Place] = []
        for text in texts:
            places.append((max(start, position), max(start, position + len(text))))
            position += len(text) + len(BETWEEN_CELLS)
        names: tuple[Place, ...] = ()
        if header is not None:
            named = header.cells if isinstance(header, Block) else header
            names = tuple((*named, *[(0, 0)] * len(places))[: len(places)])
        kind = BlockKind.HEADER if is_header else BlockKind.ROW
        return self._keep(Block(start, start + len(whole), kind, 0, 0, tuple(places), names))

    def add_field(self, label: str, value: str, *, apart: str = "\n") -> Block | None:
        """Add a field of a form as "label: value"; returns it, or None where there is neither."""
        label, value = joined(" ", label.split()).rstrip(":"), value.strip()
        if not label or not value:
            return self.add(BlockKind.PARAGRAPH, label or value, apart=apart)
        start = self._begin(label + ": " + value, apart)
        middle = start + len(label)
        end = middle + 2 + len(value)
        return self._keep(Block(start, end, BlockKind.FIELD, 0, 0, ((start, middle), (middle + 2, end))))

    def append(
        self, text: str, blocks: Sequence[Block], marks: Sequence[Place], locators: Sequence[Locator], *, offset: int
    ) -> None:
        """Add a text that has its blocks, marks and locators already. Their places count its first character as
        `offset`."""
        if locators and locators[0].start == offset:
            self._part_to_come = None  # nothing stands in it but these
        shift = self._begin(text, "\n\n") - offset
        self._locators += [replace(one, start=one.start + shift) for one in locators]
        self._marks += [(start + shift, end + shift) for start, end in marks]
        for block in blocks:
            self._keep(_shifted(block, shift))

    def begin_page(self) -> None:
        """What is added from now on stands on a new page."""
        self._pages_to_come += 1

    def begin_part(self, name: str, counted: Literal["", "lines", "rows"] = "", first: int = 1) -> None:
        """What is added from now on is found by this name (see `Locator`); with neither a name nor what is counted, by
        its page alone. A part in which nothing stands is left out."""
        self._part_to_come = Locator(0, name, counted, first)

    def build(self, title: str = "") -> Extract:
        """Returns all that was added."""
        text = joined("", self._pieces)
        starts = (*self._page_starts, *[len(text)] * self._pages_to_come)
        pages = (0, *starts[1:]) if starts else ()
        return Extract(text, title, pages, tuple(self._blocks), tuple(self._marks), locators=tuple(self._locators))

    def _begin(self, whole: str, apart: str) -> int:
        """Write the text of a block; returns where it starts."""
        if self._length:
            self._pieces.append(apart)
            self._length += len(apart)
        start = self._length
        self._page_starts += [start] * self._pages_to_come
        self._pages_to_come = 0
        if self._part_to_come is not None:
            self._locators.append(replace(self._part_to_come, start=start))
            self._part_to_come = None
        self._pieces.append(whole)
        self._length += len(whole)
        return start

    def _keep(self, block: Block) -> Block:
        self._blocks.append(block)
        return block


def _shifted(block: Block, shift: int) -> Block:
    """The block, so many characters later. The place of a header's cell that is empty names nothing, wherever it is."""
    cells = tuple((start + shift, end + shift) for start, end in block.cells)
    header = tuple((start + shift, end + shift) if start < end else (0, 0) for start, end in block.header)
    return replace(block, start=block.start + shift, end=block.end + shift, cells=cells, header=header)
