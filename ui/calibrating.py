"""`quotewise calibrate`: what a confidence means over one's own documents."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CollectionError
from ui.terminal import print_json, progress_bar
from ui.words import counted

if TYPE_CHECKING:
    from index.collection import Collection
    from qa.confidence import Calibration
    from qa.lab.labelled import Labelled
    from qa.reading.reader import Reader
    from qa.training.recalibrate import Recalibrated


def run_calibrate(options: argparse.Namespace) -> int:
    """Fit the confidence to labelled questions over the collection, or forget what was fitted; the exit code."""
    from qa.lab.labelled import read_labelled
    from qa.opened import kept_reader
    from qa.own_calibration import keep_calibration
    from qa.reading.balanced import readers_of
    from ui.own_collection import open_collection

    labelled = [] if options.file is None else read_labelled(options.file)
    with open_collection(options.collection, download=options.download) as collection:
        if options.judged:
            labelled = _judged(collection)
        readers = readers_of(kept_reader(options.reader, options.download))
        if options.forget:
            for reader in readers.values():
                keep_calibration(collection, reader, None)
            print("The confidence means again what was measured with the reader.")
            return 0
        found = {name: _recalibrated(collection, reader, labelled) for name, reader in readers.items()}
    if options.json:
        print_json(asdict(found[""]) if "" in found else {name: asdict(one) for name, one in found.items()})
        return 0
    for name, one in found.items():
        if name:
            print(f"The {name} reader:")
        print("\n".join(found_lines(one)))
    return 0


def _recalibrated(collection: Collection, reader: Reader, labelled: list[Labelled]) -> Recalibrated:
    """What was measured of the reader, which is kept with the collection where it fits better."""
    from qa.answerer import Answerer
    from qa.own_calibration import keep_calibration
    from qa.training.recalibrate import recalibrate

    with progress_bar() as report:
        found = recalibrate(Answerer(collection, reader), labelled, lambda done, of: report(done, of, "questions"))
    if found.calibration:
        keep_calibration(collection, reader, found.calibration)
    return found


def _judged(collection: Collection) -> list[Labelled]:
    """The answers that were judged on the page."""
    from qa.lab.labelled import read_labelled

    path = judged_file(collection)
    if not path.exists():
        raise CollectionError(f"No answer from {collection.folder} was judged yet: judge some on the page.")
    return read_labelled(path)


def judged_file(collection: Collection) -> Path:
    """Where it is kept how answers from this collection were judged."""
    return collection.folder / "judged.jsonl"


def found_lines(found: Recalibrated) -> Iterator[str]:
    """What was measured, and what became of it."""
    from qa.training.recalibrate import LEAST_OF_EACH, LEAST_QUESTIONS

    yield (
        f"{counted(found.asked, 'question')} asked; of {counted(found.known, 'best answer')} it is known whether it is "
        f"right, and {found.right:,} are."
    )
    if not found.is_enough:
        yield (
            "That is too few to mean anything, so nothing was changed: label at least "
            f"{LEAST_QUESTIONS} questions, with {LEAST_OF_EACH} right and {LEAST_OF_EACH} wrong best answers."
        )
        return
    yield (
        f"Mean squared error of the confidence: {found.before:.3f} as it was, {found.after:.3f} fitted to your "
        "questions (each judged by a fit to the others)."
    )
    if found.calibration is None:
        yield "The confidence fits your questions as it was, so nothing was changed."
    else:
        yield from bin_lines(found.calibration)
        yield "From now on your collection is answered with this confidence ('quotewise calibrate --forget' undoes it)."


def bin_lines(calibration: Calibration) -> Iterator[str]:
    """How many answers were right, by how sure they were."""
    for one in calibration.bins:
        sure = f"{one.low:.0%} to {one.high:.0%}"
        yield f"  {sure:>12} sure: {one.right:,} of {counted(one.answers, 'best answer')} right"
