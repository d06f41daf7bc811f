"""The fast reader first, and the accurate one where that leaves a question open."""

import json
import shutil

import numpy as np
import pytest
from messages import is_one_sentence
from viewing import views

from index.errors import ModelError
from qa.answerer import Answerer
from qa.evaluation.command import main as evaluate
from qa.opened import kept_reader
from qa.reading import balanced
from qa.reading.balanced import MOST_LENT, Balanced, Borrower, LendingReader, fingerprint_of, open_balanced, readers_of
from qa.reading.catalog import ACCURATE, BALANCED, FAST, accurate_folder, open_reader, reader_folder, usual_reader
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.seeds import seed_files
from ui.cli import main

QUESTION = "Who is the Kremlin spokesman?"
PASSAGES = ["Marta Lind built the lighthouse.", "The lamp was lit by Ivar Holt.", "It snowed."]


@pytest.fixture
def seeds(collection):
    collection.add(seed_files())
    return collection


@pytest.fixture
def both(joint_folder):
    return open_balanced(joint_folder)


@pytest.fixture
def installed(joint_folder, tmp_path, monkeypatch):
    """An accurate reader, set up in a home of its own."""
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path / "home"))
    shutil.copytree(joint_folder, accurate_folder())
    return accurate_folder()


def runs_of(reader, monkeypatch):
    """The windows that the reader runs from now on."""
    ran, run = [], reader.run
    monkeypatch.setattr(reader, "run", lambda window: ran.append(window) or run(window))
    return ran


def test_a_sure_answer_is_the_fast_readers_and_an_open_one_the_accurate_readers(seeds, both, reader, monkeypatch):
    answer = Answerer(seeds, both).ask(QUESTION)
    assert answer.confidence > balanced.OPEN[1]
    assert answer.to_dict() | {"timings_ms": {}} == Answerer(seeds, reader).ask(QUESTION).to_dict() | {"timings_ms": {}}
    ran = runs_of(both.accurate, monkeypatch)
    assert Answerer(seeds, both).ask(QUESTION).provenance.reader == reader.fingerprint and not ran
    monkeypatch.setattr(balanced, "OPEN", (0.0, 1.0))
    answer = Answerer(seeds, both).ask(QUESTION)
    assert ran and answer.provenance.reader == both.accurate.fingerprint != reader.fingerprint
    alone = Answerer(seeds, both.accurate).ask(QUESTION)
    assert answer.to_dict() | {"timings_ms": {}} == alone.to_dict() | {"timings_ms": {}}


def test_the_accurate_reader_takes_over_what_the_fast_one_has_read(both, joint_folder, monkeypatch):
    expected = [logits for _, logits in OnnxReader(joint_folder).logits(QUESTION, views(PASSAGES))]
    ran = runs_of(both.fast, monkeypatch)
    both.fast.read(QUESTION, views(PASSAGES))
    assert len(ran) == len(PASSAGES)
    found = [logits for _, logits in both.accurate.logits(QUESTION, views(PASSAGES))]
    assert len(ran) == len(PASSAGES) and all(map(np.array_equal, found, expected))
    found = [logits for _, logits in both.accurate.logits(QUESTION, views(PASSAGES))]  # lent once
    assert len(ran) == 2 * len(PASSAGES) and all(map(np.array_equal, found, expected))


def test_what_is_lent_does_not_grow(both):
    for number in range(3 * MOST_LENT):
        both.fast.read(f"Who was number {number}?", views(PASSAGES[:1]))
    kept = [both.fast.lend(f"Who was number {number}?", views(PASSAGES[:1])) for number in range(3 * MOST_LENT)]
    assert [one is not None for one in kept] == [False] * 2 * MOST_LENT + [True] * MOST_LENT


def test_what_was_not_read_is_read(reader):
    borrowed = list(Borrower(LendingReader(SHIPPED_READER)).logits(QUESTION, views(PASSAGES)))
    expected = reader.logits(QUESTION, views(PASSAGES))
    assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(borrowed, expected, strict=True))


def test_both_are_what_answers_once_the_accurate_reader_is_installed(installed, tmp_path, monkeypatch):
    assert usual_reader() == BALANCED
    for given in (open_reader(), open_reader(BALANCED), kept_reader(None)):
        assert isinstance(given, Balanced) and list(readers_of(given)) == ["fast", "accurate"]
        assert fingerprint_of(given) == f"{OnnxReader(SHIPPED_READER).fingerprint} {OnnxReader(installed).fingerprint}"
    assert kept_reader(BALANCED) is kept_reader(None)
    assert reader_folder(ACCURATE) == installed and reader_folder(FAST) == SHIPPED_READER
    assert isinstance(open_reader(FAST), OnnxReader)
    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path / "other"))
    assert usual_reader() == FAST and isinstance(kept_reader(None), OnnxReader)
    with pytest.raises(ModelError, match="quotewise install accurate") as caught:
        open_reader(BALANCED)
    assert is_one_sentence(str(caught.value))


def test_each_of_the_two_is_measured_on_ones_own_questions(installed, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("The ferry to Arford leaves at nine.")
    folder = str(tmp_path / "collection")
    assert main(["index", str(tmp_path / "notes.txt"), "--collection", folder]) == 0
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(json.dumps({"question": "When does the ferry leave?", "answers": ["nine"]}) + "\n")
    capsys.readouterr()
    assert main(["calibrate", str(labelled), "--collection", folder]) == 0
    out = capsys.readouterr().out
    assert out.index("The fast reader:") < out.index("The accurate reader:") and out.count("1 question asked") == 2
    assert main(["calibrate", str(labelled), "--collection", folder, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["fast", "accurate"]
    assert main(["calibrate", "--forget", "--collection", folder]) == 0


def test_whole_files_are_measured_with_both(installed, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "ferry.txt").write_text("The ferry to Brannoch leaves at nine. Captain Elsa Moen steers it.")
    asked = {"id": "1", "document": "ferry.txt", "kind": "fact", "question": "Who steers the ferry?",
             "answers": ["Elsa Moen"], "sentence": "Captain Elsa Moen steers it"}  # fmt: skip
    file = tmp_path / "questions.json"
    file.write_text(json.dumps({"documents": [{"name": "ferry.txt", "part": "choose"}], "questions": [asked]}))
    command = [str(file), "--documents", str(docs), "--reader", BALANCED, "--output", str(tmp_path / "out")]
    assert evaluate(command) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["environment"]["reader_sha256"] == fingerprint_of(open_reader(BALANCED))
