"""Small Word files and PDFs, built by code to try what reads them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

_OPEN_XML = "http://schemas.openxmlformats.org"
_WORD = f'xmlns:w="{_OPEN_XML}/wordprocessingml/2006/main" xmlns:r="{_OPEN_XML}/officeDocument/2006/relationships"'
_RELATIONS = f"{_OPEN_XML}/package/2006/relationships"
_KINDS = f"{_OPEN_XML}/officeDocument/2006/relationships"


def word_file(body: str, notes: str = "", *, packed: int = zipfile.ZIP_DEFLATED, level: int | None = None) -> bytes:
    """A Word file with this XML in its body and, where there are any, in its footnotes."""
    parts = {"word/document.xml": word_document(body)}
    if notes:
        parts["word/footnotes.xml"] = f"<w:footnotes {_WORD}>{notes}</w:footnotes>".encode()
        parts["word/_rels/document.xml.rels"] = (
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="r1" Type="{_KINDS}/footnotes" Target="footnotes.xml"/></Relationships>'
        ).encode()
    return zipped(parts, packed=packed, level=level)


def word_document(body: str) -> bytes:
    """The part of a Word file that holds its body."""
    return f"<w:document {_WORD}><w:body>{body}</w:body></w:document>".encode()


def zipped(parts: Mapping[str, bytes | str], *, packed: int = zipfile.ZIP_DEFLATED, level: int | None = None) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed, compresslevel=level) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def with_forged_size(data: bytes, part: str, size: int) -> bytes:
    """The zip, where its directory and the part's own head state that the part has another size."""
    forged = bytearray(data)
    name = part.encode()
    for signature, size_at, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = forged.find(signature)
        while at >= 0:
            if forged[at + name_at : at + name_at + len(name)] == name:
                forged[at + size_at : at + size_at + 4] = size.to_bytes(4, "little")
            at = forged.find(signature, at + 4)
    return bytes(forged)


def word_paragraph(text: str) -> str:
    """A paragraph of a Word file's body."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a Word file's body; a cell is the XML of what stands in it."""
    inner = "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{inner}</w:tbl>"


def pdf_file(*pages: bytes) -> bytes:
    """A PDF of A4 pages with these drawing operators, which may use the font /F; its streams are compressed."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, page in enumerate(pages):
        stream = zlib.compress(page, 9)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
            % (5 + 2 * number)
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream))
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.5\n" + body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def pdf_lines(lines: Sequence[str], *, size: float = 10, step: float = 13, x: float = 72, top: float = 780) -> bytes:
    """Drawing operators for lines of text beneath one another."""
    return b"".join(
        b"BT /F %g Tf %g %g Td (%s) Tj ET\n" % (size, x, top - step * number, _escaped(line))
        for number, line in enumerate(lines)
    )


def _escaped(text: str) -> bytes:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
