"""Fitting what a confidence means."""

import numpy as np
import pytest

from qa.confidence import TYPICAL, ConfidenceBin, Evidence
from qa.training import fitting
from qa.training.fitting import (
    CalibrationPoint,
    apart_confidence,
    bins_of,
    careful_threshold,
    gaining_threshold,
    regress,
    unsure_threshold,
)


def outcome(score, right, answerable=True):
    return CalibrationPoint(Evidence((score,), 2.0, 10), 1.0 if right else 0.0, answerable)


def fit(points, **options):
    """A fit to one point of each question."""
    return fitting.fit([[point] for point in points], "questions", **options)


def test_an_answer_gains_its_f1_and_loses_a_right_refusal():
    evidence = Evidence((1.0,), 0.0, 1)
    cases = [CalibrationPoint(evidence, f1, f1 > 0) for f1 in (0.7, 0.3, 0.0)]
    assert [case.gain for case in cases] == [0.7, 0.3, -1.0]
    assert [case.right for case in cases] == [True, False, False]
    assert not CalibrationPoint(evidence, 1.0, False).right


def test_the_fitted_confidence_is_the_share_that_was_right():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, 4000)
    results = [outcome(s, rng.random() < 1 / (1 + np.exp(-(0.8 * s - 0.5)))) for s in scores]
    calibration = fit(results)
    for low, high in ((-4, -1), (-1, 1), (1, 4)):
        inside = [r for r in results if low <= r.evidence.span_scores[0] < high]
        confidence = np.mean([calibration.confidence(r.evidence) for r in inside])
        assert confidence == pytest.approx(np.mean([r.right for r in inside]), abs=0.04)


@pytest.mark.parametrize("count", [1, 2, 20, 2000])
def test_the_regression_finds_the_most_probable_weights(count):
    rng = np.random.default_rng(count)
    features = np.column_stack([rng.normal(0, 6, (count, 3)), np.ones(count)])
    right, prior = (rng.random(count) < 0.5).astype(float), np.array([3.0, -2.0, 1.0, -4.0])
    weights = regress(features, right, prior, deviation=0.2)
    probability = 1 / (1 + np.exp(-features @ weights))
    gradient = features.T @ (right - probability) - (weights - prior) / 0.2**2
    assert np.abs(gradient).max() < 1e-4  # the loss has one lowest point, and there alone its gradient is zero


def test_a_few_questions_over_few_passages_say_little_of_many_passages():
    results = [
        CalibrationPoint(Evidence((score,), 1.0, passages), float(passages == 1), True)
        for score in (1.0, 2.0, 3.0)
        for passages in (1, 5)
    ]  # right in one passage, wrong in five: as if ten thousand made an answer all but impossible
    many = Evidence((9.0,), 6.0, 10_000)
    fitted = fit(results)
    assert fitted.confidence(many) == pytest.approx(TYPICAL.confidence(many), abs=0.05)
    assert fitted.bias == pytest.approx(TYPICAL.bias, abs=0.2)


def test_answers_gain_on_average_from_the_default_threshold_up():
    rng = np.random.default_rng(0)
    confidence = rng.random(20_000)
    right = rng.random(20_000) < confidence
    wrong = np.where(rng.random(20_000) < 0.5, 0.0, -1.0)  # half of the wrong ones should have been refused
    gain = np.where(right, 1.0, wrong)
    assert gaining_threshold(confidence, gain) == pytest.approx(1 / 3, abs=0.01)  # c = (1 - c) / 2
    even = np.linspace(0, 1, 1001)
    # The parabola closest to c^3 on it is 1.5 c^2 - 0.6 c + 0.05.
    assert gaining_threshold(even, even**3 - 0.2) == pytest.approx((0.6 + 1.26**0.5) / 3, abs=0.002)
    assert gaining_threshold(even, 8 * (even - 0.5) ** 2 - 0.5) == pytest.approx(0.75, abs=0.002)  # rises again there
    assert gaining_threshold(confidence, np.ones(20_000)) == 0.0
    assert gaining_threshold(confidence, -np.ones(20_000)) == 1.0


