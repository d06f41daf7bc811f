"""Texts as what a reader is given."""

from index.records import View


def views(texts):
    """Each text as it stands, without context."""
    return [View.of(text) for text in texts]
