"""Office files as packages: a zip of XML parts, opened within limits, whose parts may name one another.

The zip is read directly. python-docx loads every part that any relationship names, so that a file with a picture that
is missing cannot be opened, and it knows nothing of Strict Open XML.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote

from index.errors import DocumentError

OPEN_XML = "http://schemas.openxmlformats.org"
R = f"{{{OPEN_XML}/officeDocument/2006/relationships}}"
A = f"{{{OPEN_XML}/drawingml/2006/main}}"
CHART = f"{{{OPEN_XML}/drawingml/2006/chart}}"
DIAGRAM = f"{{{OPEN_XML}/drawingml/2006/diagram}}"
COMPATIBILITY = f"{{{OPEN_XML}/markup-compatibility/2006}}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
COMPOUND = b"\xd0\xcf\x11\xe0"  # how a compound file begins
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # in its directory, where the content lies behind a password
# Beyond these a package is an attack or an accident, and is refused before it is unpacked.
LARGEST_UNPACKED, LARGEST_RATIO, MOST_ENTRIES = 200_000_000, 100, 10_000
PIECE_BYTES = 1 << 20  # that are inflated at a time
# How each part is parsed: nothing is fetched, and no entity unfolds.
_SAFELY: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    "remove_pis": True,
}  # fmt: skip
# Strict Open XML is the same XML under other namespaces.
_STRICT = re.compile(rb"""(xmlns(?::[\w.-]+)?\s*=\s*["'])http://purl\.oclc\.org/ooxml/(\w+)/""")


@dataclass(frozen=True, slots=True)
class PartLink:
    """A relationship: `kind` is the last word of its type, such as "footnotes"; `target` is the name of a part."""

    kind: str
    target: str


class XmlPackage:
    """The parts of a file by name, which are compared without regard to case, as Open XML has it.

    `left` is to how many bytes the packages in it may still unpack.
    """

    def __init__(self, data: bytes, name: str, most: int = LARGEST_UNPACKED) -> None:
        """Open the zip; raises DocumentError where it unpacks to too much, and BadZipFile where it is none."""
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        entries = self._archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        most = min(most, LARGEST_RATIO * max(len(data), 10_000))
        if unpacked > most or len(entries) > MOST_ENTRIES:
            raise DocumentError(
                f"{name} unpacks to {unpacked:,} bytes and is refused as unsafe: save its text as .txt."
            )
        self.left = most - unpacked
        self._entries = {_plain(entry.filename): entry for entry in entries}

    def read(self, part: str) -> bytes | None:
        """Returns the bytes of a part, or None where the file has none of this name."""
        entry = self._entries.get(_plain(part))
        if entry is None:
            return None
        with self._opened(entry) as opened:
            return b"".join(iter(lambda: opened.read(PIECE_BYTES), b""))  # no more than is stated, in small pieces

    def xml(self, part: str) -> Any | None:
        """Returns the root element of a part, or None where the file has none of this name."""
        data = self.read(part)
        return None if data is None else parse_xml(data)

    def elements(self, part: str, *names: str) -> Iterator[Any]:
        """Yields the elements of a large part that have one of these names, in whatever namespace, as soon as each is
        read whole; it is emptied then. A sheet of a million cells as a tree takes 700 MB."""
        from lxml import etree

        entry = self._entries.get(_plain(part))
        if entry is None:
            return
        with self._opened(entry) as opened:
            tags = [f"{{*}}{name}" for name in names]
            parsed = etree.iterparse(opened, events=("end",), tag=tags, **_SAFELY)
            for number, (_, element) in enumerate(parsed):
                if not number and element.getroottree().docinfo.doctype:
                    raise ValueError("a part declares a document type")
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _opened(self, entry: zipfile.ZipInfo) -> IO[bytes]:
        # No office program packs in another way. What is packed so is inflated at once, whatever size is stated:
        # 4.6 MB to 2 GB.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{entry.filename} is packed in a way that office programs do not know")
        return self._archive.open(entry)


class OpenXmlPackage(XmlPackage):
    """A package of Open XML, whose parts name one another by relationships: a Word file, slides, sheets."""

    def links(self, part: str) -> dict[str, PartLink]:
        """Returns the relationships of a part by their id; those to other places, such as web pages, are left out."""
        folder, _, file = part.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            link.get("Id", ""): PartLink(
                link.get("Type", "").rpartition("/")[2], _target(folder, link.get("Target", ""))
            )
            for link in (() if root is None else root)
            if link.get("TargetMode") != "External"
        }

    def of_kind(self, part: str, kind: str) -> Any | None:
        """Returns the root of the first part that `part` names as its "styles", "numbering", ...; None without one."""
        for link in self.links(part).values():
            if link.kind == kind and (root := self.xml(link.target)) is not None:
                return root
        return None


def parse_xml(data: bytes) -> Any:
    """Returns the root element; raises ValueError or an error of lxml where the XML is not sound."""
    from lxml import etree

    data = _STRICT.sub(rb"\1" + OPEN_XML.encode() + rb"/\2/2006/", data)
    parser = _parser(etree)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        # Some programs write an xml:id that is only a number, which harms nothing.
        if {error.type_name for error in parser.error_log} != {"DTD_XMLID_VALUE"}:
            raise
        root = etree.fromstring(data, _parser(etree, recover=True))
    definitions = root.getroottree().docinfo.internalDTD
    # An equation of OpenOffice names a document type and defines nothing; a definition may make entities without end.
    if definitions is not None and (definitions.entities() or definitions.elements()):
        raise ValueError("a part defines entities or elements")
    return root


def _parser(etree: Any, *, recover: bool = False) -> Any:
    return etree.XMLParser(**_SAFELY, recover=recover)


def _plain(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").casefold()


def _target(folder: str, target: str) -> str:
    target = unquote(target.replace("\\", "/").partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def stated_title(package: OpenXmlPackage) -> str:
    """Returns the title among the properties of an Open XML file, "" where it states none."""
    part = next((link.target for link in package.links("").values() if link.kind == "core-properties"), "")
    root = package.xml(part) if part else None
    return "" if root is None else str(root.findtext(_TITLE) or "")


def refuse_compound(data: bytes, name: str, program: str, ending: str) -> None:
    """Raise DocumentError where a file is a compound file: it has a password, or is of the kind that `program` wrote
    before 2007. `ending` is that of the new kind."""
    if data.startswith(COMPOUND):
        refuse_locked(data, name, ending)
        raise DocumentError(f"{name} is of the old kind of {program} file: save it as {ending}.")


def refuse_locked(data: bytes, name: str, ending: str) -> None:
    """Raise DocumentError where a compound file holds one of the new kind, with this `ending`, behind a password."""
    if _ENCRYPTED in data:
        raise DocumentError(f"{name} has a password: save it as {ending} without a password.")