def test_the_fitted_threshold_lies_between_what_is_right_and_what_should_be_refused():
    results = [outcome(score, right) for score, right in ((9, True), (6, True), (-9, False))]
    results += [outcome(3, False, answerable=False), outcome(2, False, answerable=False)]
    calibration = fit(results * 20)
    sixth, third = (calibration.confidence(Evidence((score,), 2.0, 10)) for score in (6, 3))
    assert third < calibration.threshold < sixth
    assert fit([outcome(score, False, answerable=False) for score in range(9)]).threshold == 1.0


def test_the_careful_threshold_keeps_nine_in_ten_right():
    right = np.array([1.0] * 9 + [0.0] * 3)
    assert careful_threshold(np.linspace(1, 0, 12), right) == pytest.approx(np.linspace(1, 0, 12)[9])
    assert careful_threshold(np.array([0.5]), np.array([0.0])) == 1.0
    alike = np.array([0.9, 0.5, 0.5])  # who answers at 0.5 gives the wrong one, too
    assert careful_threshold(alike, np.array([1.0, 1.0, 0.0])) == 0.9


def test_the_careful_threshold_is_not_below_the_default_one():
    results = [outcome(score, True) for score in range(1, 20)] + [outcome(-9, False, answerable=False)]
    calibration = fit(results)  # one wrong answer in all twenty, which is few enough, and the least sure
    assert 0 < calibration.threshold <= calibration.careful_threshold


def test_what_is_unsure_is_shown_for_at_most_a_tenth_of_the_questions_without_an_answer():
    confidence = np.arange(100) / 100
    assert unsure_threshold(confidence, np.zeros(100, bool), 0.4) == pytest.approx(0.3, abs=1e-6)  # 0.30 to 0.39
    assert unsure_threshold(confidence, np.zeros(100, bool), 0.3) == 0.25
    assert unsure_threshold(confidence, np.ones(100, bool), 0.4) == 0.25
    assert unsure_threshold(confidence, np.zeros(100, bool), 0.1) == 0.1  # never above the threshold


def test_a_stated_share_is_that_of_answers_to_questions_not_fitted_to():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, 2000)
    asked = [[outcome(s, rng.random() < 1 / (1 + np.exp(-(0.8 * s - 0.5))))] for s in scores]
    calibration = fitting.fit(asked, "drawn questions")
    assert (len(calibration.bins), calibration.asked, calibration.data) == (10, 2000, "drawn questions")
    assert sum(one.answers for one in calibration.bins) == 2000
    for one in calibration.bins:
        inside = [c for c in apart_confidence(asked, TYPICAL) if one.low <= c < one.high or c == 1.0 == one.high]
        assert len(inside) == one.answers
        assert one.right / one.answers == pytest.approx(np.mean(inside), abs=0.12)


def test_a_question_is_not_judged_by_a_fit_to_itself():
    asked = [[outcome(0, True), outcome(0, True)] for _ in range(30)] + [[outcome(0, False)]]
    alone = apart_confidence(asked, TYPICAL)
    twisted = apart_confidence([*asked[:-1], [outcome(0, True)]], TYPICAL)
    assert alone[-1] == twisted[-1]  # whether it was right changes what is thought of others alone
    assert alone[2] != twisted[2]
    tenth = [i for i in range(60) if i // 2 % fitting.FOLDS == 0]
    assert len(set(alone[tenth])) == 1  # both points of a question are of one part


def test_bins_hold_a_hundred_answers_or_all_there_are():
    assert bins_of(np.array([0.2, 0.9]), np.array([0.0, 1.0])) == (ConfidenceBin(0.0, 1.0, 2, 1),)
    assert bins_of(np.array([]), np.array([])) == ()
    confidence = np.linspace(0, 1, 250)
    low, high = bins_of(confidence, (confidence > 0.5).astype(float))
    assert (low.low, low.high, high.high) == (0.0, high.low, 1.0)
    assert (low.answers, high.answers) == (125, 125)
    assert bins_of(np.full(500, 0.7), np.ones(500)) == (ConfidenceBin(0.0, 1.0, 500, 500),)  # none lies below a cut
