"""DocBook, in so far as antiword writes it: chapters, sections, paragraphs, lists, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from index.formats.extract import Extract
from index.formats.numerals import alphabetic, roman
from index.formats.packages import parse_xml
from index.formats.page_edges import leading_title
from index.formats.pieces import Piece, contents_told, flat, headings_told, put_together, typed_items
from index.formats.scripts import ScriptedText
from index.formats.tables import TableCell, TableRow, laid_out
from index.formats.titles import telling_title
from index.records import BlockKind

_LEVELS = {"chapter": 1, "sect1": 2, "sect2": 3, "sect3": 4, "sect4": 5, "sect5": 6}
_UNSOUND = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # antiword writes what the file holds
_SHOWN, _WORD = re.compile(r"(?<=>)[^<>]+(?=<)"), re.compile(r"\S+")
MOST_JOINED = 8  # lines of one word each, the ends of which are looked for
_SCRIPTS = ("superscript", "subscript")
_LISTS = ("itemizedlist", "orderedlist")


def extract_docbook(data: bytes, name: str) -> Extract:
    """Headings, paragraphs, items, notes and table rows. Raises an error of lxml or ValueError for other XML."""
    book = parse_xml(_UNSOUND.sub("", data.decode("utf-8", "replace")).encode())
    if book.tag != "book":
        raise ValueError("no book")
    pieces = contents_told(headings_told(list(_below(book))))
    title = telling_title(str(book.findtext("title") or ""), name)
    return put_together(pieces, title or leading_title(pieces))


def with_line_ends(docbook: bytes, plain: bytes) -> bytes:
    """Returns antiword's DocBook with the line ends inside paragraphs. It leaves them out, so that the words on either
    side of one stand joined; `plain`, its text of the same file, has them."""
    lines = [escape(line, quote=False).split() for line in plain.decode("utf-8", "replace").split("\n")]
    written = {word for line in lines for word in line}
    joined: dict[str, str] = {}
    for number, line in enumerate(lines):
        words = line[-1:]
        for below in lines[number + 1 : number + MOST_JOINED] if words else ():
            if not below:
                break
            words.append(below[0])
            joined.setdefault("".join(words), "\n".join(words))
            if len(below) > 1:
                break

    def parted(found: re.Match[str]) -> str:
        word = found.group()
        return word if word in written else joined.get(word, word)

    text = docbook.decode("utf-8", "replace")
    return _SHOWN.sub(lambda found: _WORD.sub(parted, found.group()), text).encode()


def _below(element: Any, depth: int = 0) -> Iterator[Piece]:
    for child in element:
        if child.tag in _LEVELS:
            heading = child.find("title")
            if heading is not None:
                yield from (
                    Piece(BlockKind.HEADING, " ".join(one.text.split()), _LEVELS[child.tag]) for one in _lines(heading)
                )
            yield from _below(child)
        elif child.tag in _LISTS:
            yield from _items(child, depth + 1)
        elif child.tag == "para":
            yield from _lines(child)
            yield from _below(child, depth)
            for note in child.iter("footnote"):
                yield from (Piece(BlockKind.NOTE, one.flat) for one in _below(note))
        elif child.tag == "informaltable":
            yield from laid_out(list(_rows(child)))


def _lines(element: Any) -> list[Piece]:
    """The text that stands in a paragraph or title itself. Line ends in it are those of the file; a blank one, or two
    in a row, ends a line on the page."""
    text = ScriptedText()
    bold: list[bool] = []

    def put(words: str | None, look: tuple[str, bool]) -> None:
        if words:
            text.put(words, "superscript" if look[0] == _SCRIPTS[0] else "subscript" if look[0] == _SCRIPTS[1] else "")
            if words.strip():
                bold.append(look[1])

    def walk(one: Any, look: tuple[str, bool]) -> None:
        put(one.text, look)
        for child in one:
            if child.tag == "emphasis":
                walk(child, (look[0], look[1] or child.get("role") == "bold"))
            elif child.tag in _SCRIPTS:
                walk(child, (child.tag, look[1]))
            elif child.tag not in ("footnote", "informaltable", *_LISTS):
                walk(child, look)
            put(child.tail, look)

    walk(element, ("", False))
    lines = [" ".join(line.split(" ")).strip() for line in text.whole().split("\n")]
    return (
        list(typed_items("\n".join(line for line in lines if line), bold=bool(bold) and all(bold)))
        if any(lines)
        else []
    )


def _items(element: Any, depth: int) -> Iterator[Piece]:
    kind = element.get("numeration", "arabic")
    for number, item in enumerate(element.iterchildren("listitem"), 1):
        mark = "•" if element.tag == "itemizedlist" else f"{_figure(number, kind)}."
        for piece in _below(item, depth):
            if piece.kind is BlockKind.PARAGRAPH and mark:
                yield Piece(BlockKind.ITEM, piece.text, depth, mark, bold=piece.bold)
                mark = ""
            else:
                yield piece


def _figure(number: int, kind: str) -> str:
    if kind.endswith("alpha"):
        return alphabetic(number).upper() if kind.startswith("upper") else alphabetic(number)
    if kind.endswith("roman"):
        return roman(number).upper() if kind.startswith("upper") else roman(number)
    return str(number)


def _rows(table: Any) -> Iterator[TableRow]:
    for row in table.iter("row"):
        cells = []
        for column, entry in enumerate(row.iterchildren("entry")):
            pieces = (*_lines(entry), *_below(entry))
            cells.append(TableCell(column, 1, flat(pieces), pieces))
        yield TableRow(tuple(cells))
