"""The body of a Word file, piece by piece in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from index.formats.docx.contents import field_contents
from index.formats.docx.lines import BOX, CHART_LINK, DIAGRAM_LINK, Cited, WordLine, read_line, shown
from index.formats.docx.notes import WordNotes
from index.formats.docx.numbering import Numbering
from index.formats.docx.package import VALUE, W, is_on, number
from index.formats.docx.styles import WordStyle, WordStyles
from index.formats.docx.tables import table_pieces
from index.formats.drawings import chart_pieces, diagram_pieces, drawn_pieces
from index.formats.packages import OpenXmlPackage, PartLink, R
from index.formats.pieces import Piece, preformatted_lines, typed_items
from index.records import BlockKind

_LONGEST_HEADING = 250  # characters; what is longer is a paragraph in a heading's clothes
_LONGEST_CARRIED = 10_000  # characters that are carried on into the next paragraph, which takes as long as they are
_ONE_LINE = (BlockKind.TITLE, BlockKind.HEADING, BlockKind.CONTENTS)


class WordBody:
    """Reads a body, or the body of a part such as a header, into `pieces`."""

    def __init__(
        self,
        package: OpenXmlPackage,
        part: str,
        body: Any,
        imported: Callable[[str], list[Piece]],
    ) -> None:
        self.pieces: list[Piece] = []
        self._package, self._imported = package, imported
        self._links: dict[str, PartLink] = package.links(part)
        self._styles = WordStyles(package.of_kind(part, "styles"))
        self._numbering = Numbering(package.of_kind(part, "numbering"))
        self._notes = WordNotes(package, part, body)
        self._contents = field_contents(body)
        self._used: set[str] = set()  # parts that were placed already
        self._cited: list[Cited] = []  # notes that are to follow
        self._carried: tuple[Any, WordLine] | None = None  # a paragraph that goes on in the next one
        self._inside = self._controls = 0  # how many tables or notes, and controls with contents, stand around

    def read(self, element: Any) -> None:
        """Read all that stands below an element of the body."""
        self._walk(element)
        self._end_paragraph()

    def read_apart(self, element: Any) -> list[Piece]:
        """Returns what stands below an element of another part: a header, a footer, a note."""
        links, self._links = self._links, {}  # the ids in that part are its own
        cited, self._cited = self._cited, []
        self._inside += 1
        pieces = self._within(element)
        self._inside -= 1
        self._links, self._cited = links, cited
        return pieces

    def _within(self, element: Any) -> list[Piece]:
        """What stands below an element, apart from the rest."""
        self._end_paragraph()
        before, self.pieces = self.pieces, []
        self.read(element)
        found, self.pieces = self.pieces, before
        return found

    def _walk(self, element: Any) -> None:
        for child in shown(element):
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag == f"{W}altChunk":
                self._place(child.get(f"{R}id", ""), "aFChunk")
            elif child.tag == f"{W}sdt":
                gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                is_contents = gallery is not None and gallery.get(VALUE) == "Table of Contents"
                self._controls += is_contents
                self._walk(child)
                self._controls -= is_contents
            else:
                self._walk(child)

    def _paragraph(self, paragraph: Any) -> None:
        properties = paragraph.find(f"{W}pPr")
        line = read_line(paragraph, self._styles, self._styles.of_paragraph(properties))
        if self._carried is not None:
            (_, before), self._carried = self._carried, None
            line = before.before(line)
        if _goes_on(properties) and len(line.text) + len(line.notes) + len(line.beside) < _LONGEST_CARRIED:
            self._carried = paragraph, line
        else:
            self._add(paragraph, line)

    def _end_paragraph(self) -> None:
        if self._carried is not None:
            (paragraph, line), self._carried = self._carried, None
            self._add(paragraph, line)

    def _add(self, paragraph: Any, line: WordLine) -> None:
        """Add a paragraph, what stands beside it, and the notes that it cites."""
        properties = paragraph.find(f"{W}pPr")
        style = self._styles.of_paragraph(properties)
        self.pieces += (one for one in self._pieces(paragraph, properties, style, line) if one.text.strip())
        self._cited += line.notes
        for element in line.beside:
            self._beside(element)
        if not self._inside:
            self._add_notes()

    def _pieces(self, paragraph: Any, properties: Any | None, style: WordStyle, line: WordLine) -> Iterator[Piece]:
        kind, level = self._kind(paragraph, properties, style, line)
        mark, depth = self._mark(properties, style, line)
        if kind is BlockKind.PREFORMATTED:
            yield from preformatted_lines(self.pieces, line.text)
        elif kind is BlockKind.PARAGRAPH and mark:
            yield Piece(BlockKind.ITEM, line.text, depth + 1, mark, bold=line.bold)
        elif kind is BlockKind.PARAGRAPH:
            yield from typed_items(line.text, bold=line.bold)
        else:
            text = " ".join(line.text.split("\n")) if kind in _ONE_LINE else line.text
            yield Piece(kind, text, level, mark, bold=line.bold)

    def _kind(self, paragraph: Any, properties: Any | None, style: WordStyle, line: WordLine) -> tuple[BlockKind, int]:
        if self._controls or paragraph in self._contents:
            return BlockKind.CONTENTS, 0
        kind, level = style.kind, style.level
        outline = None if properties is None else properties.find(f"{W}outlineLvl")
        if outline is not None and kind in (BlockKind.PARAGRAPH, BlockKind.HEADING):
            level = number(outline, 9) + 1
            kind = BlockKind.HEADING if level < 10 else BlockKind.PARAGRAPH
        if kind is BlockKind.HEADING and len(line.text) > _LONGEST_HEADING:
            kind = BlockKind.PARAGRAPH
        return (kind, level) if kind is BlockKind.HEADING else (kind, 0)

    def _mark(self, properties: Any | None, style: WordStyle, line: WordLine) -> tuple[str, int]:
        """The number or bullet of a paragraph and its depth from 0; "" where it has none."""
        own = None if properties is None else properties.find(f"{W}numPr")
        num, depth = style.num, style.depth
        if own is not None:
            named, deep = own.find(f"{W}numId"), own.find(f"{W}ilvl")
            num = style.num if named is None else named.get(VALUE, "")
            depth = depth if deep is None else number(deep, most=8)
        if not num or num == "0":
            return "", 0
        if not line.text.strip() and _is_hidden(properties, style):
            return "", 0  # it is not on the page, and does not count
        depth = self._numbering.depth(num, style.id) if depth is None else depth
        return self._numbering.mark(num, depth), depth

    def _beside(self, element: Any) -> None:
        if element.tag == BOX:
            self._walk(element)
            self._end_paragraph()
        elif element.tag == DIAGRAM_LINK:
            self._place(element.get(f"{R}dm", ""), "diagramData")
        elif element.tag == CHART_LINK:
            self._place(element.get(f"{R}id", ""), "chart")
        else:
            self.pieces += drawn_pieces(element)

    def _place(self, link_id: str, kind: str) -> None:
        """Add what another part shows, once: a part that is named a thousand times must not be read as often."""
        self._end_paragraph()
        link = self._links.get(link_id)
        if link is None or link.kind != kind or link.target in self._used:
            return
        self._used.add(link.target)
        if kind == "aFChunk":
            self.pieces += self._imported(link.target)
        elif (root := self._package.xml(link.target)) is not None:
            self.pieces += chart_pieces(root) if kind == "chart" else diagram_pieces(root)

    def _add_notes(self) -> None:
        cited, self._cited = self._cited, []
        for one in cited:
            if (found := self._notes.take(one)) is None:
                continue
            note, mark = found
            for piece in self.read_apart(note):
                self.pieces.append(Piece(BlockKind.NOTE, piece.flat, mark=mark))
                mark = ""

    def _table(self, table: Any) -> None:
        self._end_paragraph()
        self._inside += 1
        pieces = table_pieces(table, self._styles, self._within)
        self._inside -= 1
        self.pieces += pieces
        if not self._inside:
            self._add_notes()


def _goes_on(properties: Any | None) -> bool:
    """Whether the next paragraph goes on in the same line: its end was deleted, or it is the first letter of the next
    one, drawn large."""
    if properties is None:
        return False
    frame, end = properties.find(f"{W}framePr"), properties.find(f"{W}rPr")
    drops = frame is not None and frame.get(f"{W}dropCap") in ("drop", "margin")
    return drops or (end is not None and any(end.find(f"{W}{name}") is not None for name in ("del", "moveFrom")))


def _is_hidden(properties: Any | None, style: WordStyle) -> bool:
    own = None if properties is None else properties.find(f"{W}rPr/{W}vanish")
    return style.hidden if own is None else is_on(own)
