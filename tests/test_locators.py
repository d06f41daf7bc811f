"""The names by which a person finds a place of a file: from the format through the store to the citation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.children.extracts import from_bytes, to_bytes
from index.formats.extract import Extract, TextBuilder
from index.records import BlockKind, Document, Locator
from index.stored import read_parts, write_parts


def priced() -> Extract:
    builder = TextBuilder()
    builder.add(BlockKind.PARAGRAPH, "Before all parts.")
    builder.begin_part("nothing stands here")
    builder.begin_part("sheet Prices", "rows", 3)
    header = builder.add_row(["", "Net", "Gross"], is_header=True)
    builder.add_row(["Tea", "2.00", "2.14"], header)
    builder.begin_part("sheet Prices", "rows", 9)
    builder.add_row(["Ink | blue", "", "7.10"], header)
    builder.begin_part("", "lines", 40)
    builder.add(BlockKind.PREFORMATTED, "first")
    builder.add(BlockKind.PREFORMATTED, "second", apart="\n\n")
    builder.begin_part("message 2")
    builder.add(BlockKind.PARAGRAPH, "Dear all")
    builder.begin_part("")
    builder.add(BlockKind.PARAGRAPH, "Behind all parts.")
    return builder.build("Prices")


def document_of(extract: Extract) -> Document:
    return Document(
        "d", extract.title, "/prices.xlsx", "", extract.text, extract.page_starts, blocks=extract.blocks,
        marks=extract.marks, locators=extract.locators,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Before all", ""),
        ("Gross", "sheet Prices, cell C3"),
        ("Tea", "sheet Prices, cell A4"),
        ("2.14", "sheet Prices, cell C4"),
        ("blue", "sheet Prices, cell A9"),
        ("7.10", "sheet Prices, cell C9"),
        ("first", "line 40"),
        ("second", "line 42"),
        ("Dear all", "message 2"),
        ("Behind all", ""),
    ],
)
def test_each_place_is_named_as_a_person_finds_it(words, name):
    document = document_of(priced())
    assert document.locator_at(document.text.index(words)) == name


def test_a_row_whose_block_is_not_known_is_named_by_its_number():
    document = replace(document_of(priced()), blocks=())
    assert document.locator_at(document.text.index("2.14")) == "sheet Prices, row 4"


def test_columns_behind_the_26th_have_two_letters_and_behind_the_702nd_three():
    builder = TextBuilder()
    builder.begin_part("", "rows")
    builder.add_row([f"c{number}" for number in range(1, 705)])
    document = document_of(builder.build())
    names = [document.locator_at(document.text.index(f"c{number} ")) for number in (1, 26, 27, 52, 53, 702, 703)]
    assert names == ["cell A1", "cell Z1", "cell AA1", "cell AZ1", "cell BA1", "cell ZZ1", "cell AAA1"]


def test_where_nothing_else_names_a_place_its_page_does():
    builder = TextBuilder()
    builder.begin_page()
    builder.add(BlockKind.PARAGRAPH, "One")
    builder.begin_page()
    builder.begin_part("slide 2")
    builder.add(BlockKind.PARAGRAPH, "Its title")
    builder.begin_part("")
    builder.add(BlockKind.PARAGRAPH, "Two")
    document = document_of(builder.build())
    assert [document.locator_at(document.text.index(word)) for word in ("One", "Two")] == ["page 1", "page 2"]


def test_locators_come_back_from_a_worker_and_from_the_store_as_they_went():
    extract = priced()
    assert from_bytes(to_bytes(extract)) == extract
    assert read_parts(write_parts(document_of(extract))) == (extract.page_starts, extract.locators)
    assert read_parts("[0, 7]") == ((0, 7), ())  # as format 7 and earlier wrote them


def test_locators_that_do_not_rise_or_lie_outside_the_text_are_refused():
    for locators in ((Locator(3, "b"), Locator(1, "a")), (Locator(9, "a"),)):
        with pytest.raises(ValueError, match="locators must follow one another"):
            Document("d", "t", "/d", "", "four", locators=locators)
    with pytest.raises(ValueError, match="lines or rows to count"):
        Locator(0, "a", counted="words")
