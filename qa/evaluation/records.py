"""One record per question: what was asked, what came back at each level, and whether it was right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from index.files import replace_file
from qa.lab.squad_metrics import RIGHT_F1


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best span that was found, answered or not, beside the gold answers.

    `exact_match` and `f1` are the span's own, 0 where nothing is right to say. `cited` tells whether the
    sentence around it holds a gold answer at its very place; `overlaps` whether it touches one there.
    """

    text: str
    answered: bool
    confidence: float
    score: float
    exact_match: float
    f1: float
    cited: bool
    overlaps: bool
    answerable: bool
    sentence: str
    start: int
    source: str
    milliseconds: dict[str, float]

    @property
    def right(self) -> bool:
        """Whether giving this span as the answer is right."""
        return self.answerable and self.f1 >= RIGHT_F1

    @property
    def final_exact_match(self) -> float:
        """Exact match of what was said in the end, "no answer" included."""
        return float(not self.answerable) if not self.answered else self.exact_match

    @property
    def final_f1(self) -> float:
        """F1 of what was said in the end, "no answer" included."""
        return float(not self.answerable) if not self.answered else self.f1


@dataclass(frozen=True, slots=True)
class Ranks:
    """The rank of the gold paragraph in each search, from 1; 0 where it was not found."""

    dense: int
    keyword: int
    fused: int
    milliseconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """All that one run knows of one question.

    `gold_read` tells whether its own paragraph was among the passages read end to end, `without_gold` is the answer
    with that paragraph taken out.
    """

    id: str
    question: str
    golds: tuple[str, ...]
    gold_sentence: str
    gold_source: str
    answerable: bool
    reader: Outcome | None = None
    retriever: Ranks | None = None
    end_to_end: Outcome | None = None
    gold_read: bool = False
    without_gold: Outcome | None = None

    @property
    def lost_at(self) -> str:
        """Which step lost a question that was not answered exactly end to end; "" where none did."""
        outcome = self.end_to_end
        if outcome is None or outcome.final_exact_match == 1:
            return ""
        if not self.answerable:
            return "answered, should refuse"
        if not self.gold_read:
            return "not retrieved"
        if not outcome.answered and outcome.right:
            return "refused"
        return "wrong boundary" if outcome.overlaps else "retrieved but misread"


def write_row(row: Row) -> str:
    """One line of JSON, without the levels that were not run."""
    return json.dumps({k: v for k, v in asdict(row).items() if v is not None}, ensure_ascii=False)


def read_row(line: str) -> Row:
    """The row of one line."""
    plain: dict[str, Any] = json.loads(line)
    plain["golds"] = tuple(plain["golds"])
    for name in ("reader", "end_to_end", "without_gold"):
        if name in plain:
            plain[name] = Outcome(**plain[name])
    if "retriever" in plain:
        plain["retriever"] = Ranks(**plain["retriever"])
    return Row(**{field.name: plain[field.name] for field in fields(Row) if field.name in plain})


def read_rows(path: Path) -> list[Row]:
    """All whole rows of a file; a last line cut off by a kill is left out."""
    rows = []
    for line in path.read_text("utf-8").split("\n") if path.exists() else ():
        try:
            rows.append(read_row(line))
        except (ValueError, KeyError, TypeError):
            break
    return rows


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write all rows, replacing the file."""
    replace_file(path, "".join(write_row(row) + "\n" for row in rows))
