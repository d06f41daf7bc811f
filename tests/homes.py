"""A folder for what Quotewise makes, as a new user has it."""

import os
from pathlib import Path


def fresh_home(folder, monkeypatch):
    """An empty home in `folder`, which shares the session's prepared encoder."""
    fresh = Path(folder) / "home"
    fresh.mkdir()
    (fresh / "encoders").symlink_to(Path(os.environ["QUOTEWISE_HOME"]) / "encoders")
    monkeypatch.setenv("QUOTEWISE_HOME", str(fresh))
    return fresh
