"""What the tests of training share."""

import json

from qa.lab.kept_back import is_held_out
from qa.reading.reader import SHIPPED_READER
from qa.training.examples import Example, write_example_file

TEXT = "Ada Lovelace wrote the first program in 1843. Charles Babbage built the engine in London."

TINY = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}  # a model's shape


def examples_file(path, count=24):
    examples = []
    for number in range(count):
        spans = ((0, 12),) if number % 2 else ()
        kind, passage = ("answerable", TEXT) if spans else ("retrieved", "Nothing of it.")
        examples.append(
            Example(str(number), str(number // 2), kind, "Who wrote the first program?", passage, spans)
        )  # fmt: skip
    write_example_file(path, examples)
    return path


def towns_file(path):
    """Write a SQuAD file whose articles are all held back from training."""
    titles = [title for title in map("Town {}".format, range(200)) if is_held_out(title)][:8]
    articles = []
    for number, title in enumerate(titles):
        year = 1900 + number
        facts = (f"The bridge of {title} was opened in {year} by Harold Stone.", f"The {title} choir sings on Sundays.")
        when = {"id": f"{number}", "question": f"When was the bridge of {title} opened by Harold Stone?",
                "answers": [{"text": str(year), "answer_start": facts[0].index(str(year))}]}  # fmt: skip
        sings = {"id": f"{number}-choir", "question": f"When does the {title} choir sing?",
                 "answers": [{"text": "Sundays", "answer_start": facts[1].index("Sundays")}]}  # fmt: skip
        paragraphs = [{"context": facts[0], "qas": [when]}, {"context": facts[1], "qas": [sings]}]
        articles.append({"title": title, "paragraphs": paragraphs})
    path.write_text(json.dumps({"version": "1.1", "data": articles}), "utf-8")
    return path


def tiny_tokenizer(folder):
    """The shipped reader's tokenizer as a transformers one, saved to `folder`."""
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / "tokenizer.json"))
    tokenizer.save_pretrained(folder)
    return tokenizer
