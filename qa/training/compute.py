"""What a run computes on, chosen once and handed to everything that reads or trains.

On a CPU the model computes in bfloat16 throughout where that is fast, nearly twice as fast as autocast, else in
float32. On a GPU it does so in bfloat16 with a fused attention, which keeps no scores of every token with every other.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import torch

PLAIN, FUSED = "plain", "fused"  # see qa.training.attention
# Tokens to which windows are padded on a GPU, whose kernels want even shapes. Of a training file's tokens 14 of 100 are
# padding so, with five widths (96, 128, 192, 256, 384) 28.
WIDTHS = tuple(range(48, 385, 16))


@dataclass(frozen=True, slots=True)
class Compute:
    """A device ("cpu", "cuda"), the precision that the model computes in, and its attention (PLAIN or FUSED)."""

    device: str
    precision: torch.dtype
    attention: str = PLAIN

    def __post_init__(self) -> None:
        if self.attention not in (PLAIN, FUSED):
            raise ValueError(f"attention must be {PLAIN} or {FUSED}, got {self.attention}")

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths that batches are padded to; none where any width is as fast as another."""
        return WIDTHS if self.device != "cpu" else ()


def choose_compute(*, cpu: bool = False) -> Compute:
    """The GPU where there is one and no `cpu` is wanted, else the CPU in the precision that it is faster at."""
    if torch.cuda.is_available() and not cpu:
        torch.set_float32_matmul_precision("high")
        return Compute("cuda", torch.bfloat16, FUSED)
    return Compute("cpu", faster_precision())


def usable_cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def faster_precision() -> torch.dtype:
    """bfloat16 where this CPU multiplies clearly faster in it than in float32: without instructions for it, it is
    several times slower."""
    seconds = {}
    for precision in (torch.float32, torch.bfloat16):
        left, right = torch.ones(512, 384, dtype=precision), torch.ones(384, 1536, dtype=precision)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            torch.matmul(left, right)
            times.append(time.perf_counter() - started)
        seconds[precision] = min(times)
    return torch.bfloat16 if seconds[torch.bfloat16] < 0.7 * seconds[torch.float32] else torch.float32
