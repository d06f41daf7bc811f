"""Plain dumps of files, made without the code that is measured, and how many of their words a text lacks."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from index.errors import QuotewiseError
from index.formats.encodings import decode

DUMP_SECONDS = 120
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again for old programs
_APART = ("p", "tab", "ptab", "br", "cr", "tc")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub "
    "sup tt u var wbr".split()
)
_UNSHOWN = frozenset("script style template noscript head".split())
_CUT_WORD = re.compile(r"(?<=\w)[-\u2010\u00ad\x02]\s*\n\s*(?=\w)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"(?:[^\W_]|(?<=[^\W_])[\u0300-\u036f]+)+")
_DOTLESS = str.maketrans("\u0131\u0237", "ij")  # as TeX sets them under accents


class DumpError(QuotewiseError):
    """No plain dump of a file can be had."""


def plain_dump(path: Path) -> str:
    """The words of a file in a simple program's eyes. Raises DumpError where there is none.

    PDF: pdftotext of poppler. HTML: all text of the body but scripts and styles. Word: every `w:t` of every part.
    Anything else: the decoded text itself.
    """
    data, suffix = path.read_bytes(), path.suffix.lower()
    if suffix == ".pdf":
        return _dump_of_pdf(path)
    if suffix in (".html", ".htm"):
        return _dump_of_html(data)
    if suffix == ".docx":
        return _dump_of_word(data)
    return decode(data, path.name)


def words_of(text: str) -> Counter[str]:
    """How often each word of letters and digits occurs, case and the ends of lines inside words apart."""
    text = _CUT_WORD.sub("", text).translate(_DOTLESS)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return Counter(_WORD.findall(plain.casefold()))


def missing_words(dump: Counter[str], text: str) -> Counter[str]:
    """The words of a dump that a text lacks, each as often as it lacks it."""
    return dump - words_of(text)


def _dump_of_pdf(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        raise DumpError("This system has no pdftotext: install poppler-utils to compare PDF files.")
    command = ["pdftotext", "-q", "-enc", "UTF-8", str(path), "-"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=DUMP_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DumpError(f"pdftotext took more than {DUMP_SECONDS} s.") from error
    if done.returncode:
        raise DumpError(f"pdftotext ended with {done.returncode}.")
    return done.stdout.decode("utf-8", "replace")


def _dump_of_html(data: bytes) -> str:
    from lxml import etree, html

    try:
        data.decode("utf-8")
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    except UnicodeDecodeError:
        parser = html.HTMLParser(huge_tree=True)  # it goes by what the page declares
    root = etree.parse(io.BytesIO(data), parser).getroot()
    if root is None:
        raise DumpError("lxml found no page.")
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


def _dump_of_word(data: bytes) -> str:
    from lxml import etree

    pieces: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                root = etree.fromstring(archive.read(name), etree.XMLParser(recover=True, resolve_entities=False))
                if root is not None:
                    _put_words(root, pieces)
    return "".join(pieces)


def _put_words(root: Any, pieces: list[str]) -> None:
    stack = [root]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            pieces.append(element)
            continue
        tag = element.tag
        if not isinstance(tag, str) or tag == _FALLBACK:
            continue
        namespace, _, name = tag.rpartition("}")
        is_word = namespace + "}" in (_W, _STRICT_W)
        if is_word and name == "t":
            pieces.append(element.text or "")
            continue
        apart = ["\n"] if is_word and name in _APART else []
        stack += [*apart, *reversed(element), *apart]
