"""Asking several systems in turns. Haystack and txtai are extras; where they are missing, the table says so."""

import importlib.util
import json

import torch

from qa.evaluation.command import main
from qa.evaluation.peers import Peer
from qa.reading.reader import SHIPPED_READER

TEXT = "The lighthouse on Skerry Rock was built in 1811 by Robert Hale. Its lamp burned oil until 1903."


def tiny_checkpoint(folder):
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    torch.manual_seed(0)
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    BertForQuestionAnswering(config).save_pretrained(folder)
    BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / "tokenizer.json")).save_pretrained(folder)
    return folder


def test_every_system_that_is_installed_answers_and_the_rest_are_explained(tmp_path, encoder):
    labelled = tmp_path / "q.jsonl"
    lines = [
        {"question": "Who built the lighthouse?", "document": TEXT, "answers": ["Robert Hale"]},
        {"question": "When was it built?", "document": TEXT, "answers": ["1811"]},
    ]
    labelled.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    checkpoint = str(tiny_checkpoint(tmp_path / "tiny"))
    work = tmp_path / "work"
    assert main([str(labelled), "--peers", "--checkpoint", checkpoint, "--output", str(work)]) == 0
    results = json.loads((work / "peers.json").read_text("utf-8"))
    assert results["quotewise"]["exact_match"] == 100
    assert results["quotewise"]["source_right"] == 100
    assert results["transformers"]["errors"] == 0
    assert results["transformers"]["median_ms"] > 0
    for name, module in (("haystack", "haystack"), ("txtai", "txtai")):
        if importlib.util.find_spec(module) is None:
            assert "No module named" in results[name]["could_not_run"]


def test_a_system_that_ends_has_no_answer_and_the_others_go_on(tmp_path):
    peer = Peer("no such system", tmp_path, tmp_path)
    peer._process.wait()
    assert peer.reason
    for number in range(2):
        peer.ask("Who built the lighthouse?" * 100_000)  # more than a pipe holds
        assert peer.answers[number]["error"] == "it ended"
    peer.close()


def test_peers_need_a_checkpoint(tmp_path, capsys):
    assert main(["--peers", "--output", str(tmp_path)]) == 1
    assert "--checkpoint" in capsys.readouterr().err
