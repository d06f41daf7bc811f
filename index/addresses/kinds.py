"""What kind of file came from an address, and its bytes as they are kept."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from index.addresses.fetching import SAVE, Fetched
from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.encodings import BYTE_ORDER_MARKS
from index.formats.endings import ending_of
from index.formats.html import MEANT_ENCODINGS

OFFICE, OPEN = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
ENDINGS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "application/x-pdf": ".pdf",
    "text/plain": ".txt", "text/markdown": ".md", "text/x-markdown": ".md", "text/x-rst": ".rst", "text/x-tex": ".tex",
    "application/x-tex": ".tex", "text/csv": ".csv", "text/tab-separated-values": ".tsv", "text/vtt": ".vtt",
    "application/x-subrip": ".srt", "text/rtf": ".rtf", "application/rtf": ".rtf", "application/msword": ".doc",
    "application/vnd.ms-word.document.macroenabled.12": ".docm", f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}presentationml.presentation": ".pptx", f"{OFFICE}spreadsheetml.sheet": ".xlsx", f"{OPEN}text": ".odt",
    f"{OPEN}presentation": ".odp", f"{OPEN}spreadsheet": ".ods", "application/epub+zip": ".epub",
    "message/rfc822": ".eml", "application/mbox": ".mbox", "application/x-ipynb+json": ".ipynb",
    "application/zip": ".zip", "application/x-zip-compressed": ".zip", "application/x-tar": ".tar",
    "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tiff",
}  # fmt: skip
# Said of anything by hosts that do not know better, so that the address and the bytes count.
UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/x-download", "application/force-download")
PACKED = ("application/gzip", "application/x-gzip", "application/x-compressed-tar")
HTML_BEGINS = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
PASSWORD = re.compile(rb"<input[^>]{1,500}type\s*=\s*[\"']?password\b", re.IGNORECASE)
READ_AS_TEXT = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".rst", ".tex", ".vtt", ".srt")


def ending_for(fetched: Fetched) -> str:
    """The ending of the file: what its host calls it, else what its address ends with, else what its bytes begin with.

    Raises DocumentError where that is a kind that cannot be read, or a page in place of the file that was meant.
    """
    named = _ending_in(fetched)
    begins = _begins_as(fetched.data)
    told = ENDINGS.get(fetched.kind, "")
    if named in FORMATS and begins == ".html" and named not in (*READ_AS_TEXT, ".xhtml"):
        raise DocumentError(f"{fetched.address} leads to a web page and not to the {named} file: {SAVE}.")
    if told == ".html" and fetched.final not in ("", fetched.address) and PASSWORD.search(fetched.data):
        raise DocumentError(f"{fetched.address} leads to a login: {SAVE}.")
    if fetched.kind in UNTOLD + PACKED:
        candidates = [named, begins]
    elif fetched.kind == "text/plain":  # said of Markdown, tables and source code as well
        candidates = [named if named not in (".html", ".htm") else "", told]
    elif fetched.kind.startswith("text/"):
        candidates = [told, named, ".txt"]
    else:
        candidates = [told, "" if told or fetched.kind.startswith(("image/", "audio/", "video/")) else named]
    found = next((one for one in candidates if one in FORMATS), "")
    if not found:
        what = fetched.kind or "unknown"
        raise DocumentError(f"{fetched.address} is of a kind that cannot be read ({what}): give the address of a text.")
    return found


def _ending_in(fetched: Fetched) -> str:
    """The ending that the file is called by, or its address has."""
    for name in (fetched.file_name, unquote(urlsplit(fetched.final).path), unquote(urlsplit(fetched.address).path)):
        ending = ending_of(PurePosixPath(name.replace("\\", "/")))
        if ending in FORMATS:
            return ending
    return ""


def _begins_as(data: bytes) -> str:
    """The ending of what begins like this; "" where it cannot be told."""
    if HTML_BEGINS.match(data[:4096]):
        return ".html"
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if data.startswith(b"PK\x03\x04"):
        parts = {b"word/document.xml": ".docx", b"ppt/presentation.xml": ".pptx", b"xl/workbook.xml": ".xlsx"}
        kinds = {OPEN.encode() + b"text": ".odt", OPEN.encode() + b"presentation": ".odp",
                 OPEN.encode() + b"spreadsheet": ".ods", b"application/epub+zip": ".epub"}  # fmt: skip
        head = data[:200]
        by_kind = next((ending for kind, ending in kinds.items() if b"mimetype" + kind in head), "")
        return by_kind or next((ending for part, ending in parts.items() if part in data), ".zip")
    return "" if b"\0" in data[:4096] else ".txt"


def kept_bytes(fetched: Fetched, ending: str) -> bytes:
    """The bytes as they are kept. What the host says of their encoding counts more than what they say themselves, and
    would be lost: so a text is kept as UTF-8 that says so."""
    if not fetched.charset or ending not in READ_AS_TEXT or fetched.data.startswith(BYTE_ORDER_MARKS):
        return fetched.data
    try:
        text = fetched.data.decode(MEANT_ENCODINGS.get(fetched.charset, fetched.charset))
    except (LookupError, UnicodeError):  # it is wrong about that
        return fetched.data
    return fetched.data if text.isascii() else BYTE_ORDER_MARKS[0] + text.encode("utf-8", "surrogatepass")
