"""Small files that are no text: a Word file of the kind before 2007, and images of words."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO

_SECTOR, _LEAST_STREAM = 512, 4096  # bytes; a shorter stream would lie elsewhere
_FREE, _LAST, _IS_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD  # in the table of sectors
_TEXT_AT = 0x800  # where the text begins in its stream
LINES = ("The lease", "The rent is 900 euros a month.", "It ends on 31 May.")


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (MS-CFB) of a few streams."""
    sectors, body, entries = [_IS_TABLE, _LAST], b"", _entry("Root Entry", 5, child=1)
    for number, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(max(_LEAST_STREAM, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        first, count = len(sectors), len(data) // _SECTOR
        sectors += [*range(first + 1, first + count), _LAST]
        body += data
        entries += _entry(name, 2, first, len(data), right=number + 1 if number < len(streams) else _FREE)
    if len(sectors) > _SECTOR // 4 or len(streams) > 3:
        raise ValueError("only a few small streams have a place here")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, _LEAST_STREAM, _LAST, 0, _LAST, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack(f"<{_SECTOR // 4}I", *sectors, *[_FREE] * (_SECTOR // 4 - len(sectors)))
    return head + table + entries.ljust(_SECTOR, b"\0") + body


def _entry(name: str, kind: int, first: int = _LAST, size: int = 0, right: int = _FREE, child: int = _FREE) -> bytes:
    written = f"{name}\0".encode("utf-16-le")
    facts = struct.pack("<HBBIII16xI16xIQ", len(written), kind, 1, _FREE, right, child, 0, first, size)
    return written.ljust(64, b"\0") + facts


def old_word_file() -> bytes:
    """A Word file (MS-DOC) of three paragraphs, with a style, a section and a font."""
    text = "".join(f"{line}\r" for line in LINES).encode("cp1252")
    head, table = bytearray(_TEXT_AT), b""
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 0x0A, 0x0200)  # the stream "1Table" belongs to it
    struct.pack_into("<II", head, 0x18, _TEXT_AT, _TEXT_AT + len(text))
    for at, count in ((0x20, 14), (0x3E, 22), (0x98, 0x5D)):  # of the numbers that follow there
        struct.pack_into("<H", head, at, count)
    struct.pack_into("<I", head, 0x4C, len(text))
    pieces = struct.pack("<IIHIH", 0, len(text), 0, 0x40000000 | 2 * _TEXT_AT, 0)
    for at, data in (
        (0x1A2, b"\x02" + struct.pack("<I", len(pieces)) + pieces),
        (0xA2, struct.pack("<10H", 18, 0, 10, 1, 0x5B, 0xF, 0, 0, 0, 0)),  # styles
        (0xCA, struct.pack("<IIHIHI", 0, len(text), 0, _FREE, 0, 0)),  # sections
        (0x112, struct.pack("<HHBB", 1, 0, 43, 4) + bytes(38) + "A\0".encode("utf-16-le")),  # fonts
    ):
        struct.pack_into("<II", head, at, len(table), len(data))
        table += data
    return compound_file({"WordDocument": bytes(head) + text, "1Table": table})


def image_file(kind: str) -> bytes:
    """Lines of text as an image ("PNG"); as a "TIFF", each is a page, and not packed, so that a changed one is read."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=28)
    pages = [LINES] if kind == "PNG" else [(line,) for line in LINES]
    images = []
    for lines in pages:
        image = Image.new("L", (500, 60 + 45 * len(lines)), "white")
        for at, line in enumerate(lines):
            ImageDraw.Draw(image).text((30, 30 + 45 * at), line, fill="black", font=font)
        images.append(image if kind == "PNG" else image.convert("1"))
    written = BytesIO()
    images[0].save(written, kind, save_all=True, append_images=images[1:])
    return written.getvalue()
