"""Training by small additions to the weights, and what is learnt so as a file of its own."""

import shutil

import pytest
import torch
from messages import is_one_sentence
from safetensors.torch import load_file, save_file
from training import TEXT, examples_file
from viewing import views

from index.errors import ModelError
from qa.reading.reader import OnnxReader
from qa.training.adapters import AdaptedLinear, absorb, adapt
from qa.training.command import main
from qa.training.difference import DIFFERENCE_FILE, apply_difference, write_difference
from qa.training.int8_export import export_reader
from qa.training.model import load_model
from qa.training.recipe import Recipe
from qa.training.train import Trainer

RANK = 4


@pytest.fixture(scope="module")
def run(tiny_checkpoint, tmp_path_factory):
    """The folder of a run that trained additions of rank 4."""
    folder = tmp_path_factory.mktemp("adapted")
    file = examples_file(folder / "examples.jsonl", 900)
    recipe = Recipe(learning_rate=2e-2, batch_tokens=400, average_decay=0.5, dropout=0.0, rank=RANK)
    Trainer(tiny_checkpoint, file, folder / "run", recipe).run()
    return folder / "run"


def test_a_new_adapter_changes_nothing_and_a_trained_one_is_absorbed_exactly():
    torch.manual_seed(0)
    linear, hidden = torch.nn.Linear(6, 5), torch.randn(2, 3, 6)
    adapted = AdaptedLinear(linear, rank=2)
    assert torch.equal(adapted(hidden), linear(hidden))
    torch.nn.init.normal_(adapted.up)
    expected = hidden @ (linear.weight + 2.0 * adapted.up @ adapted.down).T + linear.bias
    assert torch.allclose(adapted(hidden), expected, atol=1e-5)
    assert torch.allclose(adapted.absorbed()(hidden), expected, atol=1e-5)


def test_only_additions_above_the_frozen_layers_and_the_output_are_trained(tiny_checkpoint):
    model = load_model(tiny_checkpoint)
    names = list(model.state_dict())
    adapt(model, RANK, frozen_layers=1)
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert {name for name in trained if "layer" not in name} == {"qa_outputs.weight", "qa_outputs.bias"}
    assert {name.rsplit(".", 1)[1] for name in trained if "layer" in name} == {"up", "down"}
    assert all(".layer.1." in name for name in trained if "layer" in name)
    assert len([name for name in trained if name.endswith(".up")]) == 6  # four in the attention, two after it
    absorb(model)
    assert list(model.state_dict()) == names


def test_additions_learn_and_leave_everything_else_alone(run, tiny_checkpoint, tmp_path):
    before, after = load_model(tiny_checkpoint).state_dict(), load_model(run / "model").state_dict()
    changed = {name for name, weights in after.items() if not torch.equal(weights, before[name])}
    assert {name.rsplit(".", 1)[1] for name in changed if "layer" in name} == {"weight"}
    assert not any("embeddings" in name or "LayerNorm" in name for name in changed)
    matrix = "bert.encoder.layer.0.attention.self.query.weight"
    assert torch.linalg.matrix_rank(after[matrix] - before[matrix], rtol=1e-3) == RANK
    export_reader(run / "model", tmp_path / "reader", int8=False)
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", views([TEXT]))
    assert best.text == "Ada Lovelace"


def test_the_difference_and_the_base_make_the_checkpoint_again(run, tiny_checkpoint, tmp_path):
    lost = write_difference(tiny_checkpoint, run / "model", tmp_path / "difference", RANK)
    assert lost < 1e-4
    apply_difference(tiny_checkpoint, tmp_path / "difference", tmp_path / "again")
    before = load_model(tiny_checkpoint).state_dict()
    trained, again = (load_model(folder).state_dict() for folder in (run / "model", tmp_path / "again"))
    for name, weights in trained.items():
        change = (weights - before[name]).abs().max()
        assert (again[name] - weights).abs().max() <= 0.02 * change, name  # the factors are rounded
    kept = (tmp_path / "difference").stat().st_size
    assert kept < 2 * sum(w.numel() for name, w in trained.items() if ".layer." in name)  # of a very small model
    assert (tmp_path / "again" / "tokenizer.json").exists()


