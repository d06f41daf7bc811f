"""Training on another machine: what is carried there, what runs there, and what is made of what comes back."""

import json
import shutil

import pytest
import torch
from processes import run_python
from safetensors.torch import load_file, save_file
from training import TEXT, TINY, examples_file
from viewing import views

from qa.reading.reader import OnnxReader
from qa.training import gpu
from qa.training.attention import register_attention
from qa.training.checking import HeldBackCheck
from qa.training.command import main
from qa.training.compute import FUSED, Compute
from qa.training.distilling import labelled, matching
from qa.training.errors import TrainingError
from qa.training.examples import Example, read_examples, write_example_file
from qa.training.features import make_features
from qa.training.model import load_model
from qa.training.parts import join_file, split_file
from qa.training.recipe import Recipe
from qa.training.rounding import read_rounded, rounded, unrounded, write_rounded
from qa.training.schedule import Budget, Steps
from qa.training.table import table_of
from qa.training.train import LOG, Trainer

MISSING = ("faiss", "nupunkt", "gradio", "selectolax", "pypdfium2", "lxml", "platformdirs", "sentence_transformers",
           "onnxruntime")  # fmt: skip
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({MISSING!r}))"  # importing them fails then
EXACT = Compute("cpu", torch.float32)


@pytest.fixture(scope="module")
def mpnet(tiny_checkpoint, tmp_path_factory):
    """A teacher's start: an MPNet of two random layers."""
    from transformers import MPNetConfig, MPNetForQuestionAnswering

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("mpnet") / "start"
    shutil.copytree(tiny_checkpoint, folder)
    MPNetForQuestionAnswering(MPNetConfig(vocab_size=30522, **TINY | {"num_hidden_layers": 2})).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def loads(tiny_checkpoint, mpnet, tmp_path_factory):
    """A work folder with examples, and the loads that "carry" makes of it."""
    work = tmp_path_factory.mktemp("work")
    examples_file(work / "examples.jsonl", 600)
    examples_file(work / "held-back.jsonl", 8)
    starts = ["--start", str(mpnet), "--student-start", str(tiny_checkpoint)]
    assert main(["carry", "--work", str(work), *starts, "--load-bytes", str(16 * 2**20)]) == 0
    return work


def carried(work, target):
    """All parts of all loads in one folder, as they lie on the other machine."""
    target.mkdir()
    for part in work.glob("loads/load-*/*"):
        shutil.copyfile(part, target / part.name)
    return target


def options(folder, tmp_path, *more):
    return ["--from", str(folder), "--work", str(tmp_path / "there"), "--out", str(tmp_path / "out"), "--seconds", "8",
            "--teacher-share", "0.4", "--teacher-learning-rate", "4e-3", "--student-learning-rate", "4e-3",
            "--teacher-batch-tokens", "400", "--student-batch-tokens", "400", *more]  # fmt: skip


def shuffled(start, target):
    """The checkpoint with other weights."""
    shutil.copytree(start, target)
    weights = load_file(target / "model.safetensors")
    save_file({name: tensor.flip(0).contiguous() for name, tensor in weights.items()}, target / "model.safetensors")
    return target


