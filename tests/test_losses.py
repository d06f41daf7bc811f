"""The losses, against their definitions in plain sums."""

import numpy as np
import pytest
import torch

from qa.training.losses import boundary_loss, boundary_losses, shared_loss, soft_loss
from qa.training.table import Batch


def made_batch(passage, right, group, soft=None):
    """A batch without model inputs; by default without a teacher's labels."""
    return Batch({}, passage, right, group, torch.zeros(2, *passage.shape) if soft is None else soft)


def test_the_loss_is_minus_the_log_of_the_right_places_share():
    logits = torch.tensor([[1.0, 2.0, 0.5, 9.0]])
    allowed = torch.tensor([[True, True, True, False]])
    right = torch.tensor([[False, True, True, False]])
    shares = np.exp([1.0, 2.0, 0.5]) / np.exp([1.0, 2.0, 0.5]).sum()
    assert boundary_loss(logits, allowed, right).item() == pytest.approx(-np.log(shares[1] + shares[2]), rel=1e-5)


def test_the_shared_loss_is_that_of_all_spans_of_a_group_and_null():
    rng = np.random.default_rng(0)
    start, end = (torch.tensor(rng.normal(size=(3, 6)), dtype=torch.float32) for _ in range(2))
    passage = torch.zeros(3, 6, dtype=torch.bool)
    passage[0, 2:6] = passage[1, 3:5] = passage[2, 1:4] = True
    right = torch.tensor([[0, 2, 3], [0, 5, 5], [1, 0, 0], [2, 0, 0]])
    batch = made_batch(passage, right, torch.tensor([0, 0, 1]))

    def scores(window):
        null = start[window, 0] + end[window, 0]
        tokens = [token for token in range(6) if passage[window, token]]
        return {(i, j): float(start[window, i] + end[window, j] - null) for i in tokens for j in tokens if i <= j}

    groups = [1 + sum(np.exp([*scores(0).values(), *scores(1).values()])), 1 + sum(np.exp([*scores(2).values()]))]
    share = sum(np.exp([scores(0)[2, 3], scores(0)[5, 5]])) / groups[0]
    expected = (-np.log(share) - np.log(1 / groups[1])) / 2
    assert shared_loss(start, end, batch).item() == pytest.approx(expected, rel=1e-4)


def test_spans_have_at_most_thirty_tokens():
    logits, passage = torch.zeros(1, 50), torch.ones(1, 50, dtype=torch.bool)
    passage[0, :5] = False
    batch = made_batch(passage, torch.tensor([[0, 5, 5]]), torch.tensor([0]))
    spans = sum(min(30, 50 - first) for first in range(5, 50))
    assert shared_loss(logits, logits, batch).item() == pytest.approx(np.log(1 + spans), rel=1e-5)


def test_an_answer_longer_than_readers_give_counts_for_its_boundaries_alone():
    logits, passage = torch.zeros(2, 50, requires_grad=True), torch.ones(2, 50, dtype=torch.bool)
    passage[:, 0] = False
    batch = made_batch(passage, torch.tensor([[0, 5, 45], [1, 0, 0]]), torch.tensor([0, 1]))
    shared_loss(logits, logits, batch).backward()
    assert torch.isfinite(logits.grad).all()
    assert not logits.grad[0].any()
    assert logits.grad[1].any()
    logits.grad = None
    boundary_losses(logits, logits, batch).backward()
    assert logits.grad[0].any()


def test_the_soft_loss_is_the_cross_entropy_to_the_teachers_probabilities_of_labelled_windows():
    rng = np.random.default_rng(1)
    start, end = (torch.tensor(rng.normal(size=(2, 5)), dtype=torch.float32) for _ in range(2))
    passage = torch.zeros(2, 5, dtype=torch.bool)
    passage[:, 2:4] = True
    soft = torch.zeros(2, 2, 5)
    soft[0, 0, [0, 2, 3]], soft[1, 0, [0, 3]] = torch.tensor([0.2, 0.5, 0.3]), torch.tensor([0.1, 0.9])
    batch = made_batch(passage, torch.tensor([[0, 2, 3], [1, 0, 0]]), torch.tensor([0, 1]), soft)

    def logs(row):
        values = row[[0, 2, 3]].numpy()
        return values - np.log(np.exp(values).sum())

    expected = -(logs(start[0]) @ [0.2, 0.5, 0.3]) - (logs(end[0]) @ [0.1, 0.0, 0.9])
    assert soft_loss(start, end, batch).item() == pytest.approx(expected / 2, rel=1e-5)  # one window of two
    unlabelled = made_batch(passage, batch.right, batch.group)
    assert soft_loss(start, end, unlabelled).item() == 0.0


def test_only_a_labelled_window_gives_up_a_share_of_its_boundary_loss():
    rng = np.random.default_rng(2)
    start, end = (torch.tensor(rng.normal(size=(2, 5)), dtype=torch.float32) for _ in range(2))
    passage = torch.zeros(2, 5, dtype=torch.bool)
    passage[:, 2:4] = True
    right = torch.tensor([[0, 2, 3], [1, 0, 0]])
    soft = torch.zeros(2, 2, 5)
    soft[:, 0, 2] = 1.0
    batch = made_batch(passage, right, torch.tensor([0, 1]), soft)
    alone = [
        boundary_losses(start[i : i + 1], end[i : i + 1], made_batch(passage[i : i + 1], rows, torch.tensor([0])))
        for i, rows in ((0, right[:1]), (1, torch.tensor([[0, 0, 0]])))
    ]
    expected = (0.25 * alone[0] + alone[1]) / 2
    assert boundary_losses(start, end, batch, taught=0.75).item() == pytest.approx(expected.item(), rel=1e-5)
