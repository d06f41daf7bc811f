"""Word files, by what they are: their endings often tell another kind than the one that they were saved as."""

from __future__ import annotations

from index.formats.extract import Extract
from index.formats.packages import COMPOUND, refuse_locked

ZIP, RICH_TEXT = b"PK", rb"{\rtf"
WEB_PAGE = (b"<!doctype html", b"<html")


def extract_word(data: bytes, name: str) -> Extract:
    """The text of a Word file of any age, of rich text or of a web page that has an ending of Word's. Raises
    DocumentError where it is none of these."""
    if data.startswith(COMPOUND):
        refuse_locked(data, name, ".docx")
    elif data.lstrip().startswith(RICH_TEXT):
        from index.formats.rtf import extract_rtf

        return extract_rtf(data, name)
    elif data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE):
        from index.formats.html import extract_html

        return extract_html(data, name)
    elif data.startswith(ZIP) or not name.lower().endswith((".doc", ".dot")):
        from index.formats.docx import extract_docx

        return extract_docx(data, name)
    from index.formats.doc import extract_doc

    return extract_doc(data, name)
