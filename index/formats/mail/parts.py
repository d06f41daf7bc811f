"""The parts of a mail: its body, and what is attached to it. A mail may hold mails, and nothing says how deep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, Literal

from index.formats import FORMATS, is_read_unasked
from index.formats.encodings import decode
from index.formats.endings import ending_of
from index.formats.extract import Extract
from index.formats.html import MEANT_ENCODINGS, extract_html
from index.formats.mail.headers import DAMAGED, decoded
from index.formats.mail.plain import read_plain, unfolded, with_answered

DEEPEST = 30  # multiparts in one another; a mail that was handed on ten times has about as many
MOST_PARTS = 1_000
UNSAID = "utf-8 us-ascii ascii unknown-8bit unknown x-unknown default utf8 8bit".split()
# Of what is attached under a name that tells nothing.
OF_TYPE = {"text/html": ".html", "application/pdf": ".pdf", "text/plain": ".txt"}
# Of the letters of the page, fewer in the text beside it say only that there is a page.
FEWEST_LETTERS = 0.3


@dataclass(frozen=True, slots=True)
class MailPart:
    """A part of a mail as it is shown: its text, another mail, or what is attached.

    `name` is that of an attached file, "" where it has none.
    """

    kind: Literal["text", "mail", "report", "attached"]
    part: Message
    name: str = ""


def parts_of(message: Message) -> list[MailPart]:
    """The parts of a mail in order; of alternatives, the one that is shown."""
    found: list[MailPart] = []
    for part in _walk(message, 0):
        if len(found) == MOST_PARTS:
            break
        found.append(part)
    return found


def _walk(part: Message, depth: int) -> Iterator[MailPart]:
    if depth > DEEPEST:
        return
    type = part.get_content_type()
    inner: Any = part.get_payload()
    if type == "multipart/alternative" and isinstance(inner, list):
        yield from _shown(inner, depth)
    elif type == "message/delivery-status" and isinstance(inner, list):
        for fields in inner:
            yield MailPart("report", fields)
    elif type.startswith("message/") and isinstance(inner, list):
        for mail in inner:
            yield MailPart("mail", mail, file_name(part))
    elif isinstance(inner, list):
        for one in inner:
            yield from _walk(one, depth + 1)
    elif is_attached(part):
        yield MailPart("attached", part, file_name(part))
    else:
        yield MailPart("text", part)


def _shown(alternatives: list[Message], depth: int) -> Iterator[MailPart]:
    """The plain text, unless it only says that there is a page; what is attached inside the others as well."""
    each = [list(_walk(one, depth + 1)) for one in alternatives]
    texts = [[one for one in parts if one.kind == "text"] for parts in each]
    plain = [one for parts in texts for one in parts if one.part.get_content_type() != "text/html"]
    pages = [one for parts in texts for one in parts if one.part.get_content_type() == "text/html"]
    if plain and pages:
        letters, most = (sum(_letters(text_of(one.part)) for one in parts) for parts in (plain, pages))
        plain = plain if letters >= FEWEST_LETTERS * most else []
    yield from plain or pages
    yield from (one for parts in each for one in parts if one.kind != "text")


def _letters(extract: Extract) -> int:
    return sum(map(str.isalpha, extract.text))


def file_name(part: Message) -> str:
    """The name of an attached file, "" where it has none."""
    try:
        name = part.get_filename() or ""
    except DAMAGED:  # a header that is damaged
        return ""
    return " ".join(decoded(name).replace("\\", "/").rpartition("/")[2].split())[:200]


def is_attached(part: Message) -> bool:
    """Whether a part is a file rather than a piece of the mail's text."""
    stated = str(dict(part.raw_items()).get("Content-Disposition", "")).strip().lower()
    if stated.startswith("attachment"):
        return True
    # A multipart that has no parts is a text whose header is wrong.
    return part.get_content_maintype() not in ("text", "multipart") or bool(file_name(part))


def is_picture_inside(part: Message) -> bool:
    """Whether a part is a picture that the page shows in its place, such as the sender's logo."""
    return part.get_content_maintype() == "image" and any(name.lower() == "content-id" for name, _ in part.raw_items())


def bytes_of(part: Message) -> bytes:
    """What a part holds, whatever it is packed in."""
    try:
        data = part.get_payload(decode=True)
    except DAMAGED:  # a header that is damaged
        data = None
    if isinstance(data, bytes):
        return data
    inner = part.get_payload()
    return inner.encode("utf-8", "surrogateescape") if isinstance(inner, str) else b""


def text_of(part: Message) -> Extract:
    """The text of a part. Raises DocumentError where it is none."""
    data = bytes_of(part)
    if not data.strip():
        return Extract("")
    text = _decoded(part, data)
    type = part.get_content_type()
    if type == "text/html":
        page = data if text is None else b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
        return with_answered(extract_html(page, "page"))
    told = decode(data, "part") if text is None else text
    if _parameter(part, "format") == "flowed":
        told = unfolded(told, drops_space=_parameter(part, "delsp") == "yes")
    return read_plain(told)


def _decoded(part: Message, data: bytes) -> str | None:
    """The text in the encoding that the part states, or None where that is not so or says nothing."""
    stated = _parameter(part, "charset").strip("'\" ")
    if not stated or stated in UNSAID:
        return None
    try:
        return data.decode(MEANT_ENCODINGS.get(stated, stated))
    except (LookupError, UnicodeError, ValueError):
        return None


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except DAMAGED:
        return ""
    return (value[2] if isinstance(value, tuple) else str(value or "")).lower()


def attached_text(part: Message, name: str) -> Extract | None:
    """What a file that is attached holds, or None where it cannot be read or is of a kind that is not read unasked."""
    ending = ending_of(name)
    if not is_read_unasked(ending):
        ending = OF_TYPE.get(part.get_content_type(), "")
    known = FORMATS.get(ending)
    if known is None or known.kind == "e-mail":  # a mail is a part of its own
        return None
    try:
        return text_of(part) if ending in (".txt", ".text") else known.extract(bytes_of(part), name)
    except MemoryError:
        raise
    except Exception:  # of whatever library reads the format; the file is listed by its name
        return None
