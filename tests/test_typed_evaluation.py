"""Measuring what typing costs."""

import json
import random

import pytest

from qa.evaluation.typed import main
from qa.evaluation.typed_kinds import KINDS, kind_named, spoken
from qa.evaluation.typed_report import read_typed
from qa.typed.spoken import value_of

QUESTION = "What is the colour of Łukasz's e-mail to the centre of Köln since 1967?"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("small letters", "what is the colour of łukasz's e-mail to the centre of köln since 1967?"),
        ("no mark", "What is the colour of Łukasz's e-mail to the centre of Köln since 1967"),
        ("capitals", "WHAT IS THE COLOUR OF ŁUKASZ'S E-MAIL TO THE CENTRE OF KÖLN SINCE 1967?"),
        ("keywords", "colour łukasz's e-mail centre köln 1967"),
        ("plain letters", "What is the colour of Lukasz's e-mail to the centre of Koeln since 1967?"),
        ("other spelling", "What is the color of Łukasz's e-mail to the center of Köln since 1967?"),
        ("quotes", "What is the colour of Łukasz’s e-mail to the centre of Köln since 1967?"),
        ("no apostrophe", "What is the colour of Łukaszs e-mail to the centre of Köln since 1967?"),
        ("speech", "what is the colour of łukasz's e mail to the centre of köln since nineteen sixty seven"),
        ("number", "What is the colour of Łukasz's e-mail to the centres of Köln since 1967?"),
        ("asked keywords", QUESTION),  # no word asks that says what is wanted
    ],
)
def test_each_kind_changes_what_it_names(kind, typed):
    assert kind_named(kind).typed(QUESTION, random.Random(0)) == typed


@pytest.mark.parametrize("kind", KINDS[:5], ids=lambda kind: kind.name)
def test_slips_are_made_in_some_words_and_alike_for_a_seed(kind):
    typed = kind.typed(QUESTION, random.Random(1))
    assert typed == kind.typed(QUESTION, random.Random(1)) != QUESTION
    before, after = QUESTION.split(), typed.split()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 2  # of 13 words


def test_compounds_are_written_in_another_way():
    made = {kind_named("compounds").typed("Is the e-mail here?", random.Random(seed)) for seed in range(20)}
    assert made == {"Is the email here?", "Is the e mail here?"}
    made = {kind_named("compounds").typed("Is the healthcare here?", random.Random(seed)) for seed in range(20)}
    assert made == {"Is the health care here?", "Is the health-care here?"}
    assert kind_named("compounds").typed("Is the tram here?", random.Random(0)) == "Is the tram here?"


@pytest.mark.parametrize("value", [0, 7, 25, 100, 365, 1066, 1805, 1967, 2006, 2013, 250_300, 3_000_000])
def test_spoken_numbers_are_understood(value):
    assert value_of(spoken(value)) == value


def test_the_command_asks_each_question_clean_and_typed(tmp_path, capsys, encoder):
    text = "Ada Lovelace wrote the first program in 1843. Charles Babbage built the engine in London."
    asked = [
        {
            "id": "1",
            "question": "Who wrote the first program?",
            "answers": [{"text": "Ada Lovelace", "answer_start": 0}],
        }
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "Ada", "paragraphs": [{"context": text, "qas": asked}]}]}), "utf-8")
    output = tmp_path / "typed"
    command = [str(file), "--output", str(output), "--as-typed", "--kinds", "swapped", "small letters", "quotes"]
    assert main(command) == 0
    rows = read_typed(output / "rows.jsonl")
    assert [row.kind for row in rows] == ["clean", "swapped", "small letters"]  # it has no quotes
    clean, swapped, small = rows
    assert clean.mended == clean.typed and clean.mended.said == "Ada Lovelace" and clean.mended.found
    assert swapped.read == clean.text != swapped.text and swapped.mended == clean.mended
    assert small.text == clean.text.lower() and small.mended.best == 1.0
    told = capsys.readouterr().out
    assert "swapped" in told and "small letters" in told
    assert main(["--compare", str(output), str(output)]) == 0
    assert "+0.0" in capsys.readouterr().out
