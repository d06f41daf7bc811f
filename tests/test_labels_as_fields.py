"""Short paragraphs of a label and a value, such as the boxes of a diagram, are fields."""

import pytest

from index.formats.extract import TextBuilder
from index.formats.markdown import extract_markdown
from index.indexing import with_blocks
from index.passages import split_passages
from index.records import BlockKind, Document


def read(*paragraphs):
    builder = TextBuilder()
    for paragraph in paragraphs:
        builder.add(BlockKind.PARAGRAPH, paragraph)
    extract = builder.build()
    return with_blocks(Document("d", "Staff", "/d", "h", extract.text, blocks=extract.blocks))


def test_labels_and_values_in_a_row_are_fields_and_read_one_by_one():
    document = read("Our department:", "Head of department: Nora Falk", "Purchasing: Jon Lund")
    assert [block.kind.value for block in document.blocks] == ["paragraph", "field", "field"]
    assert [plan.view.text for plan in split_passages(document, document.blocks)] == [
        "Staff\nOur department:\n", "Staff\nHead of department: Nora Falk\n", "Staff\nPurchasing: Jon Lund\n",
    ]  # fmt: skip
    assert with_blocks(document) == document


def test_in_plain_text_they_are_no_headings():
    text = "Chair: Ana Berg\n\nTreasurer: Tom Lee\n\nSecretary: Mia Sand\n\nThe board meets on Mondays at seven."
    document = with_blocks(Document("d", "Board", "/d", "h", text))
    assert [block.kind.value for block in document.blocks] == ["field", "field", "field", "paragraph"]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["Purchasing: Jon Lund"],  # alone, it may be prose
        ["Note: the door is locked.", "Note: the key is at the desk."],  # sentences
        ["Purchasing: Jon Lund", "He works upstairs.", "Sales: Ana Berg"],
        ["Q: Who is it", "A: Ben"],
        ["Remark: " + "very " * 20 + "long", "Remark: " + "very " * 20 + "long"],
    ],
)
def test_prose_is_none(paragraphs):
    assert {block.kind.value for block in read(*paragraphs).blocks} == {"paragraph"}


def test_lines_of_a_paragraph_and_labels_in_bold_type_are_fields():
    assert [block.kind.value for block in read("Rent: 5 euros\nNotice: three months").blocks] == ["field", "field"]
    extract = extract_markdown(b"# Lease\n\n**Rent:** 5 euros  \n**Notice period**: *three* months\n", "lease.md")
    document = with_blocks(Document("d", "Lease", "/d", "h", extract.text, blocks=extract.blocks, marks=extract.marks))
    assert [plan.view.text for plan in split_passages(document, document.blocks)] == [
        "Lease\nRent: 5 euros\n", "Lease\nNotice period: three months\n",
    ]  # fmt: skip


def test_an_underline_is_no_part_of_a_heading():
    document = with_blocks(Document("d", "Guide", "/d", "h", "Before\n------\n\nOpen the lid.\n"))
    assert [plan.view.text for plan in split_passages(document, document.blocks)] == ["Guide › Before\nOpen the lid.\n"]
