"""What an OpenDocument file shows, piece by piece in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from index.formats.opendocument.lines import OdfLine, read_line
from index.formats.opendocument.lists import OdfCount, OdfLists
from index.formats.opendocument.names import CHART, DRAW, LIBRE_OFFICE, LINK, MATH, OFFICE, TABLE, TEXT, whole_number
from index.formats.opendocument.styles import OdfStyle, OdfStyles
from index.formats.opendocument.tables import table_pieces
from index.formats.pieces import Piece, preformatted_lines, typed_items
from index.records import BlockKind

_LONGEST_HEADING = 250  # characters; what is longer is a paragraph in a heading's clothes
_ONE_LINE = (BlockKind.TITLE, BlockKind.HEADING, BlockKind.CONTENTS)
# Indexes name what stands elsewhere; a bibliography does not.
_INDEXES = frozenset(
    f"{TEXT}{name}"
    for name in (
        "table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index",
    )
)  # fmt: skip
_UNSEEN = frozenset(
    [f"{TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "number")]
    + [f"{OFFICE}forms", f"{OFFICE}event-listeners", f"{OFFICE}scripts"]
)
_NOTES = (f"{TEXT}note", f"{OFFICE}annotation")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a list a paragraph stands: how it counts, its style, the depth from 0, and the number that it must have.
    `first` tells that it is the first of its item, which alone has a mark."""

    count: OdfCount
    style: str
    depth: int
    stated: str | None = None
    first: bool = False


