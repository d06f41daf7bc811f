import json
import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import faiss_store
from index.vectors.faiss_store import LEAST_SEGMENT, FaissStore
from index.vectors.store import Position


def unit_vectors(count, dimension=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Receipts:
    """What a database would keep."""

    def __init__(self, refuse=False):
        self.kept, self.removed, self.refuse = None, 0, refuse

    def __call__(self, earlier, receipt, removed):
        if self.refuse or earlier != self.kept:
            return False
        self.kept, self.removed = receipt, removed
        return True


def filled(folder, count=500):
    store, vectors = FaissStore(folder, 16), unit_vectors(count)
    store.add([10 * (i + 1) for i in range(count)], vectors)
    return store, vectors


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("k", [1, 7, 500, 9000])
def test_search_agrees_with_all_inner_products(tmp_path, k):
    store, vectors = filled(tmp_path)
    for query in unit_vectors(20, seed=1):
        cosines = vectors @ query
        nearest = np.argsort(-cosines)[:k]
        ids, scores = zip(*store.state().search(query, k), strict=True)
        assert list(ids) == [10 * (i + 1) for i in nearest]
        assert scores == pytest.approx(cosines[nearest], abs=1e-5)


def test_an_empty_store_finds_nothing(tmp_path):
    store = FaissStore(tmp_path, 16)
    store.add([], np.zeros((0, 16), np.float32))
    assert len(store) == 0
    assert store.state().search(unit_vectors(1)[0], 5) == []


def test_ids_and_vectors_must_be_as_many(tmp_path):
    with pytest.raises(ValueError, match="2 ids for 3 vectors"):
        FaissStore(tmp_path, 16).add([1, 2], unit_vectors(3))


def test_few_vectors_are_not_worth_a_file(tmp_path):
    store, _ = filled(tmp_path / "v")
    receipts = Receipts()
    assert store.flush(receipts) and receipts.kept is None and files(tmp_path / "v") == []


def test_what_was_flushed_is_found_again_and_adding_a_little_writes_nothing(tmp_path):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    assert store.flush(receipts)
    [name] = files(tmp_path)
    more = unit_vectors(3, seed=2)
    store.add([90_001, 90_002, 90_003], more)
    assert store.flush(receipts)
    assert files(tmp_path) == [name]
    opened = FaissStore(tmp_path, 16, receipts.kept)
    assert opened.taken_in == Position(10 * LEAST_SEGMENT, 0)
    opened.add([90_001, 90_002, 90_003], more)
    assert len(opened) == len(store) == LEAST_SEGMENT + 3
    for query in (vectors[3], more[1]):
        assert opened.state().search(query, 10) == store.state().search(query, 10)
    assert opened.state().search(more[1], 1)[0][0] == 90_002


def test_segments_of_like_size_are_merged_and_large_ones_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 10)
    store, receipts, vectors = FaissStore(tmp_path, 16), Receipts(), unit_vectors(2000)
    largest = []
    for first in range(0, 2000, 10):
        store.add(list(range(first + 1, first + 11)), vectors[first : first + 10])
        assert store.flush(receipts)
        sizes = [int(one["name"].split("-")[0]) for one in json.loads(receipts.kept)["segments"]]
        assert sum(sizes) == first + 10
        assert all(big >= 4 * small for big, small in pairwise(sizes))
        largest.append(len(sizes))
        assert len(files(tmp_path)) == len(sizes)
    assert max(largest) <= 5
    opened = FaissStore(tmp_path, 16, receipts.kept)
    assert opened.state().search(vectors[777], 3) == store.state().search(vectors[777], 3)
    assert opened.state().search(vectors[777], 1)[0][0] == 778


@pytest.mark.parametrize("flushed", [False, True])
def test_removed_vectors_are_found_no_more(tmp_path, flushed):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    if flushed:
        store.flush(receipts)
    store.add([90_001], unit_vectors(1, seed=3))
    store.remove([40, 90_001, 7], Position(90_001, 3))
    assert len(store) == LEAST_SEGMENT - 1
    assert store.taken_in == Position(90_001, 3)
    assert 40 not in [id_ for id_, _ in store.state().search(vectors[3], 9000)]
    assert len(store.state().search(vectors[3], 9000)) == LEAST_SEGMENT - 1


