"""Which articles of the training file are kept back from training, to choose by and to measure on."""

from __future__ import annotations

import hashlib

from qa.lab.dataset import Paragraph

HELD_OUT_SHARE = 0.12  # of the training articles: never trained on, for thresholds and calibration


def is_held_out(title: str) -> bool:
    """Whether the article of this title is kept for tuning. Depends on the title alone."""
    return int(hashlib.sha256(title.encode()).hexdigest()[:8], 16) / 16**8 < HELD_OUT_SHARE


def is_kept_back(paragraph: Paragraph) -> bool:
    """Whether the paragraph's article is held out; a paragraph without a title is an article of its own."""
    return is_held_out(paragraph.title or paragraph.text)
