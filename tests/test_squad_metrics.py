import json
from pathlib import Path

import pytest

from qa.lab import statistics
from qa.lab.squad_metrics import best_over_golds, exact_match, f1, normalize

RECORDED = json.loads((Path(__file__).parent / "fixtures" / "official_squad_scores.json").read_text("utf-8"))


@pytest.mark.parametrize("row", RECORDED["rows"], ids=lambda row: row["id"])
def test_scores_agree_with_the_official_script(row):
    assert best_over_golds(exact_match, row["prediction"], row["golds"]) == row["exact"]
    assert best_over_golds(f1, row["prediction"], row["golds"]) == pytest.approx(row["f1"], abs=1e-12)


def test_averages_agree_with_the_official_script():
    for measure, name in ((exact_match, "exact"), (f1, "f1")):
        values = [best_over_golds(measure, row["prediction"], row["golds"]) for row in RECORDED["rows"]]
        assert 100 * statistics.mean(values) == pytest.approx(RECORDED[name])


def test_best_thresholds_agree_with_the_official_script():
    for name in ("exact", "f1"):
        scores = [1 - row["na"] for row in RECORDED["rows"]]
        can = [bool(row["golds"]) for row in RECORDED["rows"]]
        value, threshold = statistics.best_threshold(scores, [row[name] for row in RECORDED["rows"]], can)
        official_value, official_na = RECORDED[f"best_{name}"]
        assert 100 * value == pytest.approx(official_value)
        assert threshold == pytest.approx(1 - official_na)


def test_normalising_drops_case_punctuation_articles_and_spaces():
    assert normalize("  The  U.S., an (old)   Answer! ") == "us old answer"


def test_no_answer_matches_only_no_answer():
    assert best_over_golds(f1, "", []) == 1
    assert best_over_golds(f1, "something", []) == 0
    assert best_over_golds(f1, "", ["something"]) == 0
