"""Small files that are made to take gigabytes or hours, built by code."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from qa.evaluation.robustness.growing_files import NOTE, NOTE_CITED
from qa.evaluation.robustness.made_files import (
    pdf_file,
    with_forged_size,
    word_document,
    word_file,
    word_paragraph,
    word_table,
    zipped,
)

DOCUMENT, FOOTNOTES = "word/document.xml", "word/footnotes.xml"


@dataclass(frozen=True, slots=True)
class CraftedFile:
    """A file that is made to do harm. `scale` times as many pieces are in it."""

    name: str
    suffix: str
    make: Callable[[float], bytes]


def _formatting(scale: float) -> bytes:
    """Each paragraph opens all the bold elements before it again, as the standard of HTML has it."""
    return "".join(f"<b a{number}><p>word" for number in range(round(4000 * scale))).encode()


def _links(scale: float) -> bytes:
    return "".join(f"<a b{number}><i c{number}><div>word" for number in range(round(3000 * scale))).encode()


def _spans(scale: float) -> bytes:
    cell = f"<td colspan=100 rowspan=100>{'word ' * 8000}"
    return f"<table>{f'<tr>{cell}<td>end' * round(scale)}{'<tr><td>1' * 99}</table>".encode()


def _deep(scale: float) -> bytes:
    return b"<div><p>word" * round(80_000 * scale)


def _entities(scale: float) -> bytes:
    return b"<p>" + b"&CounterClockwiseContourIntegral;" * round(200_000 * scale)


def _operators(scale: float) -> bytes:
    return pdf_file(b"BT /F 1 Tf 10 700 Td " + b"(a) Tj " * round(1_000_000 * scale) + b"ET")


def _long_operator(scale: float) -> bytes:
    return pdf_file(b"BT /F 1 Tf 10 700 Td (" + b"ab cd " * round(2_000_000 * scale) + b") Tj ET")


def _saved_states(scale: float) -> bytes:
    return pdf_file(b"q " * round(3_000_000 * scale))


def _forged_size(scale: float) -> bytes:
    """A part of spaces that says it is small; packed by LZMA, which is inflated at once."""
    body = " " * round(300_000_000 * scale)
    return with_forged_size(word_file(body, packed=zipfile.ZIP_LZMA), DOCUMENT, 20_000)


def _forged_deflated(scale: float) -> bytes:
    return with_forged_size(word_file(" " * round(2_000_000_000 * scale), level=9), DOCUMENT, 20_000)


def _large_xml(scale: float) -> bytes:
    """All that a Word file may unpack to, in elements: the tree of them takes ten times as much."""
    part = word_document("<w:p/>" * round(30_000_000 * scale))
    return zipped({DOCUMENT: part, "word/media/image.bin": _noise(2_500_000 * scale)})


def _one_note(scale: float) -> bytes:
    note = NOTE.replace("{}", "1").replace("A note", "A note " * 18_000)
    return word_file(NOTE_CITED.replace("{}", "1") * round(3000 * scale), note)


def _notes_in_notes(scale: float) -> bytes:
    """Each note cites the next one twice."""
    count = round(3000 * scale)
    cites = '<w:p><w:r><w:footnoteReference w:id="{}"/></w:r><w:r><w:footnoteReference w:id="{}"/></w:r></w:p>'
    notes = "".join(
        f'<w:footnote w:id="{number}">{word_paragraph("word " * 20)}{cites.replace("{}", str(number + 1))}</w:footnote>'
        for number in range(count)
    )
    return word_file(NOTE_CITED.replace("{}", "0") * 3, notes)


MERGED = '<w:tcPr><w:gridSpan w:val="100"/><w:vMerge w:val="{}"/></w:tcPr>'


def _merged_tables(scale: float) -> bytes:
    """Tables in one another, each cell of which is repeated in the row below."""
    inner = word_paragraph("word " * 20)
    for _ in range(round(70 * scale)):
        top = [MERGED.replace("{}", "restart") + inner, word_paragraph("a")]
        inner = word_table([top, [MERGED.replace("{}", "continue") + word_paragraph(""), word_paragraph("b")]])
    return word_file(inner)


def _wide_header(scale: float) -> bytes:
    cell = f'<w:tcPr><w:gridSpan w:val="100"/></w:tcPr>{word_paragraph("word " * 30)}'
    row = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{f'<w:tc>{cell}</w:tc>' * round(20_000 * scale)}</w:tr>"
    part = word_document(f"<w:tbl>{row * 2}<w:tr><w:tc>{word_paragraph('7')}</w:tc></w:tr></w:tbl>")
    return zipped({DOCUMENT: part, "word/media/image.bin": _noise(200_000 * scale)})


def _noise(size: float) -> bytes:
    """What cannot be packed, so that the file does not look as if it unpacked to much."""
    return Random(0).randbytes(round(size))


CRAFTED = (
    CraftedFile("bold elements opened again", ".html", _formatting),
    CraftedFile("links opened again", ".html", _links),
    CraftedFile("a cell over columns and rows", ".html", _spans),
    CraftedFile("elements far inside", ".html", _deep),
    CraftedFile("long entities", ".html", _entities),
    CraftedFile("text operators", ".pdf", _operators),
    CraftedFile("a long text operator", ".pdf", _long_operator),
    CraftedFile("saved states", ".pdf", _saved_states),
    CraftedFile("forged size, packed by LZMA", ".docx", _forged_size),
    CraftedFile("forged size", ".docx", _forged_deflated),
    CraftedFile("a large tree", ".docx", _large_xml),
    CraftedFile("one note cited again", ".docx", _one_note),
    CraftedFile("notes that cite notes", ".docx", _notes_in_notes),
    CraftedFile("merged tables in one another", ".docx", _merged_tables),
    CraftedFile("names over many columns", ".docx", _wide_header),
)
