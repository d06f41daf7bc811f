"""The command that sets engines beside one another."""

import pytest

from index.errors import DocumentError
from qa.evaluation import engine_speed
from qa.evaluation.engine_speed import compare_encoders, compare_engines, passages_of


@pytest.fixture(scope="module")
def folder(fixtures, tmp_path_factory):
    made = tmp_path_factory.mktemp("documents")
    for name in ("garden.md", "ferry.html"):
        (made / name).write_bytes((fixtures / name).read_bytes())
    (made / "damaged.docx").write_bytes(b"no document")
    return made


def test_passages_are_those_of_all_files_that_can_be_read_each_once(folder, tmp_path):
    found = passages_of(folder, 100)
    assert len(found) == len(set(found)) > 1
    assert passages_of(folder, 1) == found[:1]
    with pytest.raises(DocumentError, match="holds no text"):
        passages_of(tmp_path, 100)


def test_both_comparisons_print_every_way_and_the_ratio(folder, exports, monkeypatch, capsys):
    compare_encoders(passages_of(folder, 2), 1)
    printed = capsys.readouterr().out
    assert "SentenceTransformer.encode" in printed and "ratio" in printed
    assert float(printed.split()[-1]) > 0.9999
    monkeypatch.setattr(engine_speed, "reader_folder", lambda name: exports / "stored")
    monkeypatch.setattr(engine_speed, "COLD_RUNS", 1)
    compare_engines(passages_of(folder, 2), 1)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("ONNX Runtime") and "MB at most" in line]
    assert len(lines) in (2, 4)  # two for each engine that is there
