import json
import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import Receipts, Stored, unit_vectors

from index.vectors import faiss_store, segments, writing
from index.vectors.faiss_store import LEAST_SEGMENT, FaissStore, damaged_files
from index.vectors.segments import DamagedFile
from index.vectors.store import Position


def opened(folder, stored, receipt=None):
    return FaissStore(folder, 16, stored, receipt)


def put(store, ids, vectors):
    """Into the database, and from there into the store."""
    store._stored.vectors.update(zip(ids, vectors, strict=True))
    store.add(ids, vectors)


def count(store):
    """How many vectors a search sees."""
    return len(store.state().search(unit_vectors(1, seed=9)[0], 10_000))


def merged(store, receipts):
    while store.merge(receipts, None, lambda: True):
        pass


def filled(folder, count=500):
    store, vectors = opened(folder, Stored()), unit_vectors(count)
    put(store, [10 * (i + 1) for i in range(count)], vectors)
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
    store = opened(tmp_path, Stored())
    store.add([], np.zeros((0, 16), np.float32))
    assert count(store) == 0
    assert store.state().search(unit_vectors(1)[0], 5) == []


def test_ids_and_vectors_must_be_as_many(tmp_path):
    with pytest.raises(ValueError, match="2 ids for 3 vectors"):
        opened(tmp_path, Stored()).add([1, 2], unit_vectors(3))


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
    put(store, [90_001, 90_002, 90_003], more)
    assert store.flush(receipts)
    assert files(tmp_path) == [name]
    again = opened(tmp_path, store._stored, receipts.kept)
    assert again.state().taken_in == Position(10 * LEAST_SEGMENT, 0)
    again.add([90_001, 90_002, 90_003], more)
    assert count(again) == count(store) == LEAST_SEGMENT + 3
    for query in (vectors[3], more[1]):
        assert again.state().search(query, 10) == store.state().search(query, 10)
    assert again.state().search(more[1], 1)[0][0] == 90_002


def test_segments_of_like_size_are_merged_and_large_ones_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 10)
    store, receipts, vectors = opened(tmp_path, Stored()), Receipts(), unit_vectors(600)
    largest = []
    for first in range(0, 600, 10):
        put(store, list(range(first + 1, first + 11)), vectors[first : first + 10])
        assert store.flush(receipts)
        merged(store, receipts)
        sizes = [int(one["name"].split("-")[0]) for one in json.loads(receipts.kept)["segments"]]
        assert sum(sizes) == first + 10
        assert all(big >= 4 * small for big, small in pairwise(sizes))
        largest.append(len(sizes))
        assert len(files(tmp_path)) == len(sizes)
    assert max(largest) <= 4
    again = opened(tmp_path, store._stored, receipts.kept)
    assert again.state().search(vectors[277], 3) == store.state().search(vectors[277], 3)
    assert again.state().search(vectors[277], 1)[0][0] == 278


@pytest.mark.parametrize("flushed", [False, True])
def test_removed_vectors_are_found_no_more(tmp_path, flushed):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    if flushed:
        store.flush(receipts)
    put(store, [90_001], unit_vectors(1, seed=3))
    store.remove([40, 90_001, 7], Position(90_001, 3))
    assert count(store) == LEAST_SEGMENT - 1
    assert store.state().taken_in == Position(90_001, 3)
    assert 40 not in [id_ for id_, _ in store.state().search(vectors[3], 9000)]
    assert len(store.state().search(vectors[3], 9000)) == LEAST_SEGMENT - 1


def test_segments_are_written_anew_where_much_of_them_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 100)
    store, vectors = filled(tmp_path, 1000)
    receipts = Receipts()
    store.flush(receipts)
    store.remove([10 * (i + 1) for i in range(200)], Position(10_000, 200))
    merged(store, receipts)
    assert (receipts.removed, files(tmp_path)[0][:5]) == (0, "1000-")  # still to be told of what is removed
    store.remove([10 * (i + 1) for i in range(200, 300)], Position(10_000, 300))
    merged(store, receipts)
    assert receipts.removed == 300
    assert [name[:4] for name in files(tmp_path)] == ["700-"]
    again = opened(tmp_path, store._stored, receipts.kept)
    assert again.state().taken_in == Position(10_000, 300)
    assert again.state().search(vectors[500], 800) == store.state().search(vectors[500], 800)
    assert len(again.state().search(vectors[500], 800)) == 700


def test_a_search_can_be_kept_to_some_ids(tmp_path):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    store.flush(Receipts())
    put(store, [90_001, 90_002], unit_vectors(2, seed=3))
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
    again = opened(tmp_path, store._stored, receipt)
    assert (count(again), again.state().taken_in) == (0, Position(0, 0))


@pytest.fixture
def lists(monkeypatch):
    """Let a few vectors be worth inverted lists."""
    monkeypatch.setattr(writing, "FLAT_MOST", 100)


@pytest.mark.usefixtures("lists")
def test_a_flipped_bit_anywhere_is_noticed_before_it_is_searched(tmp_path):
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    store.flush(receipts)
    [path] = tmp_path.iterdir()
    data, within = path.read_bytes(), np.arange(10, 10 * LEAST_SEGMENT, 10)
    for position in range(0, len(data), len(data) // 50):
        path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert damaged_files(tmp_path, receipts.kept) == [path.name]
        again = opened(tmp_path, store._stored, receipts.kept)
        if again.state().taken_in.added:
            with pytest.raises(DamagedFile):
                again.state().search(vectors[0], 5, within)
    path.write_bytes(data)
    assert damaged_files(tmp_path, receipts.kept) == []


def test_files_of_an_earlier_release_are_neither_used_nor_called_damaged(tmp_path):
    receipt = json.dumps({"added": 9, "removed": 0, "segments": [{"name": "9-a.faiss", "sha256": "0"}]})
    assert damaged_files(tmp_path, receipt) == []
    assert opened(tmp_path, Stored(), receipt).state().taken_in == Position(0, 0)


@pytest.mark.usefixtures("lists")
def test_only_lists_that_are_searched_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "PROBED", 8)
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    receipts = Receipts()
    store.flush(receipts)
    again = opened(tmp_path, store._stored, receipts.kept)
    [file] = again.state().files
    assert len(file.checked) == writing.lists_for(LEAST_SEGMENT) > 100
    assert again.state().search(vectors[7], 1)[0] == (80, pytest.approx(1))
    assert file.checked.sum() == 8


