"""What the tests of training share."""

import json

from qa.reader import SHIPPED_READER

TEXT = "Ada Lovelace wrote the first program in 1843. Charles Babbage built the engine in London."

TINY = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}  # a model's shape


def examples_file(path, count=24):
    lines = []
    for number in range(count):
        spans = [[0, 12]] if number % 2 else []
        lines.append({"id": str(number), "group": str(number // 2), "kind": "answerable" if spans else "retrieved",
                      "question": "Who wrote the first program?", "passage": TEXT if spans else "Nothing of it.",
                      "spans": spans})  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def tiny_tokenizer(folder):
    """The shipped reader's tokenizer as a transformers one, saved to `folder`."""
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / "tokenizer.json"))
    tokenizer.save_pretrained(folder)
    return tokenizer
