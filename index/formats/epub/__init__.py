"""Books in EPUB: their chapters in the order in which they are read."""

from __future__ import annotations

from dataclasses import replace

from index.errors import DocumentError
from index.formats.epub.book import Book, Chapter
from index.formats.extract import Extract, TextBuilder
from index.formats.joining import append_extract
from index.formats.titles import telling_title
from index.formats.xhtml import extract_xhtml
from index.records import Block, BlockKind


def extract_epub(data: bytes, name: str) -> Extract:
    """A book; a chapter is found by its name in the table of contents, which is itself no text to quote."""
    try:
        return _read(Book(data, name), name)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds on damaged files
        raise DocumentError(f"{name} is not a readable EPUB book: download it again.") from error


def _read(book: Book, name: str) -> Extract:
    builder = TextBuilder()
    for chapter in book.chapters():
        found = extract_xhtml(chapter.data, name)
        if chapter.label:
            builder.begin_part(chapter.label)
        append_extract(builder, _headed(found, chapter, builder))
    return builder.build(telling_title(book.title, name))


def _headed(found: Extract, chapter: Chapter, builder: TextBuilder) -> Extract:
    """The chapter under a heading: its own, else the line that says its name, else its name in the contents."""
    blocks = found.blocks
    if chapter.is_contents:
        return replace(found, blocks=tuple(_listed(one) for one in blocks))
    if not chapter.label or not blocks or any(one.kind is BlockKind.HEADING for one in blocks):
        return found
    first = blocks[0]
    if _plain(found.text[first.start : first.end]) == _plain(chapter.label):
        return replace(found, blocks=(Block(first.start, first.end, BlockKind.HEADING, 1), *blocks[1:]))
    builder.add(BlockKind.HEADING, chapter.label, level=1)
    return found


def _listed(block: Block) -> Block:
    """A block of the page with the table of contents, which may say more: who wrote the book, which edition it is."""
    return Block(block.start, block.end, BlockKind.CONTENTS) if block.kind is BlockKind.ITEM else block


def _plain(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()