def test_the_whole_way_there_and_back_makes_readers(loads, mpnet, tiny_checkpoint, tmp_path, monkeypatch, capsys):
    """Carried, trained by the clock, labelled, brought back, exported to int8, and read with."""
    monkeypatch.setattr(gpu, "RESERVE", 2.0)
    folder = carried(loads, tmp_path / "carried")
    assert gpu.main(options(folder, tmp_path), EXACT) == 0
    out = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(out) <= 8
    assert all((tmp_path / "out" / name).stat().st_size <= 16 * 2**20 for name in out)
    noted = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text("utf-8").splitlines()]
    assert {"began", "teacher", "labels", "student", "ended"} <= {line["run"] for line in noted}
    assert any("f1" in line for line in noted if line["run"] == "student")
    assert [line["labelled"] for line in noted if "labelled" in line] == [600]

    work = tmp_path / "work"
    shutil.copytree(loads / "outbound", work / "outbound")
    back = ["collect", "--work", str(work), "--returned", str(tmp_path / "out")]
    assert main([*back, "--start", str(shuffled(mpnet, tmp_path / "other"))]) == 1
    assert "not the checkpoint that was carried" in capsys.readouterr().err
    assert main([*back, "--start", str(mpnet)]) == 0
    for one in (work, work / "teacher"):
        assert main(["export", "--squad", "unused", "--work", str(one)]) == 0
        # How well it reads depends on how far this machine came in so few seconds.
        assert OnnxReader(one / "reader").read("Who wrote the first program?", views([TEXT]))
    there = load_model(tmp_path / "there" / "student" / "model").state_dict()
    here = load_model(work / "run" / "model").state_dict()
    assert all(torch.allclose(there[name], here[name], atol=1e-3) for name in there)

    half = ["--work", str(tmp_path / "half"), "--keep-start", "0.5", "--start", str(mpnet)]
    shutil.copytree(loads / "outbound", tmp_path / "half" / "outbound")
    assert main(["collect", *half, "--returned", str(tmp_path / "out")]) == 0
    mean, before = (
        load_model(tmp_path / "half" / "run" / "model").state_dict(),
        load_model(tiny_checkpoint).state_dict(),
    )
    assert all(torch.allclose(mean[name], (here[name] + before[name]) / 2, atol=2e-3) for name in mean)

    known = ["--known-teacher", str(work / "teacher" / "teacher.difference")]
    for name in ("examples.jsonl", "held-back.jsonl"):
        shutil.copyfile(loads / name, work / name)
    assert (
        main(["carry", "--work", str(work), "--start", str(mpnet), "--student-start", str(tiny_checkpoint), *known])
        == 0
    )
    again = options(carried(work, tmp_path / "again"), tmp_path / "later", "--teacher-share", "0", "--seconds", "6")
    assert gpu.main(again, EXACT) == 0
    noted = [json.loads(line) for line in (tmp_path / "later" / "out" / "log.jsonl").read_text("utf-8").splitlines()]
    assert not any("loss" in line for line in noted if line["run"] == "teacher")
    taught = load_model(work / "teacher" / "run" / "model").state_dict()
    found = load_model(tmp_path / "later" / "there" / "known-teacher").state_dict()
    start, copy = load_model(mpnet).state_dict(), read_rounded(work / "outbound" / "teacher" / "rounded.safetensors")
    learnt = read_rounded(work / "teacher" / "teacher.difference")
    assert learnt and all(torch.equal(taught[name], start[name] + learnt[name]) for name in learnt)
    assert all(torch.equal(found[name], copy[name] + learnt[name]) for name in learnt)

    stamp = (tmp_path / "there" / "teacher" / "checkpoint.pt").stat().st_mtime_ns
    assert gpu.main(options(folder, tmp_path), EXACT) == 0  # goes on, and finds nothing left to train
    assert (tmp_path / "there" / "teacher" / "checkpoint.pt").stat().st_mtime_ns == stamp


def test_nothing_there_imports_what_is_not_installed_there(loads, tmp_path):
    folder = carried(loads, tmp_path / "carried")
    code = f"{WITHOUT}\nfrom qa.training.gpu import main\nsys.exit(main(sys.argv[1:]))"
    run_python(code, *options(folder, tmp_path, "--teacher-rank", "4", "--cpu"))
    assert (tmp_path / "out" / "student.safetensors.parts.json").exists()


