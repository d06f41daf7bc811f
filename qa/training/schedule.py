"""How far a run is, by its steps or by the clock, and the learning rate that follows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Steps:
    """A run of so many steps; `warmup` is the share of them over which the learning rate rises."""

    total: int
    warmup: float

    def rate(self, step: int) -> float:
        """The share of the full learning rate that a step takes (from 0): it rises, then falls to nothing."""
        warm = max(1, int(self.total * self.warmup))
        return min((step + 1) / warm, (self.total - step) / max(1, self.total - warm))


@dataclass(frozen=True, slots=True)
class Budget:
    """A run of so many seconds, of which `used` were spent before it was continued.

    The learning rate follows the time, so that it has fallen to nothing at the end however fast the machine is.
    """

    seconds: float
    warmup: float
    used: float = 0.0
    _begun: float = field(default_factory=lambda: time.monotonic())

    def spent(self) -> float:
        """Seconds used so far, those before included."""
        return self.used + time.monotonic() - self._begun

    def is_over(self) -> bool:
        """Whether all seconds are used."""
        return self.spent() >= self.seconds

    def rate(self) -> float:
        """The share of the full learning rate that a step takes now."""
        done = min(1.0, self.spent() / self.seconds)
        warm = max(self.warmup, 1e-6)
        return max(0.001, min(done / warm, (1.0 - done) / max(1e-6, 1.0 - warm)))
