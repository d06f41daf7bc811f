"""Quotewise: ask your own documents; get the exact words that answer, with the place they stand in.

>>> import quotewise
>>> answer = quotewise.ask("Who is the Kremlin spokesman?")
"""

from importlib.metadata import version

from index.collection import Collection
from index.errors import QuotewiseError
from index.published.following import open_published
from qa import Answer, Answerer, Citation, Conversation, EvidenceLog, ask, verify

__version__ = version("quotewise")
__all__ = [
    "Answer",
    "Answerer",
    "Citation",
    "Collection",
    "Conversation",
    "EvidenceLog",
    "QuotewiseError",
    "__version__",
    "ask",
    "open_published",
    "verify",
]
