"""Rows to figures: every average on a scale from 0 to 100, with its 95% interval beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from qa.evaluation.records import Outcome, Row
from qa.lab import statistics

Figures = dict[str, Any]
CUTOFFS = (1, 5, 20)


def figure(figures: Figures, name: str, statistic: Callable[..., float], *columns: Sequence[float]) -> None:
    """Add a statistic over parallel columns, and its interval under the name with `_95`; nothing without questions."""
    if len(columns[0]) == 0:
        return
    value = statistic(*columns)
    if np.isfinite(value):
        low, high = statistics.interval(statistic, *columns)
        figures[name] = round(100 * value, 2)
        figures[f"{name}_95"] = [round(100 * low, 2), round(100 * high, 2)]


def average(figures: Figures, name: str, values: Sequence[float]) -> None:
    """Add a mean over questions."""
    figure(figures, name, statistics.mean, values)


def reader_figures(rows: Sequence[Row]) -> Figures:
    """The reader alone, the gold paragraph given; a question without an outcome scores zero."""
    figures: Figures = {"questions": len(rows)}
    average(figures, "exact_match", [row.reader.final_exact_match if row.reader else 0.0 for row in rows])
    average(figures, "f1", [row.reader.final_f1 if row.reader else 0.0 for row in rows])
    outcomes = [row.reader for row in rows if row.reader]
    with_answer = [outcome for outcome in outcomes if outcome.answerable]
    without = [outcome for outcome in outcomes if not outcome.answerable]
    average(figures, "has_answer_exact_match", [outcome.final_exact_match for outcome in with_answer])
    average(figures, "has_answer_f1", [outcome.final_f1 for outcome in with_answer])
    average(figures, "refused_correctly", [float(not outcome.answered) for outcome in without])
    average(figures, "citation_precision", [float(o.cited) for o in with_answer if o.answered])
    if without:
        sure, can = [o.confidence for o in outcomes], [o.answerable for o in outcomes]
        for name in ("exact_match", "f1"):
            best, threshold = statistics.best_threshold(sure, [getattr(o, name) for o in outcomes], can)
            figures[f"best_{name}"] = round(100 * best, 2)
            figures[f"best_{name}_threshold"] = round(threshold, 3)
    _confidence_figures(figures, outcomes)
    return figures


def retriever_figures(rows: Sequence[Row]) -> Figures:
    """Recall of the gold paragraph, reciprocal rank and nDCG: fused at the top, each search alone below."""
    figures: Figures = {"questions": len(rows)}
    for search in ("fused", "dense", "keyword"):
        section = figures if search == "fused" else figures.setdefault(search, {})
        for name, values in _ranking_measures(rows, search).items():
            average(section, name, values)
    return figures


def _ranking_measures(rows: Sequence[Row], search: str) -> dict[str, list[float]]:
    """One value a question for each measure, by ir-measures; a question without a ranking scores zero."""
    from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc, nDCG

    names = {str(R @ k): f"recall@{k}" for k in CUTOFFS} | {str(RR): "mrr", str(nDCG @ 10): "ndcg@10"}
    qrels = [Qrel(row.id, "gold", 1) for row in rows]
    run = []
    for row in rows:
        rank = getattr(row.retriever, search) if row.retriever else 0
        if rank:
            # Only the gold paragraph's rank matters; what is above it is made up.
            run += [ScoredDoc(row.id, f"other-{i}", float(-i)) for i in range(1, rank)]
            run.append(ScoredDoc(row.id, "gold", float(-rank)))
    values: dict[str, dict[str, float]] = {name: {} for name in names.values()}
    for metric in iter_calc([*(R @ k for k in CUTOFFS), RR, nDCG @ 10], qrels, run):
        values[names[str(metric.measure)]][metric.query_id] = metric.value
    return {name: [found.get(row.id, 0.0) for row in rows] for name, found in values.items()}


def end_to_end_figures(rows: Sequence[Row]) -> Figures:
    """The whole corpus searched. `exact_match` and `f1` are the best span's, over answerable questions, whether
    or not it was sure enough to be given; those with `final_` count what was said, refusals included."""
    figures: Figures = {"questions": len(rows)}
    answerable = [row for row in rows if row.answerable]
    average(figures, "exact_match", [row.end_to_end.exact_match if row.end_to_end else 0.0 for row in answerable])
    average(figures, "f1", [row.end_to_end.f1 if row.end_to_end else 0.0 for row in answerable])
    average(figures, "final_exact_match", [row.end_to_end.final_exact_match if row.end_to_end else 0.0 for row in rows])
    average(figures, "final_f1", [row.end_to_end.final_f1 if row.end_to_end else 0.0 for row in rows])
    outcomes = [o for row in rows for o in (row.end_to_end, row.without_gold) if o]
    with_answer = [o for o in outcomes if o.answerable]
    average(figures, "answered", [float(o.answered) for o in with_answer])
    average(figures, "right_when_answered", [float(o.right) for o in outcomes if o.answered])
    average(figures, "citation_precision", [float(o.cited) for o in with_answer if o.answered])
    average(figures, "refused_correctly", [float(not o.answered) for o in outcomes if not o.answerable])
    _confidence_figures(figures, outcomes)
    figures["lost_at"] = dict(Counter(row.lost_at for row in rows if row.lost_at).most_common())
    return figures


def _confidence_figures(figures: Figures, outcomes: Sequence[Outcome]) -> None:
    confidence = [outcome.confidence for outcome in outcomes]
    right = [float(outcome.right) for outcome in outcomes]
    figure(figures, "auroc", statistics.auroc, confidence, [float(o.answerable) for o in outcomes])
    figure(figures, "auroc_right", statistics.auroc, confidence, right)
    figure(figures, "ece", statistics.expected_calibration_error, confidence, right)
    figure(figures, "aurc", statistics.aurc, confidence, right)
    if outcomes:
        figures["reliability"] = [asdict(b) for b in statistics.reliability(confidence, right)]


def timing_figures(rows: Sequence[Row]) -> Figures:
    """Median and 95th percentile milliseconds of each step, and of a whole question."""
    steps: dict[str, list[float]] = {}
    for row in rows:
        if row.retriever:
            for name in ("encode", "dense", "keyword", "fuse"):
                steps.setdefault(name, []).append(row.retriever.milliseconds[name])
        if row.end_to_end:
            for name, value in row.end_to_end.milliseconds.items():
                steps.setdefault("question" if name == "total" else name, []).append(value)
        if row.reader:
            steps.setdefault("read one paragraph", []).append(row.reader.milliseconds["read"])
    return {
        name: {"median": round(float(np.median(v)), 2), "p95": round(float(np.percentile(v, 95)), 2)}
        for name, v in steps.items()
    }


def report_figures(rows: Sequence[Row]) -> Figures:
    """The report's sections for the levels that were run."""
    report: Figures = {}
    if any(row.reader for row in rows):
        report["reader"] = reader_figures(rows)
    if any(row.retriever for row in rows):
        report["retriever"] = retriever_figures([row for row in rows if row.answerable])
    if any(row.end_to_end for row in rows):
        report["end_to_end"] = end_to_end_figures(rows)
    report["timing_ms"] = timing_figures(rows)
    return report
