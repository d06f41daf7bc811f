"""The few records that everything else passes around. Offsets count characters and are end-exclusive."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Literal

Place = tuple[int, int]  # `text[start:end]`


class BlockKind(StrEnum):
    """What a block is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list
    HEADER = "header"  # the row of a table that names its columns
    ROW = "row"  # of a table
    FIELD = "field"  # of a form: a label and a value
    QUOTE = "quote"  # quoted lines of a mail, a block quotation
    PREFORMATTED = "preformatted"  # a line whose line end and blanks count: code, a poem, a listing
    CAPTION = "caption"
    NOTE = "note"  # a footnote, an endnote, a comment that is shown
    CONTENTS = "contents"  # a line of a table of contents or an index


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's structure: `document.text[start:end]`, without surrounding white space.

    `level` is that of a heading (1 is the uppermost) or the depth of an item (1 is the outermost list). The first
    `mark` characters only introduce the block: a bullet, "3.", "(a)", "#", ">". A row or header row has its `cells`,
    from left to right, and a field has two, its label and its value; a cell may be empty. `header[i]` is the place of
    the header cell that names `cells[i]`; it is empty where there is none.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    mark: int = 0
    cells: tuple[Place, ...] = ()
    header: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or not 0 <= self.mark <= self.end - self.start or self.level < 0:
            raise ValueError(f"a block needs 0 <= start < end and a mark inside it, got {self}")
        edges = [self.start, *(edge for cell in self.cells for edge in cell), self.end]
        if any(a > b for a, b in pairwise(edges)):
            raise ValueError(f"a block's cells must follow one another inside it, got {self}")
        if self.header and len(self.header) != len(self.cells):
            raise ValueError(f"{len(self.header)} header cells for {len(self.cells)} cells")
        if self.kind is BlockKind.FIELD and len(self.cells) != 2:
            raise ValueError("a field has a label and a value")


@dataclass(frozen=True, slots=True)
class Locator:
    """How a person finds the part of a document that begins at `start` and ends where the next one begins: "slide 3".

    Where the lines of the part are `counted`, the first has the number `first`. Each of "lines" is named by its number:
    "line 12". Of "rows" each cell is named as spreadsheets do, the i-th of a row by the i-th letter: "cell B7".
    """

    start: int
    name: str
    counted: Literal["", "lines", "rows"] = ""
    first: int = 1

    def __post_init__(self) -> None:
        if self.start < 0 or self.first < 0 or self.counted not in ("", "lines", "rows"):
            raise ValueError(f"a locator needs a start, and lines or rows to count, got {self}")


