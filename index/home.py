"""Where Quotewise keeps what it makes for a user."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def home() -> Path:
    """The folder for collections and exported models: $QUOTEWISE_HOME, else the platform's place for user data."""
    given = os.environ.get("QUOTEWISE_HOME")
    return Path(given).expanduser() if given else user_data_path("quotewise", appauthor=False)
