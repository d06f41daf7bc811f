"""Word files and rich text, by what they are: their endings often tell another kind than they were saved as.

Of 21 files called .rtf in repositories, two were plain text.
"""

from __future__ import annotations

import re

from index.errors import DocumentError
from index.formats.encodings import decode
from index.formats.extract import Extract
from index.formats.packages import COMPOUND, refuse_locked

ZIP, RICH_TEXT = b"PK", rb"{\rtf"
WEB_PAGE = (b"<!doctype html", b"<html")
BLANK = b"\xef\xbb\xbf \t\r\n\0"
LOST = re.compile(r"\\(?:rtf1|pard|par|fonttbl|ansi)\b")


def extract_word(data: bytes, name: str) -> Extract:
    """The text of a Word file of any age, of rich text, of a web page, or of plain text that has an ending of old Word
    files or of rich text. Raises DocumentError where it is none of these."""
    begun, ending = data[:500].lstrip(BLANK), name.lower().rpartition(".")[2]
    is_bare = ending in ("doc", "dot", "rtf")  # no package, which the others are
    if data.startswith(COMPOUND):
        refuse_locked(data, name, ".docx")
    elif begun.startswith(RICH_TEXT):
        from index.formats.rtf import extract_rtf

        return extract_rtf(data, name)
    elif begun.lower().startswith(WEB_PAGE):
        from index.formats.html import extract_html

        return extract_html(data, name)
    elif is_bare and _is_plain(data, name):
        from index.formats.text import extract_text

        return extract_text(data, name)
    elif data.startswith(ZIP) or not is_bare:
        from index.formats.docx import extract_docx

        return extract_docx(data, name)
    elif ending == "rtf":
        from index.formats.rtf import extract_rtf

        return extract_rtf(data, name)
    from index.formats.doc import extract_doc

    return extract_doc(data, name)


def _is_plain(data: bytes, name: str) -> bool:
    """Whether this is text, and no rich text that has lost its beginning."""
    try:
        text = decode(data, name)
    except DocumentError:
        return False
    return bool(text.strip()) and not LOST.search(text)
