"""Hashes of files and of weights."""

import hashlib
import os

import pytest
import torch
from messages import is_one_sentence

from index.errors import HomeError
from index.files import file_sha256, home, repair_advice, replace_file, replaced_file, replaced_folder
from index.onnx_export import weights_sha256
from qa.reading.reader import SHIPPED_READER


def test_a_files_hash_is_that_of_its_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"some bytes" * 100_000)
    assert file_sha256(tmp_path / "file") == hashlib.sha256(b"some bytes" * 100_000).hexdigest()


def test_the_hash_of_weights_depends_on_names_and_values_alone():
    table, other = torch.arange(6.0).reshape(2, 3), torch.ones(2)
    whole = weights_sha256({"a": table, "b": other})
    assert whole == weights_sha256({"b": other, "a": table})
    assert whole == weights_sha256({"a": table.T.contiguous().T.half(), "b": other})  # in another layout and precision
    assert whole != weights_sha256({"a": table, "c": other})
    assert whole != weights_sha256({"a": table + 1e-3, "b": other})


def test_a_replaced_file_is_the_earlier_one_or_the_new_one(tmp_path):
    path = tmp_path / "file"
    replace_file(path, "one")
    with pytest.raises(ZeroDivisionError), replaced_file(path) as temporary:
        temporary.write_text("half", "utf-8")
        raise ZeroDivisionError
    assert path.read_text("utf-8") == "one"
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replaced_folder_is_the_earlier_one_or_the_new_one(tmp_path):
    folder = tmp_path / "some" / "folder"
    for name in ("one", "two"):
        with replaced_folder(folder) as temporary:
            (temporary / name).touch()
        assert [path.name for path in folder.iterdir()] == [name]
    with pytest.raises(ZeroDivisionError), replaced_folder(folder) as temporary:
        (temporary / "half").touch()
        raise ZeroDivisionError
    assert [path.name for path in folder.iterdir()] == ["two"]
    assert list(folder.parent.iterdir()) == [folder]


def test_what_a_killed_process_left_is_taken_away_after_a_day(tmp_path):
    old, young = tmp_path / ".folder.abc.tmp", tmp_path / ".folder.def.tmp"
    old.mkdir()
    young.mkdir()
    os.utime(old, (1, 1))
    with replaced_folder(tmp_path / "folder"):
        pass
    assert sorted(tmp_path.iterdir()) == [young, tmp_path / "folder"]


def test_a_home_that_cannot_be_written_to_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError), replaced_folder(tmp_path / "file" / "folder"):
        pass
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path / "file"))
    with pytest.raises(HomeError, match="QUOTEWISE_HOME") as caught, replaced_folder(tmp_path / "file" / "folder"):
        pass
    assert is_one_sentence(str(caught.value))
    monkeypatch.setenv("QUOTEWISE_HOME", "~nosuchuser/x")
    with pytest.raises(HomeError) as caught:
        home()
    assert is_one_sentence(str(caught.value))


def test_advice_never_is_to_delete_what_cannot_be_made_again(tmp_path, quotewise_home):
    assert repair_advice(quotewise_home / "readers" / "x").startswith("delete that folder")
    assert repair_advice(SHIPPED_READER) == "install Quotewise again"
    assert "delete" not in repair_advice(tmp_path)
