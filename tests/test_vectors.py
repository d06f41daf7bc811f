import numpy as np
import pytest

from index.vectors import VectorIndex


def unit_vectors(count, dimension=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def filled(count=500):
    index, vectors = VectorIndex(16), unit_vectors(count)
    index.add([10 * i for i in range(count)], vectors)
    return index, vectors


@pytest.mark.parametrize("k", [1, 7, 500, 9000])
def test_search_agrees_with_all_inner_products(k):
    index, vectors = filled()
    for query in unit_vectors(20, seed=1):
        cosines = vectors @ query
        nearest = np.argsort(-cosines)[:k]
        ids, scores = zip(*index.search(query, k), strict=True)
        assert list(ids) == [10 * i for i in nearest]
        assert scores == pytest.approx(cosines[nearest], abs=1e-5)


def test_vectors_added_in_parts_are_searched_together():
    index, vectors = filled(100)
    more = unit_vectors(50, seed=2)
    index.add(list(range(5000, 5050)), more)
    assert len(index) == 150
    assert index.search(more[7], 1)[0][0] == 5007
    assert index.search(vectors[7], 1)[0][0] == 70


def test_an_empty_index_finds_nothing():
    index = VectorIndex(16)
    index.add([], np.zeros((0,), np.float32))
    assert len(index) == 0
    assert index.search(unit_vectors(1)[0], 5) == []


def test_ids_and_vectors_must_be_as_many():
    with pytest.raises(ValueError, match="2 ids for 3 vectors"):
        VectorIndex(16).add([1, 2], unit_vectors(3))


def test_a_saved_index_loads_and_finds_the_same(tmp_path):
    index, vectors = filled()
    path = tmp_path / "vectors.faiss"
    loaded = VectorIndex.load(path, index.save(path))
    assert loaded.search(vectors[3], 10) == index.search(vectors[3], 10)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]


def test_saving_again_replaces_the_file(tmp_path):
    path = tmp_path / "vectors.faiss"
    earlier = filled(10)[0].save(path)
    assert len(VectorIndex.load(path, filled(20)[0].save(path))) == 20
    assert VectorIndex.load(path, earlier) is None


def test_a_missing_file_is_not_loaded(tmp_path):
    assert VectorIndex.load(tmp_path / "none.faiss", "0" * 64) is None


def test_a_truncated_file_is_not_loaded(tmp_path):
    path = tmp_path / "vectors.faiss"
    sha256 = filled(20)[0].save(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert VectorIndex.load(path, sha256) is None


def test_a_flipped_bit_anywhere_is_noticed(tmp_path):
    path = tmp_path / "vectors.faiss"
    sha256 = filled(20)[0].save(path)
    data = path.read_bytes()
    for position in range(0, len(data), len(data) // 50):
        path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert VectorIndex.load(path, sha256) is None
