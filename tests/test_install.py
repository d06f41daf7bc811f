"""The larger reader, of which only a difference to a public model comes with Quotewise, set up."""

import json
import shutil

import pytest
from messages import is_one_sentence
from training import TEXT, examples_file

from index.errors import ModelError
from qa import confidence
from qa.reader import (
    ACCURATE,
    ACCURATE_SOURCE,
    SETTINGS,
    SHIPPED_READER,
    OnnxReader,
    ReaderSettings,
    accurate_folder,
    reader_folder,
)
from qa.training import difference
from qa.training.command import main
from qa.training.export import export_reader
from qa.training.install import install_reader
from qa.training.train import Recipe, Trainer
from qa.windows import MAX_TOKENS, STRIDE_TOKENS


@pytest.fixture(scope="module")
def trained(tiny_checkpoint, tmp_path_factory):
    """A folder with `run/model`, trained by additions of rank 4, and `source`, what there is to install of it."""
    folder = tmp_path_factory.mktemp("install")
    recipe = Recipe(learning_rate=2e-2, batch_tokens=400, average_decay=0.5, dropout=0.0, rank=4)
    Trainer(tiny_checkpoint, examples_file(folder / "examples.jsonl", 300), folder / "run", recipe).run()
    (folder / "source").mkdir()
    difference.write_difference(tiny_checkpoint, folder / "run" / "model", folder / "source" / difference.FILE, 4)
    shutil.copyfile(SHIPPED_READER / confidence.FILE, folder / "source" / confidence.FILE)
    (folder / "source" / SETTINGS).write_text('{"max_tokens": 200, "stride": 64}', "utf-8")
    return folder


def test_the_installed_reader_reads_as_the_trained_one_and_has_what_lies_beside_it(trained, tiny_checkpoint, tmp_path):
    export_reader(trained / "run" / "model", tmp_path / "expected")
    install_reader(tiny_checkpoint, trained / "source", tmp_path / "readers" / "installed")
    expected, found = (
        OnnxReader(tmp_path / folder).read("Who wrote the first program?", [TEXT])
        for folder in ("expected", "readers/installed")
    )
    assert found[0].text == expected[0].text
    assert found[0].score == pytest.approx(expected[0].score, abs=0.1)
    [installed] = (tmp_path / "readers").iterdir()
    assert confidence.read_calibration(installed) == confidence.read_calibration(SHIPPED_READER)
    assert json.loads((installed / SETTINGS).read_text("utf-8")) == {"max_tokens": 200, "stride": 64}


def test_what_fails_leaves_nothing_installed(trained, exports, tmp_path):
    with pytest.raises(ModelError):
        install_reader(exports / "model", trained / "source", tmp_path / "installed")
    assert list(tmp_path.iterdir()) == []


def test_the_accurate_reader_is_named_once_it_is_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"qa\.training install") as caught:
        reader_folder(ACCURATE)
    assert is_one_sentence(str(caught.value))
    accurate_folder().mkdir(parents=True)
    assert reader_folder(ACCURATE) == accurate_folder()
    assert tmp_path in accurate_folder().parents


def test_what_comes_of_the_accurate_reader_is_small_and_calibrated():
    assert (ACCURATE_SOURCE / difference.FILE).stat().st_size < 10_000_000
    fields = json.loads((ACCURATE_SOURCE / confidence.FILE).read_text("utf-8"))
    assert set(fields) >= {"weights", "bias", "threshold", "careful_threshold"}
    assert confidence.read_calibration(ACCURATE_SOURCE) != confidence.UNCALIBRATED


def test_the_accurate_readers_windows_are_the_shipped_ones():
    """It sets four special tokens beside question and passage, the shipped reader three."""
    settings = ReaderSettings(**json.loads((ACCURATE_SOURCE / SETTINGS).read_text("utf-8")))
    assert (settings.max_tokens - 1, settings.stride) == (MAX_TOKENS, STRIDE_TOKENS)
    assert settings.shipped_share > 0


def test_a_base_that_is_no_checkpoint_is_explained(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["install", "--start", str(tmp_path)])
    assert "--start" in capsys.readouterr().err
