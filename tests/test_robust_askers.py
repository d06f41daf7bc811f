"""A small share of the trial with many askers."""

import pytest
from homes import fresh_home

from qa.evaluation.robustness.askers import askers


@pytest.mark.usefixtures("encoder")
def test_each_of_many_askers_is_answered_or_told_that_the_page_is_busy(tmp_path, monkeypatch):
    fresh_home(tmp_path, monkeypatch)
    asked = askers(40, seed=1, pause=1.0)
    assert (asked.lost, asked.wrong, asked.next_answered) == (0, 0, True)
    assert asked.answered + asked.busy == 40
    assert asked.answered > 0
