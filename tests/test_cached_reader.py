"""A reader that does not read the same twice."""

import shutil

import pytest
from viewing import views

from qa.lab.cached_reader import CachedReader
from qa.reading.reader import SHIPPED_READER, OnnxReader

TEXTS = ["Ada Lovelace wrote the first program in 1843.", "It snowed.", "Grace Hopper wrote the first compiler."]


@pytest.fixture
def read(monkeypatch):
    """The windows that readers run, by their tokens."""
    found, plain = [], OnnxReader.run
    monkeypatch.setattr(OnnxReader, "run", lambda self, window: found.append(window.ids) or plain(self, window))
    return found


def test_it_reads_the_same_with_and_without_a_passage_and_each_passage_once(reader, read):
    asked = [("Who wrote the first program?", views(TEXTS)), ("Who wrote the first program?", views(TEXTS[::-2]))]
    asked += [("Who wrote the first compiler?", views(TEXTS)), ("Who wrote the first compiler?", [])]
    expected = [reader.read(*case) for case in asked]
    read.clear()
    cached = CachedReader(SHIPPED_READER)
    assert [cached.read(*case) for case in asked] == expected
    assert len(read) == len(set(read)) == 6  # three passages for each of two questions


@pytest.mark.parametrize("readers", [1, 2])
def test_it_can_be_made_to_forget_with_the_reader_beside_it(readers, read, tmp_path):
    shutil.copytree(SHIPPED_READER, tmp_path / "reader")
    if readers == 2:
        (tmp_path / "reader" / "reader.json").write_text('{"shipped_share": 0.3}', "utf-8")
    cached = CachedReader(tmp_path / "reader")
    for _ in range(2):
        cached.read("Who wrote the first program?", views(TEXTS))
    assert len(read) == 3 * readers
    cached.forget()
    cached.read("Who wrote the first program?", views(TEXTS))
    assert len(read) == 6 * readers
