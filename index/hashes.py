"""What tells one file, or one model's weights, from another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_sha256(tables: Mapping[str, Any]) -> str:
    """The SHA-256 of tensors and their names, as float32 and in the order of the names."""
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        digest.update(name.encode())
        digest.update(table.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
