"""A report as tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

TITLES = {"reader": "Reader alone (gold paragraph given)", "retriever": "Retriever alone", "end_to_end": "End to end"}
NAMES = {
    "exact_match": "exact match",
    "f1": "F1",
    "has_answer_exact_match": "exact match, answerable",
    "has_answer_f1": "F1, answerable",
    "best_exact_match": "exact match, best threshold",
    "best_f1": "F1, best threshold",
    "final_exact_match": "exact match, refusals counted",
    "final_f1": "F1, refusals counted",
    "refused_correctly": "unanswerable refused",
    "citation_precision": "cited sentence holds the answer",
    "answered": "answerable answered",
    "right_when_answered": "right when answered",
    "auroc": "AUROC answerable",
    "auroc_right": "AUROC right",
    "ece": "calibration error (ECE)",
    "aurc": "risk-coverage area (AURC)",
    "mrr": "MRR",
    "ndcg@10": "nDCG@10",
}


def label(name: str) -> str:
    """What a figure is called where people read it."""
    return NAMES.get(name, name)


def figure_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and interval of every plain figure of a section."""
    rows = []
    for name, value in figures.items():
        if isinstance(value, int | float) and name != "questions" and not name.endswith("threshold"):
            low_high = figures.get(f"{name}_95")
            rows.append((label(name), f"{value:.1f}", f"{low_high[0]:.1f} - {low_high[1]:.1f}" if low_high else ""))
    return rows


def print_report(report: dict[str, Any], console: Console) -> None:
    """All sections of a report as tables."""
    for section, title in TITLES.items():
        if section in report:
            figures = report[section]
            _print_table(console, f"{title}, {figures['questions']:,} questions", figure_rows(figures))
            for search in ("dense", "keyword"):
                if search in figures:
                    _print_table(console, f"{search} search alone", figure_rows(figures[search]))
            if figures.get("lost_at"):
                lost = [(name, f"{count:,}", "") for name, count in figures["lost_at"].items()]
                _print_table(console, "Where questions were lost", lost, ("step", "questions", ""))
    times = [(name, f"{t['median']:.1f}", f"{t['p95']:.1f}") for name, t in report["timing_ms"].items()]
    _print_table(console, "Milliseconds", times, ("step", "median", "95th percentile"))
    indexing, machine = report["indexing"], report["environment"]
    if indexing["seconds"]:
        console.print(
            f"Indexed {indexing['passages']:,} passages in {indexing['seconds']:.1f} s: "
            f"{indexing['passages_per_second']:.0f} passages/s, {indexing['tokens_per_second']:,} tokens/s."
        )
    if indexing["passages"]:
        console.print(f"{indexing['bytes_per_passage']:,} bytes on disk a passage.")
    console.print(
        f"{machine['peak_memory_mb']:,} MB of memory at most; {machine['threads']} threads on {machine['cpu']}."
    )


def _print_table(
    console: Console,
    title: str,
    rows: Sequence[tuple[str, str, str]],
    columns: tuple[str, str, str] = ("figure", "value", "95% interval"),
) -> None:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        if column or any(row[number] for row in rows):
            table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row[: len(table.columns)])
    console.print(table)
