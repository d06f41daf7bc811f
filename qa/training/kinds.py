"""How readers do on each kind of held-back example that the step "data" made: `quotewise train kinds`.

Answerable kinds tell exact match and F1 of the best span, and how often it beats "not in this passage"; the others how
often nothing does, which is right there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.records import Run, View
from qa.lab import statistics
from qa.lab.squad_metrics import best_over_golds, exact_match, f1
from qa.reading.catalog import reader_folder
from qa.reading.reader import OnnxReader, Reader
from qa.training.examples import Example, read_examples


@dataclass(frozen=True, slots=True)
class KindFigures:
    """A reader's figures on one kind, from 0 to 1. Of unanswerable kinds the first two are None."""

    kind: str
    count: int
    exact_match: float | None
    f1: float | None
    decided: float  # answered, or of unanswerable kinds refused, at a score of 0


def view_of_example(example: Example) -> View:
    """The example's passage as it is read: its context cannot be quoted."""
    text, start = example.passage, example.context
    if start >= len(text):
        return View(text, (), (), start)
    length = len(text) - start
    return View(text, (Run(start, len(text), 0, length),), ((start, len(text)),), start)


def figures_of(reader: Reader, kind: str, examples: Sequence[Example]) -> KindFigures:
    """The reader's figures on some examples, all answerable or none."""
    matched, overlaps, decided = [], [], []
    for example in examples:
        spans = reader.read(example.question, [view_of_example(example)])
        score = spans[0].score if spans else float("-inf")
        decided.append(float((score > 0) == bool(example.spans)))
        if example.spans:
            text = spans[0].text if spans else ""
            matched.append(best_over_golds(exact_match, text, example.answers))
            overlaps.append(best_over_golds(f1, text, example.answers))
    answerable = statistics.mean(matched) if matched else None, statistics.mean(overlaps) if overlaps else None
    return KindFigures(kind, len(examples), *answerable, statistics.mean(decided))


def measure_kinds(
    held_back: Path, readers: Sequence[str | None], most: int, seed: int
) -> Iterator[tuple[str, KindFigures]]:
    """Each reader (a folder or name; None: the shipped one) on at most so many examples of each kind."""
    by_kind: dict[str, list[Example]] = defaultdict(list)
    for example in read_examples(held_back):
        by_kind[example.kind].append(example)
    rng = random.Random(seed)
    chosen = {kind: rng.sample(found, min(most, len(found))) for kind, found in sorted(by_kind.items())}
    for name in readers:
        reader = OnnxReader(reader_folder(name))
        for kind, examples in chosen.items():
            yield name or "shipped", figures_of(reader, kind, examples)
