"""Training runs of a model small enough to train here."""

import shutil

import pytest
import torch
from messages import is_one_sentence
from training import TEXT, TINY, examples_file, tiny_tokenizer
from viewing import views

from index.errors import ModelError
from qa.reading.reader import OnnxReader
from qa.training import train
from qa.training.attention import register_attention
from qa.training.compute import Compute
from qa.training.errors import TrainingError
from qa.training.examples import Example
from qa.training.features import make_features
from qa.training.int8_export import export_reader
from qa.training.model import load_model
from qa.training.recipe import Recipe
from qa.training.schedule import Steps
from qa.training.table import table_of
from qa.training.train import Trainer


@pytest.mark.parametrize(("precision", "rank"), [(torch.float32, 0), (torch.bfloat16, 0), (torch.float32, 4)])
def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one_does(precision, rank, tiny_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "choose_compute", lambda: Compute("cpu", precision))
    file = examples_file(tmp_path / "examples.jsonl")
    recipe = Recipe(learning_rate=1e-3, batch_tokens=150, rank=rank)
    whole = Trainer(tiny_checkpoint, file, tmp_path / "whole", recipe)
    whole.run()

    broken = Trainer(tiny_checkpoint, file, tmp_path / "broken", recipe)
    assert len(broken.batches) > 3
    for _ in range(2):
        broken._train(broken.batches[broken.step], Steps(len(broken.batches), recipe.warmup).rate(broken.step))
        broken.step += 1
    broken.save()
    monkeypatch.setattr(
        train, "choose_compute", lambda: Compute("cpu", torch.float64)
    )  # a busy machine measures something else
    resumed = Trainer(tiny_checkpoint, file, tmp_path / "broken", recipe)
    assert (resumed.step, resumed.compute.precision) == (2, precision)
    resumed.run()
    for name, value in whole.average.items():
        assert torch.allclose(value, resumed.average[name], atol=1e-6), name


