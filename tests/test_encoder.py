import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from messages import is_one_sentence
from processes import run_python

from index import encoder_catalog, encoder_export
from index.child import run_in_child
from index.encoder import OnnxEncoder, read_card
from index.encoder_catalog import DEFAULT_ENCODER, DEFAULT_PACKAGE, export_folder, open_encoder
from index.encoder_export import export_encoder, load_sentence_transformer
from index.errors import ModelError

TEXTS = [
    "Short.",
    "The lighthouse was built in 1871 by Marta Lind; its lamp burns 40 litres of oil a night.",
    "“Curly quotes”, an emoji 👍 and some Ελληνικά.",
    "",
    "long " * 700,
    *(f"Sentence number {i} " + "has some more words " * (i % 9) for i in range(40)),
]


def refusal(function, *arguments):
    with pytest.raises(ModelError) as caught:
        function(*arguments)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_exported_vectors_are_those_of_the_original():
    encoder = open_encoder()  # one that has not made so many yet that it rounds
    original = load_sentence_transformer(DEFAULT_ENCODER)
    expected = original.encode(TEXTS, normalize_embeddings=True)
    assert np.abs(encoder.encode_passages(TEXTS) - expected).max() < 1e-5
    for text, vector in zip(TEXTS[:5], expected, strict=False):
        assert np.abs(encoder.encode_question(text) - vector).max() < 1e-5


def test_vectors_have_length_one(encoder):
    assert np.linalg.norm(encoder.encode_passages(TEXTS), axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert encoder.encode_passages(TEXTS).dtype == np.float32


def test_a_vector_does_not_depend_on_what_is_encoded_with_it(encoder):
    together = encoder.encode_passages(TEXTS)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9999


def test_many_passages_have_the_vectors_of_few(encoder):
    """In whatever engine and arithmetic the CPU is fastest with."""
    many = [f"{text} {number}" for number in range(3) for text in TEXTS]
    together = encoder.encode_passages(many)
    alone = np.concatenate([encoder.encode_passages([text]) for text in many])
    assert (together * alone).sum(axis=1).min() > 0.9999
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(many)), abs=1e-5)


def test_a_faster_session_is_opened_once_for_many_passages_and_only_if_it_gives_their_vectors(
    tiny_encoder, monkeypatch
):
    folder, opened = export_folder(tiny_encoder.card.name), []

    class Wrong:
        def __init__(self, path, arithmetic, threads):
            opened.append(path)
            self.inputs = frozenset({"input_ids", "attention_mask"})

        def run(self, outputs, fields):
            return [np.random.default_rng(0).normal(size=(len(fields["input_ids"]), 32)).astype(np.float32)]

    monkeypatch.setattr("index.encoder.open_faster_session", Wrong)
    encoder = OnnxEncoder(folder)
    alone = [np.concatenate([encoder.encode_passages([text]) for text in TEXTS]) for _ in range(3)]
    assert opened == []  # as beside questions
    for _ in range(6):
        assert np.abs(encoder.encode_passages(TEXTS) - alone[0]).max() < 1e-5
    assert opened == [folder / "model.onnx"]


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode_passages([]).shape == (0, encoder.card.dimension)


def test_like_meanings_lie_nearer_than_unlike(encoder):
    question = encoder.encode_question("Who built the lighthouse?")
    near, far = encoder.encode_passages([TEXTS[1], "Bread needs flour, water and salt."])
    assert question @ near > question @ far + 0.2


def test_the_default_card_states_the_model(encoder):
    card = encoder.card
    assert (card.name, card.dimension, card.max_tokens) == (DEFAULT_ENCODER, 384, 256)
    assert card.passage_prompt == card.question_prompt == ""
    assert read_card(export_folder(DEFAULT_ENCODER)) == card


def test_a_second_opening_exports_nothing(encoder):
    told = []
    assert open_encoder(DEFAULT_ENCODER, told.append).card == encoder.card
    assert told == []


def test_an_exported_encoder_opens_without_torch(encoder):
    code = (
        "import sys; from index.encoder_catalog import open_encoder; open_encoder().encode_question('x'); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert run_python(code) == "[]"


def test_a_local_folder_is_a_name_and_its_prompts_are_used(encoder, tmp_path):
    packaged = Path(importlib.util.find_spec(DEFAULT_PACKAGE).origin).parent / "model"
    folder = tmp_path / "my model"
    shutil.copytree(packaged, folder)
    settings = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
    settings["prompts"] = {"query": "query: ", "document": "passage: "}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings), "utf-8")
    told = []
    local = open_encoder(str(folder), told.append)
    assert len(told) == 1
    assert local.card.fingerprint == encoder.card.fingerprint  # the same weights
    assert (local.card.question_prompt, local.card.passage_prompt) == ("query: ", "passage: ")
    assert np.abs(local.encode_passages(["rope"]) - encoder.encode_passages(["passage: rope"])).max() < 1e-6
    assert np.abs(local.encode_question("rope") - encoder.encode_question("query: rope")).max() < 1e-6


