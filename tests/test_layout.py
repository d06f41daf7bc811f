import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layout import blocks_of
from index.records import BlockKind, Document

FRAGMENTS = [
    "A plain sentence. ", "words that go on and on until the line is as wide as prose is wrapped\n", "\n", "\n\n",
    "\r\n", "\r",
    "- item\n", "  * inner\n", "3. third\n", "(a) first\n", "iv) four\n", "> quoted\n", ">\n", ">> deep\n",
    "a | b\n", "|---|\n",
    "a\tb\n", "one  two  3\n", "Label: value\n", "Scope ..... 12\n", "HEAD\n", "====\n", "----\n", "Chapter 3\n",
    "1.2 Scope\n",
    "    code()\n", "\t", " ", "\0", "\u2028", "\x0c", "\x1c", "\ufeff", "漢字。", "Anna 1931 Orla\n", "x" * 90,
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))


def blocks(text):
    """(kind, text) of every block."""
    return [(block.kind.value, text[block.start : block.end]) for block in blocks_of(text)[0]]


def kinds(text):
    return [kind for kind, _ in blocks(text)]


@given(texts)
def test_blocks_tile_any_text_and_marks_are_in_order(text):
    found, marks = blocks_of(text)
    Document("1", "", "x", "x", text, blocks=found, marks=marks)


def test_wrapped_lines_are_one_paragraph_and_a_number_in_them_is_no_item():
    text = (
        "The committee approved the plan in a meeting that lasted until well past\n"
        "10. May it succeed, said the chair. The budget of the plan was set at about\n"
        "12. 5 million would have been too much, the treasurer wrote, and the vote on\n"
        "(b) was postponed until the sub-committee had looked at the draft of section\n"
        "IV. The next meeting takes place in the library in Room\n"
        "7. Refreshments are offered from six o'clock."
    )
    assert kinds(text) == ["paragraph"]


def test_narrow_columns_are_prose_and_short_lines_are_not():
    column = "the river bank would\nlose its only public\nmeeting place and so\nmany of the old ones\nare gone."
    assert kinds(column) == ["paragraph"]
    assert kinds("Milk\nEggs\nBread\nButter") == ["paragraph"] * 4


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("THE RULES\n\nAll members pay.", 1), ("Fees\n====\nAll members pay.", 1), ("Fees\n----\n\nAll members pay.",
        1),
        ("Article 5.\nThe fee is due.", 1), ("Intro.\n\n1.2 Scope\n\nThis applies to all.", 3),
        ("Intro.\n\nChapter 3: Duties\n\nEvery member works.", 2), ("Intro.\n\nFEES\nAll pay.", 2),
        ("Intro.\n\nThe fees\n\nAll members pay in March.", 3),
    ],
)  # fmt: skip
def test_headings_are_told(text, level):
    ((found, _),) = [(b.level, b) for b in blocks_of(text)[0] if b.kind is BlockKind.HEADING]
    assert found == level or (level == 1 and found in (1, 2))


@pytest.mark.parametrize(
    "text",
    [
        "Section 4 applies to all.\n\nMore.", "Dear members,\n\nthe meeting is on Friday.",
        "milk\n\neggs are sold here.",
        "All pay.\n\nAnna Berg", "1. milk\n\n2. eggs", "5 kg\n\nThe weight is that.", "Is it done?\n\nIt is done now.",
    ],
)  # fmt: skip
def test_what_is_no_heading(text):
    assert "heading" not in kinds(text)


def test_items_have_marks_and_depth_and_hold_what_goes_on():
    text = "To do:\n- water the plants\n  twice\n  * deep\n(a) one\n(b) two\niv) four"
    found = [(text[b.start : b.start + b.mark], b.level) for b in blocks_of(text)[0] if b.kind is BlockKind.ITEM]
    assert found == [("-", 1), ("*", 2), ("(a)", 1), ("(b)", 1), ("iv)", 1)]
    assert blocks(text)[1] == ("item", "- water the plants\n  twice")


def test_quoted_lines_of_a_paragraph_are_one_block_and_their_signs_marks():
    text = "See below.\n\n> The boiler was serviced on 12 September by\n> the firm Kettler and Sons.\n>\n> Regards"
    found, marks = blocks_of(text)
    assert [b.kind.value for b in found] == ["paragraph", "quote", "quote"]
    assert [text[a:b] for a, b in marks] == ["> ", "> ", ">", "> "]


@pytest.mark.parametrize(
    "text",
    [
        "Name | Fee\nAnn | 40\nBob | 25", "Name\tFee\nAnn\t40\nBob\t25", "Name   Fee\nAnn     40\nBob     25",
        "| Name | Fee |\n|---|---|\n| Ann | 40 |\n| Bob | 25 |",
    ],
)  # fmt: skip
def test_tables_have_a_header_and_cells(text):
    found = [b for b in blocks_of(text)[0] if b.cells]
    assert [[text[a:b] for a, b in block.cells] for block in found] == [["Name", "Fee"], ["Ann", "40"], ["Bob", "25"]]
    assert [block.kind for block in found] == [BlockKind.HEADER, BlockKind.ROW, BlockKind.ROW]
    assert found[1].header == found[0].cells


def test_rows_one_blank_apart_are_told_by_their_shape():
    text = "Station Opened Height above sea\nAmbach 1931 412 m above sea\nBirkau 1954 388 m\nCron 1967 501 m"
    text = text.replace(" m above sea", " m")
    found = blocks_of(text)[0]
    assert [b.kind.value for b in found] == ["header", "row", "row", "row"]
    assert [text[a:b] for a, b in found[1].header] == ["Station", "Opened", "Height above sea"]


def test_contents_fields_rules_and_code():
    assert kinds("Scope ........ 3\nDuties . . . . . 12") == ["contents", "contents"]
    assert kinds("From: Ines\nTo: Pavel\nSubject: Re: boiler") == ["field"] * 3
    assert kinds("Text one.\n\n* * *\n\nText two.") == ["paragraph", "preformatted", "paragraph"]
    assert kinds("Run this now.\n\n    $ make install\n    $ make test") == [
        "paragraph",
        "preformatted",
        "preformatted",
    ]


def test_a_short_numbered_line_right_above_prose_is_a_heading():
    text = (
        "MINUTES\n\n1. Water charges\nThe standing charge rises from 18 to 21 pounds for all plots.\n\n"
        "2. Hedge cutting\nHedges may not be cut before August because birds nest in them.\n"
    )
    assert kinds(text) == ["heading", "heading", "paragraph", "heading", "paragraph"]
    assert kinds("Pack:\n\n1. Boots\n2. Coat\n3. Map\n") == ["paragraph", "item", "item", "item"]


def test_labels_with_aligned_values_are_fields_and_a_table_stays_one():
    text = "Date:      14 March\nPresent:   R. Okafor,\n           P. Ferreira\nApologies: S. Haddad\n"
    assert kinds(text) == ["field"] * 3
    assert kinds("Room:     Small  Large\nCoffee:   2.20   2.90\nTea:      2.10   2.60\n") == ["header", "row", "row"]


def test_a_numbered_heading_may_stand_apart_from_its_number():
    text = "4  LICENSING YOUR FONTS\n\nAnyone may put a font under the licence, which costs nothing.\n"
    assert kinds(text) == ["heading", "paragraph"]
    assert kinds("4  12  80\n\nThese are the numbers of the day, as they were read out.\n")[0] != "heading"
