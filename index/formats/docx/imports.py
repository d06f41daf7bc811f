"""Parts that a Word file takes in whole (w:altChunk): a web page, a text or another Word file."""

from __future__ import annotations

import email
import email.policy
import posixpath
import re
from collections.abc import Callable

from index.formats.extract import Extract
from index.formats.html import extract_html
from index.formats.pieces import Piece
from index.formats.text import extract_text
from index.records import Block, BlockKind

Extractor = Callable[[bytes, str], Extract]


def imported_pieces(data: bytes, part: str, name: str, word: Extractor) -> list[Piece]:
    """Returns what a part shows; `word` reads one that is a Word file. Rich text (RTF) is left out."""
    ending = posixpath.splitext(part)[1].lower()
    if ending in (".mht", ".mhtml"):
        return _pieces(_archived_page(data, name))
    if ending in (".html", ".htm", ".xhtml"):
        return _pieces(extract_html(data, name))
    if ending in (".docx", ".docm", ".dotx"):
        return _pieces(word(data, name))
    if ending in (".txt", ".text") or (ending in ("", ".dat") and not data.startswith((b"{\\rtf", b"PK"))):
        return _pieces(extract_text(data, name))
    return []


def _archived_page(data: bytes, name: str) -> Extract:
    """A web page with its pictures in one file, which is built as a mail."""
    for part in email.message_from_bytes(data, policy=email.policy.default).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and isinstance(content, bytes):
            return extract_html(content, name)
    return Extract("")


def _pieces(extract: Extract) -> list[Piece]:
    if not extract.blocks:
        return [Piece(BlockKind.PARAGRAPH, part) for part in re.split(r"\n\s*\n", extract.text) if part.strip()]
    header: Block | None = None
    pieces: list[Piece] = []
    end = 0
    for block in extract.blocks:
        apart = extract.text[end : block.start] if pieces else "\n\n"
        end = block.end
        pieces.append(_piece(block, extract.text, header, apart))
        header = block if block.kind is BlockKind.HEADER else header
    return pieces


def _piece(block: Block, text: str, header: Block | None, apart: str) -> Piece:
    """A block of another text as a piece. A title there is only a heading here."""
    if block.kind in (BlockKind.ROW, BlockKind.HEADER) and block.cells:
        places = {place: at for at, place in enumerate(header.cells)} if header else {}
        return Piece(
            block.kind,
            cells=tuple(text[a:b] for a, b in block.cells),
            names=tuple(places.get(place, -1) for place in block.header),
            apart=apart,
        )
    kind = BlockKind.HEADING if block.kind is BlockKind.TITLE else block.kind
    if kind is BlockKind.FIELD:
        kind = BlockKind.PARAGRAPH
    mark = text[block.start : block.start + block.mark]
    level = max(1, block.level) if kind is BlockKind.HEADING else block.level
    return Piece(kind, text[block.start + block.mark : block.end].lstrip(), level, mark, apart=apart)
