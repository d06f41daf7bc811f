"""What can go wrong in training and a user can put right."""

from __future__ import annotations

from index.errors import QuotewiseError


class TrainingError(QuotewiseError):
    """A training step lacks what it needs, or what is there belongs to other settings."""
