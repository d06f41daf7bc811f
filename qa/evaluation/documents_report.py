"""Rows of questions to documents as figures and tables: by kind of question, and by why questions were lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from qa.evaluation.documents_dataset import KINDS, PARTS
from qa.evaluation.documents_records import ALONE, AMONG_ALL, CAUSES, DocumentRow
from qa.evaluation.figures import Figures, average

WAYS = (ALONE, AMONG_ALL)
ALL_KINDS = "all"
THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)  # what would come of each, to choose one by
COLUMNS = {
    "answered": "answered",
    "source_right": "source right",
    "words_right": "words right",
    "place_right": "place right",
    "held": "held",
    "gold_read": "gold read",
}


def report_of(rows: Sequence[DocumentRow]) -> dict[str, Any]:
    """The figures of each part and each way of asking: by kind, by cause, what is absent, and the time."""
    return {
        "questions": len({row.id for row in rows}),
        "documents": len({row.document for row in rows}),
        "parts": {
            part: {way: way_figures(some) for way in WAYS if (some := _some(rows, part, way))}
            for part in PARTS
            if any(row.part == part for row in rows)
        },
    }


def _some(rows: Sequence[DocumentRow], part: str, way: str) -> list[DocumentRow]:
    return [row for row in rows if row.part == part and row.within == way]


def way_figures(rows: Sequence[DocumentRow]) -> Figures:
    """The figures of rows asked one way, from 0 to 100, with their 95% intervals."""
    can = [row for row in rows if row.answerable]
    kinds = {kind: kind_figures(some) for kind in KINDS if (some := [row for row in can if row.kind == kind])}
    absent: Figures = {"questions": len(rows) - len(can)}
    average(absent, "refused", [float(not row.answered) for row in rows if not row.answerable])
    causes: dict[str, Figures] = {}
    for cause in CAUSES:
        those = can if cause in CAUSES[:-1] else [row for row in rows if not row.answerable]
        if count := sum(row.cause == cause for row in those):
            causes[cause] = {"questions": count}
            average(causes[cause], "share", [float(row.cause == cause) for row in those])
    return {
        "kinds": kinds | {ALL_KINDS: kind_figures(can)},
        "absent": absent,
        "causes": causes,
        "thresholds": {str(threshold): threshold_figures(rows, threshold) for threshold in THRESHOLDS},
        "median_ms": round(float(np.median([row.milliseconds for row in rows])), 1),
    }


def kind_figures(rows: Sequence[DocumentRow]) -> Figures:
    """The averages over the rows of answerable questions."""
    figures: Figures = {"questions": len(rows)}
    for column in COLUMNS:
        those = [row for row in rows if row.locators] if column == "place_right" else rows
        average(figures, column, [float(getattr(row, column)) for row in those])
    return figures


def threshold_figures(rows: Sequence[DocumentRow], threshold: float) -> Figures:
    """What comes of giving an answer from this confidence on: the source right, and absent ones refused, in 100."""
    figures: Figures = {}
    can, cannot = ([row for row in rows if row.answerable is wanted] for wanted in (True, False))
    average(figures, "source_right", [float(row.best_source_right and row.confidence >= threshold) for row in can])
    average(figures, "refused", [float(row.confidence < threshold) for row in cannot])
    return figures


def print_documents_report(report: dict[str, Any], console: Console) -> None:
    """The report as tables: for each part and way by kind, then by cause."""
    for name, reason in report.get("unreadable", {}).items():
        console.print(f"{name} could not be read: {reason}", markup=False, highlight=False)
    for part, ways in report["parts"].items():
        for way, figures in ways.items():
            _print_kinds(console, f"Part {part!r}, asked {way}", figures)
        _print_causes(console, f"Part {part!r}, why questions were lost", ways)
        _print_thresholds(console, f"Part {part!r}, by threshold (%)", ways)


def _print_kinds(console: Console, title: str, figures: Figures) -> None:
    table = Table(title=f"{title} (%; median {figures['median_ms']:.0f} ms)", title_justify="left")
    table.add_column("kind")
    columns = [column for column in COLUMNS if any(column in values for values in figures["kinds"].values())]
    for column in ("questions", *map(COLUMNS.__getitem__, columns)):
        table.add_column(column, justify="right")
    for kind, values in figures["kinds"].items():
        table.add_row(
            kind, str(values["questions"]), *(_shown(values, column, kind == ALL_KINDS) for column in columns)
        )
    absent = figures["absent"]
    if absent["questions"]:
        table.add_row("absent, refused", str(absent["questions"]), _shown(absent, "refused", True))
    console.print(table)


def _print_causes(console: Console, title: str, ways: dict[str, Figures]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("cause")
    for way in ways:
        table.add_column(way, justify="right")
        table.add_column("%", justify="right")
    for cause in CAUSES:
        found = [figures["causes"].get(cause, {"questions": 0}) for figures in ways.values()]
        if any(one["questions"] for one in found):
            table.add_row(
                cause, *(cell for one in found for cell in (str(one["questions"]), _shown(one, "share", True)))
            )
    console.print(table)


def _print_thresholds(console: Console, title: str, ways: dict[str, Figures]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("threshold")
    for way in ways:
        table.add_column(f"{way}: source right", justify="right")
        table.add_column("absent refused", justify="right")
    for threshold in map(str, THRESHOLDS):
        found = [figures["thresholds"][threshold] for figures in ways.values()]
        table.add_row(threshold, *(_shown(one, name, False) for one in found for name in ("source_right", "refused")))
    console.print(table)


def _shown(values: Figures, name: str, interval: bool) -> str:
    """A figure as text, with its 95% interval if wanted; "" where there is none."""
    if name not in values:
        return ""
    low, high = values[f"{name}_95"]
    return f"{values[name]:.0f}" + (f" ({low:.0f}-{high:.0f})" if interval else "")
