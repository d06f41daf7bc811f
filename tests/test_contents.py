"""Tables of contents without page numbers are told by the headings that they name."""

from index.indexing import with_blocks
from index.passages import split_passages
from index.records import Document


def kinds(text):
    document = with_blocks(Document("d", "Fonts", "/d", "h", text))
    assert with_blocks(document) == document
    return [block.kind.value for block in document.blocks], document


BODY = (
    "\n\n1  USING FONTS\n\nAnyone may use them.\n\n"
    "2  MODIFYING FONTS\n\nAnyone may change them, under another name.\n\n"
    "3  ABOUT THE LOG\n\nIt lists the changes in order of time.\n"
)


def test_lines_that_stand_again_as_headings_are_contents():
    found, document = kinds("1  USING FONTS\n2  MODIFYING FONTS\n3  ABOUT THE LOG" + BODY)
    assert found == ["contents"] * 3 + ["heading", "paragraph"] * 3
    quotable = [p.view.text[a:b] for p in split_passages(document, document.blocks) for a, b in p.view.units]
    assert quotable == [
        "Anyone may use them.", "Anyone may change them, under another name.", "It lists the changes in order of time.",
    ]  # fmt: skip


def test_under_their_name_they_need_no_number():
    named = "Contents:\n\n- Apples\n- Pears\n- Plums and others\n- Figs\n\n"
    body = "".join(f"{name}\n====\n\nThey grow here.\n\n" for name in ("Apples", "Pears", "Plums", "Figs"))
    found, _ = kinds(named + body)
    assert found[:5] == ["paragraph"] + ["contents"] * 4


def test_a_list_that_answers_something_stays_one():
    body = "".join(f"{name}\n====\n\nThey grow here.\n\n" for name in ("Apples", "Pears", "Plums"))
    found, _ = kinds("We sell the following fruit:\n\n- Apples\n- Pears\n- Plums\n\n" + body)
    assert found[:4] == ["paragraph"] + ["item"] * 3
    found, _ = kinds("1. Ask Ana.\n2. Pay her.\n3. Go home." + BODY)
    assert "contents" not in found
