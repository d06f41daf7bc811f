"""What every vector store keeps to: the same tests against FAISS, milvus-lite and Milvus.

milvus-lite over TCP and a real server are tried where MILVUS_LITE_URL and MILVUS_URL name them; CONTRIBUTING says how.
"""

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from vectors import Receipts, Stored, unit_vectors

from index.collection import Collection
from index.errors import CollectionError
from index.records import Document
from index.vectors.faiss_store import FaissStore
from index.vectors.milvus_store import MilvusStore
from index.vectors.store import Position

WITHOUT = "pymilvus and milvus-lite are not installed: pip install 'quotewise[milvus]'"
URLS = {"milvus-lite over TCP": "MILVUS_LITE_URL", "Milvus": "MILVUS_URL"}


@dataclass
class Engine:
    """One way to keep vectors, and the database they come from."""

    url: str
    folder: Path
    stored: Stored = field(default_factory=Stored)
    receipts: Receipts = field(default_factory=Receipts)

    def open(self, *, anew=False):
        if self.url:
            return MilvusStore(self.url, 16, self.receipts.kept, anew=anew)
        return FaissStore(self.folder, 16, self.stored, self.receipts.kept, anew=anew)

    def put(self, store, ids, vectors):
        self.stored.vectors.update(zip(ids, vectors, strict=True))
        store.add(ids, vectors)

    def caught_up(self, store, removed, position):
        """As a collection brings it up to date."""
        for ids, vectors in self.stored.vectors_after(store.state().taken_in.added):
            store.add(ids, vectors)
        store.remove(removed, position)
        return store


@pytest.fixture(params=["FAISS", "milvus-lite in a file", *URLS])
def engine(request, tmp_path):
    if request.param == "FAISS":
        return Engine("", tmp_path)
    if not find_spec("pymilvus") or not find_spec("milvus_lite"):
        pytest.skip(WITHOUT)
    if request.param not in URLS:
        return Engine(str(tmp_path / "vectors.db"), tmp_path)
    variable = URLS[request.param]
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no server")
    return Engine(os.environ[variable], tmp_path)


def ids_of(found):
    return [id_ for id_, _ in found]


def test_vectors_are_found_filtered_removed_and_found_again(engine):
    vectors, store = unit_vectors(2100), engine.open()
    assert store.state().taken_in == Position(0, 0)
    ids = list(range(10, 21010, 10))
    engine.put(store, ids, vectors)
    store.remove([40, 999_999], Position(21_000, 2))
    assert store.state().taken_in == Position(21_000, 2)
    query = unit_vectors(1, seed=1)[0]
    nearest = [id_ for id_ in (10 * (1 + np.argsort(-(vectors @ query)))).tolist() if id_ != 40]
    found = store.state().search(query, 20)
    assert ids_of(found) == nearest[:20]
    assert [score for _, score in found] == pytest.approx([float(vectors[i // 10 - 1] @ query) for i in nearest[:20]])
    for within in (np.array([20, 40, 60]), np.arange(20, 21_000, 20), np.array([], np.int64)):
        own = [id_ for id_ in nearest if id_ in within][:20]
        assert ids_of(store.state().search(query, 20, within)) == own
    assert store.flush(engine.receipts) and engine.receipts.kept
    assert not store.merge(engine.receipts, None, lambda: True)
    again = engine.open()
    assert again.state().taken_in == Position(21_000, 2)
    assert ids_of(again.state().search(query, 20)) == nearest[:20]
    empty = engine.open(anew=True)
    assert empty.state().taken_in == Position(0, 0) and empty.state().search(query, 20) == []
    assert empty.flush(Receipts(refuse=True)) is False
    assert ids_of(engine.open().state().search(query, 20)) == nearest[:20]


def test_what_was_taken_in_before_a_crash_is_there_once(engine):
    vectors, store = unit_vectors(2100, seed=3), engine.open()
    ids = list(range(1, 2101))
    engine.put(store, ids, vectors)
    store.remove([], Position(2100, 0))
    assert store.flush(engine.receipts)
    more = unit_vectors(50, seed=4)
    engine.put(store, list(range(2101, 2151)), more)  # and the process ends before it has told how far it came
    store = engine.caught_up(engine.open(), [7], Position(2150, 1))
    store.add([2149, 2150], more[-2:])
    store.remove([7], Position(2150, 1))
    found = ids_of(store.state().search(more[-1], 3000))
    assert found[0] == 2150 and store.state().taken_in == Position(2150, 1)
    if engine.url:
        assert sorted(found) == [id_ for id_ in range(1, 2151) if id_ != 7]
    with pytest.raises(ValueError, match="2 ids for 3 vectors"):
        store.add([3001, 3002], unit_vectors(3))


@pytest.mark.skipif(not find_spec("pymilvus"), reason=WITHOUT)
def test_a_server_that_does_not_answer_is_told(monkeypatch):
    from index.vectors import milvus_server

    monkeypatch.setattr(milvus_server, "WAITS", 0.3)
    with pytest.raises(CollectionError, match=r"^The vectors at http://127.0.0.1:9 cannot be used .*: see that Milvus"):
        MilvusStore("http://127.0.0.1:9", 16)


@pytest.mark.skipif(not find_spec("pymilvus") or not find_spec("milvus_lite"), reason=WITHOUT)
def test_a_collection_is_searched_through_milvus_as_through_files(tmp_path, encoder):
    texts = ["The lamp burns oil.", "The harbour is deep.", "A gull sleeps on the quay."]
    url = str(tmp_path / "vectors.db")
    with Collection(tmp_path / "c", encoder) as files, Collection(tmp_path / "c", encoder, vectors=url) as milvus:

        def same():
            one, other = (collection.search_dense("What burns?", 5) for collection in (files, milvus))
            assert [hit.passage.text for hit in one] == [hit.passage.text for hit in other]
            return len(other)

        files.put(Document(str(n), str(n), str(n), str(n), text) for n, text in enumerate(texts))
        assert same() == 3
        milvus.remove("1")
        assert same() == 2
        files.put([Document("3", "3", "3", "3", "Oil burns well.")])
        assert same() == 3
        [part] = milvus.search_dense("What burns?", 5, ["3"])
        assert part.passage.text == "Oil burns well."
    with Collection(tmp_path / "c", encoder, vectors=url) as again:
        assert len(again.search_dense("What burns?", 5)) == 3
