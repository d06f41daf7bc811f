"""HTML pages: what a reader of the page sees."""

from __future__ import annotations

import re

from index.formats.encodings import BYTE_ORDER_MARKS, decode
from index.formats.extract import Extract
from index.formats.html.nesting import shallow
from index.formats.html.reader import PageReader

# As browsers take what pages declare.
MEANT_ENCODINGS = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs",
    "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874", "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
}  # fmt: skip
GENERIC_TITLES = frozenset(("untitled document", "untitled", "untitled page", "new page", "document", "no title"))
# The parser's time grows with the square of the attributes of one tag: 200,000 of them took minutes. The first MOST of
# one are kept; a value between quotes may hold what else ends a tag.
MOST_ATTRIBUTES = 500
ATTRIBUTE = r"""[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+|))?+"""
LONG_TAG = re.compile(rf"(<[a-zA-Z][^\s/>]*+(?:{ATTRIBUTE}){{{MOST_ATTRIBUTES}}}+)(?:{ATTRIBUTE})++")


def extract_html(data: bytes, name: str) -> Extract:
    """What a reader of the page sees, as blocks; the title is <title>, else the first heading."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    page = shallow(LONG_TAG.sub(r"\1 ", _decode_html(data, name)))
    try:
        tree = LexborHTMLParser(page)
    except SelectolaxError as error:
        raise MemoryError from error  # any text is a page to it; it fails where there is no memory for the elements
    title = tree.css_first("head > title")
    stated = " ".join(title.text().split()) if title else ""
    reader = PageReader(tree)
    reader.read()
    if not stated or stated.lower() in GENERIC_TITLES:
        stated = reader.first_heading or stated
    return reader.writer.build(stated)


def _decode_html(data: bytes, name: str) -> str:
    """As browsers do: a byte order mark counts most, then what the page declares, then the bytes themselves."""
    encoding = _declared_encoding(data[:4096])
    # A page that says UTF-16 in one-byte letters is wrong about it.
    if encoding and not data.startswith(BYTE_ORDER_MARKS) and not encoding.startswith("utf-16"):
        try:
            return data.decode(MEANT_ENCODINGS.get(encoding, encoding))
        except (LookupError, UnicodeError):
            pass
    return decode(data, name)


def _declared_encoding(head: bytes) -> str:
    """What a <meta> says, else what the declaration of XHTML says, else nothing."""
    head = re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL)
    for pattern in (rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:-]+)", rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w:-]+)"):
        if found := re.search(pattern, head, flags=re.IGNORECASE):
            return found.group(1).decode("ascii").lower()
    return ""
