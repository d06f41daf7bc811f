"""Plain text, kept as it is."""

from __future__ import annotations

from index.formats.encodings import decode
from index.formats.extract import Extract
from index.layout import blocks_of


def extract_text(data: bytes, name: str) -> Extract:
    """A plain text file, kept as it is; its blocks are told from its lines."""
    text = decode(data, name)
    blocks, marks = blocks_of(text)
    return Extract(text, blocks=blocks, marks=marks)
