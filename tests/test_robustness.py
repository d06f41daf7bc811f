"""A small share of each harness that tries what must never cost anyone an answer; see qa/evaluation/robustness."""

import json
from collections import Counter

import pytest
from processes import run_python

from qa.evaluation.robustness import damage, disk, interrupts, neighbours

CLEAN = Counter(lost=0, wrong=0, found=0)


def assert_nothing_came_of_it(tally, runs):
    assert tally["runs"] >= runs
    assert {kind: tally[kind] for kind in CLEAN} == dict(CLEAN)


# In a process of its own: it copies itself, which one with torch's threads must not.
KILLS = """
import json
from qa.evaluation.robustness import kills
runs = {one.name: 1 if one is kills.INSTALLING else 2 for one in kills.OPERATIONS}  # to install takes seconds
print(json.dumps([[count, kills.run(count, seed=7, only=name)] for name, count in runs.items()]))
"""


def test_a_process_that_is_killed_at_any_step_loses_nothing():
    tallies = json.loads(run_python(KILLS).splitlines()[-1])
    assert len(tallies) == 10
    for count, tally in tallies:
        assert_nothing_came_of_it(tally, count)


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
