"""A small share of each harness that tries what must never cost anyone an answer; see qa/evaluation/robustness."""

from collections import Counter

import pytest

from qa.evaluation.robustness import damage, disk, interrupts, kills, neighbours

CLEAN = Counter(lost=0, wrong=0, found=0)


def assert_nothing_came_of_it(tally, runs):
    assert tally["runs"] >= runs
    assert {kind: tally[kind] for kind in CLEAN} == dict(CLEAN)


@pytest.mark.parametrize("operation", kills.OPERATIONS, ids=lambda operation: operation.name)
def test_a_process_that_is_killed_at_any_step_loses_nothing(operation):
    count = 1 if operation is kills.INSTALLING else 3  # to install takes seconds
    assert_nothing_came_of_it(kills.run(count, seed=7, only=operation.name), count)


@pytest.mark.usefixtures("encoder")
def test_an_interruption_is_one_sentence_and_loses_nothing():
    assert_nothing_came_of_it(interrupts.run(3, seed=7, files=30), 3)


def test_damage_is_never_quoted_and_always_mended():
    tally = damage.run(20, seed=7)
    assert_nothing_came_of_it(tally, 20)
    assert tally["noticed"]


def test_readers_beside_a_writer_see_one_state():
    tally, _, changes = neighbours.run(0, seed=7, least=4)
    assert_nothing_came_of_it(tally, 20)
    assert changes >= 4


def test_a_disk_that_is_full_or_read_only_or_gone_costs_no_answer():
    """Without root's rights, only the cases without a disk of their own."""
    assert_nothing_came_of_it(disk.run(8, seed=7), 8)
