"""Dialogues over files: the bundled ones, their form, and what is counted of them."""

import json

import pytest

from index.collection import Collection
from qa.answerer import Answerer
from qa.evaluation.dialogues import ask_all, print_table
from qa.evaluation.dialogues_dataset import HALVES, Dialogue, Turn, of_half, read_dialogues
from qa.evaluation.documents_dataset import ABSENT, DocumentFile, DocumentQuestion
from qa.evaluation.documents_records import ALONE
from qa.lab.dataset import DatasetError

FERRY = DocumentFile("ferry.txt", "choose")
TEXT = (
    "The ferry to Brannoch leaves at nine every morning. Captain Elsa Moen has steered it for twenty years. "
    "She was born in Lerwick.\n"
)


def turn(number, kind, text, answers=(), sentences=()):
    asked = "fact" if answers else ABSENT
    return Turn(kind, DocumentQuestion(f"ferry-{number}", FERRY.name, asked, text, tuple(answers), tuple(sentences)))


TURNS = (
    turn(1, "opening", "Who steers the ferry to Brannoch?", ["Elsa Moen"], ["Captain Elsa Moen has steered it"]),
    turn(2, "pronoun", "Where was she born?", ["Lerwick"], ["She was born in Lerwick"]),
    turn(3, "absent follow-up", "And what is her salary?"),
)


def test_the_bundled_dialogues_are_whole():
    dialogues = read_dialogues()
    assert len(dialogues) >= 80 and len({one.document.name for one in dialogues}) >= 6
    assert len({turn.question.id for one in dialogues for turn in one.turns}) == sum(
        len(one.turns) for one in dialogues
    )
    names = [{one.document.name for one in of_half(dialogues, half)} for half in HALVES]
    assert all(names) and not names[0] & names[1]
    for half in HALVES:
        kinds = {turn.kind for one in of_half(dialogues, half) for turn in one.turns}
        assert {"opening", "pronoun", "ellipsis", "what about", "why", "change"} <= kinds


@pytest.mark.parametrize("turns", [TURNS[:1], TURNS[1:], (*TURNS, *TURNS)])
def test_a_dialogue_has_two_to_four_turns_and_begins_with_an_opening(turns):
    with pytest.raises(ValueError, match="opening"):
        Dialogue("one", FERRY, HALVES[0], turns)


def test_what_a_turn_is_called_and_what_it_answers_go_together():
    with pytest.raises(ValueError, match="kind"):
        turn(1, "aside", "Who?", ["Ann"], ["Ann Low"])
    with pytest.raises(ValueError, match="absent"):
        turn(1, "absent follow-up", "Who?", ["Ann"], ["Ann Low"])
    with pytest.raises(ValueError, match="half"):
        Dialogue("one", FERRY, "third", TURNS)


@pytest.mark.parametrize("text", ["{", "[]", '{"documents": [], "dialogues": [{"document": "none"}]}'])
def test_a_file_without_dialogues_is_told_by_name(tmp_path, text):
    path = tmp_path / "dialogues.json"
    path.write_text(text, "utf-8")
    with pytest.raises(DatasetError, match=r"dialogues\.json"):
        read_dialogues(path)


def test_a_faulty_dialogue_is_told_by_its_id(tmp_path):
    known = read_dialogues()[0].document.name
    entry = {"id": "short", "document": known, "turns": [{"kind": "opening", "question": "Who?"}]}
    path = tmp_path / "dialogues.json"
    path.write_text(json.dumps({"documents": [{"name": known, "half": HALVES[0]}], "dialogues": [entry]}), "utf-8")
    with pytest.raises(DatasetError, match="short"):
        read_dialogues(path)


def test_each_question_is_asked_three_ways_and_only_the_conversation_knows_who_she_is(
    tmp_path, encoder, reader, capsys
):
    file = tmp_path / FERRY.name
    file.write_text(TEXT, "utf-8")
    with Collection(tmp_path / "collection", encoder) as corpus:
        corpus.add([file])
        rows = list(ask_all(Answerer(corpus, reader), corpus, [Dialogue("one", FERRY, HALVES[0], TURNS)], ALONE))
    assert [(row.id, row.way) for row in rows] == [
        (turn.question.id, way) for turn in TURNS for way in ("bare", "glued", "conversation")
    ]
    found = {(row.id, row.way): row for row in rows}
    assert found["ferry-1", "bare"].right and found["ferry-1", "bare"].right_words
    assert found["ferry-2", "conversation"].right_words and found["ferry-2", "glued"].question == "Where was she born?"
    assert found["ferry-3", "conversation"].right == (found["ferry-3", "conversation"].status == "no_answer")
    print_table(rows, "choosing")
    assert "Self-contained: 0 of 1 changed, 0 for the worse." in capsys.readouterr().out
