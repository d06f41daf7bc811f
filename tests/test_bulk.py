"""Files added by several workers. What Ray does with workers that die, `qa.evaluation.bulk_kill` measures."""

import pickle
import sys

import numpy as np
import pytest

from index.adding import add_prepared
from index.bulk_workers import FILE, PATH, EncodingWorker, read_row
from index.collection import DATABASE, Collection
from index.errors import ModelError
from index.loaders import find_files
from index.storage import Storage
from index.storage_check import storage_faults
from ui.cli import main

LAMP = "The lamp of the lighthouse burns colza oil. It was lit in 1871.\n"


@pytest.fixture
def files(tmp_path):
    folder = (tmp_path / "files").resolve()
    folder.mkdir()
    for number in range(3):
        (folder / f"lamp{number}.txt").write_text(f"{LAMP}This is lamp {number}.\n", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    return folder


class OneWorker:
    """What workers do, in this process: rows go through the same two steps, in another order."""

    def __init__(self, encoder):
        self.encode = EncodingWorker(encoder.card.name, encoder.card.fingerprint, 1)
        self.paths, self.done = [], {}

    def begin(self, path, content):
        self.paths.append(str(path))

    def finished(self, *, last=False):
        if last and self.paths:
            rows = [read_row({PATH: path}) for path in reversed(self.paths)]
            for file in map(
                pickle.loads,
                self.encode({name: np.array([r[name] for r in rows], object) for name in (PATH, FILE)})[FILE],
            ):
                if file.prepared:
                    self.done[file.prepared.document.id] = file.prepared
                yield file.parsed

    def prepare(self, documents):
        return [self.done.pop(document.id) for document in documents]


def test_what_workers_prepare_is_what_one_machine_stores(files, collection, encoder, tmp_path):
    by_workers = tmp_path / "by-workers"
    Collection(by_workers, encoder).close()
    storage = Storage(by_workers / DATABASE)
    changes = add_prepared(storage, OneWorker(encoder), find_files([files]))
    plain = collection.add([files])
    assert (sorted(changes.added), changes.refused) == (list(plain.added), plain.refused)
    assert changes.refused[0].reason.startswith("broken.pdf")
    repeated = add_prepared(storage, OneWorker(encoder), find_files([files]))
    assert (repeated.added, len(repeated.unchanged)) == ((), 3)
    storage.close()
    assert storage_faults(by_workers / DATABASE) == []
    with Collection(by_workers, encoder) as other:
        assert other.pending() == 0
        assert [one.sha256 for one in other.documents()] == [one.sha256 for one in collection.documents()]
        for one in collection.documents():
            assert other.sentences(one.id) == collection.sentences(one.id)
        scores = [
            [(h.passage.text, round(h.score, 3)) for h in c.search_dense("lamp 2", 5)] for c in (other, collection)
        ]
        assert scores[0] == scores[1]


def test_a_worker_with_other_weights_is_refused(encoder):
    with pytest.raises(ModelError, match="QUOTEWISE_HOME"):
        EncodingWorker(encoder.card.name, "0" * 16, 1)


def test_without_ray_one_sentence_says_how_to_install_it_and_nothing_is_made(files, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("RAY_ADDRESS", "nowhere")
    assert main(["index", str(files), "--workers", "2", "--collection", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.strip().endswith("run pip install 'quotewise[cluster]'.")
    assert not (tmp_path / "new").exists()


def test_workers_fetch_no_addresses(tmp_path, capsys):
    command = ["index", "https://example.org/a", "--workers", "2", "--collection", str(tmp_path / "new")]
    assert main(command) == 1
    assert "without --workers" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_the_number_of_workers_is_checked(number, files, capsys):
    with pytest.raises(SystemExit):
        main(["index", str(files), f"--workers={number}"])
    assert "from 1 on" in capsys.readouterr().err
