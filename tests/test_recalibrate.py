"""What a confidence means over one's own documents."""

import json

import pytest
from messages import is_one_sentence

from index.errors import CollectionError
from qa.answerer import Answerer
from qa.confidence import Calibration
from qa.lab.dataset import DatasetError
from qa.lab.labelled import Labelled, note_judged, read_labelled
from qa.own_calibration import keep_calibration, own_calibration
from qa.training.recalibrate import LEAST_OF_EACH, LEAST_QUESTIONS, recalibrate
from ui.cli import main

TOWNS = [f"{first}{last}" for first in ("Ar", "Bel", "Cor", "Dun") for last in ("ford", "ham", "ley", "mouth", "wick")]
NOTES = "\n\n".join(
    f"The ferry to {town} leaves at {number % 12 + 1}:{number:02}." for number, town in enumerate(TOWNS, 10)
)
SURE = Calibration((0.0, 0.0, 0.0), 5.0, 0.5, 0.9)


def labelled_questions():
    """Forty questions that the notes answer and forty that they do not, though each has a likely wrong answer there."""
    for number, town in enumerate(TOWNS, 10):
        yield Labelled(f"When does the ferry to {town} leave?", (f"{number % 12 + 1}:{number:02}",))
        yield Labelled(f"When does the ferry from {town} arrive?")
        yield Labelled(f"At what time does the bus to {town} leave?")


@pytest.fixture
def asked(collection, tmp_path):
    (tmp_path / "ferries.txt").write_text(NOTES)
    collection.add([tmp_path / "ferries.txt"])
    return collection


def test_a_confidence_that_means_nothing_is_mended_and_kept_with_the_documents(asked, reader):
    class TooSure:
        fingerprint = "too sure"
        calibration = SURE
        read = reader.read

    found = recalibrate(Answerer(asked, TooSure()), list(labelled_questions()))
    assert found.asked == 60 and found.is_enough
    assert found.after < found.before
    keep_calibration(asked, TooSure(), found.calibration)
    answer = Answerer(asked, TooSure()).ask("When does the ferry to Arford leave?")
    unanswered = "At what time does the bus to Arford leave?"
    wrong = Answerer(asked, TooSure()).trace(unanswered)
    assert wrong.confidence < 0.5 < answer.confidence and SURE.confidence(wrong.evidence) > 0.99
    assert answer.reliability.asked == found.known
    assert answer.reliability.data == "your own labelled questions"
    part = asked.within("ferries.txt")
    assert Answerer(part, TooSure()).ask(answer.question).confidence == answer.confidence
    assert own_calibration(asked, reader) is None  # of another reader, nothing was measured
    keep_calibration(asked, TooSure(), None)
    assert Answerer(asked, TooSure()).ask(answer.question).confidence > 0.99


def test_too_few_questions_change_nothing(asked, reader):
    found = recalibrate(Answerer(asked, reader), list(labelled_questions())[: LEAST_QUESTIONS - 1])
    assert (found.calibration, found.is_enough) == (None, False)
    only_wrong = [Labelled(f"Who is {number}?") for number in range(LEAST_QUESTIONS + 5)]
    found = recalibrate(Answerer(asked, reader), only_wrong)
    assert found.calibration is None and not found.is_enough and found.right < LEAST_OF_EACH


def test_few_questions_leave_the_thresholds(asked, reader):
    found = recalibrate(Answerer(asked, reader), list(labelled_questions()))
    if found.calibration:
        assert found.calibration.threshold == reader.calibration.threshold
        assert found.calibration.bins and found.calibration.asked == found.known
    else:
        assert found.after >= found.before


def test_an_answer_that_was_judged_tells_of_that_answer_alone():
    right, wrong = Labelled("When?", ("at noon",), "at noon"), Labelled("When?", (), "at noon")
    assert (right.score("at noon"), wrong.score("at noon")) == (1.0, 0.0)
    assert right.score("in May") is None and wrong.score("in May") is None
    assert Labelled("When?", ("noon",)).score("in May") == 0.0
    absent = Labelled("When?")
    assert absent.score("at noon") == 0.0 and absent.is_absent
    assert not wrong.is_absent


