"""Readers timed in turns, on texts of the promised size."""

from tokenizers import Tokenizer

from qa.evaluation import speed
from qa.reading.reader import SHIPPED_READER


def test_the_passages_have_the_promised_size():
    tokenizer = Tokenizer.from_file(str(SHIPPED_READER / "tokenizer.json"))
    texts = speed.passages()
    assert len(set(texts)) == speed.PASSAGES
    assert {len(tokenizer.encode(text, add_special_tokens=False)) for text in texts} == {speed.TOKENS}


def test_every_reader_reads_once_a_round_and_the_first_round_does_not_count():
    order = []
    times = speed.take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=20)
    assert {name: len(values) for name, values in times.items()} == {"a": 20, "b": 20}
    rounds = [order[i : i + 2] for i in range(0, len(order), 2)]
    assert len(rounds) == 21
    assert {tuple(pair) for pair in rounds} == {("a", "b"), ("b", "a")}


def test_one_table_has_them_all(tiny_reader_folder, capsys):
    assert speed.main([str(tiny_reader_folder), "--torch", str(tiny_reader_folder), "--rounds", "2"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("shipped", "tiny-reader", "PyTorch, float32", "PyTorch, bfloat16"))


def test_what_is_no_reader_is_explained(tmp_path, capsys):
    (tmp_path / "model.onnx").write_bytes(b"nothing")
    assert speed.main([str(tmp_path)]) == 1
    assert "is not a reader" in capsys.readouterr().err
