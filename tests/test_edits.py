"""The measurement of verdicts on edited files: a share of it, and that it would find a wrong one."""

import random
from dataclasses import replace

import pytest
from citations import answer_of, cited

from index.loaders import load_file
from qa.evaluation import edits
from qa.evaluation.edits import fault_of, main, places_of, quoted_place, run_trials
from qa.evaluation.edits_documents import FORMATS, make_document, written
from qa.evaluation.edits_kinds import EDITS, Edited, Quoted
from qa.verifying import verify


def test_every_verdict_is_right(tmp_path):
    trials = list(run_trials(len(EDITS), 1, tmp_path.resolve()))
    assert [(trial.kind, trial.fault) for trial in trials if trial.fault] == []
    assert {trial.format for trial in trials} == set(FORMATS)
    assert {trial.verdict for trial in trials} == {"holds", "moved", "changed", "gone"}
    assert len({trial.kind for trial in trials}) == len(EDITS)


@pytest.mark.parametrize("format", FORMATS)
def test_a_made_document_says_what_was_written(format, tmp_path):
    made, questions, _ = make_document(random.Random(3))
    assert len(set(questions)) == 9
    for given in ({}, {"width": 50}, {"line_end": "\r\n"}):
        path = tmp_path / f"a.{format}"
        path.write_bytes(written(made, format, **given))
        words = " ".join(load_file(path).text.split())
        for sentence in (*sum(made.paragraphs, ()), *made.items):
            assert words.count(sentence) == len(places_of(path, sentence)) == 1


@pytest.fixture
def quoted(collection, tmp_path):
    """A made document whose second sentence is quoted, and the answer that quotes it."""
    made, *_ = make_document(random.Random(4))
    path = (tmp_path / "note.txt").resolve()
    path.write_bytes(written(made, "txt"))
    collection.add([path])
    one = Quoted(made, "txt", path, (0, 1))
    return one, answer_of(cited(collection, path, one.sentence.split()[-1].rstrip(".")))


def test_a_wrong_verdict_is_found(quoted):
    one, answer = quoted
    place = quoted_place(one.path, one.sentence, answer)
    [check] = verify(answer)
    stands = Edited("stands", one.path)
    assert fault_of(check, stands, one.sentence, place) == ""
    assert fault_of(check, Edited("changed", one.path), one.sentence, place)
    assert fault_of(replace(check, verdict="moved"), stands, one.sentence, place)
    assert fault_of(replace(check, start=check.start - 1), stands, one.sentence, place)
    assert fault_of(replace(check, source="/elsewhere.txt"), stands, one.sentence, place)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_does_what_it_says(edit, quoted):
    one, _ = quoted
    before = one.path.read_bytes()
    edited = edit(one, random.Random(5))
    after = one.path.read_bytes() if one.path.exists() else None
    assert (after == before) == (edit.__name__ == "saved_again")
    if edited.expected == "stands":
        assert len(places_of(edited.path, one.sentence)) == edited.occurrence + 1
    assert edited.path.exists() == (edited.expected != "gone")


def test_the_command_prints_every_kind_and_fails_where_one_is_wrong(monkeypatch, capsys):
    trial = edits.EditTrial("not_inside", "md", "holds", "holds, not changed")
    for fault, code in (("", 0), (trial.fault, 1)):
        monkeypatch.setattr(edits, "run_trials", lambda *_, fault=fault: [replace(trial, fault=fault)])
        assert main(["--count", "1"]) == code
        printed = capsys.readouterr().out
        assert "not inside" in printed and (trial.fault in printed) == bool(fault)
