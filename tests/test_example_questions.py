"""Questions that are offered to a person, made from the documents themselves."""

import pytest
from homes import fresh_home
from libraries import Handed, opened, settled

from qa.answerer import Answerer
from qa.example_questions import example_questions, is_answered, offers
from ui.web.library import DEMONSTRATED

GUIDE = """# Harbour guide

The harbour museum was founded by Marta Lind in 1871. It is open in summer.

Nora Falk is the director of the museum. She works near the old pier.

A berth is a place where a boat lies at anchor or is tied up.

The result is a good one. This is a list. Working here is a pleasure.

## When does the ferry leave?

The ferry leaves at nine in the morning.

## What is it?

It is a secret.
"""
FORM = "Registration\n\nCustomer number: 47-110\nFrom: Berlin\nContract date: 3 May 2024\nNotes: see below.\n"
MADE = {
    "Who founded the harbour museum?", "Who is Nora Falk?", "What is a berth?", "When does the ferry leave?",
    "What is the customer number?", "What is the contract date?",
}  # fmt: skip


@pytest.fixture
def asked(collection, tmp_path):
    (tmp_path / "guide.md").write_text(GUIDE)
    (tmp_path / "form.txt").write_text(FORM)
    collection.add([tmp_path / "guide.md", tmp_path / "form.txt"])
    return collection


def test_a_question_is_made_of_words_that_mean_something_by_themselves(asked):
    assert {offer.question for offer in offers(asked)} == MADE
    for offer in offers(asked):
        start, end = offer.place
        assert asked.document(offer.document_id).text[start:end].strip()


def test_only_what_is_answered_surely_where_it_was_made_is_offered(asked, reader):
    answerer = Answerer(asked, reader)
    offered = example_questions(asked, answerer, most=3)
    assert len(offered) == 3 and set(offered) <= MADE
    for question in offered:
        answer = answerer.ask(question)
        assert answer.status == "answered" and answer.confidence >= 0.8
    [berth] = [one for one in offers(asked) if one.question == "What is a berth?"]
    elsewhere = next(one for one in offers(asked) if one.document_id != berth.document_id)
    wrong = type(berth)(berth.question, elsewhere.document_id, elsewhere.place)
    assert is_answered(answerer, asked, berth) and not is_answered(answerer, asked, wrong)


def test_looking_for_questions_ends_when_it_is_told_to(asked, reader):
    assert example_questions(asked, Answerer(asked, reader), go_on=lambda: False) == []


def test_a_library_finds_them_while_nobody_asks_and_drops_those_of_removed_documents(
    tmp_path, monkeypatch, encoder, reader
):
    fresh_home(tmp_path, monkeypatch)
    hand = Handed(tmp_path / "handed")
    with opened(None, reader) as library:
        assert library.listing().examples == DEMONSTRATED
        library.add([hand("guide.md", GUIDE)])
        settled(library, lambda listing: not listing.is_demonstration and listing.examples != ())
        found = library.listing().examples
        assert set(found) <= MADE
        library.remove([library.listing().documents[0].id])
        assert library.listing().examples == DEMONSTRATED
