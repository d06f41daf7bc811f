"""Questions that want several things get all of them, each cited."""

from dataclasses import replace

import pytest

from index.collection import Collection
from qa.answerer import Answerer
from qa.evaluation.lists import HALVES, ListOutcome, ListQuestion, figures_of, read_lists
from ui.terminal import answer_lines
from ui.web.html import answer_html

TREATY = """The Treaty of Larne

The Treaty of Larne ended the Salt War of 1811. It was signed by Valdonia, Sorrel and Upper Kest. The talks were led by
Emeric Vass.

The text was written by Ludmila Orsova and kept in Halvern.
"""
TALKS = """Evening of talks

The talks began at six. Priya Nair spoke at the evening of talks about composting leaves. Tobias Brandt spoke at the
evening of talks about slugs on lettuce. Dennis Oakes spoke at the evening of talks about apple trees. The hall was
cleaned by Helen Marsh.
"""
SOUP = """# Lentil soup

The soup takes 35 minutes.

First, chop the onion. Then fry it in oil for five minutes. Finally, blend the soup until it is smooth.

It is served with bread.
"""
ROOMS = """# Rooms

| Room | Projector | Piano |
| --- | --- | --- |
| Garden Room | yes | no |
| Blue Room | no | no |
| Concert Hall | yes | yes |
"""
VALUES = """# Framework

Variables of a player:

- money, how much the player has in the inventory
- bankMoney, how much the player has in the bank
- keyChain, to which vehicles the player has keys
"""
TEXTS = {"values.md": VALUES, "treaty.txt": TREATY, "talks.txt": TALKS, "soup.md": SOUP, "rooms.md": ROOMS}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory, encoder, reader):
    folder = tmp_path_factory.mktemp("several")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    with Collection(folder / "collection", encoder) as opened:
        opened.add([folder / name for name in TEXTS])
        yield Answerer(opened, reader, threshold=0.1)


def said(answer):
    return [statement.text for statement in answer.statements]


def test_an_enumeration_in_a_sentence_is_several_things(answerer):
    answer = answerer.ask("Which countries signed the Treaty of Larne?")
    assert said(answer) == ["Valdonia", "Sorrel", "Upper Kest"]
    assert [citation.number for citation in answer.citations] == [1, 2, 3]
    for citation in answer.citations:
        assert TREATY[citation.start : citation.end] == citation.text
    assert len({citation.sentence for citation in answer.citations}) == 1


def test_what_several_sentences_say_is_put_together_in_the_order_of_the_text(answerer):
    answer = answerer.ask("Who spoke at the evening of talks?")
    assert said(answer) == ["Priya Nair", "Tobias Brandt", "Dennis Oakes"]
    assert len({citation.sentence for citation in answer.citations}) == 3


def test_rows_whose_cell_says_yes_are_put_together(answerer):
    assert said(answerer.ask("Which rooms have a projector?")) == ["Garden Room", "Concert Hall"]


def test_steps_that_are_told_in_sentences_are_given_in_order(answerer):
    assert said(answerer.ask("What are the steps for making the lentil soup?")) == [
        "First, chop the onion.",
        "Then fry it in oil for five minutes.",
        "Finally, blend the soup until it is smooth.",
    ]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who led the talks?", "Emeric Vass"),
        ("Which war did the Treaty of Larne end?", "Salt War"),
        ("Who spoke about slugs?", "Tobias Brandt"),
        ("Who cleaned the hall?", "Helen Marsh"),
        ("What does bankMoney tell?", "how much"),  # one of a list's items
    ],
)
def test_a_question_for_one_thing_gets_one(answerer, question, words):
    [one] = said(answerer.ask(question))
    assert words in one


def test_who_names_no_item_gets_all_of_them(answerer):
    assert len(said(answerer.ask("What are the variables of a player?"))) == 3


def test_a_refused_question_has_no_several_things(answerer):
    trace = Answerer(answerer.source, answerer.reader, threshold=1.0).trace(
        "Which countries signed the Treaty of Larne?"
    )
    assert trace.listed == ()


def test_a_sentence_with_several_things_is_shown_once(answerer):
    answer = answerer.ask("Which countries signed the Treaty of Larne?")
    lines = list(answer_lines(answer, color=False))
    assert lines[1:4] == ["  - Valdonia [1]", "  - Sorrel [2]", "  - Upper Kest [3]"]
    assert lines[5] == "  It was signed by [Valdonia], [Sorrel] and [Upper Kest]."
    assert lines[6].startswith("  [1] [2] [3] treaty, characters ")
    assert len(lines) == 7
    page = answer_html(replace(answer, alternatives=()))
    assert page.count("<blockquote>") == 1
    assert "by <mark>Valdonia</mark>, <mark>Sorrel</mark> and <mark>Upper Kest</mark>.</blockquote>" in page
    assert "<li>Valdonia</li><li>Sorrel</li><li>Upper Kest</li>" in page


def test_the_labelled_questions_are_enough_and_stand_in_their_documents():
    benchmark = read_lists()
    for half in HALVES:
        wants = [question.wants for question in benchmark.of(half)]
        assert wants.count("several") >= 30 and wants.count("one") >= 30
    assert {document.part for document in benchmark.documents} == set(HALVES)


def outcome(wants, items, statements):
    return ListOutcome(ListQuestion("d", "q?", tuple(items), wants), tuple(statements), 1.0)


def test_what_is_counted_as_found_said_and_gained():
    some = outcome("several", ["Tom Lee", "Ana Berg", "Eva"], ["Lee", "Lee", "Ana Berg and Eva"])
    assert (some.found, some.said) == (2, 2)  # each statement is one item, and "Tom" is not said
    assert not outcome("one", ["Tom Lee"], ["Eva"]).gained
    assert outcome("one", ["Tom Lee"], ["Tom Lee", "Eva"]).gained
    assert not outcome("one", ["Tom Lee", "Lee"], ["Tom Lee", "Lee"]).gained
    figures = figures_of([some, outcome("several", ["a b", "c d"], []), outcome("one", ["x"], ["x", "y"])])
    assert figures["items found (recall)"] == 40.0
    assert figures["statements that are items (precision)"] == 66.7
    assert figures["one: gained a false item"] == 100.0