class OdfBody:
    """Reads what stands below an element into `pieces`."""

    def __init__(self, styles: OdfStyles, embedded: Callable[[str], Any | None]) -> None:
        """`embedded` finds the root of an object in the file, such as a chart, by its name."""
        self.pieces: list[Piece] = []
        self._styles, self._embedded = styles, embedded
        self._lists = OdfLists(styles)
        self._headings = OdfCount()
        self._used: set[str] = set()  # objects that were placed already
        self._waiting: list[Any] = []  # notes that are to follow
        self._inside = self._contents = 0  # how many tables or notes, and indexes, stand around

    def read(self, element: Any) -> list[Piece]:
        """Returns what stands below an element, apart from the rest."""
        before, self.pieces = self.pieces, []
        self.walk(element)
        found, self.pieces = self.pieces, before
        return found

    def walk(self, element: Any) -> None:
        """Read all that stands below an element."""
        for child in element:
            self.take(child)

    def take(self, element: Any, place: _Place | None = None) -> None:
        """Read an element; `place` is where in a list it stands."""
        tag = element.tag
        if tag in _UNSEEN or element.get(f"{TEXT}display") == "none" or element.get(f"{TEXT}is-hidden") == "true":
            return
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            self._paragraph(element, place)
        elif tag == f"{TEXT}list":
            self._list(element, place)
        elif tag == f"{TABLE}table":
            self._table(element)
        elif tag in _NOTES:
            self._waiting.append(element)
            self._add_notes()
        elif tag in _INDEXES:
            self._contents += 1
            self.walk(element)
            self._contents -= 1
        elif tag == f"{TEXT}index-title-template" or tag.endswith("-source"):
            return  # from which an index is made
        elif tag == f"{DRAW}frame":
            self._frame(element)
        else:
            self.walk(element)

    def _paragraph(self, element: Any, place: _Place | None) -> None:
        if any(child.get(f"{TEXT}is-hidden") == "true" for child in element.iterchildren(f"{TEXT}hidden-paragraph")):
            return
        line = read_line(element, self._styles)
        style = self._styles.get("paragraph", element.get(f"{TEXT}style-name", ""))
        self.pieces += (piece for piece in self._told(element, line, style, place) if piece.text.strip())
        self._waiting += line.notes
        for beside in line.beside:
            self.take(beside)
        self._add_notes()

    def _told(self, element: Any, line: OdfLine, style: OdfStyle, place: _Place | None) -> Iterator[Piece]:
        kind, level = self._kind(element, line, style)
        mark = self._mark(element, style, place, kind)
        if kind is BlockKind.PREFORMATTED:
            yield from preformatted_lines(self.pieces, line.text)
        elif kind is BlockKind.PARAGRAPH and mark:
            yield Piece(BlockKind.ITEM, line.text, (place.depth if place else 0) + 1, mark, bold=line.bold)
        elif kind is BlockKind.PARAGRAPH:
            yield from typed_items(line.text, bold=line.bold)
        else:
            text = " ".join(line.text.split("\n")) if kind in _ONE_LINE else line.text
            yield Piece(kind, text, level, mark, bold=line.bold)

    def _kind(self, element: Any, line: OdfLine, style: OdfStyle) -> tuple[BlockKind, int]:
        if self._contents:
            return BlockKind.CONTENTS, 0
        if element.tag == f"{TEXT}h" and style.kind is not BlockKind.TITLE:
            level = max(1, min(whole_number(element.get(f"{TEXT}outline-level"), 1), 10))
            return (BlockKind.HEADING, level) if len(line.text) <= _LONGEST_HEADING else (BlockKind.PARAGRAPH, 0)
        if style.kind is BlockKind.HEADING and element.tag == f"{TEXT}p":
            return BlockKind.PARAGRAPH, 0  # looks like one, and stands in no outline: `headings_told` may still tell it
        return style.kind, 0

    def _mark(self, element: Any, style: OdfStyle, place: _Place | None, kind: BlockKind) -> str:
        if kind is BlockKind.CONTENTS or not style.numbered or element.get(f"{TEXT}is-list-header") == "true":
            return ""
        if place is not None:
            if not place.first:
                return ""
            return place.count.mark(self._styles.list_style(place.style or style.list), place.depth, place.stated)
        if element.tag == f"{TEXT}h":
            depth = max(1, whole_number(element.get(f"{TEXT}outline-level"), 1)) - 1
            if element.get(f"{TEXT}restart-numbering") == "true":
                self._headings.restart(depth)
            return self._headings.mark(self._styles.outline, depth, element.get(f"{TEXT}start-value"))
        return ""

    def _list(self, element: Any, place: _Place | None) -> None:
        style = element.get(f"{TEXT}style-name") or (place.style if place else "")
        if place is None:
            inner = _Place(self._lists.begin(element, style), style, 0)
        else:
            inner = _Place(place.count, style, place.depth + 1)
        for item in element:
            headed = item.tag == f"{TEXT}list-item"  # a header of the list has no number
            first = headed
            for child in item:
                is_line = child.tag in (f"{TEXT}p", f"{TEXT}h")
                self.take(
                    child,
                    replace(inner, first=first and is_line, stated=item.get(f"{TEXT}start-value")),
                )
                first = first and not is_line

    def _table(self, table: Any) -> None:
        self._inside += 1
        pieces = table_pieces(table, self.read)
        self._inside -= 1
        self.pieces += pieces
        self._add_notes()

    def _add_notes(self) -> None:
        """Add the notes that are cited in what was read, behind the table where they are cited in one."""
        if self._inside:
            return
        waiting, self._waiting = self._waiting, []
        self._inside += 1
        for note in waiting:
            mark, body = "", note
            if note.tag == f"{TEXT}note":
                citation = note.find(f"{TEXT}note-citation")
                mark = (
                    "" if citation is None else (citation.get(f"{TEXT}label") or "".join(citation.itertext())).strip()
                )
                body = note.find(f"{TEXT}note-body")
            if body is None or note.get(f"{LIBRE_OFFICE}resolved") == "true":
                continue
            for piece in self.read(body):
                self.pieces.append(Piece(BlockKind.NOTE, piece.flat, mark=mark))
                mark = ""
        self._inside -= 1
        if self._waiting:  # cited in notes
            self._add_notes()

    def _frame(self, frame: Any) -> None:
        """Read a frame, of which the first version that can be read counts."""
        for child in frame:
            if child.tag == f"{DRAW}object":
                self._object(child)
                return
            if child.tag in (f"{DRAW}text-box", f"{TABLE}table"):
                self.take(child)
                return
            if child.tag == f"{DRAW}image":
                return

    def _object(self, element: Any) -> None:
        """Read an object: a chart as its title and its table, an equation as a line of text."""
        name = element.get(f"{LINK}href", "")
        root = next(iter(element), None)
        if root is None and name and name not in self._used:
            self._used.add(name)
            root = self._embedded(name)
        if root is None:
            return
        if root.tag.startswith(MATH):
            for annotation in root.iter(f"{MATH}annotation"):
                annotation.text = ""
            self.pieces.append(Piece(BlockKind.PARAGRAPH, " ".join(" ".join(root.itertext()).split())))
            return
        for chart in root.iterfind(f"{OFFICE}body/{OFFICE}chart/{CHART}chart"):
            for title in chart.iterchildren(f"{CHART}title"):
                self.pieces += (replace(piece, kind=BlockKind.CAPTION, mark="", level=0) for piece in self.read(title))
            for table in chart.iterchildren(f"{TABLE}table"):
                self._table(table)
