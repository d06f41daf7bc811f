"""What typing costs, as a table: each kind beside the same questions as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from qa.lab.resumable import read_journal
from qa.lab.statistics import interval, mean

CLEAN = "clean"  # the kind of a question as it is
WIDTH = 150


@dataclass(frozen=True, slots=True)
class TypedOutcome:
    """What came of a question. `found` tells whether its document is among what was read, `counted` is the F1 of the
    answer with refusals counted, `best` that of the best span."""

    said: str
    answered: bool
    found: bool
    counted: float
    best: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A question that was asked as it is or as it is typed: what was searched and read (`read`), what came of it, and
    what comes of it where nothing is mended, if that was asked."""

    kind: str
    id: str
    text: str
    read: str
    mended: TypedOutcome
    typed: TypedOutcome | None = None


def read_typed(path: Path) -> list[TypedRow]:
    """The rows of a run."""
    return [_row(plain) for plain in read_journal(path)[1]]


def _row(plain: dict[str, Any]) -> TypedRow:
    typed = TypedOutcome(**plain["typed"]) if plain["typed"] else None
    return TypedRow(**plain | {"mended": TypedOutcome(**plain["mended"]), "typed": typed})


def pairs_of(rows: Sequence[TypedRow]) -> dict[str, list[tuple[TypedRow, TypedRow]]]:
    """By kind, each question as it is with the one that is typed so."""
    clean = {row.id: row for row in rows if row.kind == CLEAN}
    pairs: dict[str, list[tuple[TypedRow, TypedRow]]] = {}
    for row in rows:
        pairs.setdefault(row.kind, []).append((clean[row.id], row))
    return pairs


def print_typed(rows: Sequence[TypedRow]) -> None:
    """Print what each kind costs: F1 with refusals counted, from 0 to 100, beside that of the clean questions as they
    are typed, with the 95% bootstrap interval of the difference."""
    table = Table(title="What typing costs (paired, 95% bootstrap interval)", title_justify="left")
    columns = ("typed", "questions", "clean", "as typed", "lost", "mended", "lost", "interval", "found", "answered",
               "exchanged", "restored")  # fmt: skip
    for column in columns:
        table.add_column(column, justify="left" if column == "typed" else "right")
    for kind, pairs in pairs_of(rows).items():
        base = [100 * (clean.typed or clean.mended).counted for clean, _ in pairs]
        after = [100 * row.mended.counted for _, row in pairs]
        before = [100 * row.typed.counted for _, row in pairs if row.typed]
        lost = [one - other for one, other in zip(base, after, strict=True)]
        low, high = interval(mean, lost)
        shares = [100 * mean([float(getattr(row.mended, name)) for _, row in pairs]) for name in ("found", "answered")]
        table.add_row(
            kind, str(len(pairs)), f"{mean(base):.1f}",
            f"{mean(before):.1f}" if before else "", f"{mean(base) - mean(before):+.1f}" if before else "",
            f"{mean(after):.1f}", f"{mean(lost):+.1f}", f"{low:+.1f} - {high:+.1f}",
            *(f"{share:.0f}" for share in shares),
            str(sum(row.read != row.text for _, row in pairs)),
            str(sum(_same(row.read, clean.text) or _same(row.read, clean.read) for clean, row in pairs)),
        )  # fmt: skip
    Console(width=WIDTH).print(table)


def _same(one: str, other: str) -> bool:
    return one.lower().rstrip("?. ") == other.lower().rstrip("?. ")


def compare_typed(before: Sequence[TypedRow], after: Sequence[TypedRow]) -> None:
    """Print F1 with refusals counted of two runs, over the questions that both have asked."""
    table = Table(title="What typing costs, before and after (paired)", title_justify="left")
    for column in ("typed", "questions", "before", "after", "difference", "interval", "lost before", "lost after"):
        table.add_column(column, justify="left" if column == "typed" else "right")
    old = {(row.kind, row.id): row.mended.counted for row in before}
    both = [row for row in after if (row.kind, row.id) in old]
    clean = {row.id: old[row.kind, row.id] for row in both if row.kind == CLEAN}
    for kind in dict.fromkeys(row.kind for row in both):
        some = [row for row in both if row.kind == kind]
        was, now = [100 * old[kind, row.id] for row in some], [100 * row.mended.counted for row in some]
        gained = [new - one for one, new in zip(was, now, strict=True)]
        low, high = interval(mean, gained)
        base = mean([100 * clean[row.id] for row in some])
        table.add_row(
            kind, str(len(some)), f"{mean(was):.1f}", f"{mean(now):.1f}", f"{mean(gained):+.1f}",
            f"{low:+.1f} - {high:+.1f}", f"{base - mean(was):+.1f}", f"{base - mean(now):+.1f}",
        )  # fmt: skip
    Console(width=WIDTH).print(table)
