import os

import pytest
from messages import is_one_sentence

from index.errors import ModelError
from index.runtime import cores, open_session
from qa.reading.reader import SHIPPED_READER


def test_at_least_one_core_is_counted_and_no_more_than_there_are():
    assert 1 <= cores() <= os.cpu_count()


def test_a_model_opens_with_its_inputs():
    session = open_session(SHIPPED_READER / "model.onnx", threads=1)
    assert {"input_ids", "attention_mask"} <= {field.name for field in session.get_inputs()}


def test_a_model_that_is_missing_or_damaged_is_one_sentence(tmp_path):
    damaged = tmp_path / "model.onnx"
    for content in (None, b"", b"not a model", (SHIPPED_READER / "model.onnx").read_bytes()[:100_000]):
        if content is not None:
            damaged.write_bytes(content)
        with pytest.raises(ModelError) as caught:
            open_session(damaged)
        assert is_one_sentence(str(caught.value))
