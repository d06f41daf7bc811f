"""Misspelling words of a benchmark's questions, and telling how often the right one is offered."""

import json
import random

import pytest

from index.records import Document
from qa.evaluation.misspelt import ROWS, RULES, main, mend, misspell


@pytest.mark.parametrize("rule", RULES)
def test_a_word_gets_one_fault_of_its_rule(rule):
    made = {misspell("harbour", rule, random.Random(seed)) for seed in range(200)}
    assert "harbour" not in made and len(made) > 5
    for word in made:
        if rule == "swapped":
            assert sorted(word) == sorted("harbour")
        elif rule == "beside":
            [(right, wrong)] = [(a, b) for a, b in zip("harbour", word, strict=True) if a != b]
            assert any(abs(row.find(right) - row.find(wrong)) == 1 for row in ROWS if right in row and wrong in row)
        else:
            assert len(word) == len("harbour") + (1 if rule == "doubled" else -1)
            assert set(word) <= set("harbour")


def test_where_a_rule_does_not_fit_a_letter_is_dropped():
    assert misspell("oooo", "swapped", random.Random(0)) == "ooo"
    assert len(misspell("жжжж", "beside", random.Random(0))) == 3


def test_one_word_that_occurs_is_misspelt_and_looked_for(collection):
    collection.put([Document("d", "d", "/d", "h", "The harbour is near.")])
    for seed in range(20):
        mended = mend("Is the harbour a zeppelin?", collection, random.Random(seed))
        assert mended.word == "harbour" and mended.misspelt != "harbour"
        assert mended.is_right and mended.offered == "harbour"
    assert mend("Is it a zeppelin?", collection, random.Random(0)) is None


def test_the_command_counts_right_and_wrong_words(tmp_path, capsys):
    (tmp_path / "harbour.txt").write_text("The harbour of Mendocino was counted.", "utf-8")
    entry = {"document": "harbour.txt", "answers": ["Mendocino"], "sentence": "of Mendocino"}
    questions = [
        entry | {"id": "a", "kind": "fact", "question": "Where is the harbour?"},
        entry | {"id": "b", "kind": "fact", "question": "What is in Mendoscino?"},
        {"id": "c", "document": "harbour.txt", "kind": "absent", "question": "Who is the baker?"},
        {"id": "d", "document": "harbour.txt", "kind": "absent", "question": "Who is from Mendocyno?"},
    ]
    file = tmp_path / "questions.json"
    documents = [{"name": "harbour.txt", "part": "measure"}]
    file.write_text(json.dumps({"documents": documents, "questions": questions}), "utf-8")
    assert main([str(tmp_path), "--file", str(file), "--shown"]) == 0
    told = capsys.readouterr().out
    assert told.count("misspelt, the right word is offered: 100.0% (100.0% to 100.0%) of 1\n") == 2
    assert told.count("misspelt, a wrong word is offered: 0.0% (0.0% to 0.0%) of 1\n") == 2
    assert told.count("unaltered absent questions, something is offered: 50.0% (0.0% to 100.0%) of 2\n") == 2
    assert told.count("unaltered answerable questions, something is offered: 50.0% (0.0% to 100.0%) of 2\n") == 2
    assert "Mendocyno: Mendocino" in told
