"""Pages in XHTML, which are XML: by themselves or as the chapters of a book."""

from __future__ import annotations

import re
from html import escape

from index.formats.encodings import BYTE_ORDER_MARKS, decode
from index.formats.extract import Extract
from index.formats.html import extract_html

# Elements that an HTML parser takes to have no content, whether they are closed or not.
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
# XML allows no "<" in a value, so that every one of these ends before the next tag.
_CLOSED = re.compile(rb"""<([a-zA-Z][\w.:-]*+)((?:[^<>"'/]|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)/>""")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# "<h:p>" under xmlns:h="http://www.w3.org/1999/xhtml" is "<p>".
_PREFIX = re.compile(rb"""\sxmlns:([\w.-]{1,40})\s*=\s*["']http://www\.w3\.org/1999/xhtml["']""")
# The mark of a note, as books have it.
_NOTE_MARK = re.compile(rb"""(<a\s[^<>]{0,500}?epub:type\s*=\s*["'][^"'<>]{0,50}noteref[^<>]{0,500}>[^<>]{1,12}</a>)""")


def extract_xhtml(data: bytes, name: str) -> Extract:
    """What a reader of the page sees, as blocks; an element that is closed at once holds nothing."""
    if data.startswith(BYTE_ORDER_MARKS) or b"\0" in data[:100]:
        data = decode(data, name).encode()
        data = re.sub(rb"^\s*<\?xml.*?\?>", b"", data, flags=re.DOTALL)  # it told the encoding that was
        return extract_html(BYTE_ORDER_MARKS[0] + as_html(data), name)
    return extract_html(as_html(data), name)


def as_html(data: bytes) -> bytes:
    """XHTML so written that an HTML parser takes it for the same page, in any encoding that ASCII is part of."""
    for prefix in _PREFIX.findall(data[:2000]):
        data = re.sub(rb"(</?)" + re.escape(prefix) + rb":", rb"\1", data)
    data = _CDATA.sub(lambda found: escape(found[1].decode("latin-1"), quote=False).encode("latin-1"), data)
    data = _CLOSED.sub(_opened, data)
    return _NOTE_MARK.sub(rb'<sup class="noteref">\1</sup>', data)


def _opened(found: re.Match[bytes]) -> bytes:
    name = found[1]
    return found[0] if name.lower() in _VOID else b"<" + name + found[2] + b"></" + name + b">"
