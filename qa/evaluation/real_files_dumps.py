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
from index.formats import FORMATS, IMAGES
from index.formats.encodings import decode
from index.formats.endings import ending_of
from qa.evaluation.real_files_dumps_pages import DUMPS

DUMP_SECONDS = 120
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again for old programs
_APART = ("p", "tab", "ptab", "br", "cr", "tc")
_CUT_WORD = re.compile(r"(?<=\w)[-\u2010\u00ad\x02]\s*\n\s*(?=\w)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"(?:[^\W_]|(?<=[^\W_])[\u0300-\u036f]+)+")
_DOTLESS = str.maketrans("\u0131\u0237", "ij")  # as TeX sets them under accents


class DumpError(QuotewiseError):
    """No plain dump of a file can be had."""


def plain_dump(path: Path) -> str:
    """The words of a file in a simple program's eyes. Raises DumpError where there is none.

    PDF: pdftotext of poppler. HTML: all text of the body but scripts and styles; of a book, that of its pages in the
    order of the spine. Word: every `w:t` of every part. Image: tesseract as it comes. Mails, subtitles and notebooks:
    see `real_files_dumps_pages`. Other text: the decoded text itself.
    """
    data, ending = path.read_bytes(), ending_of(path.name)
    if ending == ".pdf":
        return _said_by(["pdftotext", "-q", "-enc", "UTF-8", str(path), "-"], "poppler-utils")
    if ending in IMAGES:
        return _said_by(["tesseract", str(path), "-"], "tesseract-ocr")
    if ending in (".docx", ".docm", ".dotx", ".dotm"):
        return _dump_of_word(data)
    if ending in DUMPS:
        return DUMPS[ending](data)
    if FORMATS[ending].kind not in ("text", "Markdown", "source code"):
        raise DumpError(f"No plain dump is made of {ending} files.")
    return decode(data, path.name)


def words_of(text: str) -> Counter[str]:
    """How often each word of letters and digits occurs, case and the ends of lines inside words apart."""
    text = _CUT_WORD.sub("", text).translate(_DOTLESS)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return Counter(_WORD.findall(plain.casefold()))


def missing_words(dump: Counter[str], text: str) -> Counter[str]:
    """The words of a dump that a text lacks, each as often as it lacks it."""
    return dump - words_of(text)


def _said_by(command: list[str], package: str) -> str:
    """What a program writes of a file."""
    if shutil.which(command[0]) is None:
        raise DumpError(f"This system has no {command[0]}: install {package} to compare such files.")
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=DUMP_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DumpError(f"{command[0]} took more than {DUMP_SECONDS} s.") from error
    if done.returncode:
        raise DumpError(f"{command[0]} ended with {done.returncode}.")
    return done.stdout.decode("utf-8", "replace")


def _dump_of_word(data: bytes) -> str:
    from lxml import etree

    pieces: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml") and "/glossary/" not in name:  # what a template offers to be put in
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