@pytest.mark.usefixtures("lists")
def test_lists_find_nearly_all_and_in_a_part_all(tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "SEARCHED_EXACTLY", 50)
    store, vectors = filled(tmp_path, LEAST_SEGMENT)
    store.flush(Receipts())
    numbers = np.arange(0, LEAST_SEGMENT, 3)
    for query in unit_vectors(5, seed=1):
        nearest = 10 * (1 + np.argsort(-(vectors @ query))[:20])
        assert len(np.intersect1d(nearest, [id_ for id_, _ in store.state().search(query, 20)])) >= 18
        nearest = 10 * (1 + numbers[np.argsort(-(vectors[numbers] @ query))[:20]])
        for within in (10 * (1 + numbers), 10 * (1 + numbers[:40])):
            expected = [id_ for id_ in nearest if id_ in within] if len(within) > 40 else None
            found = [id_ for id_, _ in store.state().search(query, 20, within)]
            own = sorted(within, key=lambda id_: -float(vectors[id_ // 10 - 1] @ query))[:20]
            assert found == own and expected in (None, found)


def test_a_merge_goes_on_beside_changes_and_can_be_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 100)
    store, receipts, vectors = opened(tmp_path, Stored()), Receipts(), unit_vectors(2000)
    for first in (0, 500):
        put(store, list(range(first + 1, first + 501)), vectors[first : first + 500])
        store.flush(receipts)
    before = files(tmp_path)
    assert not store.merge(receipts, None, lambda: False)
    assert files(tmp_path) == before and len(before) == 2
    assert not store.merge(receipts, 900, lambda: True)  # too many for now

    def change():
        if store.state().taken_in.added == 1000:
            put(store, list(range(1001, 1201)), vectors[1000:1200])
            store.remove([3, 1003], Position(1200, 2))
        return store.flush(receipts)

    assert store.merge(receipts, None, change)
    assert [name.split("-")[0] for name in files(tmp_path)] == ["1000", "199"]
    assert count(store) == 1198
    again = opened(tmp_path, store._stored, receipts.kept)
    assert again.state().taken_in == Position(1200, 0)  # to be told once more of what is removed
    assert count(again) == 1199


def test_a_merge_of_what_is_all_removed_meanwhile_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 100)
    store, receipts, vectors = opened(tmp_path, Stored()), Receipts(), unit_vectors(400)
    for first in (0, 200):
        put(store, list(range(first + 1, first + 201)), vectors[first : first + 200])
        store.flush(receipts)

    def of_none(passage_id):
        yield [401], vectors[:1]

    monkeypatch.setattr(store._stored, "vectors_after", of_none)
    assert store.merge(receipts, None, lambda: True)
    assert files(tmp_path) == [] and json.loads(receipts.kept)["segments"] == []
    assert count(store) == 0


def test_many_are_taken_in_without_being_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(faiss_store, "MOST_IN_MEMORY", 300)
    monkeypatch.setattr(faiss_store, "LEAST_SEGMENT", 100)
    store, vectors = opened(tmp_path, Stored()), unit_vectors(1000)
    for first in range(0, 1000, 90):
        ids = list(range(first + 1, min(1000, first + 90) + 1))
        put(store, ids, vectors[[id_ - 1 for id_ in ids]])
        assert sum(len(part.ids) for part in store.state().memory) < 300
    assert count(store) == 1000


changes = st.lists(st.tuples(st.sampled_from("arfmo"), st.integers(1, 60)), max_size=25)


@settings(max_examples=60)
@given(changes)
def test_any_history_gives_what_plain_search_over_the_same_vectors_gives(tmp_path_factory, steps):
    folder, vectors = tmp_path_factory.mktemp("store"), unit_vectors(2000)
    kept, alive, added, removals = Receipts(), {}, 0, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_store, "LEAST_SEGMENT", 20)
        patch.setattr(faiss_store, "MOST_IN_MEMORY", 70)
        stored = Stored()
        store = opened(folder, stored)
        for step, size in steps:
            if step == "a":
                ids = list(range(added + 1, added + size + 1))
                put(store, ids, vectors[ids])
                alive.update((id_, vectors[id_]) for id_ in ids)
                added += size
            elif step == "r":
                gone = list(alive)[:: max(1, len(alive) // size)]
                removals += gone
                for id_ in gone:
                    del alive[id_], stored.vectors[id_]
                store.remove(gone, Position(added, len(removals)))
            elif step == "f":
                assert store.flush(kept)
            elif step == "m":
                merged(store, kept)
            else:  # opened anew, and caught up as a collection does it
                store = opened(folder, stored, kept.kept)
                known = store.state().taken_in
                missed = [id_ for id_ in alive if id_ > known.added]
                store.add(missed, vectors[missed].reshape(-1, 16))
                store.remove(removals[known.removed :], Position(added, len(removals)))
        query = vectors[1999]
        expected = sorted(alive, key=lambda id_: -float(alive[id_] @ query))
        assert [id_ for id_, _ in store.state().search(query, 5000)] == expected


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
        put(store, [100_000 + number], unit_vectors(1, seed=number + 10))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
