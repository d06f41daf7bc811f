"""Training on a model small enough to train here."""

import json
import random
import shutil

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from index.errors import ModelError
from qa.confidence import UNCALIBRATED, Evidence, read_calibration
from qa.evaluation.dataset import Gold, Paragraph, Question
from qa.reader import SHIPPED_READER, OnnxReader
from qa.training.calibrate import Outcome, best_threshold, careful_threshold, fit
from qa.training.command import main
from qa.training.data import (
    Example,
    ExampleMaker,
    answer_places,
    is_held_out,
    is_kept_back,
    read_examples,
    split_amazon,
)
from qa.training.export import export_reader
from qa.training.features import NULL, Batch, collate, make_batches, make_features
from qa.training.losses import boundary_loss, boundary_losses, shared_loss
from qa.training.measure import measure
from qa.training.negatives import alter
from qa.training.restore import restore_checkpoint
from qa.training.train import Recipe, Trainer, register_attention

TEXT = "Ada Lovelace wrote the first program in 1843. Charles Babbage built the engine in London."


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_file(str(SHIPPED_READER / "tokenizer.json"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    BertForQuestionAnswering(config).save_pretrained(folder)
    BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / "tokenizer.json")).save_pretrained(folder)
    return folder


def examples_file(path, count=24):
    lines = []
    for number in range(count):
        spans = [[0, 12]] if number % 2 else []
        lines.append({"id": str(number), "group": str(number // 2), "kind": "answerable" if spans else "retrieved",
                      "question": "Who wrote the first program?", "passage": TEXT if spans else "Nothing of it.",
                      "spans": spans})  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_labels_point_at_the_answer_tokens(tokenizer):
    start = TEXT.index("Charles Babbage")
    span = (start, start + len("Charles Babbage"))
    [feature] = make_features([Example("1", "1", "answerable", "Who built the engine?", TEXT, (span,))], tokenizer)
    [(first, last)] = feature.spans
    offsets = feature.window.offsets
    assert TEXT[offsets[first][0] : offsets[last][1]] == "Charles Babbage"


def test_unanswerable_windows_are_labelled_with_the_null_position(tokenizer):
    [feature] = make_features([Example("1", "1", "retrieved", "Who?", TEXT, ())], tokenizer)
    assert feature.spans == (NULL,)


def test_windows_of_an_answerable_example_that_lack_the_answer_are_left_out(tokenizer):
    passage = TEXT + " Filler words go here." * 300
    features = make_features([Example("1", "1", "answerable", "Who?", passage, ((0, 12),))], tokenizer)
    assert len(features) == 1
    assert features[0].spans != (NULL,)


def test_the_loss_is_minus_the_log_of_the_right_places_share():
    logits = torch.tensor([[1.0, 2.0, 0.5, 9.0]])
    allowed = torch.tensor([[True, True, True, False]])
    right = torch.tensor([[False, True, True, False]])
    shares = np.exp([1.0, 2.0, 0.5]) / np.exp([1.0, 2.0, 0.5]).sum()
    assert boundary_loss(logits, allowed, right).item() == pytest.approx(-np.log(shares[1] + shares[2]), rel=1e-5)


def test_the_shared_loss_is_that_of_all_spans_of_a_group_and_null():
    rng = np.random.default_rng(0)
    start, end = (torch.tensor(rng.normal(size=(3, 6)), dtype=torch.float32) for _ in range(2))
    passage = torch.zeros(3, 6, dtype=torch.bool)
    passage[0, 2:6] = passage[1, 3:5] = passage[2, 1:4] = True
    right = torch.tensor([[0, 2, 3], [0, 5, 5], [1, 0, 0], [2, 0, 0]])
    batch = Batch({}, passage, right, group=torch.tensor([0, 0, 1]))

    def scores(window):
        null = start[window, 0] + end[window, 0]
        tokens = [token for token in range(6) if passage[window, token]]
        return {(i, j): float(start[window, i] + end[window, j] - null) for i in tokens for j in tokens if i <= j}

    groups = [1 + sum(np.exp([*scores(0).values(), *scores(1).values()])), 1 + sum(np.exp([*scores(2).values()]))]
    share = sum(np.exp([scores(0)[2, 3], scores(0)[5, 5]])) / groups[0]
    expected = (-np.log(share) - np.log(1 / groups[1])) / 2
    assert shared_loss(start, end, batch).item() == pytest.approx(expected, rel=1e-4)


def test_an_answer_longer_than_readers_give_counts_for_its_boundaries_alone():
    logits, passage = torch.zeros(1, 50, requires_grad=True), torch.ones(1, 50, dtype=torch.bool)
    batch = Batch({}, passage, torch.tensor([[0, 5, 45]]), group=torch.tensor([0]))
    assert shared_loss(logits, logits, batch).item() == 0
    assert boundary_losses(logits, logits, batch).item() == pytest.approx(2 * np.log(50), rel=1e-5)


def test_batches_hold_every_window_once_and_repeat_from_their_seed(tokenizer):
    examples = [Example(str(i), str(i // 2), "retrieved", "Who?", "word " * (5 + 7 * i % 90), ()) for i in range(50)]
    features = make_features(examples, tokenizer)
    batches = make_batches(features, 600, seed=3)
    assert sorted(i for batch in batches for i in batch) == list(range(len(features)))
    assert batches == make_batches(features, 600, seed=3)
    homes = {(features[i].group, number) for number, batch in enumerate(batches) for i in batch}
    assert len(homes) == len({group for group, _ in homes})  # no group is divided
    assert all(collate([features[i] for i in batch]).inputs["input_ids"].numel() <= 700 for batch in batches)


def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one_does(tiny, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    recipe = Recipe(learning_rate=1e-3, batch_tokens=150)
    whole = Trainer(tiny, file, tmp_path / "whole", recipe)
    whole.run()

    broken = Trainer(tiny, file, tmp_path / "broken", recipe)
    assert len(broken.batches) > 3
    for _ in range(2):
        broken._train(collate([broken.features[i] for i in broken.batches[broken.step]]))
        broken.step += 1
    broken.save()
    resumed = Trainer(tiny, file, tmp_path / "broken", recipe)
    assert resumed.step == 2
    resumed.run()
    for name, value in whole.average.items():
        assert torch.allclose(value, resumed.average[name], atol=1e-6), name


def test_the_attention_for_training_agrees_with_the_usual_one(tiny, tokenizer):
    from transformers import AutoModelForQuestionAnswering

    examples = [Example("1", "1", "retrieved", "Who?", TEXT, ()), Example("2", "2", "retrieved", "Who?", TEXT[:40], ())]
    batch = collate(make_features(examples, tokenizer))
    logits = []
    for attention in ("eager", register_attention()):
        model = AutoModelForQuestionAnswering.from_pretrained(str(tiny), attn_implementation=attention).float().eval()
        with torch.no_grad():
            output = model(**batch.inputs)
        logits.append(output.start_logits[batch.inputs["attention_mask"].bool()])
    assert torch.allclose(*logits, atol=1e-5)


def test_a_model_of_another_architecture_can_be_trained_and_exported(tiny, tmp_path):
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    shutil.copytree(tiny, tmp_path / "start")
    MPNetForQuestionAnswering(config).save_pretrained(tmp_path / "start")
    file = examples_file(tmp_path / "examples.jsonl", 900)
    recipe = Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5, dropout=0.0)
    Trainer(tmp_path / "start", file, tmp_path / "run", recipe).run()
    export_reader(tmp_path / "run" / "model", tmp_path / "reader")
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", [TEXT])
    assert best.text == "Ada Lovelace"


def test_frozen_layers_stay_as_they_are_and_the_others_learn(tiny, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    trainer = Trainer(tiny, file, tmp_path / "run", Recipe(learning_rate=1e-2, batch_tokens=300, frozen_layers=1))
    before = {name: parameter.detach().clone() for name, parameter in trainer.model.named_parameters()}
    trainer.run()
    changed = {n.split("attention")[0] for n, p in trainer.model.named_parameters() if not torch.equal(p, before[n])}
    assert any("layer.1." in name for name in changed)
    assert not any("layer.0." in name or "embeddings" in name for name in changed)


def test_training_lowers_the_loss_and_the_export_reads_like_the_checkpoint(tiny, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl", 900)
    trainer = Trainer(tiny, file, tmp_path / "run", Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5))
    first = trainer._train(collate([trainer.features[i] for i in trainer.batches[0]]))
    trainer.run()
    last = trainer._train(collate([trainer.features[i] for i in trainer.batches[0]]))
    assert last < first / 2
    export_reader(tmp_path / "run" / "model", tmp_path / "reader", int8=False)
    [best, *_] = OnnxReader(tmp_path / "reader").read("Who wrote the first program?", [TEXT])
    assert best.text == "Ada Lovelace"


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """A checkpoint and its exports, large enough that the feed-forward tables are stored in int8 as well."""
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("exports")
    config = BertConfig(hidden_size=192, num_hidden_layers=1, num_attention_heads=2, intermediate_size=768)
    model = BertForQuestionAnswering(config)
    for parameter in model.parameters():
        if parameter.ndim == 1:  # new biases are all zero, and an export keeps just one of equal tables
            torch.nn.init.normal_(parameter, parameter.mean().item(), 0.02)
    model.save_pretrained(folder / "model")
    BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / "tokenizer.json")).save_pretrained(folder / "model")
    for name, int8 in (("float", False), ("int8", True)):
        export_reader(folder / "model", folder / name, int8=int8)
    return folder


def test_the_int8_export_is_smaller_and_reads_nearly_the_same(exports):
    sizes = [(exports / name / "model.onnx").stat().st_size for name in ("float", "int8")]
    assert sizes[1] < 0.3 * sizes[0]
    exact, near = (OnnxReader(exports / name).read("Who wrote it?", [TEXT]) for name in ("float", "int8"))
    scores = {(span.start, span.end): span.score for span in exact}
    shared = [(scores[span.start, span.end], span.score) for span in near if (span.start, span.end) in scores]
    assert shared
    assert all(abs(one - other) < 0.05 for one, other in shared)


def test_an_export_can_be_made_a_checkpoint_again(exports, tmp_path):
    from transformers import AutoModelForQuestionAnswering

    original = AutoModelForQuestionAnswering.from_pretrained(str(exports / "model")).state_dict()
    for name, allowed in (("float", 0.0), ("int8", 1 / 127)):  # rounding is at most half a step of 127
        restore_checkpoint(exports / name, tmp_path / name)
        restored = AutoModelForQuestionAnswering.from_pretrained(str(tmp_path / name)).state_dict()
        assert restored.keys() == original.keys()
        for key, weights in original.items():
            assert (restored[key] - weights).abs().max() <= allowed * weights.abs().max(), key


def test_the_shipped_reader_can_be_trained_on(tmp_path, capsys):
    assert main(["restore", "--work", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "start")
    export_reader(tmp_path / "start", tmp_path / "again", int8=False)
    question = "Who built the engine?"
    shipped, again = (OnnxReader(folder).read(question, [TEXT])[0] for folder in (SHIPPED_READER, tmp_path / "again"))
    assert shipped.text == again.text == "Charles Babbage"
    assert shipped.score == pytest.approx(again.score, abs=1.0)


def test_only_an_exported_reader_can_be_restored(tmp_path):
    with pytest.raises(ModelError, match="is not a reader that"):
        restore_checkpoint(tmp_path, tmp_path / "start")


def test_held_out_articles_depend_on_the_title_alone():
    titles = [f"Article {number}" for number in range(2000)]
    share = sum(map(is_held_out, titles)) / len(titles)
    assert 0.09 < share < 0.15
    assert [is_held_out(title) for title in titles[:50]] == [is_held_out(title) for title in titles[:50]]


def test_every_place_of_a_rare_answer_counts_but_not_of_a_common_word():
    text = "In 1843 Ada wrote. By 1843 it ran. a a a a a"
    paragraph = Paragraph(0, "t", text)
    assert answer_places(Question("1", "When?", (Gold("1843", 3),), paragraph)) == ((3, 7), (22, 26))
    place = text.index("a a a")
    assert answer_places(Question("2", "What?", (Gold("a", place),), paragraph)) == ((place, place + 1),)


def test_the_last_reviews_are_kept_for_measuring():
    questions = [Question(str(i), "Q?", (), Paragraph(i, "t", "text")) for i in range(10)]
    training, measuring = split_amazon(questions)
    assert [q.id for q in measuring] == ["8", "9"]
    assert len(training) == 8


def test_altered_questions_differ_and_repeat_from_their_seed():
    elsewhere = "The machine was shown to Mary Somerville in 1851 near Paris."
    made = [
        alter("When did Ada Lovelace write the first program?", TEXT, elsewhere, random.Random(s)) for s in range(30)
    ]
    assert len(set(filter(None, made))) > 3
    assert "When did Ada Lovelace write the first program?" not in made
    again = [
        alter("When did Ada Lovelace write the first program?", TEXT, elsewhere, random.Random(s)) for s in range(30)
    ]
    assert made == again


def outcome(score, right, answerable=True):
    return Outcome(Evidence(score, 2.0, 10), 1.0 if right else 0.0, answerable)


def test_the_fitted_confidence_is_the_share_that_was_right():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, 4000)
    results = [outcome(s, rng.random() < 1 / (1 + np.exp(-(0.8 * s - 0.5)))) for s in scores]
    calibration = fit(results)
    for low, high in ((-4, -1), (-1, 1), (1, 4)):
        inside = [r for r in results if low <= r.evidence.span_score < high]
        confidence = np.mean([calibration.confidence(r.evidence) for r in inside])
        assert confidence == pytest.approx(np.mean([r.right for r in inside]), abs=0.04)


def test_the_default_threshold_gains_most():
    results = [outcome(0, True), outcome(0, True), outcome(0, False, answerable=False), outcome(0, True)]
    assert best_threshold(np.array([0.9, 0.8, 0.7, 0.1]), results) == 0.8


def test_the_careful_threshold_keeps_nine_in_ten_right():
    right = np.array([1.0] * 9 + [0.0] * 3)
    assert careful_threshold(np.linspace(1, 0, 12), right) == pytest.approx(np.linspace(1, 0, 12)[9])
    assert careful_threshold(np.array([0.5]), np.array([0.0])) == 1.0


def test_unanswerable_questions_of_ones_own_are_examples_without_a_span_and_get_no_negatives():
    paragraph = Paragraph(0, "t", TEXT)
    asked = Question("1", "Who wrote the first program?", (Gold("Ada Lovelace", 0),), paragraph)
    vain = Question("2", "Who wrote the second program?", (), paragraph)
    made = list(ExampleMaker([asked, vain], seed=0).make([vain], retrieved=1.0, altered=1.0))
    assert [(example.kind, example.spans) for example in made] == [("unanswerable", ())]


def test_a_paragraph_without_a_title_is_kept_back_by_itself():
    paragraphs = [Paragraph(i, "", f"Text number {i}.") for i in range(500)]
    assert 30 < sum(map(is_kept_back, paragraphs)) < 100


@pytest.mark.parametrize(("step", "words"), [("data", "no question to train on"), ("calibrate", "held-back articles")])
def test_a_file_with_too_few_articles_is_explained(step, words, towns, tmp_path, capsys):
    file = towns
    if step == "calibrate":
        title = next(title for title in map("Village {}".format, range(50)) if not is_held_out(title))
        file = tmp_path / "squad.json"
        file.write_text(json.dumps({"data": [{"title": title, "paragraphs": [{"context": TEXT, "qas": []}]}]}))
    assert main([step, "--squad", str(file), "--work", str(tmp_path / "work")]) == 1
    assert words in capsys.readouterr().err


def test_the_data_step_makes_all_kinds_and_is_not_repeated(tmp_path, capsys):
    articles = []
    for number in range(12):
        name = f"Harold Number{number}"
        context = (
            f"In {1900 + number} the mayor {name} opened the great bridge of Town{number}. It cost {number}50 crowns."
        )
        qas = [{"id": str(number), "question": f"When did {name} open the bridge of Town{number}?",
                "answers": [{"text": str(1900 + number), "answer_start": 3}]}]  # fmt: skip
        articles.append({"title": f"T{number}", "paragraphs": [{"context": context, "qas": qas}]})
    squad = tmp_path / "squad.json"
    squad.write_text(json.dumps({"version": "1.1", "data": articles}), "utf-8")
    command = ["data", "--squad", str(squad), "--start", str(tmp_path), "--work", str(tmp_path / "w"),
               "--retrieved", "1", "--altered", "1"]  # fmt: skip
    assert main(command) == 0
    made = read_examples(tmp_path / "w" / "examples.jsonl")
    assert {example.kind for example in made} == {"answerable", "retrieved", "altered"}
    assert all(bool(example.spans) == (example.kind == "answerable") for example in made)
    stamp = (tmp_path / "w" / "examples.jsonl").stat().st_mtime_ns
    assert main(command) == 0
    assert (tmp_path / "w" / "examples.jsonl").stat().st_mtime_ns == stamp


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """A SQuAD file whose articles are all held back from training."""
    titles = [title for title in map("Town {}".format, range(200)) if is_held_out(title)][:8]
    articles = []
    for number, title in enumerate(titles):
        year = 1900 + number
        facts = (f"The bridge of {title} was opened in {year} by Harold Stone.", f"The {title} choir sings on Sundays.")
        when = {"id": f"{number}", "question": f"When was the bridge of {title} opened by Harold Stone?",
                "answers": [{"text": str(year), "answer_start": facts[0].index(str(year))}]}  # fmt: skip
        sings = {"id": f"{number}-choir", "question": f"When does the {title} choir sing?",
                 "answers": [{"text": "Sundays", "answer_start": facts[1].index("Sundays")}]}  # fmt: skip
        paragraphs = [{"context": facts[0], "qas": [when]}, {"context": facts[1], "qas": [sings]}]
        articles.append({"title": title, "paragraphs": paragraphs})
    squad = tmp_path_factory.mktemp("towns") / "squad.json"
    squad.write_text(json.dumps({"version": "1.1", "data": articles}), "utf-8")
    return squad


def test_the_calibrate_step_asks_held_back_questions_and_writes_what_it_found(towns, tmp_path, encoder):
    shutil.copytree(SHIPPED_READER, tmp_path / "work" / "reader")
    (tmp_path / "work" / "reader" / "calibration.json").unlink()
    command = ["calibrate", "--squad", str(towns), "--work", str(tmp_path / "work")]
    assert main([*command, "--calibration-questions", "10"]) == 0
    calibration = read_calibration(tmp_path / "work" / "reader")
    assert calibration != UNCALIBRATED
    sure, unsure = (calibration.confidence(Evidence(score, 5.0, 8)) for score in (10.0, -10.0))
    assert sure > 0.5 > unsure


def test_readers_are_measured_on_held_back_questions_without_touching_test_data(towns, exports, capsys):
    found = measure(towns, [None, str(exports / "float")], 16, seed=1)
    shipped, untrained = found["shipped"], found[str(exports / "float")]
    assert shipped.exact_match >= 0.8
    assert shipped.auroc_retrieved > 0.8
    assert untrained.exact_match < shipped.exact_match
    assert untrained.f1 < shipped.f1
    assert main(["measure", "--squad", str(towns), "--measure-questions", "4"]) == 0
    assert "exact_match" in capsys.readouterr().out