def test_the_small_parts_of_a_change_are_kept_in_few_bits(run, tiny_checkpoint, tmp_path, monkeypatch):
    errors = []
    for fine, rank in ((RANK, RANK), (RANK // 2, RANK), (RANK // 2, RANK // 2)):
        monkeypatch.setattr("qa.training.difference.FINE", fine)
        monkeypatch.setattr("qa.training.rounding.SMALLEST", 0)
        write_difference(tiny_checkpoint, run / "model", tmp_path / "difference", rank)
        apply_difference(tiny_checkpoint, tmp_path / "difference", tmp_path / "again")
        trained, again = (load_model(folder).state_dict() for folder in (run / "model", tmp_path / "again"))
        errors.append(sum(float((again[name] - trained[name]).norm()) for name in trained))
    assert errors == sorted(errors)


def test_a_smaller_rank_loses_some_of_the_change(run, tiny_checkpoint, tmp_path):
    assert 0.01 < write_difference(tiny_checkpoint, run / "model", tmp_path / "difference", 1) < 1


def test_a_difference_to_another_model_is_explained(run, tiny_checkpoint, exports, tmp_path):
    write_difference(tiny_checkpoint, run / "model", tmp_path / "difference", RANK)
    with pytest.raises(ModelError, match="is of another model") as caught:
        apply_difference(exports / "model", tmp_path / "difference", tmp_path / "again")
    assert is_one_sentence(str(caught.value).replace(str(tmp_path), "").replace(str(exports), ""))


def test_a_difference_that_does_not_name_its_base_is_refused(run, tiny_checkpoint, tmp_path):
    write_difference(tiny_checkpoint, run / "model", tmp_path / "difference", RANK)
    save_file(load_file(tmp_path / "difference"), tmp_path / "nameless")
    with pytest.raises(ModelError, match="is of another model"):
        apply_difference(tiny_checkpoint, tmp_path / "nameless", tmp_path / "again")


def test_a_run_is_not_packed_as_the_difference_to_a_model_it_did_not_start_from(run, exports, tmp_path):
    with pytest.raises(ModelError, match="was not trained from"):
        write_difference(exports / "model", run / "model", tmp_path / "difference", RANK)
    assert list(tmp_path.iterdir()) == []


def test_a_packed_run_is_unpacked_elsewhere(run, tiny_checkpoint, tmp_path, capsys):
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for work in (here, elsewhere):
        shutil.copytree(tiny_checkpoint, work / "larger")  # stands in for the model that would be fetched
    shutil.copytree(run, here / "run")
    assert main(["pack", "--work", str(here), "--rank", str(RANK)]) == 0
    assert f"{(here / DIFFERENCE_FILE).stat().st_size:,} bytes" in capsys.readouterr().out
    shutil.copyfile(here / DIFFERENCE_FILE, elsewhere / DIFFERENCE_FILE)
    assert main(["unpack", "--work", str(elsewhere)]) == 0
    for folder in (here, elsewhere):
        export_reader(folder / "run" / "model", folder / "reader", int8=False)
    first, again = (
        OnnxReader(w / "reader").read("Who wrote the first program?", views([TEXT]))[0] for w in (here, elsewhere)
    )
    assert first.text == again.text == "Ada Lovelace"
    assert first.score == pytest.approx(again.score, abs=0.1)


@pytest.mark.parametrize(
    ("command", "words"), [(["pack", "--rank", "4"], "no finished run"), (["unpack"], DIFFERENCE_FILE)]
)
def test_packing_nothing_is_explained(command, words, tmp_path, capsys):
    assert main([*command, "--work", str(tmp_path)]) == 1
    message = capsys.readouterr().err.removeprefix("quotewise: ").strip().replace(str(tmp_path), "the folder")
    assert words in message
    assert is_one_sentence(message)
    assert list(tmp_path.iterdir()) == []


def test_packing_needs_a_rank(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["pack", "--work", str(tmp_path)])
    assert "--rank" in capsys.readouterr().err
