"""The few records that everything else passes around. Offsets count characters and are end-exclusive."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

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
class Document:
    """One loaded file. `text` is kept exactly as extracted; every offset points into it.

    `id` names the place (`source`) and `sha256` what was found there, so that a changed file keeps its identity.
    `page_starts[i]` is where page i + 1 begins; empty where there are no pages. `blocks` are its structure in order:
    every character that is no white space lies in exactly one of them. `marks` are places of characters that belong to
    the file but not to what a person reads, such as the stars around a word in Markdown. `size` (bytes), `modified_ns` (the
    time of the file's last change, nanoseconds since 1970) and `extraction` (the version of the code that took the
    text out) are those of the file, and 0 for a text that comes from none.
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

    def __post_init__(self) -> None:
        starts = self.page_starts
        if starts and (starts[0] != 0 or list(starts) != sorted(starts) or starts[-1] > len(self.text)):
            raise ValueError("page_starts must begin at 0, rise, and stay inside the text")
        if self.blocks:
            check_tiling(self.text, self.blocks)
        if any(a > b for a, b in pairwise([0, *(edge for mark in self.marks for edge in mark), len(self.text)])):
            raise ValueError("marks must follow one another inside the text")

    def page_at(self, offset: int) -> int | None:
        """The 1-based page that holds character `offset`, or None in a document without pages."""
        if not self.page_starts:
            return None
        return bisect_right(self.page_starts, offset)


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
class Passage:
    """A run of whole sentences: `document.text[start:end] == text`. `id` is unique in its collection."""

    id: int
    document_id: str
    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            raise ValueError("a passage's offsets must span exactly its text")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search returned; a higher score is better, and only within one search."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for lists. `added` is when it was first put in, in UTC (ISO 8601)."""

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


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that could not be added, and the sentence that says why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file that lies at another place than when it was indexed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding files did, by source. `removed` are documents whose files are gone from a folder that was added,
    `passed_over` files in it of kinds that cannot be read."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[RejectedFile, ...] = ()
    renamed: tuple[RenamedFile, ...] = ()
    removed: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
