"""A question in, a cited answer out.

>>> from qa import ask
>>> answer = ask("Who is the Kremlin spokesman?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answerer import Answerer
    from qa.api import ask
    from qa.conversation import Conversation
    from qa.evidence_log import EvidenceLog
    from qa.records import Answer, Citation
    from qa.verifying import verify

__all__ = ["Answer", "Answerer", "Citation", "Conversation", "EvidenceLog", "ask", "verify"]

MODULES = {
    "Answer": "qa.records",
    "Answerer": "qa.answerer",
    "Citation": "qa.records",
    "Conversation": "qa.conversation",
    "EvidenceLog": "qa.evidence_log",
    "ask": "qa.api",
    "verify": "qa.verifying",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: answering needs faiss, which training must not import."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)
