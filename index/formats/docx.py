"""Text out of Word files: what a reader of the file sees, paragraph by paragraph.

python-docx gives a paragraph's plain runs only; tracked insertions, content controls, fields and smart tags would
vanish without a word, and leave "The rent is 900 euros until ." of a sentence. So the text comes from the XML itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from index.errors import DocumentError
from index.formats.extract import Extract

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TEXT_TAGS = {f"{W}t", f"{M}t"}
SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What an equation shows by its shape: without these, a half would read "12".
SHAPES = {f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_", f"{M}rad": "\u221a"}
VALUE, NOTE_ID, BOX = f"{W}val", f"{W}id", f"{W}txbxContent"
NOTE_MARKS = (f"{W}footnoteReference", f"{W}endnoteReference")  # of a note, whose own tag is what precedes "Reference"
# Deleted or moved away; shape and style; how a word is spoken; a drawing's second version for old programs.
UNSEEN = {
    f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
# A Word file is a zip; beyond these it is an attack or an accident, and is refused before it is unpacked.
LARGEST_UNPACKED, LARGEST_RATIO, MOST_ENTRIES = 200_000_000, 100, 10_000


def extract_docx(data: bytes, name: str) -> Extract:
    """Paragraphs, notes and table rows of a Word file in reading order, a blank line between them.

    What stands at the head of its pages comes once, before them, and what stands at their foot after them.
    """
    import docx

    try:
        _refuse_zip_bomb(data, name)
        word = docx.Document(io.BytesIO(data))
        text = "\n\n".join(_lines(word.part))
        title = (word.core_properties.title or "").strip()
    except DocumentError:
        raise
    except Exception as error:  # python-docx raises many kinds on damaged files
        raise DocumentError(
            f"{name} is not a readable Word file: open it in a word processor and save it again."
        ) from error
    return Extract(text, title=title)


def _refuse_zip_bomb(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(len(data), 10_000) or len(entries) > MOST_ENTRIES:
        raise DocumentError(f"{name} unpacks to {unpacked:,} bytes and is refused as unsafe: save its text as .txt.")


def _lines(document: Any) -> list[str]:
    """The paragraphs of the document's body with their notes, what heads its pages before them, their foot behind."""
    from docx.oxml import parse_xml

    parts: dict[str, list[Any]] = {kind: [] for kind in ("header", "footnotes", "endnotes", "footer")}
    for link in document.rels.values():
        if (kind := link.reltype.rpartition("/")[2]) in parts and not link.is_external:
            parts[kind].append(parse_xml(link.target_part.blob))
    body = document.element.body
    _place_notes(body, [note for kind in ("footnotes", "endnotes") for part in parts[kind] for note in part])
    head, foot = (dict.fromkeys(line for part in parts[kind] for line in blocks(part)) for kind in ("header", "footer"))
    return [*head, *blocks(body), *foot]


def _place_notes(body: Any, notes: list[Any]) -> None:
    """Put each note beside the paragraph that it is noted in, as if it were a text box there."""
    known = {(note.tag, note.get(NOTE_ID)): note for note in notes}
    for mark in list(body.iter(*NOTE_MARKS)):
        if (note := known.get((mark.tag.removesuffix("Reference"), mark.get(NOTE_ID)))) is not None:
            box = deepcopy(note)
            box.tag = BOX
            mark.append(box)


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
        if child.tag in TEXT_TAGS:
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