def test_other_weights_have_another_fingerprint(encoder, tiny_encoder):
    assert tiny_encoder.card.fingerprint != encoder.card.fingerprint
    assert tiny_encoder.card.dimension == 32


def test_a_changed_local_folder_is_exported_to_another_place(tmp_path):
    (tmp_path / "weights").write_bytes(b"one")
    before = export_folder(str(tmp_path))
    assert export_folder(str(tmp_path)) == before
    (tmp_path / "weights").write_bytes(b"three")
    assert export_folder(str(tmp_path)) != before


def test_exports_lie_at_home_under_a_harmless_name(quotewise_home):
    folder = export_folder("some/../model name:1")
    assert folder.parent == quotewise_home / "encoders"
    assert folder.name.startswith("model-name-1-")


def test_an_unknown_name_is_one_sentence_with_the_nearest_known_one_and_asks_nobody(monkeypatch):
    assert "no-such-encoder" in refusal(open_encoder, "nobody/no-such-encoder")
    monkeypatch.setattr(encoder_catalog, "run_in_child", lambda *arguments: pytest.fail("a hub would be asked"))
    message = refusal(open_encoder, "all-MinLM-L6-v2")
    assert "did you mean 'all-MiniLM-L6-v2'" in message and "--download" in message


@pytest.mark.parametrize("name", ["~nosuchuser/x", "", " ", "a\0b"])
def test_a_name_that_nothing_can_have_is_one_sentence(name):
    with pytest.raises(ModelError) as caught:
        open_encoder(name)
    assert is_one_sentence(str(caught.value))


def test_what_the_child_says_is_what_is_said(tmp_path):
    (tmp_path / "notes.txt").write_text("no model", "utf-8")
    with pytest.raises(ModelError, match="could not be loaded"):
        run_in_child("index.encoder_export:export_encoder", str(tmp_path), str(tmp_path / "made"), "")
    with pytest.raises(ModelError, match="TypeError") as caught:
        run_in_child("operator:floordiv", "1")
    assert is_one_sentence(str(caught.value))


def test_a_folder_without_a_model_is_one_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("no model", "utf-8")
    assert str(tmp_path) in refusal(open_encoder, str(tmp_path))


def test_the_weights_of_the_default_are_checked(monkeypatch):
    monkeypatch.setattr(encoder_catalog, "DEFAULT_SHA256", "0" * 64)
    assert "not the published ones" in refusal(load_sentence_transformer, DEFAULT_ENCODER)


def test_a_default_that_is_not_installed_is_one_sentence(monkeypatch):
    monkeypatch.setattr(encoder_catalog, "DEFAULT_PACKAGE", "no_such_package")
    assert "pip install" in refusal(load_sentence_transformer, DEFAULT_ENCODER)


def test_an_export_that_changes_the_vectors_is_refused_and_not_kept(monkeypatch, tiny_encoder_folder, tmp_path):
    folder = tmp_path / "changed"
    shutil.copytree(tiny_encoder_folder, folder)
    monkeypatch.setattr(encoder_export, "LARGEST_EXPORT_ERROR", 0.0)
    place = tmp_path / "encoders" / "changed"
    assert "changes when exported" in refusal(export_encoder, str(folder), str(place))
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["encoder.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("content", [None, b"", b"junk", b"3", b"{}"])
def test_a_damaged_export_is_one_sentence(tiny_encoder_folder, tiny_encoder, tmp_path, name, content):
    folder = tmp_path / "export"
    shutil.copytree(export_folder(str(tiny_encoder_folder)), folder)
    OnnxEncoder(folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    assert "put its files there again" in refusal(OnnxEncoder, folder)


def test_an_export_of_another_release_is_refused(tiny_encoder_folder, tiny_encoder, tmp_path):
    fields = json.loads((export_folder(str(tiny_encoder_folder)) / "encoder.json").read_text("utf-8"))
    fields["export_version"] += 1
    (tmp_path / "encoder.json").write_text(json.dumps(fields), "utf-8")
    assert "another release" in refusal(read_card, tmp_path)


def test_a_folder_named_from_the_working_directory_is_known_by_its_whole_path(tiny_encoder_folder, monkeypatch):
    monkeypatch.chdir(tiny_encoder_folder.parent)
    assert open_encoder(f"./{tiny_encoder_folder.name}").card.name == str(tiny_encoder_folder.resolve())
