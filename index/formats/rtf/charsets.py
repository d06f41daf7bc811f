"""Which encoding the bytes of a font have in rich text."""

from __future__ import annotations

import codecs

# By the number of \fcharset. 0 is Western; 1 is what the file says for all.
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 78: "cp932", 79: "cp949", 80: "gb18030", 81: "cp950", 128: "cp932", 129: "cp949",
    130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
SYMBOLS = 2  # the number of fonts whose bytes are signs of their own
_NAMED = {10000: "mac_roman", 10001: "cp932", 10006: "mac_greek", 10007: "mac_cyrillic", 10029: "mac_latin2"} | {
    936: "gb18030", 65001: "utf-8", 1361: "johab", 708: "iso8859_6", 819: "latin-1",
}  # fmt: skip


def encoding_of_page(number: int) -> str:
    """Returns the encoding of a code page such as 1252; that of Western fonts where it is unknown."""
    name = _NAMED.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def decoded(data: bytes, encoding: str) -> str:
    """Returns the text of some bytes; one that means nothing in the encoding is read as in Latin-1."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "cp1252":
            return "".join(_western(byte) for byte in data)
        return data.decode(encoding, "replace")


def _western(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
