"""The training command, step by step."""

import json
import re
import shutil
from subprocess import CompletedProcess

import pytest
from messages import is_one_sentence
from training import TEXT, towns_file
from viewing import views

from qa.confidence import TYPICAL, Evidence, read_calibration
from qa.lab.kept_back import is_held_out
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.training import measure as measuring
from qa.training.command import main
from qa.training.data import ExampleMaker
from qa.training.examples import read_examples
from qa.training.labels import read_labels
from qa.training.measure import measure
from qa.training.negatives import best_span


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    return towns_file(tmp_path_factory.mktemp("towns") / "squad.json")


@pytest.mark.parametrize(("step", "words"), [("data", "no question to train on"), ("calibrate", "held-back articles")])
def test_a_file_with_too_few_articles_is_explained(step, words, towns, tmp_path, capsys):
    file = towns
    if step == "calibrate":
        title = next(title for title in map("Village {}".format, range(50)) if not is_held_out(title))
        file = tmp_path / "squad.json"
        file.write_text(json.dumps({"data": [{"title": title, "paragraphs": [{"context": TEXT, "qas": []}]}]}))
    assert main([step, "--squad", str(file), "--work", str(tmp_path / "work")]) == 1
    assert words in capsys.readouterr().err


@pytest.fixture(scope="module")
def bridges(tmp_path_factory):
    """A SQuAD file over twelve articles, most of them to train on."""
    articles = []
    for number in range(12):
        name = f"Harold Number{number}"
        context = (
            f"In {1900 + number} the mayor {name} opened the great bridge of Town{number}. It cost {number}50 crowns."
        )
        qas = [{"id": f"bridge-{number}", "question": f"When did {name} open the bridge of Town{number}?",
                "answers": [{"text": str(1900 + number), "answer_start": 3}]}]  # fmt: skip
        articles.append({"title": f"T{number}", "paragraphs": [{"context": context, "qas": qas}]})
    squad = tmp_path_factory.mktemp("bridges") / "squad.json"
    squad.write_text(json.dumps({"version": "1.1", "data": articles}), "utf-8")
    return squad


def test_the_data_step_makes_all_kinds_and_is_not_repeated(bridges, tmp_path):
    command = ["data", "--squad", str(bridges), "--work", str(tmp_path / "w"),
               "--retrieved", "1", "--altered", "1"]  # fmt: skip
    assert main(command) == 0
    made = read_examples(tmp_path / "w" / "examples.jsonl")
    assert {example.kind for example in made} == {"answerable", "retrieved", "altered"}
    assert all(bool(example.spans) == (example.kind == "answerable") for example in made)
    stamp = (tmp_path / "w" / "examples.jsonl").stat().st_mtime_ns
    assert main(command) == 0
    assert (tmp_path / "w" / "examples.jsonl").stat().st_mtime_ns == stamp


def test_the_data_step_makes_text_in_views_and_holds_some_back(bridges, tmp_path):
    command = ["data", "--squad", str(bridges), "--work", str(tmp_path), "--retrieved", "1", "--altered", "1"]
    wanted = ["--views", "1", "--neighbours", "1", "--documents", "25", "--clauses", "9", "--typed-badly", "0.3"]
    assert main([*command, *wanted, "--hardest", "0"]) == 0
    made = read_examples(tmp_path / "examples.jsonl")
    assert {"answerable", "retrieved", "altered", "row", "absent"} <= {example.kind for example in made}
    titles = {example.passage[: example.context].split(" ")[0] for example in made if example.kind == "answerable"}
    assert "T3" in {title.strip() for title in titles}
    back = read_examples(tmp_path / "held-back.jsonl")
    assert {"answerable", "row"} <= {example.kind for example in back}
    names = {re.findall(r"Number\d+", example.passage)[0] for example in back if example.kind == "answerable"}
    assert names and not any(name in example.passage for name in names for example in made)


def test_passages_can_be_cut_and_an_altered_question_gets_its_originals_part(bridges, tmp_path):
    command = ["data", "--squad", str(bridges), "--work", str(tmp_path), "--retrieved", "0", "--altered", "1"]
    assert main([*command, "--passage-characters", "40"]) == 0
    made = {example.id: example for example in read_examples(tmp_path / "examples.jsonl")}
    altered = [example for example in made.values() if example.kind == "altered"]
    assert altered
    assert all(example.passage == made[example.group.replace("altered", "asked")].passage for example in altered)
    asked = [example for example in made.values() if example.kind == "answerable"]
    assert all(example.passage[slice(*example.spans[0])].startswith("19") for example in asked)
    assert any("crowns" not in example.passage for example in asked)


