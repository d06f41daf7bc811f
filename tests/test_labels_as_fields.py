"""Short paragraphs of a label and a value, such as the boxes of a diagram, are fields."""

import pytest

from index.formats.extract import TextBuilder
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
