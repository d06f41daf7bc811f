"""What came of a trial: how many runs there were, and in how many something was lost, wrong or otherwise found."""

from __future__ import annotations

from collections.abc import Mapping

BAD = ("lost", "wrong", "found")
KINDS = ("runs", *BAD)


def tally_line(tally: Mapping[str, int], *more: str) -> str:
    """The figures on a line, with those of `more` kinds behind them."""
    return ", ".join(f"{kind} {tally.get(kind, 0)}" for kind in (*KINDS, *more))


def exit_code(tally: Mapping[str, int]) -> int:
    """1 where anything was lost, wrong or found, else 0."""
    return int(any(tally.get(kind) for kind in BAD))
