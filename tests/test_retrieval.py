import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.phrases import Query
from index.records import Document, Hit, Passage, View
from qa.retrieval import DEPTH, filling, fuse, retrieve


def hit(id_, score):
    return Hit(Passage(id_, "d", 0, 1, "x", View.of("x")), score)


def scores(hits):
    return {one.passage.id: pytest.approx(one.score) for one in hits}


def test_scores_are_fused_as_computed_by_hand():
    # Cosines 0.9, 0.5; BM25 of 4 and 2 becomes 1 and 0.5. Who is missing gets the lowest: 0.5 and 0.5.
    fused = fuse([hit(1, 0.9), hit(2, 0.5)], [hit(2, 4.0), hit(3, 2.0)], share=0.3)
    assert scores(fused) == {
        1: 0.7 * 0.9 + 0.3 * 0.5,
        2: 0.7 * 0.5 + 0.3 * 1.0,
        3: 0.7 * 0.5 + 0.3 * 0.5,
    }
    assert [one.passage.id for one in fused] == [1, 2, 3]


def test_the_keyword_share_decides_the_order():
    dense, keyword = [hit(1, 0.9), hit(2, 0.1)], [hit(2, 5.0), hit(1, 1.0)]
    assert fuse(dense, keyword, share=0.0)[0].passage.id == 1
    assert fuse(dense, keyword, share=1.0)[0].passage.id == 2


def test_ties_go_to_the_earlier_passage():
    assert [one.passage.id for one in fuse([hit(9, 0.5), hit(3, 0.5), hit(5, 0.5)], [])] == [3, 5, 9]


def test_nothing_found_is_nothing_fused():
    assert fuse([], []) == []


def test_one_search_alone_keeps_its_order():
    assert [one.passage.id for one in fuse([hit(4, 0.8), hit(2, 0.3)], [])] == [4, 2]
    assert scores(fuse([], [hit(4, 8.0), hit(2, 4.0)], share=0.3)) == {4: 0.3, 2: 0.15}


def test_opposite_meanings_count_as_none():
    assert scores(fuse([hit(1, -0.4)], [hit(2, 1.0)], share=0.3)) == {1: 0.3, 2: 0.3}


def hits_of(largest):
    return st.lists(st.tuples(st.integers(1, 20), st.floats(0.001, largest)), unique_by=lambda row: row[0]).map(
        lambda rows: [hit(*row) for row in sorted(rows, key=lambda row: -row[1])]
    )


@given(hits_of(1.0), hits_of(60.0), st.floats(0, 1))
def test_every_passage_of_both_searches_comes_once_best_first_from_zero_to_one(dense, keyword, share):
    fused = fuse(dense, keyword, share)
    assert sorted(one.passage.id for one in fused) == sorted({one.passage.id for one in [*dense, *keyword]})
    assert [one.score for one in fused] == sorted((one.score for one in fused), reverse=True)
    assert all(0 <= one.score <= 1 + 1e-9 for one in fused)


def test_retrieving_puts_both_searches_together(collection):
    texts = [f"Boat {i} lies at berth {i * 7}." for i in range(DEPTH + 20)]
    collection.put(Document(f"d{i}", "t", f"/{i}", "h", text) for i, text in enumerate(texts))
    question = "Which boat lies at berth 84?"
    expected = fuse(collection.search_dense(question, DEPTH), collection.search_keywords(question, DEPTH))
    assert retrieve(collection, Query(question), 5) == expected[: filling(expected, 5)]
    assert retrieve(collection, Query(question), 1)[0].passage.text == "Boat 12 lies at berth 84."


def test_of_equal_passages_only_the_best_is_read(collection):
    texts = ["Boat 7 lies at  berth 49.", "Boat 7 lies at berth 49."]
    copies = [Document(f"c{i}", "t", f"/c{i}", "h", texts[i % 2]) for i in range(9)]
    others = [Document(f"d{i}", "t", f"/d{i}", "h", f"Boat {i} lies at berth {i * 7}.") for i in range(9)]
    collection.put([*copies, *others])
    found = retrieve(collection, Query("Where does boat 7 lie?"), 8)
    assert len({" ".join(one.passage.text.split()) for one in found}) == len(found) == 9
    assert "Boat 7" in found[0].passage.text


def test_copies_that_crowd_out_the_rest_are_looked_behind(collection):
    copies = [
        Document(f"c{i}", "t", f"/c{i}", "h", "The lighthouse keeper keeps the lighthouse.") for i in range(2 * DEPTH)
    ]
    collection.put([*copies, Document("d", "t", "/d", "h", "The lighthouse was built by Marta Lind.")])
    found = retrieve(collection, Query("Who built the lighthouse?"), 8)
    assert {one.passage.document_id for one in found} >= {"d"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("lengths", "k", "count"),
    [
        ([600] * 9, 8, 8),
        ([1000] * 9, 8, 8),
        ([300] * 20, 8, 16),
        ([10] * 40, 8, 32),
        ([10] * 3, 8, 0),
        ([600, 10, 10], 1, 1),
    ],
)
def test_short_passages_are_read_in_greater_number(lengths, k, count):
    hits = [Hit(Passage(i, "d", 0, n, "x" * n, View.of("x" * n)), 0.5) for i, n in enumerate(lengths)]
    assert filling(hits, k) == count
