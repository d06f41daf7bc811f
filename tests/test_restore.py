"""A trained reader exported, and an exported one made trainable again."""

import pytest
from training import TEXT, tiny_tokenizer
from viewing import views

from index.errors import ModelError
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.training.command import main
from qa.training.int8_export import export_reader
from qa.training.restore import restore_checkpoint


def test_the_int8_export_is_smaller_and_reads_nearly_the_same(exports):
    sizes = [(exports / name / "model.onnx").stat().st_size for name in ("float", "int8")]
    assert sizes[1] < 0.3 * sizes[0]
    exact, near = (OnnxReader(exports / name).read("Who wrote it?", views([TEXT])) for name in ("float", "int8"))
    scores = {(span.start, span.end): span.score for span in exact}
    shared = [(scores[span.start, span.end], span.score) for span in near if (span.start, span.end) in scores]
    assert shared
    assert all(abs(one - other) < 0.05 for one, other in shared)


def test_a_wide_models_export_computes_only_attention_in_int8(tmp_path):
    import onnx
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(1)
    config = BertConfig(hidden_size=768, num_hidden_layers=1, num_attention_heads=12, intermediate_size=768)
    BertForQuestionAnswering(config).save_pretrained(tmp_path / "model")
    tiny_tokenizer(tmp_path / "model")
    for name, int8 in (("float", False), ("int8", True)):
        export_reader(tmp_path / "model", tmp_path / name, int8=int8)
    graph = onnx.load(str(tmp_path / "int8" / "model.onnx")).graph
    products = [node.name for node in graph.node if node.op_type == "MatMulInteger"]
    assert len(products) == 4
    assert all("/attention/" in name for name in products)
    tables = [table for table in graph.initializer if table.name.endswith("_quantized")]
    assert {table.data_type for table in tables} == {onnx.TensorProto.UINT8}  # signed ones overflow on some CPUs
    [(_, exact)], [(_, near)] = (
        OnnxReader(tmp_path / name).logits("Who?", views([TEXT])) for name in ("float", "int8")
    )
    assert abs(exact - near).max() < 0.05 * exact.std()


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
    shipped, again = (
        OnnxReader(folder).read(question, views([TEXT]))[0] for folder in (SHIPPED_READER, tmp_path / "again")
    )
    assert shipped.text == again.text == "Charles Babbage"
    assert shipped.score == pytest.approx(again.score, abs=1.0)


def test_only_an_exported_reader_can_be_restored(tmp_path):
    with pytest.raises(ModelError, match="is not a reader that"):
        restore_checkpoint(tmp_path, tmp_path / "start")
