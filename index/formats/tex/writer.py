"""From pylatexenc's nodes of a document to blocks."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any

from index.formats.code import add_lines
from index.formats.extract import Extract, TextBuilder
from index.formats.scripts import with_marks
from index.formats.tex.inline import InlineText, arguments_of, formula
from index.formats.tex.macros import HIDDEN, LISTS, MATH, QUOTES, SECTIONS, TABLES, VERBATIM, context
from index.records import Block, BlockKind

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_RULES = frozenset(("hline", "toprule", "midrule", "bottomrule", "cline", "cmidrule", "endhead", "endfirsthead"))
LONGEST_LABEL, LONGEST_VALUE = 80, 400  # of an item that is a label with what it means


class TexWriter:
    """Reads LaTeX and adds its blocks."""

    def __init__(self, body: str) -> None:
        """`body` is all of the document, to tell which level its uppermost headings have."""
        self._builder = TextBuilder()
        self._inline = InlineText()
        self._title = ""
        self._mark = ""
        self._depth = 0  # of lists
        self._quotes = 0
        self._last: BlockKind | None = None
        self._top = next((n for n, one in enumerate(SECTIONS) if re.search(rf"\\{one}\b", body)), 0)

    def build(self) -> Extract:
        """Returns all that was read."""
        return self._builder.build(self._title)

    def state(self, what: str, source: str) -> None:
        """Add what the document states of itself: its title, who wrote it, when."""
        text = self._inline.of(_nodes(source))
        if what == "title":
            self._title = " ".join(with_marks(text)[0].split())
        self._add(BlockKind.TITLE if what == "title" else BlockKind.PARAGRAPH, text)
        self._notes()

    def read(self, source: str) -> None:
        """Add all blocks of the source."""
        self._blocks(_nodes(source))

    def _blocks(self, nodes: Any) -> None:
        """Nodes that hold blocks: what stands between these is paragraphs."""
        run: list[Any] = []
        for node in nodes:
            if self._is_block(node):
                self._paragraphs(run)
                run = []
                self._block(node)
            else:
                run.append(node)
        self._paragraphs(run)

    def _is_block(self, node: Any) -> bool:
        kind = type(node).__name__
        if kind == "LatexMacroNode":
            return node.macroname in SECTIONS or node.macroname in ("caption", "captionof", "bibitem")
        if kind == "LatexGroupNode":
            return any(self._is_block(one) for one in node.nodelist)
        return kind == "LatexEnvironmentNode"

    def _block(self, node: Any) -> None:
        if type(node).__name__ == "LatexGroupNode":
            self._blocks(node.nodelist)
        elif type(node).__name__ == "LatexMacroNode":
            self._macro(node)
        else:
            self._environment(node, node.environmentname)

    def _macro(self, node: Any) -> None:
        text = self._inline.of(arguments_of(node)[-1:])
        if node.macroname in SECTIONS:
            level = max(1, SECTIONS.index(node.macroname) - self._top + 1)
            self._add(BlockKind.HEADING, text, level=level)
        elif node.macroname == "bibitem":
            self._mark = f"[{' '.join(text.split())}]" if text.strip() else "•"
        else:
            self._add(BlockKind.CAPTION, text)
        self._notes()

    def _environment(self, node: Any, name: str) -> None:
        if name in HIDDEN:
            return
        if name in VERBATIM or name in ("verbatim", "verbatim*", "lstlisting"):
            self._lines(verbatim_of(node))
        elif name in MATH:
            self._lines(formula(node))
        elif name in LISTS:
            self._list(node.nodelist, name)
        elif name in TABLES:
            self._table(node.nodelist)
        elif name in QUOTES:
            self._quotes += 1
            self._blocks(node.nodelist)
            self._quotes -= 1
        else:
            if name == "abstract":
                self._add(BlockKind.HEADING, "Abstract", level=1)
            # What is given to an environment that only its author knows: the name of what it describes.
            given = list(takewhile(lambda one: type(one).__name__ == "LatexGroupNode", node.nodelist))
            self._paragraphs([part for one in given for part in (one, *_nodes(" "))])
            self._blocks(node.nodelist[len(given) :])

    def _paragraphs(self, run: list[Any]) -> None:
        text = self._inline.of(run)
        for paragraph in _PARAGRAPHS.split(text):
            if self._quotes and not self._mark:
                self._add(BlockKind.QUOTE, paragraph, level=self._quotes)
            else:
                self._add(BlockKind.PARAGRAPH, paragraph)
        self._notes()

    def _add(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        plain_text, marks = with_marks("\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n")))
        if not plain_text.strip():
            return
        mark, self._mark = self._mark, ""
        if mark and kind is BlockKind.PARAGRAPH:
            kind, level = BlockKind.ITEM, max(1, self._depth)
        apart = "\n" if kind is self._last is BlockKind.ITEM else "\n\n"
        if self._builder.add(kind, plain_text, level=level, mark=mark, marks=marks, apart=apart):
            self._last = kind

    def _notes(self) -> None:
        """The notes of the paragraph that has been added."""
        notes, self._inline.notes = self._inline.notes, []
        for number, said in notes:
            text, marks = with_marks(said)
            self._builder.add(BlockKind.NOTE, text, mark=number, marks=marks)
            self._last = BlockKind.NOTE

    def _lines(self, text: str) -> None:
        self._mark = ""
        add_lines(self._builder, text)
        self._last = BlockKind.PREFORMATTED

    def _list(self, nodes: Any, name: str) -> None:
        self._depth += 1
        number = 0
        for label, inner in _items(nodes):
            number += 1
            said = " ".join(with_marks(self._inline.of([label]))[0].split()) if label is not None else ""
            if name == "description" and said and self._field(said, inner):
                continue
            self._mark = said or (f"{number}." if name.endswith(("enumerate", "enum", "enumerate*")) else "•")
            self._blocks(inner)
            self._mark = ""
        self._depth -= 1

    def _field(self, label: str, inner: list[Any]) -> bool:
        """Add a short item of a description as a field; returns whether it is one."""
        if any(self._is_block(node) for node in inner) or len(label) > LONGEST_LABEL:
            return False
        value = " ".join(with_marks(self._inline.of(inner))[0].split())
        if not value or len(value) > LONGEST_VALUE or self._inline.notes:
            self._inline.notes = []
            return False
        self._builder.add_field(label, value, apart="\n" if self._last is BlockKind.FIELD else "\n\n")
        self._last = BlockKind.FIELD
        return True

    def _table(self, nodes: Any) -> None:
        """Rows end with "\\\\"; the first one names the columns where a line is drawn below it."""
        rows, ruled = _rows(nodes)
        header: Block | None = None
        apart = "\n\n"
        texts: list[str] = []  # of the header, which long tables state once more for their further pages
        for number, row in enumerate(rows):
            if captions := [one for one in row[0] if self._is_block(one) and type(one).__name__ == "LatexMacroNode"]:
                self._blocks(captions)
                apart = "\n"
                continue
            cells = [" ".join(with_marks(self._inline.of(cell))[0].split()) for cell in row]
            is_header = header is None and number in ruled and number + 1 < len(rows) and len(cells) > 1
            if cells == texts:
                continue
            texts = cells if is_header else texts
            added = self._builder.add_row(cells, header, is_header=is_header, apart=apart)
            header = added if is_header else header
            apart = "\n" if added else apart
        self._last = BlockKind.ROW
        self._notes()


def _nodes(source: str) -> Any:
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(source, latex_context=context(), tolerant_parsing=True)
    return walker.get_latex_nodes()[0]


def verbatim_of(node: Any) -> str:
    """What stands in an environment that keeps its lines."""
    told = getattr(node.nodeargd, "verbatim_text", None)
    return str(told) if told is not None else "".join(one.latex_verbatim() for one in node.nodelist)


def _items(nodes: Any) -> list[tuple[Any, list[Any]]]:
    """The items of a list: the label of each, if any, and what stands in it."""
    items: list[tuple[Any, list[Any]]] = []
    for node in nodes:
        if type(node).__name__ == "LatexMacroNode" and node.macroname == "item":
            given = arguments_of(node)
            items.append((given[0] if given else None, []))
        elif items:
            items[-1][1].append(node)
    return items


def _rows(nodes: Any) -> tuple[list[list[list[Any]]], set[int]]:
    """The cells of each row of a table, and the numbers of the rows below which a line is drawn."""
    rows: list[list[list[Any]]] = [[[]]]
    ruled: set[int] = set()
    for node in nodes:
        kind = type(node).__name__
        if kind == "LatexMacroNode" and node.macroname in ("\\", "tabularnewline"):
            rows.append([[]])
        elif kind == "LatexMacroNode" and node.macroname in _RULES:
            ruled.add(len(rows) - 2)
        elif kind == "LatexSpecialsNode" and node.specials_chars == "&":
            rows[-1].append([])
        else:
            rows[-1][-1].append(node)
    return rows, ruled