def test_segments_are_written_anew_where_much_of_them_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 100)
    store, vectors = filled(tmp_path, 1000)
    receipts = Receipts()
    store.flush(receipts)
    store.remove([10 * (i + 1) for i in range(200)], Position(10_000, 200))
    store.flush(receipts)
    assert (receipts.removed, files(tmp_path)[0][:5]) == (0, "1000-")  # still to be told of what is removed
    store.remove([10 * (i + 1) for i in range(200, 300)], Position(10_000, 300))
    store.flush(receipts)
    assert receipts.removed == 300
    assert [name[:4] for name in files(tmp_path)] == ["700-"]
    opened = FaissStore(tmp_path, 16, receipts.kept)
    assert opened.taken_in == Position(10_000, 300)
    assert opened.state().search(vectors[500], 800) == store.state().search(vectors[500], 800)
    assert len(opened.state().search(vectors[500], 800)) == 700


def test_a_search_can_be_kept_to_some_ids(tmp_path):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    store.flush(Receipts())
    store.add([90_001, 90_002], unit_vectors(2, seed=3))
    store.remove([40], Position(90_002, 1))
    within = np.array([20, 40, 60, 90_002], np.int64)
    found = store.state().search(vectors[3], 9, within)
    assert sorted(id_ for id_, _ in found) == [20, 60, 90_002]
    assert [id_ for id_, _ in store.state().search(vectors[5], 1, within)] == [60]
    assert store.state().search(vectors[5], 1, np.array([], np.int64)) == []


def test_where_another_process_flushed_first_its_files_stay_and_ours_go(tmp_path):
    store, _ = filled(tmp_path, LEAST_SEGMENT)
    assert store.flush(Receipts(refuse=True)) is False
    assert files(tmp_path) == []


def test_a_receipt_that_cannot_be_kept_leaves_no_files(tmp_path):
    def fail(*arguments):
        raise OSError("disk full")

    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    with pytest.raises(OSError, match="disk full"):
        store.flush(fail)
    assert files(tmp_path) == []
    assert len(store.state().search(vectors[0], 5)) == 5
    assert store.flush(Receipts())


@pytest.mark.parametrize("spoil", ["missing", "truncated", "receipt"])
def test_files_that_are_not_as_they_were_are_not_used(tmp_path, spoil):
    store, _ = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    store.flush(receipts)
    [path] = tmp_path.iterdir()
    if spoil == "missing":
        path.unlink()
    elif spoil == "truncated":
        path.write_bytes(path.read_bytes()[:-1])
    receipt = "{" if spoil == "receipt" else receipts.kept
    opened = FaissStore(tmp_path, 16, receipt)
    assert (len(opened), opened.taken_in) == (0, Position(0, 0))


def test_a_flipped_bit_anywhere_is_noticed(tmp_path):
    store, _ = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    store.flush(receipts)
    [path] = tmp_path.iterdir()
    data = path.read_bytes()
    for position in range(0, len(data), len(data) // 50):
        path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert len(FaissStore(tmp_path, 16, receipts.kept)) == 0


changes = st.lists(st.tuples(st.sampled_from("arfo"), st.integers(1, 60)), max_size=25)


@settings(max_examples=60)
@given(changes)
def test_any_history_gives_what_plain_search_over_the_same_vectors_gives(tmp_path_factory, steps):
    folder, vectors = tmp_path_factory.mktemp("store"), unit_vectors(2000)
    kept, alive, added, removals = Receipts(), {}, 0, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_store, "LEAST_SEGMENT", 20)
        store = FaissStore(folder, 16)
        for step, size in steps:
            if step == "a":
                ids = list(range(added + 1, added + size + 1))
                store.add(ids, vectors[ids])
                alive.update((id_, vectors[id_]) for id_ in ids)
                added += size
            elif step == "r":
                gone = list(alive)[:: max(1, len(alive) // size)]
                removals += gone
                store.remove(gone, Position(added, len(removals)))
                for id_ in gone:
                    del alive[id_]
            elif step == "f":
                assert store.flush(kept)
            else:  # opened anew, and caught up as a collection does it
                store = FaissStore(folder, 16, kept.kept)
                missed = [id_ for id_ in alive if id_ > store.taken_in.added]
                store.add(missed, vectors[missed].reshape(-1, 16))
                store.remove(removals[store.taken_in.removed :], Position(added, len(removals)))
        query = vectors[1999]
        expected = sorted(alive, key=lambda id_: -float(alive[id_] @ query))
        assert [id_ for id_, _ in store.state().search(query, 5000)] == expected
        assert len(store) == len(alive)


def test_searches_go_on_while_vectors_are_added(tmp_path):
    store, vectors = filled(tmp_path)
    stop, failures = threading.Event(), []

    def search():
        while not stop.is_set():
            found = store.state().search(vectors[3], 5)
            if found[0][0] != 40:
                failures.append(found)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(300):
        store.add([100_000 + number], unit_vectors(1, seed=number + 10))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
