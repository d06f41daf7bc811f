"""What a reader of a Word file sees, paragraph by paragraph.

python-docx gives a paragraph's plain runs only; tracked insertions, content controls, fields and smart tags would
vanish without a word, and leave "The rent is 900 euros until ." of a sentence. So the text comes from the XML itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TEXT = {f"{W}t", f"{M}t"}
SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What an equation shows by its shape: without these, a half would read "12".
SHAPES = {f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_", f"{M}rad": "\u221a"}
VALUE, IDENTITY, BOX = f"{W}val", f"{W}id", f"{W}txbxContent"
NOTES = ("footnote", "endnote")
# Deleted or moved away; shape and style; how a word is spoken; a drawing's second version for old programs.
UNSEEN = {
    f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip


def blocks(element: Any) -> Iterator[str]:
    """The paragraphs and table rows below an element of the XML, in reading order; " | " parts the cells of a row."""
    for child in element:
        if child.tag == f"{W}p":
            boxes: list[Any] = []
            yield "".join(_pieces(child, boxes))
            for box in boxes:  # text boxes, and notes by now, stand beside their paragraph
                yield from blocks(box)
        elif child.tag == f"{W}tbl":
            yield from _rows(child)
        elif child.tag not in UNSEEN:
            yield from blocks(child)


def place_notes(body: Any, parts: Iterable[Any]) -> None:
    """Put each footnote and endnote, from the parts of the file that hold them, beside the paragraph it is noted in."""
    notes = {
        (kind, note.get(IDENTITY)): note for part in parts for kind in NOTES for note in part.iter(f"{W}{kind}")
    }  # fmt: skip
    for kind in NOTES:
        for mark in list(body.iter(f"{W}{kind}Reference")):
            if (note := notes.get((kind, mark.get(IDENTITY)))) is not None:
                box = deepcopy(note)
                box.tag = BOX
                mark.append(box)


def _rows(table: Any) -> Iterator[str]:
    above: dict[int, str] = {}  # the cells of the row before, by column
    for row in _nearest(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells: dict[int, str] = {}
        before = row.find(f"{W}trPr/{W}gridBefore")  # columns left out at the beginning
        column = int(before.get(VALUE)) if before is not None else 0
        for cell in _nearest(row, f"{W}tc"):
            merged, wide = cell.find(f"{W}tcPr/{W}vMerge"), cell.find(f"{W}tcPr/{W}gridSpan")
            goes_on = merged is not None and merged.get(VALUE) in (None, "continue")
            cells[column] = above.get(column, "") if goes_on else "\n".join(blocks(cell)).strip()
            column += int(wide.get(VALUE)) if wide is not None else 1
        above = cells
        yield " | ".join(cells.values())


def _nearest(element: Any, tag: str) -> Iterator[Any]:
    """The elements of this tag below, without those that stand in one another."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in UNSEEN:
            yield from _nearest(child, tag)


def _pieces(element: Any, boxes: list[Any]) -> Iterator[str]:
    for child in element:
        if child.tag in TEXT:
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "" if child.get(f"{W}type") in ("page", "column") else "\n"
        elif child.tag == BOX:
            boxes.append(child)
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag not in UNSEEN:
            yield SHAPES.get(child.tag, "")
            yield from _pieces(child, boxes)