@dataclass(frozen=True, slots=True)
class Document:
    """One loaded file. `text` is kept exactly as extracted; every offset points into it.

    `id` names the place (`source`) and `sha256` what was found there, so that a changed file keeps its identity.
    `page_starts[i]` is where page i + 1 begins; empty where there are no pages. `blocks` are its structure in order:
    every character that is no white space lies in exactly one of them. `marks` are places of characters that belong to
    the file but not to what a person reads, such as the stars around a word in Markdown. `size` (bytes), `modified_ns`
    (the time of the file's last change, nanoseconds since 1970) and `extraction` (the version of the code that took the
    text out) are those of the file, and 0 for a text that comes from none. `unreadable` are the numbers of the pages
    whose text cannot be read: scans, and fonts that map their letters to the wrong characters. `locators` name parts of
    it, in order; what stands before the first has no name of its own. `is_copy` tells that it was published by another
    process: its file lies where that one runs, whatever lies at the same path here.
    """

    id: str
    title: str
    source: str
    sha256: str
    text: str
    page_starts: tuple[int, ...] = ()
    size: int = 0
    modified_ns: int = 0
    extraction: int = 0
    blocks: tuple[Block, ...] = ()
    marks: tuple[Place, ...] = ()
    unreadable: tuple[int, ...] = ()
    locators: tuple[Locator, ...] = ()
    is_copy: bool = False

    def __post_init__(self) -> None:
        starts = self.page_starts
        if starts and (starts[0] != 0 or list(starts) != sorted(starts) or starts[-1] > len(self.text)):
            raise ValueError("page_starts must begin at 0, rise, and stay inside the text")
        if self.blocks:
            check_tiling(self.text, self.blocks)
        if any(a > b for a, b in pairwise([0, *(edge for mark in self.marks for edge in mark), len(self.text)])):
            raise ValueError("marks must follow one another inside the text")
        if self.unreadable and any(a >= b for a, b in pairwise([0, *self.unreadable, len(starts) + 1])):
            raise ValueError(f"unreadable pages must rise from 1 to {len(starts)}, got {self.unreadable}")
        if any(a > b for a, b in pairwise([*(one.start for one in self.locators), len(self.text)])):
            raise ValueError("locators must follow one another inside the text")

    def page_at(self, offset: int) -> int | None:
        """The 1-based page that holds character `offset`, or None in a document without pages."""
        if not self.page_starts:
            return None
        return bisect_right(self.page_starts, offset)

    def locator_at(self, offset: int, blocks: Sequence[Block] = ()) -> str:
        """How a person finds character `offset`: "page 3", "slide 3", "sheet Prices, cell B7"; "" where nothing does.

        `blocks` are some in order, with the one that holds it (none: the document's own). Of a row whose block is not
        known, only the number is told.
        """
        locator = self.part_at(offset)
        if locator is None or not (locator.name or locator.counted):
            page = self.page_at(offset)
            return f"page {page}" if page else ""
        number = locator.first + self.text.count("\n", locator.start, offset) if locator.counted else 0
        counted = f"line {number}" if locator.counted == "lines" else ""
        if locator.counted == "rows":
            counted = _cell_name(blocks or self.blocks, offset, number)
        return ", ".join(filter(None, (locator.name, counted)))

    def part_at(self, offset: int) -> Locator | None:
        """The locator of the part that holds character `offset`, if one does."""
        at = bisect_right(self.locators, offset, key=lambda one: one.start) - 1
        return self.locators[at] if at >= 0 else None


def _cell_name(blocks: Sequence[Block], offset: int, row: int) -> str:
    """The address of the cell of a row at `offset`, as spreadsheets write it."""
    at = bisect_right(blocks, offset, key=lambda block: block.start) - 1
    column = bisect_right(blocks[at].cells, offset, key=lambda cell: cell[0]) if at >= 0 else 0
    return f"cell {column_name(column)}{row}" if column else f"row {row}"


