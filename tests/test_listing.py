"""Questions for several things, and for one by its number."""

import pytest

from index.records import Block, BlockKind
from qa.listing import asks_for_item, is_item_of, item_number, list_around, names_one, number_asked, wants_several


@pytest.mark.parametrize(
    "question",
    [
        "What must every child bring?", "What is not allowed?", "Which countries signed the treaty?",
        "What are the steps?", "Who were the founders?", "List the opening hours.", "What documents do I need?",
        "what is included in the price",
    ],
)  # fmt: skip
def test_some_questions_want_several_things(question):
    assert wants_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "When does the lease end?", "What is the deadline?", "Who is the Kremlin spokesman?", "How tall is it?",
        "What was the cause?", "What does clause 3 say?", "What is the third step?", "Why is it closed?",
        "What is this?", "Which is the longest?",
    ],
)  # fmt: skip
def test_others_want_one(question):
    assert not wants_several(question)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What is the third step to book?", 3), ("What does clause 12 say?", 12), ("What is said in \u00a7 4?", 4),
        ("What is the 2nd rule?", 2), ("What is the third largest city?", None), ("How many steps are there?", None),
        ("Who won in 1998?", None),
    ],
)  # fmt: skip
def test_the_number_asked_for(question, number):
    assert number_asked(question) == number


def test_a_list_is_all_items_of_its_level_without_those_inside():
    kinds = [("p", 0), ("i", 1), ("i", 2), ("i", 1), ("i", 1), ("p", 0), ("i", 1)]
    blocks = [
        Block(10 * at, 10 * at + 8, BlockKind.ITEM if kind == "i" else BlockKind.PARAGRAPH, level)
        for at, (kind, level) in enumerate(kinds)
    ]
    assert list_around(" " * 80, blocks, (32, 35)) == [blocks[1], blocks[3], blocks[4]]
    assert list_around(" " * 80, blocks, (22, 23)) == [blocks[2]]
    assert list_around(" " * 80, blocks, (8, 12)) == []


def test_what_leads_to_a_list_stands_for_its_items():
    text = "Bring two: a cup; a pan.\nIt rains. Bring these:\n- a cup\n- a pan\n"
    ends = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    kinds = [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ITEM]
    blocks = [
        Block(start, end - 1, kind, int(kind is BlockKind.ITEM))
        for start, end, kind in zip(ends, ends[1:], kinds, strict=False)
    ]
    at = text.index("these")
    assert list_around(text, blocks, (at, at + 5)) == blocks[2:]
    assert list_around(text, blocks, (text.index("rains"), text.index("rains") + 5)) == []
    assert list_around(text, [blocks[0], *blocks[2:]], (6, 9)) == []


@pytest.mark.parametrize(
    ("marks", "same"),
    [
        (["9.", "10."], True), (["-", "*"], True), (["a)", "b)"], True), (["1.", "1."], True), (["2.", "2a."], True),
        (["11.", "5.2."], False), (["3.", "-"], False), (["3.", "1."], False), (["", ""], True),
    ],
)  # fmt: skip
def test_a_list_ends_where_the_marks_are_of_another_kind_or_begin_again(marks, same):
    texts = [f"{mark} item" for mark in marks]
    one = Block(0, len(texts[0]), BlockKind.ITEM, 1, len(marks[0]))
    other = Block(one.end + 1, one.end + 1 + len(texts[1]), BlockKind.ITEM, 1, len(marks[1]))
    text = "\n".join(texts)
    for block in (one, other):
        found = list_around(text, [one, other], (block.start, block.end))
        assert found == ([one, other] if same else [block])


@pytest.mark.parametrize(
    ("mark", "number"), [("3.", 3), ("(12)", 12), ("2.3", 3), ("-", None), ("a)", None), ("", None)]
)
def test_the_number_of_an_item(mark, number):
    assert item_number(mark) == number


@pytest.mark.parametrize(
    ("question", "itself"),
    [
        ("What does clause 3 say?", True),
        ("What is the third step?", True),
        ("What is the third step of first use?", True),
        ("what's rule 7", True),
        ("What does \u00a7 4 require?", True),
        ("Who wrote clause 3?", False),
        ("What does clause 3 say about dogs?", False),
        ("What must be done before the third step?", False),
        ("What is the third largest city?", False),
        ("What does the clause say?", False),
    ],
)
def test_a_question_for_nothing_but_an_item(question, itself):
    assert asks_for_item(question) == itself


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("What is the third step?", True),
        ("What is the third step of making potato soup?", True),
        ("What is the third step of soups?", True),
        ("What is the third step on the list?", True),
        ("What is the third rule of chess?", False),
        ("What is the third article of the constitution about?", False),
    ],
)
def test_an_item_of_something_else_is_not_the_one_that_is_asked_for(question, fits):
    assert asks_for_item(question)
    assert is_item_of(question, "Potato soup\nDo this:\n3. Blend everything and add cream.\n") == fits


@pytest.mark.parametrize(
    ("question", "one"),
    [
        ("What does the pump do?", True),
        ("What does the boiler do?", False),  # in what the list stands under
        ("What do the parts need?", False),
        ("What must be cleaned?", False),  # of two items
    ],
)
def test_a_question_may_name_an_item_of_a_list(question, one):
    items = ["The pump is cleaned and moves the water.", "The valve is cleaned.", "The gauge is read."]
    assert names_one(question, items[0], items[1:], "Parts of the boiler") == one
