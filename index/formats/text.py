"""Plain text and Markdown, in whatever encoding."""

from __future__ import annotations

import re

from index.errors import DocumentError
from index.formats.extract import Extract

BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # UTF-8, UTF-16 either way round


def decode(data: bytes, name: str) -> str:
    """Bytes to text: UTF-8 or UTF-16 with their marks, else plain UTF-8, else the likeliest legacy encoding."""
    for mark, encoding in zip(BYTE_ORDER_MARKS, ("utf-8-sig", "utf-16", "utf-16"), strict=True):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(f"{name} begins as {encoding} text but is damaged: save it again.") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        mended = _mend_utf8(data, error)
        text = _decode_legacy(data, name) if mended is None else mended
    # Control characters other than tab, line feed, form feed and carriage return do not occur in text.
    controls = sum(1 for character in text[:100_000] if character < " " and character not in "\t\n\r\f\v")
    if controls > 0.01 * min(len(text), 100_000):
        raise DocumentError(f"{name} is not text but some binary file: give it its true ending, or convert it.")
    return text


def _mend_utf8(data: bytes, error: UnicodeDecodeError) -> str | None:
    """Text that is UTF-8 but for a stray byte or for being cut off within a character; None where it is something else.

    In text of other encodings, bytes beyond ASCII seldom make up valid UTF-8: at most half as often as not, on average.
    """
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(1 for character in text if character > "\x7f") - bad
    return text if good >= 2 * bad or (good > 0 and error.reason == "unexpected end of data") else None


def _decode_legacy(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    if b"\x00" in data[:4096]:
        raise DocumentError(f"{name} is not text but some binary file: give it its true ending, or convert it.")
    sample = data[:200_000]
    if len(sample) < len(data) and (whole := re.match(rb"(?s).*[\x00-\x2f]", sample)):
        sample = whole.group()  # no such byte ends a character of two bytes
    found = from_bytes(sample, cp_isolation=["cp1252", "cp1251", "cp1250", "cp932", "gb18030", "big5", "euc_kr"])
    best = found.best()
    if best is None:
        raise DocumentError(f"{name} is in no text encoding we know: save it as UTF-8 and add it again.")
    equals = [match for match in found if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
    # A tie goes to Western European, by far the commonest: in cp1250 "naïve" would read "naďve".
    western = any("cp1252" in match.could_be_from_charset for match in equals)
    return data.decode("cp1252" if western else best.encoding, errors="replace")


def extract_text(data: bytes, name: str) -> Extract:
    """A plain text file, kept as it is."""
    return Extract(decode(data, name))


def extract_markdown(data: bytes, name: str) -> Extract:
    """A Markdown file, kept as it is written; its title is the first heading."""
    text = decode(data, name)
    for heading in re.finditer(r"^#{1,2}[ \t]+(.*)$", text, flags=re.MULTILINE):
        if title := heading.group(1).rstrip().rstrip("#").strip():
            return Extract(text, title=title)
    return Extract(text)
