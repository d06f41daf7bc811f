"""A reader that does not read the same twice."""

import pytest

from qa.evaluation.remembering import RememberingReader
from qa.reader import SHIPPED_READER, OnnxReader

TEXTS = ["Ada Lovelace wrote the first program in 1843.", "It snowed.", "Grace Hopper wrote the first compiler."]


@pytest.fixture
def read(monkeypatch):
    """The windows that readers run, by their tokens."""
    found, plain = [], OnnxReader.run
    monkeypatch.setattr(OnnxReader, "run", lambda self, window: found.append(window.ids) or plain(self, window))
    return found


def test_it_reads_the_same_with_and_without_a_passage_and_each_passage_once(reader, read):
    asked = [("Who wrote the first program?", TEXTS), ("Who wrote the first program?", TEXTS[::-2])]
    asked += [("Who wrote the first compiler?", TEXTS), ("Who wrote the first compiler?", [])]
    expected = [reader.read(*case) for case in asked]
    read.clear()
    remembering = RememberingReader(SHIPPED_READER)
    assert [remembering.read(*case) for case in asked] == expected
    assert len(read) == len(set(read)) == 6  # three passages for each of two questions


def test_it_can_be_made_to_forget(read):
    remembering = RememberingReader(SHIPPED_READER)
    for _ in range(2):
        remembering.read("Who wrote the first program?", TEXTS)
    assert len(read) == 3
    remembering.forget()
    remembering.read("Who wrote the first program?", TEXTS)
    assert len(read) == 6
