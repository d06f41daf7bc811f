"""FAISS, imported when something of it is first used: that takes 80 ms, and a small collection is asked without it."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import faiss

    return getattr(faiss, name)
