"""The plots of a report, each as SVG text to stand inside a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from qa.evaluation.records import Row
from qa.lab import statistics

SIZE = (5.0, 3.4)  # inches


def _svg(draw: Callable[[Any], None]) -> str:
    """What `draw` puts on a pair of axes, as SVG without the file's own header."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return re.sub(r"^.*?(?=<svg)", "", buffer.getvalue(), flags=re.DOTALL)


def risk_coverage_plot(confidence: Sequence[float], right: Sequence[float]) -> str:
    """The share of wrong answers when only the surest are given."""

    def draw(axes: Any) -> None:
        coverage, risk = statistics.risk_coverage(confidence, right)
        axes.plot(100 * coverage, 100 * risk, color="#1d4ed8")
        axes.set(
            xlabel="questions answered, surest first (%)", ylabel="wrong answers (%)", xlim=(0, 100), ylim=(0, None)
        )

    return _svg(draw)


def reliability_plot(bins: Sequence[dict[str, float]]) -> str:
    """How often answers of each confidence were right, beside the diagonal where the two agree."""

    def draw(axes: Any) -> None:
        axes.plot([0, 100], [0, 100], color="#9ca3af", linestyle="--")
        sure, right = [100 * b["confidence"] for b in bins], [100 * b["right"] for b in bins]
        axes.bar([100 * b["low"] + 5 for b in bins], right, width=9, color="#bfdbfe")
        axes.plot(sure, right, "o-", color="#1d4ed8")
        axes.set(xlabel="confidence (%)", ylabel="right (%)", xlim=(0, 100), ylim=(0, 100))

    return _svg(draw)


def recall_plot(rows: Sequence[Row]) -> str:
    """The share of questions whose gold paragraph is among the first k, for each search."""

    def draw(axes: Any) -> None:
        ranked = [row.retriever for row in rows if row.retriever and row.answerable]
        cutoffs = range(1, 21)
        for search, color in (("fused", "#1d4ed8"), ("dense", "#059669"), ("keyword", "#d97706")):
            found = [getattr(ranks, search) for ranks in ranked]
            shares = [100 * statistics.mean([float(0 < rank <= k) for rank in found]) for k in cutoffs]
            axes.plot(cutoffs, shares, label=search, color=color)
        axes.set(xlabel="passages looked at (k)", ylabel="gold paragraph found (%)", xlim=(1, 20), ylim=(None, 100))
        axes.legend(frameon=False)

    return _svg(draw)


def latency_plot(milliseconds: Sequence[float]) -> str:
    """How long questions took, the slowest hundredth left out."""

    def draw(axes: Any) -> None:
        kept = sorted(milliseconds)[: max(1, int(0.99 * len(milliseconds)))]
        axes.hist(kept, bins=40, color="#1d4ed8")
        axes.set(xlabel="milliseconds a question", ylabel="questions")

    return _svg(draw)
