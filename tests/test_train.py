"""Training runs of a model small enough to train here."""

import shutil

import torch
from training import TEXT, examples_file

from qa.reader import OnnxReader
from qa.training.data import (
    Example,
)
from qa.training.export import export_reader
from qa.training.features import collate, make_features
from qa.training.train import Recipe, Trainer, register_attention


def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one_does(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    recipe = Recipe(learning_rate=1e-3, batch_tokens=150)
    whole = Trainer(tiny_checkpoint, file, tmp_path / "whole", recipe)
    whole.run()

    broken = Trainer(tiny_checkpoint, file, tmp_path / "broken", recipe)
    assert len(broken.batches) > 3
    for _ in range(2):
        broken._train(collate([broken.features[i] for i in broken.batches[broken.step]]))
        broken.step += 1
    broken.save()
    resumed = Trainer(tiny_checkpoint, file, tmp_path / "broken", recipe)
    assert resumed.step == 2
    resumed.run()
    for name, value in whole.average.items():
        assert torch.allclose(value, resumed.average[name], atol=1e-6), name


def test_the_attention_for_training_agrees_with_the_usual_one(tiny_checkpoint, tokenizer):
    from transformers import AutoModelForQuestionAnswering

    examples = [Example("1", "1", "retrieved", "Who?", TEXT, ()), Example("2", "2", "retrieved", "Who?", TEXT[:40], ())]
    batch = collate(make_features(examples, tokenizer))
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
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", [TEXT])
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
    first = trainer._train(collate([trainer.features[i] for i in trainer.batches[0]]))
    trainer.run()
    last = trainer._train(collate([trainer.features[i] for i in trainer.batches[0]]))
    assert last < first / 2
    export_reader(tmp_path / "run" / "model", tmp_path / "reader", int8=False)
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", [TEXT])
    assert best.text == "Ada Lovelace"
