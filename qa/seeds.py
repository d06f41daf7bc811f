"""The documents that come with Quotewise."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).parent.parent / "seeds"


def seed_files() -> list[Path]:
    """Returns the text files among them."""
    return sorted(SEEDS.glob("*.txt"))
