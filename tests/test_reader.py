import json
import os
import shutil

import numpy as np
import pytest
from messages import is_one_sentence
from processes import run_python
from tokenizers import Tokenizer
from viewing import views

from index.errors import ModelError
from qa.reading.catalog import reader_folder
from qa.reading.ensemble import inside
from qa.reading.reader import MOST_REREAD, SHIPPED_READER, SPANS_PER_PASSAGE, OnnxReader, ReaderSettings
from qa.reading.spans import window_spans, without_overlaps
from qa.reading.windows import WindowMaker

PASSAGES = [
    "The lighthouse was built in 1871 by Marta Lind.",
    "Its lamp burns 40 litres of oil a night, said the keeper, “and not a drop less”.",
    "Bread needs flour, water and salt.",
]


@pytest.fixture(scope="module")
def tiny_reader(tiny_reader_folder):
    return OnnxReader(reader_folder(tiny_reader_folder))


def refusal(function, argument):
    with pytest.raises(ModelError) as caught:
        function(argument)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_spans_are_words_of_their_passages(reader):
    spans = reader.read("Who built the lighthouse?", views(PASSAGES))
    assert {span.passage for span in spans} == {0, 1, 2}
    assert all(PASSAGES[span.passage][span.start : span.end] == span.text for span in spans)


def test_spans_come_best_first_without_overlaps_and_few_per_passage(reader):
    spans = reader.read("Who built the lighthouse?", views(PASSAGES))
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    for number in range(3):
        own = [span for span in spans if span.passage == number]
        assert len(own) <= SPANS_PER_PASSAGE
        assert without_overlaps(own, SPANS_PER_PASSAGE) == own


def test_the_answer_leads(reader):
    assert "Marta Lind" in reader.read("Who built the lighthouse?", views(PASSAGES))[0].text


def test_an_answer_deep_in_a_long_passage_is_found(reader):
    filler = "The sea was grey and the gulls were loud that day. " * 60
    passage = filler + PASSAGES[0] + " " + filler
    best = reader.read("Who built the lighthouse?", views([passage]))[0]
    assert "Marta Lind" in best.text
    assert passage[best.start : best.end] == best.text


def test_no_passages_give_no_spans(reader):
    assert reader.read("Who?", views([])) == []


def test_passages_without_words_give_no_spans(reader):
    spans = reader.read("Who built the lighthouse?", views(["", "  \n", PASSAGES[0]]))
    assert {span.passage for span in spans} == {2}


def test_question_and_special_tokens_are_never_answers(reader):
    """A one-word passage leaves nothing else to choose."""
    [span] = reader.read("Who built the lighthouse, and when, and why?", views(["Lind"]))
    assert (span.start, span.end, span.text) == (0, 4, "Lind")


def test_a_long_question_is_read(reader):
    question = "Who built the lighthouse? " * 70
    assert reader.read(question, views(PASSAGES))


def test_a_checkpoint_folder_answers_as_its_torch_model_does(tiny_reader, tiny_reader_folder):
    import torch
    from transformers import AutoModelForQuestionAnswering

    model = AutoModelForQuestionAnswering.from_pretrained(tiny_reader_folder).eval()
    maker = WindowMaker(Tokenizer.from_file(str(SHIPPED_READER / "tokenizer.json")))
    question = "Who built the lighthouse?"
    passages = [*PASSAGES, " ".join(f"word{i}" for i in range(400))]
    by_passage = {number: [] for number in range(len(passages))}
    for window in maker.make(question, passages):
        with torch.no_grad():
            output = model(torch.tensor([window.ids]), token_type_ids=torch.tensor([window.type_ids]))
        logits = output.start_logits[0].numpy(), output.end_logits[0].numpy()
        by_passage[window.passage] += window_spans(window, views(passages)[window.passage], *logits, SPANS_PER_PASSAGE)
    expected = [s for found in by_passage.values() for s in without_overlaps(found, SPANS_PER_PASSAGE)]
    expected.sort(key=lambda span: -span.score)
    found = tiny_reader.read(question, views(passages))
    assert [span.text for span in found] == [span.text for span in expected]
    assert [span.score for span in found] == pytest.approx([span.score for span in expected], abs=1e-4)


