import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.lab import statistics

CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40)


@given(CASES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(cases):
    positives = [score for score, yes in cases if yes]
    negatives = [score for score, yes in cases if not yes]
    found = statistics.auroc([score for score, _ in cases], [yes for _, yes in cases])
    if not positives or not negatives:
        assert np.isnan(found)
        return
    pairs = [(p > n) + 0.5 * (p == n) for p in positives for n in negatives]
    assert found == pytest.approx(sum(pairs) / len(pairs))


@given(CASES)
def test_aurc_is_the_mean_risk_of_every_prefix(cases):
    confidence, right = [c for c, _ in cases], [float(r) for _, r in cases]
    order = sorted(range(len(cases)), key=lambda i: -confidence[i])
    risks = [1 - np.mean([right[i] for i in order[: k + 1]]) for k in range(len(cases))]
    assert statistics.aurc(confidence, right) == pytest.approx(np.mean(risks))


def test_calibration_error_of_a_worked_example():
    # Two bins: one says 0.2 on average and is right half the time, one says 0.9 and always is.
    confidence, right = [0.21, 0.29, 0.9, 0.9], [0, 1, 1, 1]
    assert statistics.expected_calibration_error(confidence, right) == pytest.approx(0.5 * 0.25 + 0.5 * 0.1)
    first, second = statistics.reliability(confidence, right)
    assert (first.count, first.confidence, first.right) == (2, pytest.approx(0.25), 0.5)
    assert (second.low, second.high) == (0.9, 1.0)


def test_full_confidence_falls_into_the_last_bin():
    [only] = statistics.reliability([1.0, 1.0], [1, 1])
    assert only.low == 0.9


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1), st.booleans()), min_size=1, max_size=25))
def test_best_threshold_is_the_best_of_all(cases):
    scores, gains, can = zip(*cases, strict=True)
    value, threshold = statistics.best_threshold(scores, gains, can)

    def total(cut):
        return np.mean([(g if a else 0.0) if s >= cut else float(not a) for s, g, a in cases])

    # Equal scores cannot be told apart by a threshold, but the sweep may cut between them: it never does worse.
    assert value >= max(total(cut) for cut in [*scores, float("inf")]) - 1e-9
    if len(set(scores)) == len(scores):
        assert total(threshold) == pytest.approx(value)


def test_the_interval_of_a_mean_agrees_with_theory():
    values = np.random.default_rng(1).integers(0, 2, 400).astype(float)
    low, high = statistics.interval(statistics.mean, values)
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.01)
    assert high == pytest.approx(values.mean() + half, abs=0.01)


def test_columns_are_resampled_together():
    scores, positive = np.linspace(0, 1, 50), np.linspace(0, 1, 50) > 0.5
    assert statistics.interval(statistics.auroc, scores, positive) == (1.0, 1.0)
