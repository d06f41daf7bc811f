"""How good a model is while it trains: exact match and F1 on held-back examples, read in batches where it trains.

Figures in between, to see where a run goes. What counts is measured on the exported reader (qa.training.measure).
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn.functional import pad

from qa.lab.squad_metrics import best_over_golds, exact_match, f1
from qa.lab.statistics import auroc
from qa.reading.spans import MAX_ANSWER_TOKENS
from qa.reading.windows import Window, WindowMaker
from qa.training.batches import padded_width
from qa.training.compute import Compute
from qa.training.examples import Example
from qa.training.run_log import Figures
from qa.training.table import padded

CHECK_TOKENS = 16_000  # padded tokens read at once
ASKED = "answerable"  # the kind of SQuAD's own questions, whose figures stand first


@dataclass(frozen=True, slots=True)
class BestSpan:
    """The best span of a passage, and by how much it beats "not in this passage"."""

    text: str
    score: float


class HeldBackCheck:
    """Held-back examples, cut into windows once."""

    def __init__(self, examples: Sequence[Example], tokenizer: Path, compute: Compute) -> None:
        maker = WindowMaker(Tokenizer.from_file(str(tokenizer)))
        self._examples = examples
        self._compute = compute
        self._places: list[tuple[int, Window]] = [
            (number, window)
            for number, example in enumerate(examples)
            for window in maker.make(example.question, [example.passage])
        ]
        self._places.sort(key=lambda place: len(place[1].ids))

    def figures(self, model: Any) -> Figures:
        """Exact match and F1 of each kind of answerable example, of 100, and the AUROC that its score tells answerable
        from unanswerable ones with. The model is left in the mode that it was in."""
        training = model.training
        best = self.best_spans(model.eval())
        model.train(training)
        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        scores, answerable = [], []
        for example, span in zip(self._examples, best, strict=True):
            golds = example.answers
            if golds:
                matched, overlap = (best_over_golds(measure, span.text, golds) for measure in (exact_match, f1))
                found[example.kind].append((matched, overlap))
            scores.append(span.score)
            answerable.append(float(bool(golds)))
        figures: Figures = {}
        for kind in sorted(found, key=lambda kind: (kind != ASKED, kind)):
            for name, values in zip(("em", "f1"), zip(*found[kind], strict=True), strict=True):
                figures[name if kind == ASKED else f"{name} {kind}"] = 100 * sum(values) / len(values)
        if 0 < sum(answerable) < len(answerable):
            figures["auroc"] = 100 * auroc(scores, answerable)
        return figures

    @torch.inference_mode()
    def best_spans(self, model: Any) -> list[BestSpan]:
        """The best span of each example over all its windows."""
        wanted = inspect.signature(model.forward).parameters.keys()
        best = [BestSpan("", float("-inf")) for _ in self._examples]
        for batch in self._batches():
            windows = [window for _, window in batch]
            width = padded_width(len(windows[-1].ids), self._compute.widths)
            fields = padded(windows, width, self._compute.device)
            output = model(**{name: tensor for name, tensor in fields.items() if name in wanted})
            scores, firsts, lasts = _best(output.start_logits.float(), output.end_logits.float(), windows)
            for (number, window), score, first, last in zip(batch, scores, firsts, lasts, strict=True):
                if score > best[number].score and first < last:
                    start, end = int(window.offsets[first, 0]), int(window.offsets[last - 1, 1])
                    best[number] = BestSpan(self._examples[number].passage[start:end], score)
        return best

    def _batches(self) -> list[list[tuple[int, Window]]]:
        batches: list[list[tuple[int, Window]]] = [[]]
        for place in self._places:
            if batches[-1] and (len(batches[-1]) + 1) * len(place[1].ids) > CHECK_TOKENS:
                batches.append([])
            batches[-1].append(place)
        return batches


def _best(
    start: torch.Tensor, end: torch.Tensor, windows: Sequence[Window]
) -> tuple[list[float], list[int], list[int]]:
    """For each window its best span's score, first token and the token behind it. Logits: [windows, tokens]."""
    tokens = torch.arange(start.shape[1], device=start.device)
    first, last = (
        torch.tensor(edge, device=start.device)[:, None]
        for edge in ([w.first for w in windows], [w.last for w in windows])
    )
    outside = (tokens < first) | (tokens >= last)
    begins, ends = (logits.masked_fill(outside, float("-inf")) for logits in (start, end))
    width = MAX_ANSWER_TOKENS
    spans = begins[:, :, None] + pad(ends, (0, width - 1), value=float("-inf")).unfold(1, width, 1)
    scores, places = spans.flatten(1).max(1)
    scores = scores - start[:, 0] - end[:, 0]
    chosen = places // width
    return scores.tolist(), chosen.tolist(), (chosen + places % width + 1).tolist()
