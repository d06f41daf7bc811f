"""From docutils' tree of a document to blocks."""

from __future__ import annotations

from typing import Any

from index.formats.code import add_lines
from index.formats.extract import Extract, TextBuilder
from index.formats.html.table import Cell, TableRows
from index.formats.numerals import alphabetic, roman
from index.formats.scripts import note_mark, subscript, superscript, with_marks
from index.records import BlockKind

# Stand in the text for nothing, or for what only a program reads.
SILENT = frozenset(
    (
        "comment substitution_definition target system_message pending raw meta image index citation_reference_target "
        "problematic_hidden decoration generated"
    ).split()
)
ADMONITIONS = frozenset("attention caution danger error hint important note tip warning admonition".split())
DEEPEST_HEADING = 9


class RstWriter:
    """Walks over a tree and adds its blocks."""

    def __init__(self) -> None:
        self._builder = TextBuilder()
        self._level = 0  # of sections
        self._depth = 0  # of lists
        self._quotes = 0
        self._mark = ""  # of the item that begins
        self._last: BlockKind | None = None

    def read(self, node: Any) -> None:
        """Read the children of a node that holds blocks."""
        for child in node.children:
            self._take(child)

    def build(self, title: str) -> Extract:
        """Returns all that was read."""
        return self._builder.build(" ".join(title.split()))

    def _take(self, node: Any) -> None:
        tag = node.tagname
        if tag in SILENT:
            return
        method = getattr(self, f"_take_{tag}", None)
        if method is not None:
            method(node)
        elif tag in ADMONITIONS:
            self._admonition(node)
        elif any(getattr(child, "tagname", "") == "#text" for child in node.children):
            self._paragraph(node)
        else:
            self.read(node)

    def _add(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        plain, marks = with_marks(text)
        mark, self._mark = self._mark, ""
        if mark and kind is BlockKind.PARAGRAPH:
            kind, level = BlockKind.ITEM, self._depth
        apart = "\n" if kind is self._last is BlockKind.ITEM else "\n\n"
        if self._builder.add(kind, plain, level=level, mark=mark, marks=marks, apart=apart):
            self._last = kind

    def _paragraph(self, node: Any) -> None:
        if self._quotes and not self._mark:
            self._add(BlockKind.QUOTE, text_of(node), level=self._quotes)
        else:
            self._add(BlockKind.PARAGRAPH, text_of(node))

    _take_paragraph = _paragraph

    def _take_title(self, node: Any) -> None:
        if node.parent.tagname == "document":
            self._add(BlockKind.TITLE, text_of(node))
        elif node.parent.tagname == "section":
            self._add(BlockKind.HEADING, text_of(node), level=min(self._level, DEEPEST_HEADING))
        else:
            self._add(BlockKind.PARAGRAPH, text_of(node))  # of a box beside the text

    def _take_subtitle(self, node: Any) -> None:
        self._add(BlockKind.PARAGRAPH, text_of(node))

    def _take_rubric(self, node: Any) -> None:
        self._add(BlockKind.HEADING, text_of(node), level=min(self._level + 1, DEEPEST_HEADING))

    def _take_section(self, node: Any) -> None:
        self._level += 1
        self.read(node)
        self._level -= 1

    def _take_topic(self, node: Any) -> None:
        if "contents" not in node.get("classes", []):  # docutils makes it of the headings
            self.read(node)

    def _admonition(self, node: Any) -> None:
        """A box: "Note" stands on it, but in the file it is only the box's kind."""
        self.read(node)

    def _take_caption(self, node: Any) -> None:
        self._add(BlockKind.CAPTION, text_of(node))

    def _take_block_quote(self, node: Any) -> None:
        if self._mark or all(child.tagname.endswith("_list") for child in node.children):
            self.read(node)  # only indented
            return
        self._quotes += 1
        self.read(node)
        self._quotes -= 1

    def _take_attribution(self, node: Any) -> None:
        self._add(BlockKind.PARAGRAPH, "— " + text_of(node))

    def _take_literal_block(self, node: Any) -> None:
        self._mark = ""
        add_lines(self._builder, node.astext())
        self._last = BlockKind.PREFORMATTED

    _take_doctest_block = _take_math_block = _take_literal_block

    def _take_line_block(self, node: Any) -> None:
        lines = [child for child in node.findall() if child.tagname == "line"]
        add_lines(self._builder, "\n".join(text_of(line) for line in lines))
        self._last = BlockKind.PREFORMATTED

    def _take_bullet_list(self, node: Any) -> None:
        self._list(node, ["•"] * len(node.children))

    def _take_enumerated_list(self, node: Any) -> None:
        before, after = node.get("prefix", ""), node.get("suffix", ".")
        first, kind = node.get("start", 1), node.get("enumtype", "arabic")
        numbers = [numeral(kind, first + number) for number in range(len(node.children))]
        self._list(node, [f"{before}{number}{after}" for number in numbers])

    def _list(self, node: Any, marks: list[str]) -> None:
        self._depth += 1
        for item, mark in zip(node.children, marks, strict=True):
            self._mark = mark
            self.read(item)
            self._mark = ""
        self._depth -= 1

    def _take_definition_list_item(self, node: Any) -> None:
        """A term and what it means: a field where that is short, else two blocks."""
        parts = [child for child in node.children if child.tagname in ("term", "classifier")]
        term = " : ".join(text_of(child) for child in parts)
        rest = [child for child in node.children if child.tagname == "definition"]
        body = [child for one in rest for child in one.children if child.tagname not in SILENT]
        self._labelled(term, body)

    def _take_field(self, node: Any) -> None:
        name, body = node.children[0], node.children[1] if len(node.children) > 1 else None
        self._labelled(text_of(name), [] if body is None else list(body.children))

    def _take_docinfo(self, node: Any) -> None:
        for child in node.children:
            if child.tagname == "field":
                self._take_field(child)
            elif child.tagname == "authors":
                self._field("authors", ", ".join(text_of(one) for one in child.children))
            else:
                self._field(child.tagname, text_of(child))

    def _labelled(self, label: str, body: list[Any]) -> None:
        self._mark = ""
        if len(body) == 1 and body[0].tagname == "paragraph":
            self._field(label, text_of(body[0]))
            return
        self._add(BlockKind.PARAGRAPH, label)
        for child in body:
            self._take(child)

    def _field(self, label: str, value: str) -> None:
        apart = "\n" if self._last is BlockKind.FIELD else "\n\n"
        label, value = with_marks(label)[0], with_marks(value)[0]
        self._builder.add_field(label, " ".join(value.split()), apart=apart)
        self._last = BlockKind.FIELD

    def _take_footnote(self, node: Any) -> None:
        label = next((text_of(child) for child in node.children if child.tagname == "label"), "")
        said = [text_of(child) for child in node.children if child.tagname not in ("label", *SILENT)]
        plain, marks = with_marks(" ".join(said))
        self._builder.add(BlockKind.NOTE, plain, mark=label, marks=marks)
        self._last = BlockKind.NOTE

    _take_citation = _take_footnote

    def _take_table(self, node: Any) -> None:
        for child in node.children:
            if child.tagname == "title":
                self._add(BlockKind.CAPTION, text_of(child))
            elif child.tagname == "tgroup":
                self._rows(child)

    def _rows(self, group: Any) -> None:
        table = TableRows()
        for part in group.children:
            for row in part.children if part.tagname in ("thead", "tbody") else ():
                if part.tagname == "thead":
                    table.head.add(len(table.rows))
                table.rows.append([self._cell(entry) for entry in row.children])
        table.write(self._builder)
        self._last = BlockKind.ROW

    @staticmethod
    def _cell(entry: Any) -> Cell:
        said = " ".join(text_of(child) for child in entry.children if child.tagname not in SILENT)
        text = " ".join(with_marks(said)[0].split())
        return Cell(text, False, int(entry.get("morecols", 0)) + 1, int(entry.get("morerows", 0)) + 1)


def numeral(kind: str, number: int) -> str:
    """How a list counts."""
    if kind.endswith("roman") and 0 < number < 4000:
        return roman(number) if kind.startswith("lower") else roman(number).upper()
    if kind.endswith("alpha") and number > 0:
        return alphabetic(number) if kind.startswith("lower") else alphabetic(number).upper()
    return str(number)


def text_of(node: Any) -> str:
    """The text of a run, with raised and lowered characters, and marks of notes."""
    tag = node.tagname
    if tag == "#text":
        return str(node.astext()).replace("\x00", "")
    if tag == "image":
        return str(node.get("alt", ""))
    if tag in ("footnote_reference", "citation_reference"):
        return note_mark(node.astext())
    if tag in SILENT and tag != "target":
        return ""
    inner = "".join(text_of(child) for child in node.children)
    if tag == "superscript":
        return superscript(inner)
    return subscript(inner) if tag == "subscript" else inner