def test_a_float_readers_scores_do_not_depend_on_the_other_passages(tiny_reader):
    passages = [*PASSAGES, "word " * 700]
    together = tiny_reader.read("Who?", views(passages))
    for number, passage in enumerate(passages):
        alone = tiny_reader.read("Who?", views([passage]))
        own = [span for span in together if span.passage == number]
        assert [span.text for span in own] == [span.text for span in alone]
        assert [span.score for span in own] == pytest.approx([span.score for span in alone], abs=1e-4)


def test_a_checkpoint_is_exported_once_and_again_when_it_changed(tiny_reader_folder, tmp_path):
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(tiny_reader_folder, checkpoint)
    first = reader_folder(checkpoint)
    written = (first / "model.onnx").stat().st_mtime_ns
    assert reader_folder(str(checkpoint)) == first
    assert (first / "model.onnx").stat().st_mtime_ns == written
    os.utime(checkpoint / "config.json", ns=(1, 1))
    assert reader_folder(checkpoint) != first


def test_an_exported_checkpoint_is_opened_without_torch(tiny_reader, tiny_reader_folder):
    code = (
        "import sys; from index.records import View; from qa.reading.catalog import open_reader; "
        "spans = open_reader(sys.argv[1]).read('Who?', [View.of('Marta Lind.')]); "
        "print(len(spans) > 0, 'torch' in sys.modules)"
    )
    assert run_python(code, tiny_reader_folder) == "True False"


def test_a_small_models_window_is_its_own(tiny_reader_folder, tmp_path, monkeypatch):
    from transformers import BertConfig, BertForQuestionAnswering

    monkeypatch.setenv("QUOTEWISE_HOME", str(tmp_path / "home"))
    folder = shutil.copytree(tiny_reader_folder, tmp_path / "short")
    config = BertConfig.from_pretrained(folder)
    config.max_position_embeddings = 200
    BertForQuestionAnswering(config).save_pretrained(folder)
    settings = json.loads((reader_folder(folder) / "reader.json").read_text("utf-8"))
    assert (settings["max_tokens"], settings["stride"]) == (200, 100)
    long = OnnxReader(reader_folder(folder)).read("Who?", views(["Marta Lind. " * 300]))
    assert long[0].text


def test_a_checkpoint_may_be_named_from_the_users_home(tiny_reader_folder, monkeypatch):
    monkeypatch.setenv("HOME", str(tiny_reader_folder.parent))
    assert (reader_folder(f"~/{tiny_reader_folder.name}") / "model.onnx").exists()


def test_no_name_means_the_shipped_reader():
    assert reader_folder(None) == SHIPPED_READER
    assert reader_folder(str(SHIPPED_READER)) == SHIPPED_READER


def test_an_unknown_name_is_one_sentence():
    assert "no-such-reader" in refusal(reader_folder, "nobody/no-such-reader")


def test_a_folder_without_a_reader_is_one_sentence(tmp_path):
    assert str(tmp_path) in refusal(reader_folder, tmp_path)
    assert "not a reader" in refusal(OnnxReader, tmp_path / "none")


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx"])
def test_a_damaged_reader_is_one_sentence(tmp_path, name):
    folder = tmp_path / "reader"
    shutil.copytree(SHIPPED_READER, folder)
    (folder / name).write_bytes(b"junk")
    assert str(folder) in refusal(OnnxReader, folder)


@pytest.mark.parametrize("content", ["{", "3", "[1]", '{"max_tokens": "many"}', '{"max_tokens": null}'])
def test_damaged_settings_are_one_sentence(tiny_reader, tiny_reader_folder, tmp_path, content):
    folder = tmp_path / "reader"
    shutil.copytree(reader_folder(tiny_reader_folder), folder)
    (folder / "reader.json").write_text(content, "utf-8")
    assert "reader.json is damaged" in refusal(OnnxReader, folder)


