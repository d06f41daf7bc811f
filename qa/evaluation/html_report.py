"""A report as one HTML page that needs nothing else: figures, plots, and every wrong answer to browse."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from index.files import replace_file
from qa.evaluation import plots
from qa.evaluation.records import Outcome, Row
from qa.evaluation.report import TITLES, figure_rows

MOST_SHOWN = 2000  # wrong answers on the page; all of them are in rows.jsonl
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #18181b; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: .6rem 0; } td, th { padding: .2rem .8rem; text-align: right; }
td:first-child, th:first-child { text-align: left; } tr { border-bottom: 1px solid #e4e4e7; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } .plots figure { margin: 0; flex: 1 1 460px; max-width: 540px; }
.plots svg { width: 100%; height: auto; } figcaption { font-weight: 600; }
.wrong { border: 1px solid #e4e4e7; border-radius: 8px; padding: .6rem .9rem; margin: .6rem 0; }
.wrong p { margin: .15rem 0; } .stage { float: right; background: #f4f4f5; border-radius: 4px; padding: 0 .5rem; }
.name { color: #52525b; display: inline-block; min-width: 3.8rem; }
mark.gold { background: #bbf7d0; } mark.ours { background: #fde68a; }
button { margin-right: .4rem; padding: .3rem .7rem; }
button[aria-pressed=true] { background: #1d4ed8; color: #fff; }
"""
SCRIPT = """
for (const button of document.querySelectorAll('button[data-stage]')) button.onclick = () => {
  for (const other of document.querySelectorAll('button[data-stage]')) other.ariaPressed = other === button;
  for (const item of document.querySelectorAll('.wrong'))
    item.hidden = button.dataset.stage !== '' && item.dataset.stage !== button.dataset.stage;
};
"""


def write_page(path: Path, report: dict[str, Any], rows: Sequence[Row], name: str) -> None:
    """Write the page of a run over the file called `name`."""
    sections = "".join(_section(title, report[key]) for key, title in TITLES.items() if key in report)
    replace_file(
        path,
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<title>{escape(name)}: evaluation</title><style>{STYLE}</style>"
        f"<h1>{escape(name)}</h1>{_plots(report, rows)}{sections}{_times(report)}{_wrong_answers(rows)}"
        f"<script>{SCRIPT}</script></html>",
    )


def _section(title: str, figures: dict[str, Any]) -> str:
    return f"<h2>{title}, {figures['questions']:,} questions</h2>" + _table(
        ("figure", "value", "95% interval"), figure_rows(figures)
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def _times(report: dict[str, Any]) -> str:
    rows = [(name, f"{t['median']:.1f}", f"{t['p95']:.1f}") for name, t in report["timing_ms"].items()]
    machine = report["environment"]
    return (
        "<h2>Milliseconds</h2>"
        + _table(("step", "median", "95th percentile"), rows)
        + f"<p>{machine['threads']} threads on {escape(machine['cpu'])}; at most {machine['peak_memory_mb']:,} MB.</p>"
    )


def _plots(report: dict[str, Any], rows: Sequence[Row]) -> str:
    shown: list[tuple[str, str]] = []
    section = next((report[key] for key in ("end_to_end", "reader") if key in report), None)
    outcomes = [o for row in rows for o in (row.end_to_end, row.without_gold) if o]
    outcomes = outcomes or [row.reader for row in rows if row.reader]
    if outcomes and section:
        confidence, right = [o.confidence for o in outcomes], [float(o.right) for o in outcomes]
        shown.append(("Risk and coverage", plots.risk_coverage_plot(confidence, right)))
        shown.append(("Reliability of the confidence", plots.reliability_plot(section["reliability"])))
    if any(row.retriever for row in rows):
        shown.append(("Gold paragraph found", plots.recall_plot(rows)))
    times = [row.end_to_end.milliseconds["total"] for row in rows if row.end_to_end]
    if times:
        shown.append(("Time per question", plots.latency_plot(times)))
    figures = "".join(f"<figure><figcaption>{title}</figcaption>{svg}</figure>" for title, svg in shown)
    return f'<div class="plots">{figures}</div>'


def _wrong_answers(rows: Sequence[Row]) -> str:
    wrong = [(row, stage, outcome) for row in rows if (found := _wrong(row)) for stage, outcome in [found]]
    stages = list(dict.fromkeys(stage for _, stage, _ in wrong))
    counts = {stage: sum(1 for _, other, _ in wrong if other == stage) for stage in stages}
    buttons = f'<button data-stage="" aria-pressed="true">all {len(wrong):,}</button>' + "".join(
        f'<button data-stage="{escape(stage)}">{escape(stage)} {count:,}</button>'
        for stage, count in sorted(counts.items(), key=lambda item: -item[1])
    )
    items = "".join(_wrong_answer(row, stage, outcome) for row, stage, outcome in wrong[:MOST_SHOWN])
    rest = f"<p>The first {MOST_SHOWN:,} are shown; rows.jsonl has all.</p>" if len(wrong) > MOST_SHOWN else ""
    return f"<h2>Not answered exactly</h2><p>{buttons}</p>{rest}{items}"


def _wrong(row: Row) -> tuple[str, Outcome] | None:
    """The step at which a question was lost and the outcome to show; None where it was answered exactly."""
    if row.end_to_end:
        return (row.lost_at, row.end_to_end) if row.lost_at else None
    if row.reader and row.reader.final_exact_match < 1:
        if not row.answerable:
            return "answered, should refuse", row.reader
        if not row.reader.answered:
            return "refused", row.reader
        return ("wrong boundary" if row.reader.overlaps else "misread"), row.reader
    return None


def _wrong_answer(row: Row, stage: str, outcome: Outcome) -> str:
    gold = row.golds[0] if row.golds else ""
    place = row.gold_sentence.find(gold) if gold else -1
    gold_sentence = _marked(row.gold_sentence, place, len(gold), "gold") if place >= 0 else escape(row.gold_sentence)
    ours = _marked(outcome.sentence, outcome.start, len(outcome.text), "ours")
    said = "" if outcome.answered else " (refused)"
    return (
        f'<div class="wrong" data-stage="{escape(stage)}"><span class="stage">{escape(stage)}</span>'
        f"<p><b>{escape(row.question)}</b></p>"
        f'<p><span class="name">gold</span> {escape(" / ".join(row.golds) or "(not answerable)")}</p>'
        f'<p><span class="name">ours</span> {escape(outcome.text)}{said}, {outcome.confidence:.0%} sure</p>'
        f'<p><span class="name">in</span> {gold_sentence} <small>{escape(row.gold_source)}</small></p>'
        f'<p><span class="name">quoted</span> {ours} <small>{escape(outcome.source)}</small></p></div>'
    )


def _marked(text: str, start: int, length: int, kind: str) -> str:
    end = start + length
    return f'{escape(text[:start])}<mark class="{kind}">{escape(text[start:end])}</mark>{escape(text[end:])}'
