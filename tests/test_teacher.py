"""Teachers that are checkpoints: read in batches, with the same logits as one by one."""

import json
import shutil

import numpy as np
import pytest
import torch
from training import TEXT
from viewing import views

from qa.reading.catalog import reader_folder
from qa.reading.ensemble import mixed
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.training import teacher as teachers
from qa.training.compute import Compute
from qa.training.examples import Example
from qa.training.teacher import CheckpointTeacher, ReaderTeacher, open_teacher

QUESTIONS = ("Who wrote the first program?", "When?", "Where did Charles Babbage build the engine?")
PASSAGES = (TEXT, "Nothing of it.", "Filler words go here. " * 150)


@pytest.fixture
def examples():
    return [
        Example(f"{i}-{j}", "1", "answerable", question, passage, ())
        for i, question in enumerate(QUESTIONS)
        for j, passage in enumerate(PASSAGES)
    ]


@pytest.fixture
def exact(monkeypatch):
    monkeypatch.setattr(teachers, "choose_compute", lambda: Compute("cpu", torch.float32))
    monkeypatch.setattr(teachers, "BATCH_TOKENS", 200)


def same(found, expected):
    """Whether both list the same windows, in any order, with nearly the same logits."""
    places = [{window.offsets.tobytes(): logits for window, logits in windows} for windows in (found, expected)]
    return places[0].keys() == places[1].keys() and all(
        np.allclose(logits, places[1][place], atol=1e-4) for place, logits in places[0].items()
    )


def test_a_checkpoint_in_batches_has_the_logits_of_its_export_one_by_one(
    tiny_checkpoint, examples, exact, monkeypatch, tmp_path
):
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path))
    exported = ReaderTeacher(reader_folder(str(tiny_checkpoint))).read(examples)
    teacher = open_teacher(str(tiny_checkpoint))
    assert isinstance(teacher, CheckpointTeacher)
    found = teacher.read(examples)
    assert [len(windows) for windows in found] == [1, 1, 4] * 3
    assert all(map(same, found, exported))
    assert not same(found[0], exported[1])


def test_a_checkpoint_with_a_share_of_the_shipped_reader_is_averaged_with_it(
    tiny_checkpoint, examples, exact, reader, tmp_path
):
    alone = CheckpointTeacher(tiny_checkpoint)
    folder = tmp_path / "teacher"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / "reader.json").write_text('{"shipped_share": 0.3}', "utf-8")
    together = CheckpointTeacher(folder)
    for example, own, found in zip(examples, alone.read(examples), together.read(examples), strict=True):
        shipped = reader.logits(example.question, views([example.passage]))
        assert same(found, list(mixed(own, shipped, 0.3)))
        assert not same(found, own)
    assert together.fingerprint != alone.fingerprint


def test_a_fingerprint_tells_the_shipped_reader_that_has_a_share_but_not_what_changes_no_logits(
    tiny_checkpoint, exact, tmp_path, monkeypatch
):
    folder, other = tmp_path / "teacher", tmp_path / "shipped"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / "reader.json").write_text('{"shipped_share": 0.3}', "utf-8")
    shutil.copytree(SHIPPED_READER, other)
    (other / "calibration.json").unlink()
    changed = shutil.copytree(other, tmp_path / "changed")
    (changed / "model.onnx").write_bytes(b"other weights")
    before = CheckpointTeacher(folder).fingerprint
    alone = CheckpointTeacher(tiny_checkpoint).fingerprint
    monkeypatch.setattr("qa.reading.reader.SHIPPED_READER", other)
    assert CheckpointTeacher(folder).fingerprint == before
    monkeypatch.setattr("qa.reading.reader.SHIPPED_READER", changed)
    assert CheckpointTeacher(folder).fingerprint != before
    monkeypatch.setattr(teachers, "choose_compute", lambda: Compute("cpu", torch.bfloat16))  # as a busy machine does
    assert CheckpointTeacher(tiny_checkpoint).fingerprint == alone


def test_a_checkpoint_without_the_tokenizers_file_is_exported_first(tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    words = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_text("\n".join(sorted(words, key=words.get)), "utf-8")
    assert isinstance(open_teacher(str(folder)), ReaderTeacher)


def test_an_exported_reader_is_a_teacher_by_its_folder(examples):
    teacher = open_teacher(str(SHIPPED_READER))
    assert isinstance(teacher, ReaderTeacher)
    [[(window, logits)]] = teacher.read(examples[:1])
    [(_, expected)] = OnnxReader(SHIPPED_READER).logits(QUESTIONS[0], views([TEXT]))
    assert np.array_equal(logits, expected)
    assert TEXT[window.offsets[window.first][0]] == "A"
