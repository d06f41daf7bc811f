"""The larger reader, of which only a difference to a public model comes with Quotewise, set up."""

import json
import re
import shutil

import pytest
from messages import is_one_sentence
from training import TEXT, examples_file
from viewing import views

from index.errors import ModelError
from qa import confidence
from qa.reading.catalog import ACCURATE, ACCURATE_SOURCE, accurate_folder, reader_folder
from qa.reading.reader import SETTINGS, SHIPPED_READER, OnnxReader, ReaderSettings, reader_settings
from qa.reading.windows import MAX_TOKENS, STRIDE_TOKENS
from qa.training.command import main
from qa.training.difference import BASE, DIFFERENCE_FILE, DOWN, UP, write_difference
from qa.training.install import install_once, install_reader
from qa.training.int8_export import export_reader
from qa.training.recipe import Recipe
from qa.training.rounding import read_rounded
from qa.training.train import Trainer


@pytest.fixture(scope="module")
def trained(tiny_checkpoint, tmp_path_factory):
    """A folder with `run/model`, trained by additions of rank 4, and `source`, what there is to install of it."""
    folder = tmp_path_factory.mktemp("install")
    recipe = Recipe(learning_rate=2e-2, batch_tokens=400, average_decay=0.5, dropout=0.0, rank=4)
    Trainer(tiny_checkpoint, examples_file(folder / "examples.jsonl", 300), folder / "run", recipe).run()
    (folder / "source").mkdir()
    write_difference(tiny_checkpoint, folder / "run" / "model", folder / "source" / DIFFERENCE_FILE, 4)
    shutil.copyfile(SHIPPED_READER / confidence.CALIBRATION_FILE, folder / "source" / confidence.CALIBRATION_FILE)
    (folder / "source" / SETTINGS).write_text('{"max_tokens": 200, "stride": 64}', "utf-8")
    return folder


def test_the_installed_reader_reads_as_the_trained_one_and_has_what_lies_beside_it(trained, tiny_checkpoint, tmp_path):
    export_reader(trained / "run" / "model", tmp_path / "expected")
    install_reader(tiny_checkpoint, trained / "source", tmp_path / "readers" / "installed")
    expected, found = (
        OnnxReader(tmp_path / folder).read("Who wrote the first program?", views([TEXT]))
        for folder in ("expected", "readers/installed")
    )
    assert found[0].text == expected[0].text
    assert found[0].score == pytest.approx(expected[0].score, abs=0.1)
    [installed] = (tmp_path / "readers").iterdir()
    assert confidence.read_calibration(installed) == confidence.read_calibration(SHIPPED_READER)
    assert reader_settings(installed) == ReaderSettings(max_tokens=200, stride=64)