def test_the_label_step_has_a_teacher_label_every_example_but_altered_ones(bridges, tmp_path, capsys):
    command = ["--squad", str(bridges), "--work", str(tmp_path), "--retrieved", "0", "--altered", "1"]
    assert main(["data", *command]) == 0
    assert main(["label", *command, "--teacher", str(SHIPPED_READER)]) == 0
    examples, labels = (
        read_examples(tmp_path / "examples.jsonl"),
        read_labels(tmp_path / "labels.jsonl", tmp_path / "examples.jsonl"),
    )
    asked = [example for example in examples if example.kind == "answerable"]
    assert f"{len(asked)} labels" in capsys.readouterr().out
    assert list(labels) == [example.id for example in asked]
    assert len(examples) > len(asked)  # the altered ones
    assert all(max(dict(labels[e.id].starts).items(), key=lambda place: place[1])[0] == 3 for e in asked)
    with pytest.raises(SystemExit):
        main(["label", *command])
    assert "--teacher" in capsys.readouterr().err


def test_the_calibrate_step_asks_held_back_questions_and_writes_what_it_found(towns, tmp_path, encoder):
    shutil.copytree(SHIPPED_READER, tmp_path / "work" / "reader")
    (tmp_path / "work" / "reader" / "calibration.json").write_text('{"evidence": 0}', "utf-8")  # of another version
    command = ["calibrate", "--squad", str(towns), "--work", str(tmp_path / "work")]
    assert main([*command, "--calibration-questions", "10"]) == 0
    calibration = read_calibration(tmp_path / "work" / "reader")
    assert calibration != TYPICAL
    sure, unsure = (calibration.confidence(Evidence((score,), 5.0, 8)) for score in (10.0, -10.0))
    assert sure > 0.5 > unsure


def test_readers_are_measured_on_held_back_questions_without_touching_test_data(towns, exports, tmp_path, capsys):
    found = dict(measure(towns, [None, str(exports / "float")], tmp_path, 16, seed=1))
    shipped, untrained = found["shipped"], found[str(exports / "float")]
    assert shipped.exact_match >= 0.8
    assert shipped.auroc_retrieved > 0.8
    assert untrained.exact_match < shipped.exact_match
    assert untrained.f1 < shipped.f1
    assert main(["measure", "--squad", str(towns), "--measure-questions", "4", "--work", str(tmp_path / "w")]) == 0
    assert "exact_match" in capsys.readouterr().out


def test_measuring_goes_on_after_a_kill_and_reads_nothing_twice(towns, tmp_path, monkeypatch):
    whole = list(measure(towns, [None], tmp_path, 8, seed=1))
    (journal,) = tmp_path.glob("measured-*.jsonl")
    content = journal.read_bytes()
    lines = content.splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-3]) + lines[-3][:5])
    read = []
    monkeypatch.setattr(measuring, "best_span", lambda *asked: read.append(asked[1:]) or best_span(*asked))
    assert list(measure(towns, [None], tmp_path, 8, seed=1)) == whole
    assert len(read) == 3
    assert journal.read_bytes() == content


@pytest.fixture(scope="module")
def both(towns, bridges, tmp_path_factory):
    """A SQuAD file with articles to train on and articles that are held back."""
    articles = [article for file in (towns, bridges) for article in json.loads(file.read_text("utf-8"))["data"]]
    squad = tmp_path_factory.mktemp("both") / "squad.json"
    squad.write_text(json.dumps({"data": articles}), "utf-8")
    return squad


def test_the_whole_command_ends_with_the_first_step_that_fails(both, tmp_path, monkeypatch, capfd):
    command = ["all", "--squad", str(both), "--work", str(tmp_path / "w"), "--teacher", "nobody/no-reader"]
    assert main(command) == 1
    output, error = capfd.readouterr()
    assert [line for line in output.splitlines() if line.startswith("==")] == ["== data", "== label"]
    assert error.count("quotewise:") == error.count("There is no reader 'nobody/no-reader'") == 1
    monkeypatch.setattr("subprocess.run", lambda command, **options: CompletedProcess(command, -9))
    assert main(command) == 1
    error = capfd.readouterr().err.strip()
    assert "'data' was killed by signal 9" in error
    assert is_one_sentence(error)