@pytest.mark.parametrize(("more", "words"), [([], "No GPU is seen"), (["--cpu", "--teacher-share", "0"], "No teacher")])
def test_a_run_that_would_spend_the_time_for_nothing_is_refused(more, words, loads, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert gpu.main(options(carried(loads, tmp_path / "carried"), tmp_path, *more)) == 1
    assert words in capsys.readouterr().err


def test_a_part_that_is_damaged_or_missing_is_named(tmp_path):
    (tmp_path / "file").write_bytes(bytes(range(256)) * 10)
    written = split_file(tmp_path / "file", tmp_path / "parts", 1000)
    assert [path.name for path in written] == ["file.000", "file.001", "file.002", "file.parts.json"]
    assert join_file(written[-1], tmp_path / "there").read_bytes() == (tmp_path / "file").read_bytes()
    written[1].write_bytes(b"other")
    with pytest.raises(TrainingError, match=r"file\.001 is damaged"):
        join_file(written[-1], tmp_path / "there")
    written[1].unlink()
    with pytest.raises(TrainingError, match=r"file\.001 is missing"):
        join_file(written[-1], tmp_path / "there")


@pytest.mark.parametrize(("bits", "most"), [(8, 0.01), (4, 0.13)])
def test_rounded_weights_lose_little_and_come_back_the_same_each_time(bits, most, tmp_path):
    torch.manual_seed(0)
    weights = torch.randn(70, 100) * 1e-4
    weights[3] = 0.0
    back = unrounded(*rounded(weights, bits), (70, 100), bits)
    assert (back - weights).norm() < most * weights.norm()
    assert torch.equal(back[3], weights[3])
    assert torch.allclose(unrounded(*rounded(back, bits), (70, 100), bits), back, rtol=1e-2)
    write_rounded({bits: {"a": weights, "b": weights[0]}}, tmp_path / "file")
    read = read_rounded(tmp_path / "file")
    assert torch.equal(read["a"], back)
    assert torch.equal(read["b"], weights[0])
    with pytest.raises(ValueError, match="4 or 8"):
        rounded(weights, 3)


def test_the_fused_attention_agrees_with_the_usual_one(tiny_checkpoint, mpnet, tokenizer):
    from transformers import AutoModelForQuestionAnswering

    examples = [Example(str(i), "1", "retrieved", "Who?", text, ()) for i, text in enumerate((TEXT, TEXT[:40]))]
    batch = table_of(make_features(examples, tokenizer)).batch([0, 1])
    assert register_attention(FUSED) == "fused"
    for folder in (tiny_checkpoint, mpnet):
        usual = AutoModelForQuestionAnswering.from_pretrained(str(folder), attn_implementation="eager").float()
        inputs = {k: v for k, v in batch.inputs.items() if k != "token_type_ids" or "mpnet" not in str(folder)}
        with torch.no_grad():
            logits = [m.eval()(**inputs).start_logits for m in (usual, load_model(folder, attention=FUSED))]
        inside = batch.inputs["attention_mask"].bool()
        assert torch.allclose(logits[0][inside], logits[1][inside], atol=1e-5)


def test_a_model_with_the_fused_attention_is_trained_at_fixed_widths(mpnet, tmp_path, monkeypatch):
    monkeypatch.setattr(Compute, "widths", (32, 64))
    file = examples_file(tmp_path / "examples.jsonl", 300)
    recipe = Recipe(learning_rate=4e-3, batch_tokens=400, average_decay=0.5, dropout=0.0)
    trainer = Trainer(mpnet, file, tmp_path / "run", recipe, compute=Compute("cpu", torch.float32, FUSED))
    first = trainer._train(trainer.batches[0], 1.0)
    trainer.run()
    assert trainer._train(trainer.batches[0], 1.0) < first / 2


def test_the_learning_rate_follows_the_clock_or_the_steps(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    clock = Budget(50.0, 0.1, used=10.0)
    rates = []
    for now[0] in (100.0, 102.5, 120.0, 139.9, 145.0):
        rates.append(clock.rate())
    assert rates == pytest.approx([0.8 / 0.9, 0.75 / 0.9, 0.4 / 0.9, 0.002 / 0.9, 0.001], abs=1e-3)
    assert clock.is_over()
    assert Budget(50.0, 0.1).rate() == pytest.approx(0.001)
    assert [Steps(10, 0.2).rate(step) for step in (0, 1, 2, 9)] == pytest.approx([0.5, 1.0, 1.0, 0.125])


def test_a_run_by_the_clock_goes_on_with_the_seconds_it_used(tiny_checkpoint, tmp_path):
    file = examples_file(tmp_path / "examples.jsonl")
    recipe = Recipe(seconds=3.0, batch_tokens=300)
    broken = Trainer(tiny_checkpoint, file, tmp_path / "run", recipe)
    for batch, _ in zip(broken._left(), range(12), strict=False):
        broken._train(batch, 1.0)
        broken.step += 1
    broken.used = 2.5
    broken.save()
    resumed = Trainer(tiny_checkpoint, file, tmp_path / "run", recipe)
    resumed.run(note_seconds=0.1)
    assert resumed.step > 12
    assert 2.9 < resumed.used < 5.4  # not 3 seconds more; a last step may take long
    noted = [json.loads(line) for line in (tmp_path / "run" / LOG).read_text("utf-8").splitlines()]
    assert all(line["tokens/s"] > 0 and line["of seconds"] == 3.0 for line in noted)
    assert (tmp_path / "run" / "model").exists()
    # Whichever pass it is in, each window comes once in a pass.
    passes = [next(resumed._all_passes()) for _ in range(2)]
    assert passes[0] == passes[1]


def test_a_teachers_probabilities_stand_at_the_same_tokens_of_the_pupils_windows(tiny_checkpoint, tokenizer):
    """The teacher's windows have another length here, since its questions are longer."""
    asked = [Example(str(i), str(i), kind, "Who?", TEXT[: 50 + 8 * i], ()) for i, kind in
             enumerate(["retrieved", "altered", "retrieved"])]  # fmt: skip
    longer = [Example(e.id, e.group, e.kind, "Who on earth was it?", e.passage, ()) for e in asked]
    longer[2] = Example("2", "2", "retrieved", "Who?", "Another passage.", ())
    pupil, teacher = (table_of(make_features(some, tokenizer)) for some in (asked, longer))
    assert matching(pupil, teacher).tolist() == [[0, 0]]
    model = load_model(tiny_checkpoint).eval()
    soft = labelled(pupil, teacher, model, EXACT).soft
    batch = teacher.batch([0])
    with torch.no_grad():
        output = model(**batch.inputs)
    for side, logits in enumerate((output.start_logits, output.end_logits)):
        inside = [0, *range(teacher.first[0], teacher.last[0])]
        expected = logits[0, inside].softmax(0)
        own = [0, *range(pupil.first[0], pupil.last[0])]
        assert torch.allclose(soft[side, own].float(), expected, atol=1e-3)
        assert soft[side, : pupil.edges[1]].sum() == pytest.approx(1.0, abs=1e-2)
    assert not soft[:, pupil.edges[1] :].any()


def test_held_back_figures_are_those_of_the_best_spans(tiny_checkpoint, reader, tmp_path):
    """The shipped reader's own best spans, computed in batches."""
    from qa.reading.reader import SHIPPED_READER
    from qa.training.restore import restore_checkpoint

    restore_checkpoint(SHIPPED_READER, tmp_path / "start")
    examples = [
        Example("0", "0", "answerable", "Who wrote the first program?", TEXT, ((0, 12),)),
        Example("1", "1", "answerable", "Who built the engine?", TEXT, ((0, 3),)),
        Example(
            "2", "2", "rows", "When did Ada Lovelace write it?", TEXT, ((TEXT.index("1843"), TEXT.index("1843") + 4),)
        ),
        Example("3", "3", "retrieved", "Who wrote the first program?", "Filler words go here. " * 150, ()),
    ]
    check = HeldBackCheck(examples, tmp_path / "start" / "tokenizer.json", EXACT)
    model = load_model(tmp_path / "start")
    found = check.best_spans(model.eval())
    for example, span in zip(examples, found, strict=True):
        best = max(reader.read(example.question, views([example.passage])), key=lambda one: one.score)
        assert span.score == pytest.approx(best.score, abs=1.5)  # the reader computes in int8
    assert [span.text for span in found[:3]] == ["Ada Lovelace", "Charles Babbage", "1843"]
    figures = check.figures(model.train())
    assert figures == {"em": 50.0, "f1": 50.0, "em rows": 100.0, "f1 rows": 100.0, "auroc": 100.0}
    assert model.training


def test_a_file_of_examples_holds_each_passage_once(tmp_path):
    context = "Leases › Munich\n"
    examples = [
        Example("asked:a", "g", "answerable", "How long?", context + "Six months.", ((16, 26),), len(context)),
        Example("asked:b", "h", "retrieved", "How long?\u2028", "Six months.", ()),
        Example("asked:c", "g", "answerable", "Where?", "In Zoë's flat.", ((0, 13), (3, 13))),
    ]
    for name in ("file.jsonl", "file.jsonl.xz"):
        write_example_file(tmp_path / name, examples)
        found = read_examples(tmp_path / name)
        assert [(e.kind, e.question, e.passage, e.spans, e.context) for e in found] == [
            (e.kind, e.question, e.passage, e.spans, e.context) for e in examples
        ]
        assert [(e.id, e.group) for e in found] == [("0", "0"), ("1", "1"), ("2", "0")]
    assert (tmp_path / "file.jsonl").read_text("utf-8").count("Six months") == 1


def test_the_kinds_of_held_back_examples_are_told_apart(tmp_path, capsys):
    context = "Programs › First\n"
    examples = [
        Example("0", "0", "answerable", "Who wrote the first program?", TEXT, ((0, 12),)),
        Example("1", "1", "answerable", "Who built the engine?", TEXT, ((0, 3),)),
        Example(
            "2",
            "2",
            "row",
            "Who wrote the first program?",
            context + TEXT,
            ((len(context), len(context) + 12),),
            len(context),
        ),
        Example("3", "3", "absent", "How heavy is the green elephant?", context + TEXT, (), len(context)),
    ]
    write_example_file(tmp_path / "held-back.jsonl", examples)
    assert main(["kinds", "--work", str(tmp_path)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["absent", "1", "em", "-", "f1", "-", "decided", "rightly", "100.0", "shipped"],
        ["answerable", "2", "em", "50.0", "f1", "50.0", "decided", "rightly", "100.0", "shipped"],
        ["row", "1", "em", "100.0", "f1", "100.0", "decided", "rightly", "100.0", "shipped"],
    ]
