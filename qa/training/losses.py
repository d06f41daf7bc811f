"""What training lowers: how improbable the right spans are.

Two views of the same logits are summed, as in the compound objective of Fajcik et al. (2021). `boundary_losses` are
those of BERT on SQuAD 2.0 (Devlin et al. 2019): start and end each by itself, over one window's passage and the null
position. `shared_loss` takes whole spans, by the very score that reading ranks them by, under one normalisation over
all passages that a question is put to (shared-norm, Clark & Gardner 2018), so that scores can be compared between
them. Both count every place where the answer stands as right (the marginal of Clark & Gardner 2018), since the
labelled place may be another occurrence. Where a teacher has labelled a window, `soft_loss` takes the place of a share
of its `boundary_losses`.
"""

from __future__ import annotations

import torch
from torch.nn.functional import pad

from qa.reading.spans import MAX_ANSWER_TOKENS
from qa.training.table import Batch

NEVER = -1e9  # the logit of what cannot be


def boundary_loss(logits: torch.Tensor, allowed: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Each window's -log of the probability that the right places share; all given of shape [windows, tokens]."""
    logits = logits.float().masked_fill(~allowed, NEVER)
    return logits.logsumexp(1) - logits.masked_fill(~right, NEVER).logsumexp(1)


def boundary_losses(start: torch.Tensor, end: torch.Tensor, batch: Batch, taught: float = 0.0) -> torch.Tensor:
    """Mean over windows of the boundary losses of starts and of ends, summed. Logits have shape [windows, tokens].

    Windows that a teacher has labelled count for `1 - taught`; `taught` times `soft_loss` is their other share.
    """
    allowed = _allowed(batch)
    total = torch.zeros(len(start), device=start.device)
    for logits, column in ((start, 1), (end, 2)):
        right = torch.zeros_like(allowed)
        right[batch.right[:, 0], batch.right[:, column]] = True
        total = total + boundary_loss(logits, allowed, right)
    return (total * (1 - taught * batch.soft[0].any(1).float())).mean()


def soft_loss(start: torch.Tensor, end: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean over windows of the cross-entropy to the teacher's probabilities, starts and ends summed.

    Logits have shape [windows, tokens]; a window without a label counts as 0 (Hinton et al. 2015).
    """
    allowed = _allowed(batch)
    crosses = torch.zeros(len(start), device=start.device)
    for logits, targets in ((start, batch.soft[0]), (end, batch.soft[1])):
        crosses = crosses - (targets * logits.float().masked_fill(~allowed, NEVER).log_softmax(1)).sum(1)
    return crosses.mean()


def _allowed(batch: Batch) -> torch.Tensor:
    """Where a start or an end may be: in the passage, or at the null position."""
    allowed = batch.passage.clone()
    allowed[:, 0] = True
    return allowed


def shared_loss(start: torch.Tensor, end: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean over groups of -log of the probability that the right spans share, among all spans of the group and null.

    A span scores start logit + end logit - null score, and null 0, as in `qa.reading.spans.Span`. A group whose
    answers are all longer than MAX_ANSWER_TOKENS is left out.
    """
    start, end = start.float(), end.float()
    first, last = start.masked_fill(~batch.passage, NEVER), end.masked_fill(~batch.passage, NEVER)
    width = MAX_ANSWER_TOKENS
    margins = first[:, :, None] + pad(last, (0, width - 1), value=NEVER).unfold(1, width, 1)  # [windows, tokens, width]
    margins = margins - (start[:, 0] + end[:, 0])[:, None, None]
    window, begin, finish = batch.right.unbind(1)
    own = batch.group == torch.arange(len(start), device=start.device)[:, None]  # [groups and more, windows]
    answers = own[:, window] & (begin > 0)  # [groups, right spans]
    usable = answers & (finish - begin < width)
    every = _by_group(margins.flatten(1).logsumexp(1), own)
    right = _by_group(margins[window, begin, (finish - begin).clamp(max=width - 1)], usable)
    answerable, none = answers.any(1), torch.zeros((), device=start.device)
    losses = torch.logaddexp(every, none) - torch.where(answerable, right, none)
    counted = own.any(1) & (~answerable | usable.any(1))
    # Nothing here makes the CPU wait for a GPU, as a look at how many are counted would.
    return torch.where(counted, losses, none).sum() / counted.sum().clamp(min=1)


def _by_group(scores: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """log of the sum of exp of each group's scores; `own` has shape [groups, scores]."""
    return scores[None, :].expand(own.shape).masked_fill(~own, NEVER).logsumexp(1)
