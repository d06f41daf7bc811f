"""The questions of an FAQ stand over what answers them."""

from index.indexing import with_blocks
from index.passages import split_passages
from index.records import BlockKind, Document

FAQ = """Library

1.1  How long may I keep a book?
Four weeks. Films may be kept for one week.

1.2  Can I renew a loan? How often?
Yes, twice.

1.3  What does a lost book cost?
Its price and a fee of 5 euros.
"""


def headings(text):
    document = with_blocks(Document("d", "Library", "/d", "h", text))
    return [text[one.start : one.end] for one in document.blocks if one.kind is BlockKind.HEADING]


def test_each_question_is_the_heading_of_its_answer():
    document = with_blocks(Document("d", "Library", "/d", "h", FAQ))
    views = [plan.view for plan in split_passages(document, document.blocks)]
    assert [view.text for view in views][1] == "Library › 1.2 Can I renew a loan? How often?\nYes, twice.\n"
    quotable = [view.text[a:b] for view in views for a, b in view.units]
    assert not any("?" in unit for unit in quotable)
    assert with_blocks(document) == document


def test_questions_in_a_row_and_questions_in_a_story_are_none():
    assert headings("1. Where is it?\n2. What is it?\n3. Who made it?\n4. Why?\n\nAnswer three of them.\n") == []
    story = "“Where is it?”\n\nShe did not know.\n\n" * 3 + "What now?\n\nNobody answered.\n\n"
    assert headings(story) == []
    novel = "It was late. The rain had stopped.\n\n" * 400 + "What could be done?\n\nNothing.\n\n" * 3
    assert headings(novel) == []


def test_what_is_stated_before_a_question_can_be_quoted():
    stated = ("The meeting is moved to Tuesday at 10 in room 4.", "A seat is 45 euros.", "The bus is at the dock.")
    text = "".join(f"{one} Will you come with us?\n\nSee you then.\n\n" for one in stated)
    document = with_blocks(Document("d", "Mail", "/d", "h", text))
    views = [plan.view for plan in split_passages(document, document.blocks)]
    quotable = [view.text[a:b] for view in views for a, b in view.units]
    assert [unit for unit in quotable if "?" in unit] == [f"{one} Will you come with us?" for one in stated]


def test_an_interview_is_read_as_questions_and_answers():
    text = "".join(f"Q: What is item {number}?\nA: It is a box of {number} nails.\n" for number in (3, 4, 5))
    assert headings(text) == [f"Q: What is item {number}?" for number in (3, 4, 5)]
