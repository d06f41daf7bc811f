import os

import numpy as np
import pytest
from messages import is_one_sentence
from processes import run_python

from index import runtime
from index.errors import ModelError
from index.resources import cores
from index.runtime import Arithmetic, open_faster_session, open_session
from qa.reading.reader import SHIPPED_READER

OUTPUTS = ["start_logits", "end_logits"]


def test_at_least_one_core_is_counted_and_no_more_than_there_are():
    assert 1 <= cores() <= os.cpu_count()


def test_a_model_opens_with_its_inputs():
    session = open_session(SHIPPED_READER / "model.onnx", threads=1)
    assert {"input_ids", "attention_mask"} <= session.inputs


def test_a_model_that_is_missing_or_damaged_is_one_sentence(tmp_path):
    damaged = tmp_path / "model.onnx"
    for content in (None, b"", b"not a model", (SHIPPED_READER / "model.onnx").read_bytes()[:100_000]):
        if content is not None:
            damaged.write_bytes(content)
        with pytest.raises(ModelError) as caught:
            open_session(damaged)
        assert is_one_sentence(str(caught.value))


@pytest.fixture(scope="module")
def openvino():
    return pytest.importorskip("openvino")


def test_both_engines_read_a_model_whose_weights_are_stored_in_int8(exports, openvino):
    """The feed-forward tables of this one are."""
    path = exports / "stored" / "model.onnx"
    exact = open_session(exports / "float" / "model.onnx")
    fields = {name: np.array([[2, 7, 11, 3, 9, 5, 4, 3]], np.int64) for name in exact.inputs}
    fields["attention_mask"], fields["token_type_ids"] = np.ones((1, 8), np.int64), np.zeros((1, 8), np.int64)
    expected = np.concatenate(exact.run(OUTPUTS, fields))
    for session in (open_session(path), open_faster_session(path, Arithmetic.INT8)):
        assert session.inputs == exact.inputs
        assert np.abs(np.concatenate(session.run(OUTPUTS, fields)) - expected).max() < 0.05 * expected.std()


def test_what_an_engine_gave_stays_when_it_runs_again(exports, openvino):
    session = open_faster_session(exports / "stored" / "model.onnx", Arithmetic.INT8)
    fields = {name: np.ones((1, 8), np.int64) for name in session.inputs}
    [before] = session.run(OUTPUTS[:1], fields)
    kept = before.copy()
    session.run(OUTPUTS[:1], fields | {"input_ids": np.full((1, 8), 7, np.int64)})
    assert (before == kept).all()


def test_there_is_no_faster_session_for_a_damaged_file_or_another_kind_of_machine(exports, tmp_path, monkeypatch):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    for path in (tmp_path / "model.onnx", tmp_path / "none.onnx"):
        assert open_faster_session(path, Arithmetic.INT8) is None
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    runtime._openvino_core.cache_clear()
    try:
        assert open_faster_session(exports / "stored" / "model.onnx", Arithmetic.INT8) is None
    finally:
        runtime._openvino_core.cache_clear()


def test_bfloat16_is_not_emulated(exports, monkeypatch):
    class Core:
        def get_property(self, device, name):
            return ["FP32", "INT8"]

        def compile_model(self, path, device, settings):
            pytest.fail("there is nothing to gain")

    monkeypatch.setattr(runtime, "_openvino_core", Core)
    assert open_faster_session(exports / "float" / "model.onnx", Arithmetic.BFLOAT16) is None


def test_without_openvino_the_same_reader_and_encoder_answer(exports, encoder):
    code = """
import logging, sys
sys.modules["openvino"] = None
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s %(message)s")
logging.getLogger("faiss").setLevel(logging.WARNING)
from pathlib import Path
from index.encoder_catalog import open_encoder
from index.records import View
from qa.reading.reader import OnnxReader
from index.runtime import Arithmetic, open_faster_session
print(len(open_encoder().encode_passages(["Ropes."] * 120)))
print(len(OnnxReader(Path(sys.argv[1])).read("Who?", [View.of("Ada Lovelace wrote it.")])) > 0)
"""
    printed = run_python(code, str(exports / "stored")).splitlines()
    told = [line for line in printed if line.startswith("index.runtime")]
    assert len(told) == 1 and "OpenVINO is not used" in told[0]  # once, at the level of debugging
    assert printed[-2:] == ["120", "True"]
