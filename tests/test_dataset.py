import gzip
import json

import pytest
from messages import is_one_sentence

from qa.lab.dataset import DatasetError, Gold, Paragraph, Question, read_questions, read_squad, usable_questions

TEXT = "Ada wrote the first program. Charles built the engine."


def squad(qas):
    return {"version": "v2.0", "data": [{"title": "Engines", "paragraphs": [{"context": TEXT, "qas": qas}]}]}


def qa(id_="1", answer="Ada", start=0, question="Who wrote the first program?"):
    answers = [{"text": answer, "answer_start": start}] if answer else []
    return {"id": id_, "question": question, "answers": answers}


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_squad_questions_are_read_plain_and_gzip(tmp_path):
    plain = write(tmp_path / "a.json", squad([qa(), qa("2", "")]))
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_squad(plain) == read_squad(packed)
    first, second = read_squad(plain)
    assert first.answers == (Gold("Ada", 0),)
    assert second.answers == ()
    assert first.paragraph == Paragraph(0, "Engines", TEXT)


def test_json_lines_find_the_place_of_a_bare_answer(tmp_path):
    lines = [
        {"question": "Who built the engine?", "document": TEXT, "answers": ["Charles"]},
        {"question": "Who flew?", "document": TEXT, "answers": []},
    ]
    first, second = read_squad(write(tmp_path / "q.jsonl", "\n".join(map(json.dumps, lines))))
    assert first.answers == (Gold("Charles", TEXT.index("Charles")),)
    assert first.paragraph is second.paragraph
    assert (first.id, second.id) == ("line-1", "line-2")


@pytest.mark.parametrize("answers", ["Ada", None, {"text": ["Ada"], "answer_start": [0]}])
def test_answers_that_are_no_list_are_a_fault(tmp_path, answers):
    line = {"question": "Who wrote the first program?", "document": TEXT, "answers": answers}
    questions, [fault] = read_questions(write(tmp_path / "q.jsonl", json.dumps(line)))
    assert questions == []
    assert "answers must be a list" in fault.reason


def test_a_damaged_gzip_file_is_explained(tmp_path):
    packed = bytearray(gzip.compress(json.dumps(squad([qa()])).encode()))
    packed[12:20] = b"\xff" * 8
    (tmp_path / "a.json.gz").write_bytes(packed)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_squad(tmp_path / "a.json.gz")


def test_a_bare_answer_is_sought_as_whole_words_first(tmp_path):
    fees = {"question": "What was the fee?", "document": "In 2010 the fee was 10 crowns.", "answers": ["10", ""]}
    part = {"question": "In which century?", "document": "It was in 2010s.", "answers": ["2010"]}
    whole, inside = read_squad(write(tmp_path / "q.jsonl", "\n".join(map(json.dumps, [fees, part]))))
    assert whole.answers == (Gold("10", 20),)  # and none for the empty text
    assert inside.answers == (Gold("2010", 10),)


def test_questions_without_an_id_are_numbered_and_a_title_may_be_null(tmp_path):
    asked = [{name: value for name, value in qa().items() if name != "id"}] * 2
    file = squad([*asked, qa("own")])
    file["data"][0]["title"] = None
    questions = read_squad(write(tmp_path / "plain.json", file))
    assert [q.id for q in questions] == ["question-1", "question-2", "own"]
    assert {q.paragraph.title for q in questions} == {""}


def test_one_line_of_json_lines_is_enough(tmp_path):
    line = json.dumps({"id": "x", "question": "Who?", "document": TEXT, "answers": ["Ada"]})
    assert [q.id for q in read_squad(write(tmp_path / "q.jsonl", line))] == ["x"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (qa(start=5), "does not stand at 5"),
        (qa(question=" "), "the question is empty"),
        (qa(question="Who? " * 500), "the question is too long"),
        (qa(question="Who\ud800?"), "no valid text"),
        ({"id": "1", "answers": []}, "'question' is missing"),
        (qa() | {"answers": [{"text": "Ada"}]}, "'answer_start' is missing"),
        (qa() | {"question": 3}, "must be text"),
    ],
)
def test_a_faulty_question_is_named_with_its_reason(tmp_path, entry, reason):
    path = write(tmp_path / "bad.json", squad([entry, qa("good")]))
    with pytest.raises(DatasetError, match=reason) as caught:
        read_squad(path)
    assert str(path) in str(caught.value)
    assert "question 1" in str(caught.value)
    questions, faults = read_questions(path)
    assert [q.id for q in questions] == ["good"]
    assert [fault.question_id for fault in faults] == ["1"]


def test_faulty_questions_are_told_and_left_out_or_stop_the_reading(tmp_path):
    path = write(tmp_path / "bad.json", squad([qa(start=5), qa("good"), qa("2", start=7)]))
    told = []
    assert [question.id for question in usable_questions(path, told.append)] == ["good"]
    assert [fault.question_id for fault in told] == ["1", "2"]
    with pytest.raises(
        DatasetError, match=r"question 1: .* \(2 questions are faulty in all\); .* --skip-bad"
    ) as caught:
        usable_questions(path)
    assert is_one_sentence(str(caught.value).replace(str(path), "It"))
    with pytest.raises(DatasetError, match="no usable question"):
        usable_questions(write(tmp_path / "none.json", squad([qa(start=5)])), told.append)


def test_a_second_question_of_the_same_id_is_faulty(tmp_path):
    questions, faults = read_questions(write(tmp_path / "twice.json", squad([qa(), qa()])))
    assert len(questions) == 1
    assert "twice" in faults[0].reason


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1, 2]",
        '{"data": [{"paragraphs": 3}]}',
        '{"data": [{}]}',
        "no json",
        '{"data": [{"title": 3, "paragraphs": [{"context": "a", "qas": []}]}]}',
    ],
)
def test_a_malformed_file_is_named(tmp_path, content):
    path = write(tmp_path / "odd.json", content)
    with pytest.raises(DatasetError, match=r"odd\.json"):
        read_squad(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"none\.json"):
        read_squad(tmp_path / "none.json")


def test_a_gold_answer_must_stand_at_its_place():
    with pytest.raises(ValueError, match="does not stand"):
        Question("1", "Who?", (Gold("Ada", 3),), Paragraph(0, "", TEXT))
