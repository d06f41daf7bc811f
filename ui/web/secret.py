"""The secret with which a browser encrypts the conversations that it keeps.

To a browser, whatever listens at the page's port is the same site: without it, any program that listens there later
could read them.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from index.files import home

FILE = "page-secret"
BYTES = 32  # AES-256


def page_secret() -> str:
    """The secret of this person, as hexadecimal digits; a new one at each start where none can be kept."""
    path = home() / FILE
    with suppress(OSError, ValueError):
        kept = path.read_text("ascii").strip()
        if len(bytes.fromhex(kept)) == BYTES:
            return kept
    made = secrets.token_hex(BYTES)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, made)
    return made


def _write(path: Path, text: str) -> None:
    """Write it where only this person reads it."""
    path.unlink(missing_ok=True)  # what is there is none, and its rights may be wider
    path.touch(mode=0o600)
    path.write_text(text, "ascii")
