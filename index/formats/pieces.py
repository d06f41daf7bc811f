"""What office files are read into before their text is put together: blocks that still hold their own text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.formats.extract import BETWEEN_CELLS, Extract, TextBuilder
from index.formats.scripts import with_marks
from index.records import Block, BlockKind, Place

# A bullet or number that was typed; a number only with a tab behind it, since a sentence may begin with one.
_TYPED_MARK = re.compile(r"([•·▪◦‣●○∙■*-](?=[ \t])|[–—](?=\t)|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)](?=\t))\s+(?=\S)")
_ITEM_LINE = re.compile(r"\n(?=[ \t]*[•·▪◦‣●○∙■*-][ \t])")
_PAGE_AT_END = re.compile(r"(?:\d{1,4}|[ivxlcdm]{1,7})$", flags=re.IGNORECASE)
_LONGEST_BOLD, _SHORTEST_SECTION = 80, 60  # characters of a bold line, and of the paragraph below it
_LONGEST_ENTRY = 300  # characters of a line of contents
_CONTENTS_TITLES = frozenset(
    "contents|table of contents|inhalt|inhaltsverzeichnis|sommaire|table des matières|índice|indice|contenido|"
    "sumário|sommario|inhoud|inhoudsopgave|spis treści|содержание|оглавление|obsah|innehåll|indhold|目次|目录".split(
        "|"
    )
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and its text. A row has `cells` instead; `names[i]` is which cell of the header row before it names
    cell i, or -1. `bold` tells that all of it is bold."""

    kind: BlockKind
    text: str = ""
    level: int = 0
    mark: str = ""
    cells: tuple[str, ...] = ()
    names: tuple[int, ...] = ()
    apart: str = "\n\n"
    bold: bool = False

    @property
    def flat(self) -> str:
        """The text as it stands within a cell or a note."""
        if self.cells:
            return BETWEEN_CELLS.join(self.cells)
        return f"{self.mark} {self.text}" if self.mark and self.text.strip() else self.text


def flat(pieces: Iterable[Piece]) -> str:
    """Returns the text of pieces that stand together in one cell or note."""
    return "\n".join(text for piece in pieces if (text := piece.flat.strip()))


def put_together(pieces: list[Piece], title: str) -> Extract:
    """Returns the Extract of the pieces, in their order."""
    builder = TextBuilder()
    add_pieces(builder, pieces)
    return builder.build(title)


def preformatted_lines(before: Sequence[Piece], text: str) -> Iterator[Piece]:
    """Each line of a preformatted text for itself; the blanks that it begins with part it from the line before, which
    may be the last of the pieces `before`."""
    goes_on = bool(before) and before[-1].kind is BlockKind.PREFORMATTED
    for line in text.split("\n"):
        if line.strip():
            blanks = line[: len(line) - len(line.lstrip())]
            yield Piece(BlockKind.PREFORMATTED, line, apart=f"\n{blanks}" if goes_on else "\n\n")
            goes_on = True


def add_pieces(builder: TextBuilder, pieces: Iterable[Piece]) -> None:
    """Add the pieces, in their order."""
    header: Block | None = None
    for piece in pieces:
        if not piece.cells:
            text, marks = with_marks(piece.text)
            builder.add(piece.kind, text, level=piece.level, mark=piece.mark, marks=marks, apart=piece.apart)
            continue
        is_header = piece.kind is BlockKind.HEADER
        names: list[Place] = []
        if header is not None and piece.names:
            known = header.cells
            names = [known[name] if 0 <= name < len(known) else (0, 0) for name in piece.names]
        cells = [with_marks(cell)[0] for cell in piece.cells]
        block = builder.add_row(cells, names or None, is_header=is_header, apart=piece.apart)
        if is_header:
            header = block


def typed_items(text: str, *, bold: bool = False) -> Iterator[Piece]:
    """Returns a paragraph, or the items that someone typed in it with bullets, each on a line of its own."""
    apart = "\n\n"
    for line in _ITEM_LINE.split(text):
        if typed := _TYPED_MARK.match(line.lstrip()):
            rest = line.lstrip()[typed.end() :]
            yield Piece(BlockKind.ITEM, rest, 1, typed.group(1), apart=apart, bold=bold)
        else:
            yield Piece(BlockKind.PARAGRAPH, line, apart=apart, bold=bold)
        apart = "\n"


def headings_told(pieces: list[Piece]) -> list[Piece]:
    """Returns the pieces with the headings that were only made bold named as such: a short line that is bold as a
    whole, with no sign at its end, before a list, a table or a paragraph of some length that is not bold."""
    found: list[Piece] = []
    level = 0  # of the heading above that has a style
    for piece, below in pairwise([*pieces, Piece(BlockKind.NOTE)]):
        if piece.kind is BlockKind.HEADING:
            level = piece.level
        is_text = below.kind is BlockKind.PARAGRAPH and len(below.text) >= _SHORTEST_SECTION
        begins = below.kind in (BlockKind.ITEM, BlockKind.HEADER) and piece.kind is BlockKind.PARAGRAPH
        if (is_text or begins) and not below.bold and _is_bold_line(piece):
            piece = replace(piece, kind=BlockKind.HEADING, level=level + 1)
        found.append(piece)
    return found


def _is_bold_line(piece: Piece) -> bool:
    """Whether a piece is one short bold line without a sign at its end; it may have a number, but no bullet."""
    text = piece.text.strip()
    return (
        piece.bold
        and (piece.kind is BlockKind.PARAGRAPH or (piece.kind is BlockKind.ITEM and piece.mark.strip("().").isalnum()))
        and len(text) <= _LONGEST_BOLD
        and any(character.isalpha() for character in text)
        and not text.endswith(tuple('.:;,!?)"'))
        and "\n" not in text
    )


def contents_told(pieces: list[Piece]) -> list[Piece]:
    """Returns the pieces with the lines of a typed table of contents named as such: a heading of the document and
    the number of a page."""
    headings = {_entry(f"{one.mark} {one.text}") for one in pieces if one.kind is BlockKind.HEADING}
    headings |= {_entry(one.text) for one in pieces if one.kind is BlockKind.HEADING}
    found = [_as_contents(piece, headings) for piece in pieces]
    for at, (piece, below) in enumerate(pairwise(found)):
        if below.kind is BlockKind.CONTENTS and _entry(piece.text).rstrip(":") in _CONTENTS_TITLES:
            found[at] = replace(piece, kind=BlockKind.CONTENTS, level=0)
    return found


def _as_contents(piece: Piece, headings: set[str]) -> Piece:
    if piece.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or len(piece.text) > _LONGEST_ENTRY:
        return piece
    text = piece.flat.strip()
    page = _PAGE_AT_END.search(text)
    before = text[: page.start()] if page else ""
    entry = before.rstrip(" \t.…·_")
    if not re.search(r"[\t.…·_]", before[len(entry) :]) or _entry(entry) not in headings:
        return piece
    return replace(piece, kind=BlockKind.CONTENTS, level=0)


def _entry(text: str) -> str:
    return " ".join(text.split()).casefold()