def test_a_reader_without_settings_uses_the_usual_windows(tiny_reader, tiny_reader_folder, tmp_path):
    folder = tmp_path / "reader"
    shutil.copytree(reader_folder(tiny_reader_folder), folder)
    (folder / "reader.json").unlink()
    passage = "word " * 700
    expected = tiny_reader.read("Who?", views([passage]))
    found = OnnxReader(folder).read("Who?", views([passage]))
    assert np.allclose([span.score for span in found], [span.score for span in expected], atol=1e-4)
    assert [span.start for span in found] == [span.start for span in expected]


def test_the_score_of_a_passage_does_not_depend_on_the_others_read(reader, seed_text):
    paragraphs = seed_text.split("\n")[:6]
    question = "Who is the Kremlin spokesman?"
    together = reader.read(question, views(paragraphs))
    for number, paragraph in enumerate(paragraphs):
        alone = reader.read(question, views([paragraph]))
        assert [(s.start, s.end, s.score) for s in together if s.passage == number] == [
            (s.start, s.end, s.score) for s in alone
        ]


def alone(folder):
    (folder / "reader.json").unlink()
    return OnnxReader(folder)


def test_a_joint_reader_takes_its_share_of_the_shipped_ones_logits(reader, joint_folder):
    question, passages = "Who built the lighthouse?", [*PASSAGES[:2], "the lamp of the keeper " * 200]
    joint = OnnxReader(joint_folder).logits(question, views(passages))
    own = alone(joint_folder).logits(question, views(passages))
    windows = 0
    for (window, mixed), (_, first), (_, second) in zip(
        joint, own, reader.logits(question, views(passages)), strict=True
    ):
        expected = 0.75 * inside(window, first) + 0.25 * inside(window, second)
        assert np.allclose(inside(window, mixed), expected, atol=1e-5)
        windows += 1
    assert windows > len(passages)  # a long passage takes several


def test_a_joint_reader_reads_again_only_where_the_shipped_one_sees_an_answer(reader, joint_folder):
    passages = [*PASSAGES[1:], "Marta Lind was a builder.", "It snowed.", "A lighthouse stood here.", PASSAGES[0]]
    question = "Who built the lighthouse?"
    ranked = dict.fromkeys(span.passage for span in reader.read(question, views(passages)))
    chosen = sorted(list(ranked)[:MOST_REREAD])
    assert len(passages) - 1 in chosen
    joint = OnnxReader(joint_folder)
    found = list(joint.logits(question, views(passages)))
    assert [window.passage for window, _ in found] == chosen
    alone_there = joint.logits(question, views([passages[number] for number in chosen]))
    assert all(np.array_equal(some, same) for (_, some), (_, same) in zip(found, alone_there, strict=True))
    assert {span.passage for span in joint.read(question, views(passages))} == set(chosen)


def test_a_joint_reader_reads_alone_where_the_tokens_differ(joint_folder):
    tokenizer = Tokenizer.from_file(str(joint_folder / "tokenizer.json"))
    tokenizer.add_special_tokens(["strike"])  # found inside words, too
    tokenizer.save(str(joint_folder / "tokenizer.json"))
    passages = [PASSAGES[0], "The keeper strikes a match."]
    question = "Who built the lighthouse?"
    [(_, mixed), (_, unmixed)] = OnnxReader(joint_folder).logits(question, views(passages))
    [(_, first), (_, second)] = alone(joint_folder).logits(question, views(passages))
    assert not np.allclose(mixed, first, atol=0.1)
    assert np.array_equal(unmixed, second)


@pytest.mark.parametrize("field", [{"shipped_share": 1.0}, {"shipped_share": -0.1}, {"stride": 384}, {"stride": 0}])
def test_settings_that_cannot_be_are_refused(field):
    with pytest.raises(ValueError):
        ReaderSettings(**field)


def test_a_model_with_fewer_positions_gets_smaller_windows():
    settings = ReaderSettings(300, 100, 0.3)
    assert settings.within(512) == settings.within(300) == settings
    assert settings.within(250) == ReaderSettings(250, 100, 0.3)
    assert settings.within(64) == ReaderSettings(64, 32, 0.3)
