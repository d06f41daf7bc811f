import random
from contextlib import ExitStack

import numpy as np
import pytest

from index import ranking
from index.keywords import match_terms
from index.ranking import best_matches
from index.records import Document
from index.vocabulary import vocabulary_of
from qa.evaluation.keyword_speed import full_ranking

SYLLABLES = "ba ke lo mi nu pa re so ti vu".split()


def invented(count):
    """Passages whose words are as unequally frequent as those of real text, and a few questions of their words."""
    rng = random.Random(0)
    words = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    passages = [" ".join(rng.choices(words, weights, k=rng.randint(20, 60))) for _ in range(count)]
    return passages, [" ".join(rng.choices(words, weights, k=length)) for length in (1, 2, 4, 6, 9, 64)]


@pytest.fixture(scope="module")
def searched(seed_text):
    passages, questions = invented(600)
    own = [part for part in seed_text.split("\n\n") if part.strip()]
    asked = [*questions, *(one[:90] for one in own), "Where did the two presidents meet in person?", own[0]]
    with ExitStack() as stack:
        yield stack.enter_context(vocabulary_of([*own, *passages])), asked


def rounded(ranked):
    return sorted((round(-score, 9), id_) for id_, score in ranked)


def test_a_small_collection_is_ranked_as_by_the_score_of_every_passage(searched):
    connection, questions = searched
    for question in questions:
        terms = match_terms(question)
        every = len(full_ranking(connection, terms, 10_000))
        assert rounded(best_matches(connection, terms, every)) == rounded(full_ranking(connection, terms, every))
        first = [score for _, score in full_ranking(connection, terms, 20)]
        assert [score for _, score in best_matches(connection, terms, 20)] == pytest.approx(first)


def test_only_the_passages_asked_are_found_with_the_scores_they_have_among_all(searched):
    connection, questions = searched
    some = np.arange(3, 600, 7)
    for question in questions:
        terms = match_terms(question)
        expected = [one for one in full_ranking(connection, terms, 10_000) if one[0] in some]
        assert rounded(best_matches(connection, terms, 10_000, some)) == rounded(expected)
        assert best_matches(connection, terms, 10_000, np.array([], np.int64)) == []


@pytest.mark.parametrize("part", [None, np.arange(1, 500, 2)])
def test_where_little_is_scored_the_best_are_found_none_the_less(searched, monkeypatch, part):
    connection, questions = searched
    monkeypatch.setattr(ranking, "MOST_SCORED", 50)
    monkeypatch.setattr(ranking, "MOST_LOOKED_AT", 400)
    monkeypatch.setattr(ranking, "CANDIDATES", 120)
    for question in questions[1:5]:
        terms = match_terms(question)
        every = full_ranking(connection, terms, 10_000)
        expected = [one for one in every if part is None or one[0] in part][:5]
        found = best_matches(connection, terms, 5, part)
        assert len({id_ for id_, _ in found} & {id_ for id_, _ in expected}) >= 4
        assert {round(score, 9) for _, score in found} <= {round(score, 9) for _, score in every}


def test_words_that_occur_nowhere_find_nothing(searched):
    connection, _ = searched
    assert best_matches(connection, match_terms("zzyzx quux"), 10) == []
    assert best_matches(connection, [], 10) == []


def test_a_part_of_a_collection_is_searched_as_if_the_rest_were_passed_over(collection):
    collection.put(Document(f"d{i}", "t", f"/{i}", "h", f"Boat {i} lies at berth {i * 7}.") for i in range(40))
    every = collection.search_keywords("Which boat lies at berth 84?", 40)
    part = collection.search_keywords("Which boat lies at berth 84?", 40, ["d3", "d12", "d30"])
    assert part == [hit for hit in every if hit.passage.document_id in ("d3", "d12", "d30")]
    assert part[0].passage.text == "Boat 12 lies at berth 84."
