"""One extract inside another: offsets, levels, and how its places are found."""

from pathlib import Path

import pytest

from index.formats.extract import Extract, TextBuilder
from index.formats.html import extract_html
from index.formats.joining import append_extract
from index.formats.markdown import extract_markdown
from index.formats.text import extract_text
from index.loaders import FileContent, document_of
from index.records import Block, BlockKind, Locator

HTML = b"<h2>Prices</h2><p>All of 2024.</p><table><tr><th>Item<th>Fee<tr><td>boat<td>7<tr><td>car<td>9</table>"


def joined(*extracts, **options):
    builder = TextBuilder()
    builder.begin_part("message 1")
    builder.add(BlockKind.PARAGRAPH, "Before.")
    for extract in extracts:
        append_extract(builder, extract, **options)
    return document_of(Path("whole.x"), FileContent(b"", "", 0), builder.build())


def said(document):
    return [(block.kind.value, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_blocks_stand_where_their_text_stands_and_headings_lower():
    document = joined(extract_html(HTML, "a.html"), lowered=2)
    assert said(document) == [
        ("paragraph", 0, "Before."),
        ("heading", 4, "Prices"),
        ("paragraph", 0, "All of 2024."),
        ("header", 0, "Item | Fee"),
        ("row", 0, "boat | 7"),
        ("row", 0, "car | 9"),
    ]
    row = document.blocks[-1]
    assert [document.text[a:b] for a, b in row.cells] == ["car", "9"]
    assert [document.text[a:b] for a, b in row.header] == ["Item", "Fee"]
    assert document.locator_at(row.start, row) == "message 1"


def test_marks_and_text_are_kept_character_by_character():
    inner = extract_markdown(b"A **bold** word.\n\n> quoted\n", "a.md")
    document = joined(inner)
    assert document.text == "Before.\n\nA **bold** word.\n\n> quoted"
    assert [document.text[a:b] for a, b in document.marks] == ["**", "**", "> "]


def test_a_text_without_blocks_gets_those_of_its_lines():
    document = joined(Extract("\n\n> Who pays?\n\nThe tenant."))
    assert said(document)[1:] == [("quote", 1, "> Who pays?"), ("paragraph", 0, "The tenant.")]
    assert len(document.marks) == 1


def test_parts_are_found_by_the_prefix_and_their_own_names():
    lines = Extract("\n\na = 1\nb = 2", blocks=(Block(2, 7), Block(8, 13)), locators=(Locator(0, "", "lines"),))
    pages = Extract("one\n\n two", page_starts=(0, 5, 6, 9), blocks=(Block(0, 3), Block(6, 9)))
    late = Extract("head\n\nbody", blocks=(Block(0, 4), Block(6, 10)), locators=(Locator(6, "slide 2"),))
    document = joined(lines, pages, late, extract_text(b"plain", "a.txt"), locator_prefix="in.zip")
    where = {
        document.text[block.start : block.end]: document.locator_at(block.start, block) for block in document.blocks
    }
    assert where == {
        "Before.": "message 1",
        "a = 1": "in.zip, line 3",
        "b = 2": "in.zip, line 4",
        "one": "in.zip, page 1",
        "two": "in.zip, page 3",
        "head": "in.zip",
        "body": "in.zip, slide 2",
        "plain": "in.zip",
    }


@pytest.mark.parametrize("text", ["", " \n "])
def test_what_is_empty_adds_nothing_and_a_begun_part_waits(text):
    builder = TextBuilder()
    builder.begin_part("message 2")
    append_extract(builder, Extract(text))
    builder.add(BlockKind.PARAGRAPH, "After.")
    assert builder.build().locators == (Locator(0, "message 2"),)


def test_a_title_becomes_the_heading_above_the_others():
    inner = Extract("T\n\nH", blocks=(Block(0, 1, BlockKind.TITLE), Block(3, 4, BlockKind.HEADING, 1)))
    assert [(kind, level) for kind, level, _ in said(joined(inner, lowered=1))[1:]] == [("heading", 1), ("heading", 2)]
    assert [kind for kind, *_ in said(joined(inner))[1:]] == ["title", "heading"]
