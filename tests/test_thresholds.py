"""Thresholds chosen on questions to whole files."""

import json
import shutil

import pytest
from messages import is_one_sentence

from qa.confidence import CALIBRATION_FILE, read_calibration
from qa.evaluation.documents_records import ALONE, AMONG_ALL, FORMAT, DocumentRow
from qa.evaluation.run import RunError
from qa.evaluation.thresholds import choose_thresholds, main
from qa.reading.reader import SHIPPED_READER


def row(number, within, confidence, right=None):
    """A row of an answerable question, whose best source is right or not, or (None) of one without an answer."""
    golds = () if right is None else ("nine",)
    return DocumentRow(
        id=str(number), within=within, part="choose", kind="absent" if right is None else "fact", document="d.txt",
        question="When?", golds=golds, gold_sentence="At nine" if golds else "", answered=False, confidence=confidence,
        text="", sentence="", cited="", page=None, gold_read=False, best_source_right=bool(right),
        best_words_right=bool(right), cause="", milliseconds=0.0,
    )  # fmt: skip


def rows_of(within, absent, right, wrong):
    given = [(confidence, None) for confidence in absent]
    given += [(confidence, True) for confidence in right] + [(confidence, False) for confidence in wrong]
    return [row(number, within, confidence, is_right) for number, (confidence, is_right) in enumerate(given)]


ABSENT = [number / 100 for number in range(20)]  # nine of ten lie below 0.18


def test_nine_of_ten_questions_without_an_answer_are_refused_however_they_are_asked():
    some = rows_of(ALONE, ABSENT, [0.9], [])
    assert choose_thresholds(some)[0] == 0.175
    higher = rows_of(AMONG_ALL, [one + 0.3 for one in ABSENT], [0.9], [])
    assert choose_thresholds([*some, *higher])[0] == 0.475


def test_perhaps_is_said_where_half_is_right_and_little_is_without_an_answer():
    threshold, unsure = choose_thresholds(rows_of(ALONE, [*ABSENT, 0.9, 0.9], [0.31, 0.35], [0.32, 0.27, 0.26]))
    assert (threshold, unsure) == (0.195, 0.185)  # what is without an answer stands close to it
    shifted = [one / 2 for one in ABSENT] + [0.9, 0.9, 0.5]
    threshold, unsure = choose_thresholds(rows_of(ALONE, shifted, [0.31, 0.35], [0.32, 0.27, 0.26]))
    assert threshold == 0.505 and unsure == 0.265


def test_where_nothing_can_be_chosen_a_sentence_says_so():
    for rows in (rows_of(ALONE, [], [0.5], [0.2]), rows_of(ALONE, [0.999] * 5, [], [])):
        with pytest.raises(RunError) as caught:
            choose_thresholds(rows)
        assert is_one_sentence(str(caught.value))


def test_the_command_writes_them_beside_the_weights(tmp_path, capsys):
    (tmp_path / "reader").mkdir()
    shutil.copyfile(SHIPPED_READER / CALIBRATION_FILE, tmp_path / "reader" / CALIBRATION_FILE)
    rows = rows_of(ALONE, ABSENT, [0.9], [])
    lines = [json.dumps({"format": FORMAT})] + [
        json.dumps({name: getattr(one, name) for name in DocumentRow.__slots__}) for one in rows
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert main([str(tmp_path / "rows.jsonl"), "--reader", str(tmp_path / "reader")]) == 0
    assert "answered from 0.175" in capsys.readouterr().out
    made, before = read_calibration(tmp_path / "reader"), read_calibration(SHIPPED_READER)
    assert (made.threshold, made.weights, made.bins) == (0.175, before.weights, before.bins)
