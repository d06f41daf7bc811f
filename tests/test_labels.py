"""A teacher's labels: made by the shipped reader here, and learnt from by a model small enough to train."""

import json
from hashlib import sha256

import numpy as np
import pytest
import torch
from messages import is_one_sentence
from training import TEXT, examples_file

from qa.lab.resumable import ResumeError
from qa.reading.catalog import reader_folder
from qa.reading.reader import SHIPPED_READER
from qa.training.errors import TrainingError
from qa.training.examples import Example, write_example_file
from qa.training.features import make_features
from qa.training.labels import Label, make_label, read_labels, soft_targets, write_labels
from qa.training.recipe import Recipe
from qa.training.teacher import ReaderTeacher
from qa.training.train import Trainer


@pytest.fixture(scope="module")
def teacher():
    return ReaderTeacher(SHIPPED_READER)


QUESTION = "Who wrote the first program?"


def asked(passage=TEXT, id_="1"):
    return Example(id_, id_, "answerable", QUESTION, passage, ())


def test_a_label_holds_the_teachers_probabilities_by_character(teacher):
    [[(window, logits)]] = teacher.read([asked()])
    label = make_label(asked(), [(window, logits)])
    starts, ends = dict(label.starts), dict(label.ends)
    assert max(starts, key=starts.get) == 0
    assert TEXT[: max(ends, key=ends.get)] == "Ada Lovelace"
    targets = soft_targets(label, window)
    assert targets.sum(1) == pytest.approx([1.0, 1.0], abs=1e-3)
    allowed = [0, *range(window.first, window.last)]
    for side in (0, 1):
        shares = np.exp(logits[side, allowed]) / np.exp(logits[side, allowed]).sum()
        assert targets[side, allowed] == pytest.approx(shares, abs=0.02)  # the least probable are left out
        assert not np.delete(targets[side], allowed).any()


def test_a_place_inside_another_tokenizers_token_counts_for_that_token(tokenizer):
    [feature] = make_features([asked("Programming is fun.")], tokenizer)
    inside = feature.window.offsets[feature.window.first :]
    assert tuple(inside[0]) == (0, 11)
    targets = soft_targets(Label("1", starts=((3, 0.75),), ends=((7, 0.5),)), feature.window)
    assert targets[:, feature.window.first].tolist() == [0.75, 0.5]
    assert targets[:, 0].tolist() == [0.25, 0.5]
    # Some teachers count the space before a word, and some that behind it, as part of the word.
    spaced = soft_targets(Label("1", starts=((11, 1.0),), ends=((12, 1.0),)), feature.window)
    assert spaced[0, feature.window.first + 1] == 1.0
    assert spaced[1, feature.window.first] == 1.0


def examples_of(path, *examples):
    write_example_file(path, examples)
    return path


def test_a_passage_of_several_windows_gets_no_label(teacher, tmp_path):
    long = asked("Filler words go here. " * 200)
    [windows] = teacher.read([long])
    assert len(windows) > 1
    assert make_label(long, windows) is None
    examples = examples_of(tmp_path / "examples", long, asked(id_="2"))
    assert write_labels(teacher, examples, tmp_path / "labels") == 1
    assert list(read_labels(tmp_path / "labels", examples)) == ["1"]


@pytest.mark.parametrize("cut", [5, 200, 400])
def test_labelling_goes_on_where_it_was_killed(cut, teacher, tmp_path, monkeypatch):
    monkeypatch.setattr("qa.training.labels.AT_ONCE", 3)
    examples = examples_of(tmp_path / "examples", *(asked(id_=str(number)) for number in range(4)))
    write_labels(teacher, examples, tmp_path / "unbroken")
    whole = (tmp_path / "unbroken").read_bytes()
    assert len(whole) > 450
    (tmp_path / "broken").write_bytes(whole[:cut])
    assert write_labels(teacher, examples, tmp_path / "broken") == 4
    assert (tmp_path / "broken").read_bytes() == whole
    assert list(read_labels(tmp_path / "broken", examples)) == ["0", "1", "2", "3"]


def test_labels_of_other_examples_or_of_another_teacher_are_refused(teacher, tiny_reader_folder, tmp_path):
    examples, labels = examples_of(tmp_path / "examples", asked()), tmp_path / "labels"
    with pytest.raises(TrainingError, match="run the step 'label'"):
        read_labels(labels, examples)
    write_labels(teacher, examples, labels)
    before = labels.read_bytes()
    with pytest.raises(ResumeError, match="other settings or other files") as caught:
        write_labels(ReaderTeacher(reader_folder(str(tiny_reader_folder))), examples, labels)
    assert is_one_sentence(str(caught.value).replace(str(tmp_path), ""))
    examples_of(examples, asked(TEXT[:50]))
    with pytest.raises(ResumeError, match="other settings or other files"):
        write_labels(teacher, examples, labels)
    with pytest.raises(TrainingError, match="run the step 'label'"):
        read_labels(labels, examples)
    assert labels.read_bytes() == before


def test_probabilities_of_more_than_one_are_refused():
    with pytest.raises(ValueError, match="more than 1"):
        Label("1", ((0, 0.7), (4, 0.7)), ())


def test_a_pupil_comes_to_hold_the_teachers_probabilities(tiny_checkpoint, tmp_path):
    """The hard labels alone would have it certain of one start."""
    examples = examples_file(tmp_path / "examples.jsonl", 900)
    labels = tmp_path / "labels.jsonl"
    with open(labels, "w", encoding="utf-8") as file:
        file.write(json.dumps({"teacher": "none", "examples": sha256(examples.read_bytes()).hexdigest()}) + "\n")
        lines = [{"id": str(n), "starts": [[0, 0.6], [4, 0.4]], "ends": [[12, 1.0]]} for n in range(1, 900, 2)]
        file.write(json.dumps(lines) + "\n")
    shares = {}
    for taught in (0.0, 1.0):
        recipe = Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5, dropout=0.0, taught=taught)
        trainer = Trainer(tiny_checkpoint, examples, tmp_path / str(taught), recipe, labels)
        trainer.run()
        batch = trainer._table.batch([1])
        with torch.no_grad():
            starts = trainer.model.eval()(**batch.inputs).start_logits[0].softmax(0)
        token = int(batch.soft[0, 0, 1:].nonzero()[1]) + 1  # "Lovelace"
        shares[taught] = float(starts[token])
    assert shares[0.0] < 0.2
    assert shares[1.0] > shares[0.0] + 0.1