def test_every_epoch_takes_all_windows_in_another_order(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    once, twice = (
        Trainer(tiny_checkpoint, file, tmp_path / str(epochs), Recipe(batch_tokens=150, epochs=epochs))
        for epochs in (1, 2)
    )
    first, second = twice.batches[: len(once.batches)], twice.batches[len(once.batches) :]
    assert first == once.batches
    assert first != second
    for epoch in (first, second):
        assert sorted(i for batch in epoch for i in batch) == list(range(len(once._table)))


def test_a_run_is_not_continued_with_another_recipe(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    Trainer(tiny_checkpoint, file, tmp_path / "run", Recipe()).save()
    with pytest.raises(TrainingError, match="other settings") as caught:
        Trainer(tiny_checkpoint, file, tmp_path / "run", Recipe(seed=2))
    assert is_one_sentence(str(caught.value))


def test_a_run_is_not_continued_from_another_start_or_with_as_many_other_examples(tiny_checkpoint, tmp_path):
    file, other = examples_file(tmp_path / "examples.jsonl"), tmp_path / "other.jsonl"
    other.write_text(file.read_text("utf-8").replace("first program", "last program"), "utf-8")
    Trainer(tiny_checkpoint, file, tmp_path / "run", Recipe()).save()
    assert Trainer(tiny_checkpoint, file, tmp_path / "run", Recipe()).step == 0
    with pytest.raises(TrainingError, match="other settings"):
        Trainer(tiny_checkpoint, other, tmp_path / "run", Recipe())
    start = shutil.copytree(tiny_checkpoint, tmp_path / "start")
    model = load_model(start)
    with torch.no_grad():
        model.get_input_embeddings().weight[5] += 1  # not trained, so the checkpoint does not hold it
    model.save_pretrained(start)
    with pytest.raises(TrainingError, match="another --start"):
        Trainer(start, file, tmp_path / "run", Recipe())


def test_the_starting_weights_can_be_mixed_into_the_trained_ones(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    written = {}
    for share in (0.0, 0.25, 1.0):
        Trainer(tiny_checkpoint, file, tmp_path / str(share), Recipe(learning_rate=1e-2, kept_start=share)).run()
        written[share] = load_model(tmp_path / str(share) / "model").state_dict()
    start = load_model(tiny_checkpoint).state_dict()
    assert any(not torch.equal(written[0.0][name], weights) for name, weights in start.items())
    for name, weights in start.items():
        assert torch.allclose(written[0.25][name], 0.25 * weights + 0.75 * written[0.0][name], atol=1e-6), name
        assert torch.allclose(written[1.0][name], weights), name


def test_a_head_that_the_start_lacks_is_the_same_one_to_train_from_and_to_mix_in(tmp_path):
    from transformers import BertConfig, BertModel

    start = tmp_path / "headless"
    tokenizer = tiny_tokenizer(start)
    BertModel(BertConfig(vocab_size=len(tokenizer), **TINY)).save_pretrained(start)
    trainer = Trainer(start, examples_file(tmp_path / "examples.jsonl"), tmp_path / "run", Recipe(kept_start=1.0))
    head = trainer.weights["qa_outputs.weight"].clone()
    trainer.run()
    assert not torch.equal(trainer.weights["qa_outputs.weight"], head)
    assert torch.equal(load_model(tmp_path / "run" / "model").qa_outputs.weight, head)


def test_dropout_is_applied(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    losses = []
    for share in (0.0, 0.5):
        trainer = Trainer(tiny_checkpoint, file, tmp_path / str(share), Recipe(dropout=share))
        losses.append(trainer._train(trainer.batches[0], 1.0))
    assert losses[0] != losses[1]


@pytest.mark.parametrize("kind", ["DistilBert", "Albert"])
def test_a_model_that_training_does_not_know_is_explained(kind, tmp_path):
    import transformers

    config = getattr(transformers, f"{kind}Config")(**TINY | {"dim": 32, "hidden_dim": 64, "n_heads": 2})
    getattr(transformers, f"{kind}ForQuestionAnswering")(config).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="built like BERT") as caught:
        load_model(tmp_path)
    assert is_one_sentence(str(caught.value))


def test_the_attention_for_training_agrees_with_the_usual_one(tiny_checkpoint, tokenizer):
    from transformers import AutoModelForQuestionAnswering

    examples = [Example("0", "1", "retrieved", "Who?", TEXT, ()), Example("1", "2", "retrieved", "Who?", TEXT[:40], ())]
    batch = table_of(make_features(examples, tokenizer)).batch([0, 1])
    logits = []
    for attention in ("eager", register_attention()):
        model = (
            AutoModelForQuestionAnswering.from_pretrained(str(tiny_checkpoint), attn_implementation=attention)
            .float()
            .eval()
        )
        with torch.no_grad():
            output = model(**batch.inputs)
        logits.append(output.start_logits[batch.inputs["attention_mask"].bool()])
    assert torch.allclose(*logits, atol=1e-5)


def test_a_model_of_another_architecture_can_be_trained_and_exported(tiny_checkpoint, tmp_path):
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    shutil.copytree(tiny_checkpoint, tmp_path / "start")
    MPNetForQuestionAnswering(config).save_pretrained(tmp_path / "start")
    file = examples_file(tmp_path / "examples.jsonl", 900)
    recipe = Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5, dropout=0.0)
    Trainer(tmp_path / "start", file, tmp_path / "run", recipe).run()
    export_reader(tmp_path / "run" / "model", tmp_path / "reader")
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", views([TEXT]))
    assert best.text == "Ada Lovelace"


def test_frozen_layers_stay_as_they_are_and_the_others_learn(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    trainer = Trainer(
        tiny_checkpoint, file, tmp_path / "run", Recipe(learning_rate=1e-2, batch_tokens=300, frozen_layers=1)
    )
    before = {name: parameter.detach().clone() for name, parameter in trainer.model.named_parameters()}
    trainer.run()
    changed = {n.split("attention")[0] for n, p in trainer.model.named_parameters() if not torch.equal(p, before[n])}
    assert any("layer.1." in name for name in changed)
    assert not any("layer.0." in name or "embeddings" in name for name in changed)


def test_training_lowers_the_loss_and_the_export_reads_like_the_checkpoint(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl", 900)
    trainer = Trainer(
        tiny_checkpoint, file, tmp_path / "run", Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5)
    )
    first = trainer._train(trainer.batches[0], 1.0)
    trainer.run()
    last = trainer._train(trainer.batches[0], 1.0)
    assert last < first / 2
    export_reader(tmp_path / "run" / "model", tmp_path / "reader", int8=False)
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", views([TEXT]))
    assert best.text == "Ada Lovelace"
