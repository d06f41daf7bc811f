"""A reader's thresholds, chosen on questions to whole files: `python -m qa.evaluation.thresholds ROWS --reader FOLDER`.

ROWS is what `quotewise evaluate --part choose --reader FOLDER` has written. What was fitted to encyclopaedia articles
tells how probably an answer is right; from where on it is given is chosen on text as people have it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.command_line import CommandParser
from qa.confidence import read_calibration, write_calibration
from qa.edge import run_command
from qa.evaluation.documents_records import DocumentRow, read_document_rows
from qa.evaluation.run import RunError

REFUSED = 0.9  # of the questions that nothing answers, in each way of asking
RIGHT_IF_UNSURE = 0.5  # of the best answers that are shown as perhaps right
MOST_UNSURE = 0.05  # of the questions that nothing answers, for which something is shown as perhaps right
GRID = [number / 200 for number in range(1, 200)]


def choose_thresholds(rows: Sequence[DocumentRow]) -> tuple[float, float]:
    """The least confidence at which an answer is given, and the one from which it is shown as perhaps right.

    Raises RunError where no question without an answer was asked, or no confidence is high enough.
    """
    threshold = next((one for one in GRID if all(_refused(some, one) >= REFUSED for some in _by_way(rows))), None)
    if threshold is None:
        raise RunError("No threshold refuses enough of the questions without an answer.")
    fine = [one for one in GRID if one <= threshold and all(_is_fine(some, one, threshold) for some in _by_way(rows))]
    return threshold, min(fine, default=threshold)


def _by_way(rows: Sequence[DocumentRow]) -> Iterator[list[DocumentRow]]:
    for way in sorted({row.within for row in rows}):
        yield [row for row in rows if row.within == way]


def _refused(rows: Sequence[DocumentRow], threshold: float) -> float:
    """The share of the questions without an answer that are refused."""
    absent = [row.confidence for row in rows if not row.answerable]
    if not absent:
        raise RunError("No question without an answer was asked: thresholds need some.")
    return sum(confidence < threshold for confidence in absent) / len(absent)


def _is_fine(rows: Sequence[DocumentRow], unsure: float, threshold: float) -> bool:
    """Whether enough of what is shown as perhaps right is so, and little of it where nothing is."""
    shown = [row for row in rows if unsure <= row.confidence < threshold]
    answerable = [row for row in shown if row.answerable]
    absent = sum(not row.answerable for row in rows)
    right = sum(row.best_source_right for row in answerable)
    return len(shown) - len(answerable) <= MOST_UNSURE * absent and right >= RIGHT_IF_UNSURE * len(answerable)


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose the thresholds and write them beside the reader's weights; returns the exit code."""
    parser = CommandParser(prog="python -m qa.evaluation.thresholds", description="Choose thresholds.")
    parser.add_argument("rows", type=Path, help="rows.jsonl of questions to whole files")
    parser.add_argument("--reader", type=Path, required=True, help="the folder of the reader that was asked")
    options = parser.parse_args(arguments)

    def act() -> int:
        threshold, unsure = choose_thresholds(read_document_rows(options.rows))
        calibration = replace(read_calibration(options.reader), threshold=threshold, unsure_threshold=unsure)
        write_calibration(calibration, options.reader)
        print(f"answered from {threshold}, perhaps from {unsure}")
        return 0

    return run_command(act)


if __name__ == "__main__":
    sys.exit(main())
