"""The parts of an EPUB book: a zip with a package that lists its pages and their order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from index.errors import DocumentError
from index.formats.packages import XmlPackage, parse_xml

_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[]*>")  # without definitions of its own
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\w+);)\w+;")  # names of HTML, which XML alone does not know
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
# How fonts are packed so that they are not just taken out; the text of such a book can be read.
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the book with its name in the table of contents, "" where that does not name it."""

    data: bytes
    label: str
    is_contents: bool


class Book:
    """An EPUB book. Raises DocumentError where it is protected, or an error of zipfile or lxml where it is damaged."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._package = XmlPackage(data, name)
        container = self._xml("META-INF/container.xml")
        paths = [one.get("full-path", "") for one in _all(container, "rootfile")]
        self._path = paths[0] if paths else ""
        self._root = self._xml(self._path)
        self._items = {one.get("id", ""): one for one in _all(self._root, "item")}
        titles = [text for one in _all(self._root, "title") if (text := _text(one))]
        self.title = titles[0] if titles else ""

    def chapters(self) -> Iterator[Chapter]:
        """The pages of the book in the order in which they are read; each once."""
        labels = self._labels()
        contents = {
            self._place(one.get("href", "")) for one in _all(self._root, "reference") if one.get("type") == "toc"
        }
        locked = self._locked()
        seen: set[str] = set()
        for reference in _all(self._root, "itemref"):
            item = self._items.get(reference.get("idref", ""))
            if item is None or item.get("media-type", _PAGES[0]) not in _PAGES:
                continue
            place = self._place(item.get("href", ""))
            data = self._package.read(place) if place not in seen else None
            seen.add(place)
            if place in locked:
                raise DocumentError(
                    f"{self._name} is protected against copying (DRM), and cannot be read: use a copy without it."
                )
            if data is not None:
                is_contents = place in contents or "nav" in item.get("properties", "").split()
                yield Chapter(data, labels.get(place, ""), is_contents)

    def _locked(self) -> set[str]:
        """The pages that are encrypted."""
        if self._package.read("META-INF/encryption.xml") is None:
            return set()
        root = self._xml("META-INF/encryption.xml")
        return {
            unquote(place.get("URI", ""))
            for one in _all(root, "EncryptedData")
            if not any(method.get("Algorithm") in _OF_FONTS for method in _all(one, "EncryptionMethod"))
            for place in _all(one, "CipherReference")
        }

    def _labels(self) -> dict[str, str]:
        """What the table of contents calls each page; the first name counts."""
        found: dict[str, str] = {}
        for item in self._items.values():
            is_nav = "nav" in item.get("properties", "").split()
            if not is_nav and item.get("media-type") != "application/x-dtbncx+xml":
                continue
            place = self._place(item.get("href", ""))
            try:
                root = self._xml(place)
            except (ValueError, SyntaxError):  # the book can be read without it
                continue
            for target, label in _navigation(root) if is_nav else _points(root):
                page = self._place(target, place)
                if label and page not in found:
                    found[page] = label[:_LONGEST_LABEL]
        return found

    def _place(self, target: str, beside: str = "") -> str:
        folder = posixpath.dirname(beside or self._path)
        return posixpath.normpath(posixpath.join(folder, unquote(target.partition("#")[0]))).lstrip("/")

    def _xml(self, place: str) -> Any:
        data = self._package.read(place)
        if data is None:
            raise ValueError(f"there is no {place}")
        return parse_xml(_ENTITY.sub(b" ", _DOCTYPE.sub(b"", data)))


def _navigation(root: Any) -> Iterator[tuple[str, str]]:
    """The links of the navigation page's table of contents."""
    for nav in _all(root, "nav"):
        if "toc" in nav.get("{http://www.idpf.org/2007/ops}type", "toc").split():
            for link in _all(nav, "a"):
                yield link.get("href", ""), _text(link)
            return


def _points(root: Any) -> Iterator[tuple[str, str]]:
    """The points of an NCX, as books before EPUB 3 have it."""
    for point in _all(root, "navPoint"):
        label = next((_text(one) for one in _all(point, "navLabel")), "")
        target = next((one.get("src", "") for one in _all(point, "content")), "")
        yield target, label


def _all(root: Any, name: str) -> Iterator[Any]:
    """The elements of a name, whatever their namespace."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name:
            yield element


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
