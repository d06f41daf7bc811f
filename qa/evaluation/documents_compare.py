"""Two runs over the same documents: what changed, and is it more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.evaluation.compare import Change, Flip
from qa.evaluation.documents_dataset import PARTS
from qa.evaluation.documents_records import ALONE, AMONG_ALL, DocumentRow
from qa.evaluation.run import RunError
from qa.lab import statistics

Measure = Callable[[DocumentRow], float | None]
Pair = tuple[DocumentRow, DocumentRow]


def _of_answerable(field: str) -> Measure:
    return lambda row: float(getattr(row, field)) if row.answerable else None


MEASURES: dict[str, Measure] = {
    "source right": _of_answerable("source_right"),
    "words right": _of_answerable("words_right"),
    "best source right": _of_answerable("best_source_right"),
    "gold read": _of_answerable("gold_read"),
    "absent refused": lambda row: None if row.answerable else float(not row.answered),
}


def compare_documents(before: Sequence[DocumentRow], after: Sequence[DocumentRow]) -> tuple[list[Change], list[Flip]]:
    """Paired bootstrap over the questions that both runs asked the same way, and whose source became right or wrong."""
    new = {(row.id, row.within): row for row in after}
    pairs = [(row, new[row.id, row.within]) for row in before if (row.id, row.within) in new]
    if not pairs:
        raise RunError("The two runs have no question in common: compare runs over the same file.")
    changes = []
    for part in PARTS:
        for way in (ALONE, AMONG_ALL):
            some = [(b, a) for b, a in pairs if b.part == part and b.within == way]
            named = [(f"{part}, {way}: {name}", measure) for name, measure in MEASURES.items()]
            changes += [made for name, measure in named if (made := _change(name, measure, some))]
    return changes, [flip for pair in pairs for flip in _flips(*pair)]


def _change(name: str, measure: Measure, pairs: Sequence[Pair]) -> Change | None:
    values = [(measure(before), measure(after)) for before, after in pairs]
    known = [(b, a) for b, a in values if b is not None and a is not None]
    if not known:
        return None
    low, high = statistics.interval(statistics.mean, [after - before for before, after in known])
    olds, news = [before for before, _ in known], [after for _, after in known]
    return Change(name, len(known), 100 * statistics.mean(olds), 100 * statistics.mean(news), 100 * low, 100 * high)


def _flips(before: DocumentRow, after: DocumentRow) -> list[Flip]:
    if not before.answerable:
        was, now = not before.answered, not after.answered
    else:
        was, now = before.source_right, after.source_right
    said = [row.text if row.answered else "(refused)" for row in (before, after)]
    return [Flip(before.id, before.within, before.question, said[0], said[1], now)] if was != now else []