def test_a_base_that_the_difference_is_not_to_is_refused(trained, exports, tmp_path):
    for base in (exports / "model", trained / "run" / "model"):  # of another shape; the difference is in it already
        with pytest.raises(ModelError, match="another model") as caught:
            install_reader(base, trained / "source", tmp_path / "installed")
        assert is_one_sentence(re.sub(r"\S*/\S*", "it", str(caught.value)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("before", [None, "earlier"])
def test_what_fails_at_last_leaves_what_was_there(before, trained, tiny_checkpoint, tmp_path):
    source, target = tmp_path / "source", tmp_path / "readers" / "installed"
    shutil.copytree(trained / "source", source)
    (source / SETTINGS).unlink()
    if before:
        target.mkdir(parents=True)
        (target / before).touch()
    with pytest.raises(FileNotFoundError):
        install_reader(tiny_checkpoint, source, target)
    assert [path.name for path in target.parent.rglob("*")] == (["installed", before] if before else [])


def test_a_reader_that_would_silently_read_alone_is_not_installed(trained, tiny_checkpoint, tmp_path):
    source, target = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(trained / "source", source)
    (source / SETTINGS).write_text('{"shipped_share": 0.3}', "utf-8")
    install_reader(tiny_checkpoint, source, target)
    (source / SETTINGS).write_text('{"max_tokens": 300, "shipped_share": 0.3}', "utf-8")
    with pytest.raises(ModelError, match="cuts text otherwise") as caught:
        install_reader(tiny_checkpoint, source, target)
    assert is_one_sentence(str(caught.value))
    assert reader_settings(target).max_tokens == MAX_TOKENS


def test_the_command_installs_once_and_again_what_is_damaged(trained, tiny_checkpoint, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("qa.reading.catalog.ACCURATE_SOURCE", trained / "source")
    monkeypatch.setattr("qa.training.install.ACCURATE_SOURCE", trained / "source")
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path))
    install = ["install", "--start", str(tiny_checkpoint)]
    assert main(install) == 0
    assert str(accurate_folder()) in capsys.readouterr().out
    model = reader_folder(ACCURATE) / "model.onnx"
    made = model.stat().st_mtime_ns
    fetched = accurate_folder().with_name("accurate-fetched")
    fetched.mkdir()  # as where it was ended when the reader was ready
    assert main(install) == 0
    assert model.stat().st_mtime_ns == made
    assert not fetched.exists()
    model.write_bytes(b"damaged")
    assert main(install) == 0
    assert OnnxReader(accurate_folder()).read("Who wrote the first program?", views([TEXT]))


def test_a_wide_reader_of_an_earlier_form_goes_on_reading_and_is_put_in_the_faster_one(exports, tmp_path, monkeypatch):
    monkeypatch.setattr("qa.training.install.WIDE", 192)
    target, made = tmp_path / "accurate", []
    monkeypatch.setattr("qa.training.install.install_reader", lambda *arguments: made.append(arguments))
    for form, times in (("int8", 1), ("stored", 0)):
        made.clear()
        shutil.copytree(exports / form, target, dirs_exist_ok=True)
        assert OnnxReader(target).read("Who wrote the first program?", views([TEXT]))
        install_once(target, tmp_path, lambda folder: None, tmp_path)
        assert len(made) == times


def test_the_accurate_reader_is_named_once_it_is_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="quotewise install accurate") as caught:
        reader_folder(ACCURATE)
    assert is_one_sentence(str(caught.value))
    accurate_folder().mkdir(parents=True)
    assert reader_folder(ACCURATE) == accurate_folder()
    assert tmp_path in accurate_folder().parents


def test_what_comes_of_the_accurate_reader_is_small_and_calibrated():
    assert (ACCURATE_SOURCE / DIFFERENCE_FILE).stat().st_size < 10_000_000
    fields = json.loads((ACCURATE_SOURCE / confidence.CALIBRATION_FILE).read_text("utf-8"))
    assert set(fields) >= {"weights", "bias", "threshold", "careful_threshold"}
    assert confidence.read_calibration(ACCURATE_SOURCE) != confidence.TYPICAL


def test_the_shipped_reader_has_a_share_in_the_accurate_one_which_has_as_much_room_for_the_passage():
    """It sets four special tokens beside question and passage, the shipped reader three."""
    settings = reader_settings(ACCURATE_SOURCE)
    assert (settings.max_tokens - 1, settings.stride) == (MAX_TOKENS, STRIDE_TOKENS)
    assert settings.shipped_share > 0


def test_the_shipped_difference_fits_the_model_it_is_to():
    import torch
    from safetensors import safe_open
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    with torch.device("meta"):  # no weights, only their shapes
        model = MPNetForQuestionAnswering(MPNetConfig(vocab_size=30527, max_position_embeddings=514))
    shapes = {name: list(table.shape) for name, table in model.state_dict().items()}
    found = {name: list(table.shape) for name, table in read_rounded(ACCURATE_SOURCE / DIFFERENCE_FILE).items()}
    with safe_open(ACCURATE_SOURCE / DIFFERENCE_FILE, "pt") as file:
        assert len(file.metadata()[BASE]) == 64
    for name, shape in found.items():
        whole, up, rest = name.partition(UP)
        if up:
            assert [shape[1], found[whole + DOWN + rest][1]] == shapes[whole]
        elif DOWN not in name:
            assert shape == shapes[name]
    assert len(found) > 50


def test_a_base_that_is_no_checkpoint_is_explained(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["install", "--start", str(tmp_path)])
    assert "must name the folder" in capsys.readouterr().err
