"""Two runs over the same questions: what changed, and is it more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.evaluation.records import Row, read_rows
from qa.evaluation.run import ROWS, RunError
from qa.lab import statistics


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both runs over their common questions, 0 to 100, and the 95% interval of the difference."""

    name: str
    questions: int
    before: float
    after: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out "no difference"."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that was answered exactly in one run and not in the other."""

    id: str
    level: str
    question: str
    before: str
    after: str
    gained: bool


def _value(level: str, field: str, answerable: bool = False) -> Callable[[Row], float | None]:
    """The field of a level's outcome; None where there is none or, if only `answerable` questions count, no answer."""

    def value(row: Row) -> float | None:
        outcome = getattr(row, level)
        return None if outcome is None or (answerable and not row.answerable) else float(getattr(outcome, field))

    return value


def _found(row: Row) -> float | None:
    return None if row.retriever is None or not row.answerable else float(0 < row.retriever.fused <= 5)


# As the reports count them (qa.evaluation.figures).
MEASURES: dict[str, Callable[[Row], float | None]] = {
    "reader exact_match": _value("reader", "final_exact_match"),
    "reader f1": _value("reader", "final_f1"),
    "retriever recall@5": _found,
    "end_to_end exact_match": _value("end_to_end", "exact_match", answerable=True),
    "end_to_end f1": _value("end_to_end", "f1", answerable=True),
    "end_to_end final_f1": _value("end_to_end", "final_f1"),
    "end_to_end confidence": _value("end_to_end", "confidence"),
}


def rows_beside(report: Path) -> dict[str, Row]:
    """The rows of the run whose report this is, by id. RunError where there are none."""
    rows = read_rows(report.parent / ROWS)
    if not rows:
        raise RunError(f"There are no rows beside {report}: give the report.json in a run's output folder.")
    return {row.id: row for row in rows}


def compare(before: dict[str, Row], after: dict[str, Row]) -> tuple[list[Change], list[Flip]]:
    """Paired bootstrap over the common questions for each measure that both runs have, and the flips."""
    common = [id_ for id_ in before if id_ in after]
    if not common:
        raise RunError("The two runs have no question in common: compare runs over the same file.")
    changes = []
    for name, measure in MEASURES.items():
        pairs = [(measure(before[id_]), measure(after[id_])) for id_ in common]
        known = [(b, a) for b, a in pairs if b is not None and a is not None]
        if known:
            changes.append(_change(name, known))
    return changes, [flip for id_ in common for flip in _flips(before[id_], after[id_])]


def _change(name: str, pairs: Sequence[tuple[float, float]]) -> Change:
    low, high = statistics.interval(statistics.mean, [after - before for before, after in pairs])
    olds, news = [before for before, _ in pairs], [after for _, after in pairs]
    return Change(name, len(pairs), 100 * statistics.mean(olds), 100 * statistics.mean(news), 100 * low, 100 * high)


def _flips(before: Row, after: Row) -> list[Flip]:
    flips = []
    for level in ("reader", "end_to_end"):
        old: Any = getattr(before, level)
        new: Any = getattr(after, level)
        if old and new and old.final_exact_match != new.final_exact_match:
            said = [outcome.text if outcome.answered else "(refused)" for outcome in (old, new)]
            gained = new.final_exact_match > old.final_exact_match
            flips.append(Flip(before.id, level, before.question, said[0], said[1], gained))
    return flips
