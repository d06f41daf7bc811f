import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import is_one_sentence

from index.errors import ModelError
from qa.confidence import (
    CALIBRATION_FILE,
    EVIDENCE,
    MOST_LOGITS,
    TYPICAL,
    Calibration,
    ConfidenceBin,
    Evidence,
    dot,
    from_json,
    logistic,
    read_calibration,
    to_json,
    write_calibration,
)
from qa.reading.reader import SHIPPED_READER

Bin = ConfidenceBin
SAVED = {"evidence": EVIDENCE, "weights": [0.25, 0.5, -0.5], "bias": -1.0, "threshold": 0.4, "careful_threshold": 0.8}


@given(st.floats(-700, 700))
def test_logistic_agrees_with_its_definition(value):
    assert logistic(value) == pytest.approx(1 / (1 + math.exp(-value)), rel=1e-12)
    assert logistic(value) + logistic(-value) == pytest.approx(1)


def test_logistic_does_not_overflow():
    assert (logistic(-1e6), logistic(0.0), logistic(1e6)) == (0.0, 0.5, 1.0)


def test_dot_is_the_sum_of_products_of_equally_many():
    assert dot((2.0, -1.0), (3.0, 4.0)) == 2.0
    with pytest.raises(ValueError, match="zip"):
        dot((1.0,), (1.0, 2.0))


@pytest.mark.parametrize(
    ("evidence", "features"),
    [
        (Evidence((3.0,), 2.0, 1), (3.0, 0.0, 0.0)),  # in a lone passage the lead does not count
        (Evidence((3.0,), 2.0, 4), (3.0, 1.5, math.log10(4))),
        (Evidence((-3.0,), -2.0, 100), (-3.0, 0.0, 2.0)),
        (Evidence((3.0, 1.0, -1.0), 0.0, 1), (1.0, 0.0, 0.0)),  # the mean of several readings
        (Evidence((99.0, MOST_LOGITS - 6), 0.0, 1), (MOST_LOGITS - 3, 0.0, 0.0)),  # each of them bounded
        (Evidence((99.0,), 99.0, 0), (MOST_LOGITS, 0.0, 0.0)),
        (Evidence((99.0,), 99.0, 1000), (MOST_LOGITS, MOST_LOGITS * 0.999, 3.0)),
        (Evidence((-99.0,), 0.0, 10), (-MOST_LOGITS, 0.0, 1.0)),
    ],
)
def test_features_are_bounded(evidence, features):
    assert evidence.features() == pytest.approx(features)


def test_confidence_is_the_logistic_of_the_weighted_features():
    calibration = Calibration((0.25, 0.5, -0.5), -1.0, 0.4, 0.8)
    assert calibration.confidence(Evidence((4.0,), 4.0, 2)) == pytest.approx(
        1 / (1 + math.exp(-1 + 0.5 * math.log10(2)))
    )


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0, 1e3))
def test_with_the_shipped_calibration_more_evidence_is_never_less_confidence(score, lead, more):
    calibration = read_calibration(SHIPPED_READER)
    before = calibration.confidence(Evidence((score,), lead, 10))
    assert 0 <= before <= 1
    assert calibration.confidence(Evidence((score + more,), lead, 10)) >= before
    assert calibration.confidence(Evidence((score,), lead + more, 10)) >= before


def test_the_shipped_calibration_can_answer_and_can_refuse():
    calibration = read_calibration(SHIPPED_READER)
    assert calibration != TYPICAL
    assert calibration.confidence(Evidence((-MOST_LOGITS,), 0, 10)) < calibration.threshold
    assert calibration.threshold <= calibration.careful_threshold
    assert calibration.confidence(Evidence((MOST_LOGITS,), MOST_LOGITS, 10)) > calibration.careful_threshold


def test_a_written_calibration_is_read(tmp_path):
    calibration = Calibration((0.25, 0.5, -0.5), -1.0, 0.4, 0.8)
    write_calibration(calibration, tmp_path)
    assert read_calibration(tmp_path) == calibration


@pytest.mark.parametrize("other", [{}, {"evidence": EVIDENCE - 1}])
def test_a_calibration_of_another_version_says_what_to_do(tmp_path, other):
    (tmp_path / CALIBRATION_FILE).write_text(
        json.dumps({k: v for k, v in SAVED.items() if k != "evidence"} | other), "utf-8"
    )
    with pytest.raises(ModelError, match="train calibrate") as caught:
        read_calibration(tmp_path)
    assert is_one_sentence(str(caught.value))


def test_a_saved_calibration_is_read(tmp_path):
    (tmp_path / CALIBRATION_FILE).write_text(json.dumps(SAVED), "utf-8")
    assert read_calibration(tmp_path) == Calibration((0.25, 0.5, -0.5), -1.0, 0.4, 0.8)


