"""Text out of each file format, by the library that kept it most exactly in trials.

Each function takes the bytes of a file and its name (for messages) and returns an Extract, or raises
DocumentError with one sentence.
"""

from __future__ import annotations

import re
import threading
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from index.errors import DocumentError

# Tags whose content stands on lines of its own.
BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 "
        "h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table td th tr ul"
    ).split()
)
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # byte order marks: UTF-8, UTF-16 either way round
SKIPPED_TAGS = frozenset(("script style noscript template head svg iframe object").split())
_pdfium = threading.Lock()  # PDFium crashes where two threads use it


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format yields: the text, the title where the file states one, and where its pages begin."""

    text: str
    title: str = ""
    page_starts: tuple[int, ...] = ()


def decode(data: bytes, name: str) -> str:
    """Bytes to text: UTF-8 or UTF-16 with their marks, else plain UTF-8, else the likeliest legacy encoding."""
    for mark, encoding in zip(MARKS, ("utf-8-sig", "utf-16", "utf-16"), strict=True):
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


def extract_html(data: bytes, name: str) -> Extract:
    """The text a reader of the page sees, blocks on lines of their own; the title is <title>."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decode_html(data, name))
    title = tree.css_first("title")
    parts: list[str] = []
    if tree.body is not None:
        _collect_html(tree.body, parts)
    lines = (re.sub(r"[ \t\r\n\f]+", " ", line).strip() for line in "".join(parts).split("\0"))
    text = "\n\n".join(line for line in lines if line)  # a blank line: no block is a wrapped line
    return Extract(text, title=" ".join(title.text().split()) if title else "")


def _decode_html(data: bytes, name: str) -> str:
    """As browsers do: a byte order mark counts most, then what the page declares, then the bytes themselves."""
    declared = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", data[:2048], flags=re.IGNORECASE)
    encoding = declared.group(1).decode("ascii").lower() if declared else ""
    # A page that says UTF-16 in one-byte letters is wrong about it.
    if encoding and not data.startswith(MARKS) and not encoding.startswith("utf-16"):
        try:
            return data.decode("cp1252" if encoding in ("iso-8859-1", "latin1", "us-ascii") else encoding)
        except (LookupError, UnicodeError):
            pass
    return decode(data, name)


def _collect_html(root: Any, parts: list[str]) -> None:
    """Append the text below `root`, with NUL where a block begins or ends. A stack: pages may nest deeply."""
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "-text":
            parts.append((node.text_content or "").replace("\0", ""))
        elif node.tag not in SKIPPED_TAGS and not node.tag.startswith("-"):
            edge = ["\0"] if node.tag in BLOCK_TAGS else []
            stack += [*edge, *reversed(list(node.iter(include_text=True))), *edge]


def extract_pdf(data: bytes, name: str) -> Extract:
    """The text layer of a PDF with the offset at which each page begins."""
    import pypdfium2

    pages: list[str] = []
    try:
        with _pdfium, closing(pypdfium2.PdfDocument(data)) as pdf:
            title = _pdf_title(pdf)
            for number in range(len(pdf)):
                page = pdf[number]
                pages.append(_clean_pdf(page.get_textpage().get_text_bounded()))
                page.close()
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "password" in str(error).lower() else "is not a readable PDF"
        raise DocumentError(f"{name} {reason}: open it in a viewer, save an unlocked copy and add that.") from error
    if not any(page.strip() for page in pages):
        raise DocumentError(
            f"{name} is a PDF without text, probably scanned: run it through OCR (for example ocrmypdf) "
            "and add the result."
        )
    starts, position = [], 0
    for text in pages:
        starts.append(position)
        position += len(text) + 1
    return Extract("\n".join(pages), title=title, page_starts=tuple(starts))


def _pdf_title(pdf: Any) -> str:
    try:
        return (pdf.get_metadata_value("Title") or "").strip()
    except UnicodeDecodeError:  # half a character; the file's name serves as well
        return ""


def _clean_pdf(text: str) -> str:
    """PDFium's page text with plain line ends; a word it knows to be hyphenated at a line end is joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\x02\ufffe]\n?", "", text)
    return text.encode("utf-8", "replace").decode("utf-8")
