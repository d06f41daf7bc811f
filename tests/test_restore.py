"""A trained reader exported, and an exported one made trainable again."""

import numpy as np
import pytest
from training import TEXT
from viewing import views

from index.errors import ModelError
from qa.reading.reader import SHIPPED_READER, OnnxReader, reader_settings
from qa.training.command import main
from qa.training.int8_export import LARGE_TABLE, export_reader
from qa.training.restore import restore_checkpoint


def test_the_int8_export_is_smaller_and_reads_nearly_the_same(exports):
    sizes = [(exports / name / "model.onnx").stat().st_size for name in ("float", "int8")]
    assert sizes[1] < 0.3 * sizes[0]
    exact, near = (OnnxReader(exports / name).read("Who wrote it?", views([TEXT])) for name in ("float", "int8"))
    scores = {(span.start, span.end): span.score for span in exact}
    shared = [(scores[span.start, span.end], span.score) for span in near if (span.start, span.end) in scores]
    assert shared
    assert all(abs(one - other) < 0.05 for one, other in shared)


def test_a_wide_models_products_are_left_to_the_engine_and_its_tables_are_stored_in_int8(exports):
    import onnx

    graph = onnx.load(str(exports / "stored" / "model.onnx")).graph
    assert not any(node.op_type in ("MatMulInteger", "DynamicQuantizeLinear") for node in graph.node)
    large = [table for table in graph.initializer if np.prod(table.dims) >= LARGE_TABLE]
    assert {table.data_type for table in large} == {onnx.TensorProto.INT8}
    assert reader_settings(exports / "stored").weight_only
    assert not any(reader_settings(exports / name).weight_only for name in ("float", "int8"))
    [(_, exact)], [(_, near)] = (
        OnnxReader(exports / name).logits("Who?", views([TEXT])) for name in ("float", "stored")
    )
    assert abs(exact - near).max() < 0.05 * exact.std()


def test_an_export_can_be_made_a_checkpoint_again(exports, tmp_path):
    from transformers import AutoModelForQuestionAnswering

    original = AutoModelForQuestionAnswering.from_pretrained(str(exports / "model")).state_dict()
    for name, allowed in (
        ("float", 0.0),
        ("int8", 1 / 127),
        ("stored", 1 / 127),
    ):  # rounding is at most half a step of 127
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
    shipped, again = (
        OnnxReader(folder).read(question, views([TEXT]))[0] for folder in (SHIPPED_READER, tmp_path / "again")
    )
    assert shipped.text == again.text == "Charles Babbage"
    assert shipped.score == pytest.approx(again.score, abs=1.0)


def test_only_an_exported_reader_can_be_restored(tmp_path):
    with pytest.raises(ModelError, match="is not a reader that"):
        restore_checkpoint(tmp_path, tmp_path / "start")
