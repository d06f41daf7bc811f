"""Exact match and token F1 as the official SQuAD 2.0 script computes them (Rajpurkar et al. 2016, 2018)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable

PUNCTUATION = set(string.punctuation)
# An answer is called right when it shares most words with a gold answer: its F1 is at least this.
RIGHT_F1 = 0.5


def normalize(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space."""
    bare = "".join(character for character in text.lower() if character not in PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def exact_match(prediction: str, gold: str) -> float:
    """1 where both are the same after normalising, else 0. "" stands for "no answer"."""
    return float(normalize(prediction) == normalize(gold))


def f1(prediction: str, gold: str) -> float:
    """Harmonic mean of token precision and recall; with no token on one side, 1 only if both have none."""
    predicted, wanted = normalize(prediction).split(), normalize(gold).split()
    if not predicted or not wanted:
        return float(predicted == wanted)
    shared = sum((Counter(predicted) & Counter(wanted)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def best_over_golds(measure: Callable[[str, str], float], prediction: str, golds: Iterable[str]) -> float:
    """The measure against the closest gold answer; against "" where there is none.

    As in the official script, gold answers that normalise to nothing do not count.
    """
    kept = [gold for gold in golds if normalize(gold)] or [""]
    return max(measure(prediction, gold) for gold in kept)
