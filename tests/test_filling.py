"""A collection whose files of vectors were lost, and that has so many that they are made again beside the searches."""

import json
import shutil
import threading

import pytest

from index.collection import Collection
from index.errors import DamageError
from index.storage import Storage
from index.vectors import caught_up, faiss_store
from qa.evaluation.collection_speed import MadeUpEncoder, made_up_documents

PASSAGES = 60


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A collection without its files of vectors."""
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 10)
    with Collection(tmp_path / "c", MadeUpEncoder()) as collection:
        collection.put(made_up_documents(PASSAGES))
        collection.merge_vectors()
    shutil.rmtree(tmp_path / "c" / caught_up.FOLDER)
    monkeypatch.setattr(caught_up, "AWAITED", 20)
    return tmp_path / "c"


@pytest.fixture
def gate(monkeypatch):
    """Nothing is read behind the first 20 vectors until it is opened."""
    opened, read = threading.Event(), Storage.vectors_after

    def slowly(storage, passage_id):
        for number, some in enumerate(read(storage, passage_id, 20)):
            if number:
                assert opened.wait(20)
            yield some

    monkeypatch.setattr(Storage, "vectors_after", slowly)
    yield opened
    opened.set()


def found(collection):
    return [hit.passage.id for hit in collection.search_dense("lamp", 100)]


def until(condition):
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("in vain")


def test_searches_do_not_wait_for_lost_vectors_and_tell_how_many_are_found_by_words(folder, gate):
    with Collection(folder, MadeUpEncoder()) as collection:
        assert len(found(collection)) <= 20
        until(lambda: len(found(collection)) == 20)
        assert collection.pending() == 40
        document = collection.documents()[0].id
        assert collection.pending([document]) in (0, 10)
        assert sum(collection.pending([one.id]) for one in collection.documents()) == 40
        assert len(collection.search_keywords("lamp", 100)) == PASSAGES
        collection.remove(collection.search_dense("lamp", 1)[0].passage.document_id)
        gate.set()
        until(lambda: not collection.pending())
        assert len(found(collection)) == 50
        expected = found(collection)
    with Collection(folder, MadeUpEncoder()) as collection:
        assert found(collection) == expected


def test_what_was_taken_in_before_the_end_is_kept(folder, gate):
    with Collection(folder, MadeUpEncoder()) as collection:
        until(lambda: len(found(collection)) == 20)
        closing = threading.Thread(target=collection.close)
        closing.start()
        until(collection._vectors._closed.is_set)
        gate.set()
        closing.join()
    with Collection(folder, MadeUpEncoder()) as collection:
        kept = json.loads(collection._storage.meta(caught_up.RECEIPT))
        assert (kept["added"], [one["count"] for one in kept["segments"]]) == (40, [40])
        collection.merge_vectors()
        assert len(found(collection)) == PASSAGES


def test_a_change_waits_until_all_is_taken_in(folder):
    with Collection(folder, MadeUpEncoder()) as collection:
        collection.merge_vectors()
        assert collection.pending() == 0
        assert len(found(collection)) == PASSAGES


def test_what_cannot_be_read_again_is_told(folder):
    with Collection(folder, MadeUpEncoder()) as collection:
        with collection._storage._transaction() as writer:
            writer.execute("UPDATE vectors SET checksum = checksum + 1 WHERE passage_id = 30")
        with pytest.raises(DamageError, match="a vector is not as it was stored"):
            collection.merge_vectors()
