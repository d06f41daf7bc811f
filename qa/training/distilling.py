"""A teacher's labels made where it was trained: for all windows of its pupil at once, on one device.

What `qa.training.labels` does by characters and in a file, for readers on a CPU, this does by tokens and in memory.
Teacher and pupil must cut a passage into the same tokens; windows that they cut otherwise get no label.
"""

from __future__ import annotations

import inspect
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from qa.training.batches import padded_width
from qa.training.compute import Compute
from qa.training.losses import NEVER
from qa.training.run_log import RunLog
from qa.training.table import WindowTable

LABEL_TOKENS = 65_536  # padded tokens that a GPU reads at once
CPU_TOKENS = 3_000


@torch.inference_mode()
def labelled(
    pupil: WindowTable, teacher: WindowTable, model: Any, compute: Compute, log: RunLog | None = None
) -> WindowTable:
    """The pupil's table with the teacher's probabilities of starts and ends, as `model`, the teacher, gives them.

    Both tables are of the same examples, and on the device.
    """
    pairs = matching(pupil, teacher)
    soft = torch.zeros(2, len(pupil.ids), device=compute.device, dtype=torch.float16)
    wanted = inspect.signature(model.forward).parameters.keys()
    order = pairs[np.argsort(teacher.lengths[pairs[:, 1]], kind="stable")]
    started, tokens, first = time.monotonic(), 0, 0
    most = CPU_TOKENS if compute.device == "cpu" else LABEL_TOKENS
    model.eval()
    while first < len(order):
        count = max(1, most // (padded_width(int(teacher.lengths[order[first, 1]]), compute.widths)))
        rows = order[first : first + count]
        width = padded_width(int(teacher.lengths[rows[:, 1]].max()), compute.widths)
        batch = teacher.batch(rows[:, 1].tolist(), width)
        output = model(**{name: tensor for name, tensor in batch.inputs.items() if name in wanted})
        shares = torch.stack([_shares(logits, batch.passage) for logits in (output.start_logits, output.end_logits)])
        _put(shares, pupil, teacher, rows, soft)
        tokens += int(teacher.lengths[rows[:, 1]].sum())
        first += len(rows)
    if log:
        seconds = time.monotonic() - started
        log.note({"labelled": len(pairs), "of": len(pupil), "seconds": seconds, "tokens/s": round(tokens / seconds)})
    return replace(pupil, soft=soft)


def matching(pupil: WindowTable, teacher: WindowTable) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Pairs of the pupil's and the teacher's windows of the same example that hold the same tokens of its passage and
    may be taught, shape [pairs, 2]."""
    known = {key: i for i, key in enumerate(zip(teacher.example.tolist(), teacher.cut.tolist(), strict=True))}
    keys = zip(pupil.example.tolist(), pupil.cut.tolist(), pupil.taught.tolist(), strict=True)
    found = [
        (i, known[example, cut]) for i, (example, cut, taught) in enumerate(keys) if taught and (example, cut) in known
    ]
    return np.array(found, np.int64).reshape(-1, 2)


def _shares(logits: torch.Tensor, passage: torch.Tensor) -> torch.Tensor:
    """Probabilities over the null position and the passage; shape [windows, tokens]."""
    allowed = passage.clone()
    allowed[:, 0] = True
    return logits.float().masked_fill(~allowed, NEVER).softmax(1)


def _put(
    shares: torch.Tensor, pupil: WindowTable, teacher: WindowTable, rows: np.ndarray[Any, Any], soft: torch.Tensor
) -> None:
    """Write the teacher's probabilities to the places of the pupil's same tokens."""
    places, padding = pupil.places(rows[:, 0].tolist())
    device = soft.device
    along = torch.arange(places.shape[1], device=device)
    first, last, begin = (
        torch.from_numpy(edge).to(device)[:, None]
        for edge in (pupil.first[rows[:, 0]], pupil.last[rows[:, 0]], teacher.first[rows[:, 1]])
    )
    inside = (along >= first) & (along < last)
    source = (along - first + begin).clamp(0, shares.shape[2] - 1)
    source = torch.where(inside, source, torch.zeros_like(source))  # the null position, and whatever stands at none
    values = shares.gather(2, source.expand(2, -1, -1)).to(soft.dtype)
    wanted = (inside | (along == 0)) & ~padding
    soft[:, places[wanted]] = values[:, wanted]