def test_the_whole_command_makes_a_reader_and_keeps_what_is_made(both, tiny_checkpoint, tmp_path, capfd, encoder):
    work = tmp_path / "work"
    command = ["all", "--squad", str(both), "--work", str(work), "--start", str(tiny_checkpoint), "--retrieved", "1",
               "--calibration-questions", "10", "--batch-tokens", "200", "--layer-decay", "1",
               "--keep-start", "0.5"]  # fmt: skip
    assert main(command) == 0
    assert OnnxReader(work / "reader").read("Who opened the bridge?", views(["Harold opened it."]))
    assert read_calibration(work / "reader") != TYPICAL
    origin = json.loads((work / "run" / "model" / "origin.json").read_text("utf-8"))
    recipe = origin["recipe"]
    assert (recipe["batch_tokens"], recipe["layer_decay"], recipe["kept_start"], recipe["taught"]) == (
        200,
        1.0,
        0.5,
        0.0,
    )
    made = {path: path.read_bytes() for path in work.rglob("*") if path.suffix in (".jsonl", ".onnx", ".safetensors")}
    assert main(command) == 0
    assert {path: path.read_bytes() for path in made} == made
    out = capfd.readouterr().out  # of the steps' own processes, too
    assert out.count("is there already") == 3
    assert [line for line in out.splitlines() if line.startswith("==")] == [
        f"== {step}" for step in ("data", "train", "export", "calibrate") * 2
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["train"], "run the step 'data' there first"),
        (["train", "--teacher", str(SHIPPED_READER)], "run the step 'data' there first"),
        (["export"], "train first"),
        (["pack", "--rank", "4"], "train first"),
    ],
)
def test_a_step_called_too_early_says_which_comes_first(command, words, towns, tiny_checkpoint, tmp_path, capsys):
    assert main([*command, "--squad", str(towns), "--work", str(tmp_path), "--start", str(tiny_checkpoint)]) == 1
    error = capsys.readouterr().err.strip()
    assert is_one_sentence(error.replace(str(tmp_path), ""))
    assert words in error


def test_training_finishes_labels_that_were_stopped_and_takes_no_other_teachers(
    bridges, tiny_checkpoint, tiny_reader_folder, tmp_path, capsys
):
    command = ["--squad", str(bridges), "--work", str(tmp_path), "--start", str(tiny_checkpoint)]
    assert main(["data", *command]) == 0
    assert main(["label", *command, "--teacher", str(SHIPPED_READER)]) == 0
    labels = tmp_path / "labels.jsonl"
    whole = labels.read_bytes()
    labels.write_bytes(whole[: whole.index(b"\n") + 1])  # just its origin
    assert main(["train", *command, "--teacher", str(tiny_reader_folder)]) == 1
    assert "other settings" in capsys.readouterr().err
    assert main(["train", *command, "--teacher", str(SHIPPED_READER)]) == 0
    assert labels.read_bytes() == whole


def test_the_data_step_goes_on_where_it_was_killed(bridges, tmp_path, monkeypatch):
    def command(work):
        return ["data", "--squad", str(bridges), "--work", str(tmp_path / work), "--retrieved", "1", "--altered", "1"]

    assert main(command("whole")) == 0
    made = []
    examples = ExampleMaker.examples

    def killed(self, question, *rest):
        made.append(question.id)
        if len(made) == 4:
            raise KeyboardInterrupt
        return examples(self, question, *rest)

    monkeypatch.setattr(ExampleMaker, "examples", killed)
    assert main(command("broken")) == 130
    assert not (tmp_path / "broken" / "examples.jsonl").exists()
    assert main(command("broken")) == 0
    assert made[3] == made[4]
    assert len(set(made)) == len(made) - 1  # only the question it was killed at is made twice
    assert (tmp_path / "broken" / "examples.jsonl").read_bytes() == (tmp_path / "whole" / "examples.jsonl").read_bytes()
    assert [path.name for path in (tmp_path / "broken").iterdir()] == ["examples.jsonl"]


def test_what_calibrating_found_out_is_kept_for_the_next_call(towns, tmp_path, encoder, monkeypatch):
    shutil.copytree(SHIPPED_READER, tmp_path / "work" / "reader")
    command = ["calibrate", "--squad", str(towns), "--work", str(tmp_path / "work"), "--calibration-questions", "10"]
    assert main(command) == 0
    first = (tmp_path / "work" / "reader" / "calibration.json").read_bytes()
    monkeypatch.setattr("qa.training.calibrate.ask", None)
    assert main(command) == 0
    assert (tmp_path / "work" / "reader" / "calibration.json").read_bytes() == first


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--keep-start", "50"], "must be a number from 0 to 1"),
        (["--dropout", "1.5"], "must be a number from 0 to 1"),
        (["--questions", "-1"], "below 1"),
        (["--calibration-questions", "0"], "below 1"),
        (["--frozen-layers", "-1"], "below 0"),
        (["--start", "{tmp_path}"], "tokenizer.json"),
        (["--start", str(SHIPPED_READER)], "no weights"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_any_work(options, words, bridges, tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}", "utf-8")
    options = [option.format(tmp_path=tmp_path) for option in options]
    with pytest.raises(SystemExit):
        main(["all", "--squad", str(bridges), "--work", str(tmp_path / "w"), *options])
    assert words in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_the_whole_command_looks_first_whether_it_can_calibrate(bridges, tmp_path, capsys):
    assert main(["all", "--squad", str(bridges), "--work", str(tmp_path / "w")]) == 1
    assert "questions over more articles" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_a_work_folder_that_cannot_be_made_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["restore", "--work", str(tmp_path / "file" / "work")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
