import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from messages import is_one_sentence
from processes import run_python

from index import encoder as module
from index.encoder import (
    DEFAULT_ENCODER,
    DEFAULT_PACKAGE,
    OnnxEncoder,
    export_folder,
    load_sentence_transformer,
    open_encoder,
    read_card,
)
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


def test_exported_vectors_are_those_of_the_original(encoder):
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
    assert np.abs(together - alone).max() < 1e-5


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
        "import sys; from index.encoder import open_encoder; open_encoder().encode_question('x'); "
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


def test_an_unknown_name_is_one_sentence():
    assert "no-such-encoder" in refusal(open_encoder, "nobody/no-such-encoder")


def test_a_folder_without_a_model_is_one_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("no model", "utf-8")
    assert str(tmp_path) in refusal(open_encoder, str(tmp_path))


def test_the_weights_of_the_default_are_checked(monkeypatch):
    monkeypatch.setattr(module, "DEFAULT_SHA256", "0" * 64)
    assert "not the published ones" in refusal(load_sentence_transformer, DEFAULT_ENCODER)


def test_a_default_that_is_not_installed_is_one_sentence(monkeypatch):
    monkeypatch.setattr(module, "DEFAULT_PACKAGE", "no_such_package")
    assert "pip install" in refusal(load_sentence_transformer, DEFAULT_ENCODER)


def test_an_export_that_changes_the_vectors_is_refused_and_not_kept(monkeypatch, tiny_encoder_folder, tmp_path):
    folder = tmp_path / "changed"
    shutil.copytree(tiny_encoder_folder, folder)
    monkeypatch.setattr(module, "LARGEST_EXPORT_ERROR", 0.0)
    assert "changes when exported" in refusal(open_encoder, str(folder))
    place = export_folder(str(folder))
    assert list(place.parent.glob(f"{place.name}*")) == []


@pytest.mark.parametrize("name", ["encoder.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("content", [None, b"", b"junk", b"3", b"{}"])
def test_a_damaged_export_is_one_sentence(tiny_encoder_folder, tiny_encoder, tmp_path, name, content):
    folder = tmp_path / "export"
    shutil.copytree(export_folder(str(tiny_encoder_folder)), folder)
    OnnxEncoder(folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    assert "run again" in refusal(OnnxEncoder, folder)


def test_an_export_of_another_release_is_refused(tiny_encoder_folder, tiny_encoder, tmp_path):
    fields = json.loads((export_folder(str(tiny_encoder_folder)) / "encoder.json").read_text("utf-8"))
    fields["export_version"] += 1
    (tmp_path / "encoder.json").write_text(json.dumps(fields), "utf-8")
    assert "another release" in refusal(read_card, tmp_path)


def test_a_folder_named_from_the_working_directory_is_known_by_its_whole_path(tiny_encoder_folder, monkeypatch):
    monkeypatch.chdir(tiny_encoder_folder.parent)
    assert open_encoder(f"./{tiny_encoder_folder.name}").card.name == str(tiny_encoder_folder.resolve())
