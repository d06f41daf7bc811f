"""Bytes to text, in whatever encoding."""

from __future__ import annotations

import re
import unicodedata

from index.errors import DocumentError
from index.formats.encoding_scores import likeliest_encoding

# The marks that Unicode files may begin with. That of UTF-32 begins like that of UTF-16, so it is tried first.
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\xff\xfe", b"\xfe\xff")
MARKED_ENCODINGS = ("utf-8-sig", "utf-32", "utf-32", "utf-16", "utf-16")
SAMPLE_BYTES = 200_000
SHIFTING = ((b"\x1b$B", "iso2022_jp_2"), (b"\x1b$@", "iso2022_jp_2"), (b"\x1b$)C", "iso2022_kr"))
# What steers a terminal: colours and the like, and letters that are struck over for a bold or underlined look.
TERMINAL = re.compile("\x1b\\[[0-9;:?]*[A-Za-z]|\x1b[()][A-Z0-9]|[^\n]\b")


def decode(data: bytes, name: str) -> str:
    """Bytes to text: Unicode with or without its marks, else the likeliest legacy encoding.

    What steers a terminal is left out. Raises DocumentError for what is damaged, for binary data, and for an encoding
    that cannot be told.
    """
    text = _decode_marked(data, name)
    if text is None:
        text = _decode_shifting(data)
    if text is None:
        text = _decode_unmarked_utf_16(data)
    if text is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            mended = _mend_utf8(data, error)
            text = _decode_legacy(data, name) if mended is None else mended
    if "\x1b" in text or "\b" in text:
        text = TERMINAL.sub("", text)
    # Control characters other than tab, line feed, form feed and carriage return do not occur in text.
    controls = sum(1 for character in text[:100_000] if character < " " and character not in "\t\n\r\f\v")
    if controls > 0.01 * min(len(text), 100_000):
        raise DocumentError(f"{name} is not text but some binary file: give it its true ending, or convert it.")
    return text


def _decode_marked(data: bytes, name: str) -> str | None:
    """The text of a file that begins with the mark of a Unicode encoding, else None."""
    for mark, encoding in zip(BYTE_ORDER_MARKS, MARKED_ENCODINGS, strict=True):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                if encoding == "utf-32":
                    continue  # UTF-16 whose first character is a NUL, or no text at all
                raise DocumentError(f"{name} begins as {encoding} text but is damaged: save it again.") from error
    return None


def _decode_shifting(data: bytes) -> str | None:
    """The text of the Japanese and Korean encodings that shift between ASCII and others, as mails do."""
    for shift, encoding in SHIFTING:
        if shift in data:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _decode_unmarked_utf_16(data: bytes, fewest: float = 0.08) -> str | None:
    """The text of UTF-16 without a mark: in every script, blanks and line ends have a NUL, always on the same side.
    `fewest` is how many of the characters have one at least."""
    head = data[:4096]
    if len(data) % 2 or len(head) < 4:
        return None
    first, second = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    for rare, often, encoding in ((first, second, "utf-16-le"), (second, first, "utf-16-be")):
        if often >= fewest * pairs and rare <= 0.01 * pairs:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                return None
            sample = text[:2000]
            strange = sum(1 for character in sample if unicodedata.category(character) in ("Cn", "Co", "Cc"))
            strange -= sum(map(sample.count, "\t\n\r\f"))
            return text if strange <= 0.02 * len(sample) else None
    return None


def _mend_utf8(data: bytes, error: UnicodeDecodeError) -> str | None:
    """Text that is UTF-8 but for a stray byte or for being cut off within a character; None where it is something else.

    In text of other encodings, bytes beyond ASCII seldom make up valid UTF-8: at most half as often as not, on average.
    """
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(1 for character in text if character > "\x7f") - bad
    return text if good >= 2 * bad or (good > 0 and error.reason == "unexpected end of data") else None


def _decode_legacy(data: bytes, name: str) -> str:
    if b"\x00" in data[:4096]:
        if (text := _decode_unmarked_utf_16(data, 0.005)) is not None:  # long lines without blanks, as in Japanese
            return text
        raise DocumentError(f"{name} is not text but some binary file: give it its true ending, or convert it.")
    encoding = likeliest_encoding(_sample(data)) or _guess_of_charset_normalizer(_sample(data))
    if not encoding:
        raise DocumentError(f"{name} is in no text encoding we know: save it as UTF-8 and add it again.")
    return data.decode(encoding, errors="replace")


def _sample(data: bytes) -> bytes:
    """The first part of the file that tells something: what lies before the first byte beyond ASCII does not."""
    if len(data) <= SAMPLE_BYTES:
        return data
    told = re.search(rb"[\x80-\xff]", data)
    start = max(0, told.start() - 100) if told else 0
    start = data.rfind(b"\n", 0, start) + 1 if start - data.rfind(b"\n", 0, start) < SAMPLE_BYTES // 2 else start
    sample = data[start : start + SAMPLE_BYTES]
    if whole := re.match(rb"(?s).*[\x00-\x2f]", sample):
        return whole.group()  # no such byte ends a character of two bytes
    return sample


def _guess_of_charset_normalizer(sample: bytes) -> str | None:
    """For the many encodings that the letter statistics do not cover."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else None
