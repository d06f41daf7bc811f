"""Text out of rich text files (RTF): paragraphs, lists, tables and notes as a person sees them.

The tokens are read here: striprtf, and others like it, keep the words alone, without headings, lists, tables and notes.
"""

from __future__ import annotations

from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.page_edges import leading_title, page_edge
from index.formats.pieces import contents_told, headings_told, put_together
from index.formats.rtf.reader import RtfReader
from index.formats.titles import telling_title

RTF = b"{\\rtf"  # how every file begins


def extract_rtf(data: bytes, name: str) -> Extract:
    """Headings, paragraphs, items, notes and table rows in reading order.

    What stands at the head of its pages comes once, before them, and what stands at their foot after them.
    """
    begun = data.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if not begun.startswith(RTF):
        raise DocumentError(f"{name} is not a rich text file: open it in a word processor and save it again.")
    reader = RtfReader()
    try:
        reader.read(begun)
    except ValueError as error:
        raise DocumentError(
            f"{name} is not a readable rich text file: open it in a word processor and save it again."
        ) from error
    pieces = [
        *page_edge(reader.heads), *contents_told(headings_told(reader.pieces)), *page_edge(reader.feet),
    ]  # fmt: skip
    return put_together(pieces, telling_title(reader.title, name) or leading_title(pieces))