def column_name(number: int) -> str:
    """The letters of a column, counted from 1, as spreadsheets write them: A, Z, AA."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def check_tiling(text: str, blocks: tuple[Block, ...]) -> None:
    """Raise ValueError unless the blocks follow one another and hold every character that is no white space."""
    position = 0
    for block in blocks:
        if block.start < position or block.end > len(text):
            raise ValueError(f"blocks must follow one another inside the text, got {block} at {position}")
        if text[position : block.start].strip():
            raise ValueError(f"no block holds {text[position : block.start].strip()[:40]!r}")
        position = block.end
    if text[position:].strip():
        raise ValueError(f"no block holds {text[position:].strip()[:40]!r}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`document.text[start:end]`, without surrounding white space."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a sentence needs 0 <= start < end, got {self.start}, {self.end}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The sentences and the blocks of a part of a document, in order."""

    sentences: tuple[Sentence, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a view that stand for characters of the document: `view.text[view_start:view_end]` for
    `document.text[start:end]`, one for one where the run is even, else all for all: a ligature and its letters."""

    view_start: int
    view_end: int
    start: int
    end: int

    @property
    def is_even(self) -> bool:
        """Whether each character stands for one of its own."""
        return self.view_end - self.view_start == self.end - self.start


@dataclass(frozen=True, slots=True)
class View:
    """What is searched and read of a passage (see `index.views`).

    The first `context` characters only introduce it. `units` are the places inside one of which a quote lies; `runs`
    lead from all their characters, in order, to the document.
    """

    text: str
    runs: tuple[Run, ...]
    units: tuple[Place, ...]
    context: int = 0

    def __post_init__(self) -> None:
        edges = [edge for unit in self.units for edge in unit]
        if any(a > b for a, b in pairwise([0, *edges, len(self.text)])):
            raise ValueError("a view's units must follow one another inside its text")
        if any(one.view_end > other.view_start for one, other in pairwise(self.runs)):
            raise ValueError("a view's runs must follow one another")

    @classmethod
    def of(cls, text: str, start: int = 0) -> View:
        """A text that is read as it stands in its document, from offset `start`."""
        runs = (Run(0, len(text), start, start + len(text)),) if text else ()
        return cls(text, runs, ((0, len(text)),) if text else ())

    def place(self, start: int, end: int) -> Place:
        """Where in the document `text[start:end]` stands. Raises ValueError for what cannot be quoted."""
        first = self.runs[bisect_right(self.runs, start, key=lambda run: run.view_start) - 1] if self.runs else None
        last = self.runs[bisect_right(self.runs, end - 1, key=lambda run: run.view_start) - 1] if self.runs else None
        if not first or not last or not first.view_start <= start < first.view_end or not end <= last.view_end:
            raise ValueError(f"characters {start} to {end} of the view are not the document's own")
        return (
            first.start + (start - first.view_start if first.is_even else 0),
            last.end - (last.view_end - end if last.is_even else 0),
        )

    def excerpt(self, start: int, end: int) -> View:
        """The context with `text[start:end]` behind it."""
        shift = self.context - start
        runs = []
        for run in self.runs:
            a, b = max(run.view_start, start), min(run.view_end, end)
            if a < b and run.is_even:
                runs.append(Run(a + shift, b + shift, run.start + a - run.view_start, run.end - run.view_end + b))
            elif a < b:
                runs.append(Run(a + shift, b + shift, run.start, run.end))
        units = [(max(a, start) + shift, min(b, end) + shift) for a, b in self.units if a < end and start < b]
        return View(self.text[: self.context] + self.text[start:end], tuple(runs), tuple(units), self.context)

    def around(self, start: int, end: int) -> Place | None:
        """Where in the view the part of the document from `start` to `end` is read, with what only introduces it on its
        line: a number, the names of a row's cells. None where nothing of it is read."""
        found = self.find(start, end)
        if found is None:
            return None
        if found[0] < self.context:  # in what leads to the list
            return found
        line = self.text.rfind("\n", 0, found[0]) + 1
        before = any(line <= run.view_start < found[0] for run in self.runs)
        return (found[0] if before else max(line, self.context)), len(self.text[: found[1]].rstrip())

    def find(self, start: int, end: int) -> Place | None:
        """Where in the view the part of the document from `start` to `end` is read; None where nothing of it is."""
        touched = [run for run in self.runs if run.start < end and start < run.end]
        if not touched:
            return None
        first, last = touched[0], touched[-1]
        return (
            first.view_start + (max(0, start - first.start) if first.is_even else 0),
            last.view_end - (max(0, last.end - end) if last.is_even else 0),
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole blocks, or of whole sentences of a long one: `document.text[start:end] == text`.

    `id` is unique in its collection; `view` is what is searched and read of it.
    """

    id: int
    document_id: str
    start: int
    end: int
    text: str
    view: View

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            raise ValueError("a passage's offsets must span exactly its text")
        if self.view.runs and not self.start <= self.view.runs[0].start <= self.view.runs[-1].end <= self.end:
            raise ValueError("what can be quoted of a view must stand in its passage")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search returned; a higher score is better, and only within one search."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What both searches returned, each best first: by vectors, scored by cosine, and by words, scored by BM25."""

    dense: tuple[Hit, ...]
    keywords: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for lists. `added` is when it was first put in, in UTC (ISO 8601); `pages` is how
    many there are, `unreadable` the numbers of those whose text cannot be read."""

    id: str
    title: str
    source: str
    sha256: str
    size: int
    modified_ns: int
    extraction: int
    added: str
    characters: int
    passages: int
    pages: int
    unreadable: tuple[int, ...] = ()
