"""What kind a file is of, by its name."""

from __future__ import annotations

from pathlib import PurePath

DOUBLE = (".tar.gz",)  # endings of two parts; the last part alone says nothing of what is packed


def ending_of(path: str | PurePath) -> str:
    """The ending of a file's name in lower case, with its dot; "" where it has none."""
    name = PurePath(path).name.lower()
    return next((ending for ending in DOUBLE if name.endswith(ending) and name != ending), PurePath(name).suffix)
