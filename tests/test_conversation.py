"""Questions that lean on those before them, answered with the real reader."""

import io
import json
from dataclasses import replace

import pytest
from homes import fresh_home

from index.collection import Collection
from index.errors import QuotewiseError
from qa.answerer import Answerer
from qa.conversation import MOST_TURNS, Conversation
from qa.records import Answer
from ui.cli import main
from ui.terminal import answer_lines
from ui.web.html import answer_html

MUSEUM = """The Harbour Museum

The Harbour Museum was founded by Marta Lindqvist in 1987. Before that, Marta Lindqvist studied archaeology in Uppsala.
A ticket for the Harbour Museum costs twelve euros. The Harbour Museum is closed on Mondays, because the rooms are
cleaned on that day.

What visitors must do:

1. Buy a ticket at the gate.
2. Leave the bag in a locker.
3. Follow the blue line on the floor.
"""
LIBRARY = """The Town Library

The Town Library was founded by Paula Brandt in 1954. Before that, Paula Brandt studied law in Bologna. A card for the
Town Library costs three euros. The Town Library is closed on Fridays, because the books are put in order on that day.
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory, encoder, reader):
    folder = tmp_path_factory.mktemp("town")
    for name, text in (("museum.txt", MUSEUM), ("library.txt", LIBRARY)):
        (folder / name).write_text(text, "utf-8")
    with Collection(folder / "collection", encoder) as collection:
        collection.add([folder])
        yield Answerer(collection, reader)


@pytest.fixture
def talk(answerer):
    """Asks questions one after another; the last answer."""

    def asked(*questions):
        conversation = Conversation(answerer)
        return [conversation.ask(question) for question in questions][-1]

    return asked


@pytest.mark.parametrize(
    ("founded", "city"), [("Who founded the Harbour Museum?", "Uppsala"), ("Who founded the Town Library?", "Bologna")]
)
def test_a_pronoun_stands_for_whom_the_last_answer_names(talk, founded, city):
    answer = talk(founded, "Where did she study?")
    assert city in answer.text


def test_the_completed_question_stands_in_the_answer_beside_the_one_that_was_typed(talk):
    answer = talk("Who founded the Harbour Museum?", "How much does a ticket for it cost?")
    assert answer.question == "How much does a ticket for it cost?"
    assert "twelve" in answer.text
    answer = talk("Who founded the Town Library?", "And the Harbour Museum?")
    assert (answer.question, answer.asked) == ("And the Harbour Museum?", "Who founded the Harbour Museum?")
    assert answer.text == "Marta Lindqvist"


@pytest.mark.parametrize(
    ("question", "reason"),
    [("When is the Harbour Museum closed?", "the rooms are"), ("When is the Town Library closed?", "the books are")],
)
def test_why_asks_for_the_reason_of_what_was_said(talk, question, reason):
    answer = talk(question, "Why?")
    assert reason in answer.text
    assert answer.asked == question.replace("When", "Why")


@pytest.mark.parametrize(("building", "year"), [("Harbour Museum", "1987"), ("Town Library", "1954")])
def test_when_was_that_asks_for_the_time_of_what_was_said(talk, building, year):
    answer = talk(f"By whom was the {building} founded?", "And when was that?")
    assert year in answer.text
    assert answer.asked == f"When was the {building} founded?"


def test_what_about_puts_another_thing_in_the_place_of_the_first(talk):
    answer = talk("When is the Harbour Museum closed?", "What about the Town Library?")
    assert "Fridays" in answer.text


def test_the_second_one_is_that_of_the_list(talk):
    conversation_list = "What must visitors do?"
    answer = talk(conversation_list, "And the second one?")
    assert [statement.text.rstrip(".") for statement in answer.statements] == ["Leave the bag in a locker"]
    assert [citation.number for citation in answer.citations] == [1]
    assert conversation_list in answer.asked
    assert talk(conversation_list, "And the second one?", "What about the third?").text.startswith(
        "Follow the blue line"
    )
    assert talk(conversation_list, "What is the last?").text.startswith("Follow the blue line")
    assert not talk(conversation_list, "And the ninth one?").text.startswith(("Buy", "Leave", "Follow"))


def test_a_change_of_subject_gets_what_it_gets_alone(talk, answerer):
    before = ["Who founded the Harbour Museum?", "Where did she study?", "Why?"] * 4
    assert len(before) > MOST_TURNS
    for question in ("When is the Town Library closed?", "Who won the football world cup in 1998?"):
        alone, after = answerer.ask(question), talk(*before, question)
        assert (after.asked, after.status, after.text) == (question, alone.status, alone.text)
        assert (after.citations, after.alternatives) == (alone.citations, alone.alternatives)
        assert after.confidence == alone.confidence


@pytest.mark.parametrize("question", ["When did she die?", "And what did her husband paint?", "How tall is she?"])
def test_what_was_never_said_stays_refused(talk, question):
    assert not talk("Who founded the Harbour Museum?", question).citations


def test_the_first_question_is_asked_as_it_stands(talk, answerer):
    assert talk("Where did she study?").asked == "Where did she study?"


class Counting(Answerer):
    """An answerer that notes what it is asked."""

    asked: list[str]

    def ask(self, question, within=None, *arguments):
        self.asked.append(question)
        return super().ask(question, within, *arguments)


def test_a_question_that_can_stand_alone_costs_one_asking_and_a_follow_up_three_at_most(answerer):
    counting = Counting(answerer.source, answerer.reader)
    counting.asked = []
    conversation = Conversation(counting)
    for question in ("Who founded the Harbour Museum?", "When is the Town Library closed?", "Who won the cup?"):
        conversation.ask(question)
    assert len(counting.asked) == 3
    follow_up = conversation.ask("Where did she paint it?")
    assert 4 < len(counting.asked) <= 6
    assert follow_up.timings_ms["total"] > 0


def test_it_keeps_a_bounded_number_of_turns_and_goes_on_from_answers(answerer):
    first = Conversation(answerer)
    said = first.ask("Who founded the Town Library?")
    plain = Answer.from_dict(json.loads(json.dumps(said.to_dict())))
    again = Conversation(answerer, [plain]).ask("And the Harbour Museum?")
    assert again.text == "Marta Lindqvist"
    many = Conversation(answerer, [said] * (MOST_TURNS + 5))
    assert len(many.answers) == MOST_TURNS


def test_an_empty_question_is_refused_and_leaves_no_turn(answerer):
    conversation = Conversation(answerer)
    with pytest.raises(QuotewiseError):
        conversation.ask("  ")
    assert conversation.answers == ()


def test_a_part_of_the_documents_can_be_asked(answerer):
    conversation = Conversation(answerer)
    library = answerer.source.within("*library.txt")
    conversation.ask("Who founded the Town Library?", library)
    answer = conversation.ask("And the Harbour Museum?", library)
    assert answer.searched.documents == 1
    assert "Marta" not in answer.text


def test_every_face_shows_what_was_searched(talk):
    answer = talk("Who founded the Town Library?", "And the Harbour Museum?")
    assert next(answer_lines(answer, color=False)) == "(searched as: Who founded the Harbour Museum?)"
    assert "Searched as: Who founded the Harbour Museum?" in answer_html(answer)
    as_typed = replace(answer, asked=answer.question)
    assert "searched as" not in "".join(answer_lines(as_typed, color=False)) + answer_html(as_typed).lower()


@pytest.fixture
def town(tmp_path, monkeypatch, encoder):
    fresh_home(tmp_path, monkeypatch)
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "museum.txt").write_text(MUSEUM, "utf-8")
    (folder / "library.txt").write_text(LIBRARY, "utf-8")
    return folder


def test_the_terminal_answers_a_question_a_line(capsys, monkeypatch, town):
    lines = "Who founded the Town Library?\n\n" + "x" * 3000 + "\nAnd the Harbour Museum?\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["talk", "--documents", str(town)]) == 0
    printed = capsys.readouterr()
    first, *_, second = printed.out.split("> ")[1:]
    assert first.startswith("Who founded the Town Library?\nPaula Brandt")
    assert second.startswith("And the Harbour Museum?\n(searched as: Who founded the Harbour Museum?)\nMarta Lindqvist")
    assert "above the limit" in printed.err


def test_the_terminal_takes_the_options_of_ask(capsys, monkeypatch, town):
    monkeypatch.setattr("sys.stdin", io.StringIO("Who founded the Town Library?\n"))
    assert main(["talk", "--documents", str(town), "--within", "*museum.txt", "--threshold", "1"]) == 0
    printed = capsys.readouterr().out
    assert "1 document" in printed
    assert "Paula" not in printed