ENTRIES = [
    {"question": "When?", "answers": ["noon"]},
    {"question": "Who?", "answers": []},
    {"question": "How?", "text": "by boat", "right": True},
    {"question": "Why?", "text": "for fun", "right": False, "time": "more is allowed"},
]


@pytest.mark.parametrize("form", [json.dumps, lambda entries: "\n".join(map(json.dumps, entries))])
def test_labelled_questions_are_a_json_list_or_json_lines(tmp_path, form):
    path = tmp_path / "labelled.json"
    path.write_text(form(ENTRIES))
    assert read_labelled(path) == [
        Labelled("When?", ("noon",)),
        Labelled("Who?"),
        Labelled("How?", ("by boat",), "by boat"),
        Labelled("Why?", (), "for fun"),
    ]


def test_the_last_judgement_of_an_answer_counts(tmp_path):
    path = tmp_path / "judged.jsonl"
    for right in (True, False):
        note_judged(path, "When does the fähre leave?", "at\nnoon", right)
    note_judged(path, "When does the fähre leave?", "in May", True)
    assert read_labelled(path) == [
        Labelled("When does the fähre leave?", (), "at\nnoon"),
        Labelled("When does the fähre leave?", ("in May",), "in May"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no question"),
        ("[]", "no question"),
        ("{", "line 1"),
        ('{"question": "When?", "answers": []}\nnothing', "line 2"),
        ('[{"question": "When?", "answers": []}, {"question": "Who?"}]', "question 2"),
        ('{"question": "When?", "answers": "noon"}', "question 1"),
        ('{"question": "When?", "answers": [""]}', "question 1"),
        ('{"question": " ", "answers": []}', "question 1"),
        ('{"question": "When?", "text": "noon", "right": "yes"}', "question 1"),
        ("[3]", "question 1"),
    ],
)
def test_a_bad_file_of_labelled_questions_is_one_sentence(tmp_path, content, told):
    path = tmp_path / "labelled.json"
    path.write_text(content)
    with pytest.raises(DatasetError, match=told) as caught:
        read_labelled(path)
    assert is_one_sentence(str(caught.value).replace("...", "").replace(str(path), "file"))


def test_a_damaged_calibration_says_what_to_do(asked, reader):
    asked.set_note(f"calibration {reader.fingerprint}", '{"evidence": 2, "weights": [1]}')
    with pytest.raises(CollectionError, match="--forget") as caught:
        Answerer(asked, reader).ask("When does the ferry leave?")
    assert is_one_sentence(str(caught.value))
    asked.set_note(f"calibration {reader.fingerprint}", '{"evidence": 1}')  # of another version: it means nothing now
    assert own_calibration(asked, reader) is None


def test_the_command_says_what_came_of_it_and_forgets_it_again(tmp_path, capsys, encoder):
    (tmp_path / "ferries.txt").write_text(NOTES)
    folder = str(tmp_path / "own")
    assert main(["index", str(tmp_path / "ferries.txt"), "--collection", folder]) == 0
    few = tmp_path / "few.json"
    few.write_text(json.dumps([{"question": "When does the ferry to Arford leave?", "answers": ["11:10"]}]))
    capsys.readouterr()
    assert main(["calibrate", str(few), "--collection", folder]) == 0
    assert "too few to mean anything" in capsys.readouterr().out
    assert main(["calibrate", str(tmp_path / "none.json"), "--collection", folder]) == 1
    assert is_one_sentence(capsys.readouterr().err.strip())
    assert main(["calibrate", "--judged", "--collection", folder]) == 1
    assert "judge some on the page" in capsys.readouterr().err
    note_judged(tmp_path / "own" / "judged.jsonl", "When does the ferry to Arford leave?", "11:10", True)
    assert main(["calibrate", "--judged", "--collection", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["asked"] == 1
    assert main(["calibrate", "--forget", "--collection", folder]) == 0