def test_a_reader_without_one_has_a_typical_one_which_is_the_shipped_readers_but_for_rounding(tmp_path):
    assert read_calibration(tmp_path) == TYPICAL
    shipped = read_calibration(SHIPPED_READER)
    assert TYPICAL.weights == pytest.approx(shipped.weights, abs=0.005)
    assert TYPICAL.bias == pytest.approx(shipped.bias, abs=0.005)
    assert (TYPICAL.threshold, TYPICAL.careful_threshold) == pytest.approx(
        (shipped.threshold, shipped.careful_threshold), abs=0.005
    )


@pytest.mark.parametrize(
    "spoiled", ["", "{", "[]", "3", json.dumps({**SAVED, "weights": None}), json.dumps({**SAVED, "weights": [1]})]
)
def test_a_damaged_calibration_is_one_sentence(tmp_path, spoiled):
    (tmp_path / CALIBRATION_FILE).write_text(spoiled, "utf-8")
    with pytest.raises(ModelError) as caught:
        read_calibration(tmp_path)
    assert is_one_sentence(str(caught.value))


@pytest.mark.parametrize("missing", sorted(SAVED.keys() - {"evidence"}))
def test_a_calibration_with_a_field_missing_is_damaged(tmp_path, missing):
    (tmp_path / CALIBRATION_FILE).write_text(json.dumps({k: v for k, v in SAVED.items() if k != missing}), "utf-8")
    with pytest.raises(ModelError, match="damaged"):
        read_calibration(tmp_path)


MEASURED = Calibration((0.25, 0.5, -0.5), -1.0, 0.4, 0.8, bins=(Bin(0, 0.5, 100, 20), Bin(0.5, 1, 100, 90)), asked=210)


def test_a_confidence_means_what_came_of_answers_about_as_sure():
    assert MEASURED.reliability(0.49).right == 20
    assert [MEASURED.reliability(c).right for c in (0.5, 0.99, 1.0)] == [90, 90, 90]
    assert MEASURED.reliability(0.0).asked == 210
    assert TYPICAL.reliability(0.5) is None  # nothing was measured of a reader that brings no calibration


def test_a_kept_calibration_comes_back():
    assert from_json(to_json(MEASURED)) == MEASURED


@pytest.mark.parametrize(
    "bins",
    [
        (Bin(0, 0.5, 9, 1),),
        (Bin(0.1, 1, 9, 1),),
        (Bin(0, 0.5, 9, 1), Bin(0.6, 1, 9, 1)),
    ],
)
def test_bins_reach_from_0_to_1(bins):
    with pytest.raises(ValueError, match="bins"):
        Calibration((0.25, 0.5, -0.5), -1.0, 0.4, 0.8, bins=bins, asked=20)


@given(st.floats(-12, 12), st.floats(0, 12), st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_the_more_questions_have_an_answer_the_surer_is_one(score, lead, passages, one, other):
    evidence = Evidence((score,) * 3, lead, passages)
    shipped = read_calibration(SHIPPED_READER)
    few, many = (shipped.among(share).confidence(evidence) for share in sorted((one, other)))
    assert 0 <= many <= few + 1e-9 <= 1 + 1e-9
    assert shipped.among(0.5) is shipped
    assert shipped.among(1.0).confidence(evidence) == 0


def test_a_share_is_told_by_bayes_rule():
    told = Calibration(
        (0.0, 0.0, 0.0), math.log(3 / 7), 0.5, 0.5, absent_weights=(0.0, 0.0, 0.0), absent_bias=0.0, absent_share=0.2
    )
    # Of 100 questions, half of them without an answer, 30 answers are right; with 20 of 100 without one, 80 / 50 times
    # as many of the others are asked and 20 / 50 of those.
    assert told.confidence(Evidence((1.0,), 0.0, 3)) == pytest.approx(48 / (80 + 20))


def test_what_was_measured_says_nothing_of_another_share():
    calibration = Calibration((1.0, 0.0, 0.0), 0.0, 0.5, 0.5, bins=(Bin(0, 1, 9, 3),), asked=9)
    assert calibration.reliability(0.4)
    assert calibration.among(0.1).reliability(0.4) is None


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_of_questions_lies_between_0_and_1(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        TYPICAL.among(share)


@pytest.mark.parametrize("numbers", [(0.5, 0.5, 9, 1), (0, 1, 0, 0), (0, 1, 9, 10), (0, 1, 9, -1)])
def test_a_bin_has_answers_some_of_them_right(numbers):
    with pytest.raises(ValueError, match="bin"):
        Bin(*numbers)
