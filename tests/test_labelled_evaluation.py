"""`quotewise evaluate` over questions that were labelled or judged of one's own collection."""

import pytest
from homes import fresh_home

from index.collection import Collection
from qa.answerer import Answerer
from qa.evaluation.labelled import LabelledFigures, evaluate_labelled, is_labelled
from qa.lab.labelled import note_judged, read_labelled
from ui.cli import main

TEXT = "The keeper of the lighthouse is Jonas Falk. Its lamp burns four litres of oil a night.\n"


@pytest.fixture
def judged(tmp_path):
    file = tmp_path / "judged.jsonl"
    note_judged(file, "Who is the keeper of the lighthouse?", "Jonas Falk", True)
    note_judged(file, "How much oil does the lamp burn a night?", "four litres", False, "five litres")
    note_judged(file, "What does the lamp burn?", "wax", False)
    with file.open("a") as lines:
        lines.write('{"question": "Who won the football world cup?", "answers": []}\n')
    return file


def test_answers_are_compared_with_what_was_judged(tmp_path, judged, encoder, reader):
    (tmp_path / "light.txt").write_text(TEXT)
    with Collection(tmp_path / "c", encoder) as collection:
        collection.add([tmp_path / "light.txt"])
        found = evaluate_labelled(read_labelled(judged), Answerer(collection, reader))
    assert (found.questions, found.right, found.wrong) == (4, 1, 1)
    assert (found.absent, found.absent_refused) == (1, 1)
    with pytest.raises(ValueError, match="do not fit"):
        LabelledFigures(1, 1, 0, 0, 0, 0, 0)


def test_the_command_measures_ones_own_collection(tmp_path, monkeypatch, capsys, judged, encoder):
    fresh_home(tmp_path, monkeypatch)
    (tmp_path / "light.txt").write_text(TEXT)
    assert main(["index", str(tmp_path / "light.txt")]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(judged)]) == 0
    printed = capsys.readouterr().out
    assert "4 questions asked" in printed
    assert "1 are right and 1 wrong" in printed
    assert main(["evaluate", str(judged), "--sample", "2"]) == 1


def test_questions_with_paragraphs_of_their_own_are_something_else(tmp_path, judged):
    assert is_labelled(judged)
    other = tmp_path / "other.jsonl"
    other.write_text('{"question": "Who?", "document": "Anna.", "answers": ["Anna"]}\n')
    assert not is_labelled(other)
    assert not is_labelled(tmp_path / "nothing")
