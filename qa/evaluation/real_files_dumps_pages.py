"""Plain dumps of pages and of what holds them: books, mails, notebooks; and of subtitles."""

from __future__ import annotations

import io
import json
import mailbox
import posixpath
import re
import tempfile
import zipfile
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from lxml import etree, html

from index.formats.encodings import decode

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub "
    "sup tt u var wbr".split()
)
_UNSHOWN = frozenset("script style template noscript head".split())
_TIMING = re.compile(r"^.*-->.*$")
_CUE_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_UNSAID = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b")  # how the blocks of WebVTT begin that nobody sees


def dump_of_html(data: bytes) -> str:
    """All text of the body of a page but scripts and styles; "" where there is none."""
    try:
        data.decode("utf-8")
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    except UnicodeDecodeError:
        parser = html.HTMLParser(huge_tree=True)  # it goes by what the page declares
    root = etree.parse(io.BytesIO(data), parser).getroot()
    if root is None:
        return ""
    pieces: list[str] = []
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        named = isinstance(element.tag, str)
        apart = "" if named and element.tag in _INLINE else " "
        if event == "start":
            skipped += element.tag in _UNSHOWN
            pieces.append(apart + (element.text or "") * (not skipped))
            continue
        skipped -= named and element.tag in _UNSHOWN
        pieces.append(("" if not named else apart) + (element.tail or "") * (not skipped))
    return "".join(pieces)


def dump_of_book(data: bytes) -> str:
    """The pages that the spine of a book names, each as a page of HTML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [package, *_] = [name for name in archive.namelist() if name.endswith(".opf")]
        root = etree.fromstring(archive.read(package), etree.XMLParser(recover=True, resolve_entities=False))
        places = {one.get("id"): unquote(one.get("href", "")) for one in root.iter("{*}item")}
        pages = dict.fromkeys(places.get(one.get("idref"), "") for one in root.iter("{*}itemref"))
        names = (posixpath.normpath(posixpath.join(posixpath.dirname(package), page)) for page in pages)
        there = set(archive.namelist())
        return "\n".join(dump_of_html(archive.read(name)) for name in names if name in there)


def dump_of_mail(data: bytes) -> str:
    """What Python's `email` makes of a mail: its five usual fields and its texts; of two forms of one, the plain."""
    return _dump_of_message(message_from_bytes(data, policy=default))


def dump_of_mails(data: bytes) -> str:
    """What Python's `mailbox` and `email` make of a file of mails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mails")
        file.write_bytes(data)
        return "\n".join(dump_of_mail(one.as_bytes()) for one in mailbox.mbox(file))


def _dump_of_message(message: EmailMessage) -> str:
    pieces = [str(message[name]) for name in ("Subject", "From", "To", "Cc", "Date") if message[name]]
    pieces += [part.get_filename() or "" for part in message.walk()]
    return "\n".join([*pieces, *_texts(message)])


def _texts(part: Message) -> list[str]:
    """The texts of a part, in order."""
    kind = part.get_content_type()
    if kind.startswith("text/"):
        payload = cast(bytes, part.get_payload(decode=True)) or b""
        charset = part.get_content_charset() or "utf-8"
        try:
            text = payload.decode(charset, "replace")
        except LookupError:
            text = payload.decode("utf-8", "replace")
        return [dump_of_html(text.encode()) if kind == "text/html" else text]
    inner = list(part.iter_parts()) if isinstance(part, EmailMessage) and part.is_multipart() else []
    if kind == "multipart/alternative":
        inner = sorted(inner, key=lambda one: one.get_content_type() != "text/plain")[:1]
    if kind == "message/rfc822":
        return [_dump_of_message(cast(EmailMessage, one)) for one in inner]
    return [text for one in inner for text in _texts(one)]


def dump_of_subtitles(data: bytes) -> str:
    """All lines but times, numbers, and what WebVTT holds beside its cues; each as often as it is shown."""
    text = re.sub(r"\r\n?", "\n", decode(data, "subtitles"))
    said: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.removeprefix("\ufeff")):
        lines = block.strip("\n").split("\n")
        at = next((number for number, line in enumerate(lines) if _TIMING.match(line)), None)
        if at is None and (_UNSAID.match(block) or len(lines) < 2):
            continue
        said += lines[at + 1 if at is not None else 0 :]
    return _CUE_TAG.sub("", "\n".join(said))


def dump_of_notebook(data: bytes) -> str:
    """The source of every cell and the plain text below it."""
    pieces: list[str] = []
    for cell in json.loads(data).get("cells", []):
        pieces.append("".join(cell.get("source", "")))
        for output in cell.get("outputs", []):
            pieces += ["".join(shown) for shown in (output.get("text"), *_plain(output)) if shown]
    return "\n".join(pieces)


def _plain(output: dict[str, Any]) -> list[str]:
    return [output.get("data", {}).get("text/plain", "")]


DUMPS = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".xht"), dump_of_html),
    ".epub": dump_of_book,
    ".eml": dump_of_mail,
    ".mbox": dump_of_mails,
    **dict.fromkeys((".srt", ".vtt"), dump_of_subtitles),
    ".ipynb": dump_of_notebook,
}
