"""`quotewise check`: whether all that a collection holds is as it was stored, and mending what is not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from index.errors import CollectionError
from index.files import UPLOADS, home
from index.repairing import Repair, check, count_waiting, repair
from index.storage_check import Damage
from qa.edge import printable
from ui.terminal import print_json
from ui.words import counted, unfinished


def run_check(options: argparse.Namespace) -> int:
    """Check a collection and, if that is wanted, mend it; the exit code. Raises CollectionError where something is
    damaged and stays so."""
    folder = home() / "collection" if options.collection is None else Path(options.collection)
    faults = check(folder)
    done = repair(folder, [folder / UPLOADS]) if faults and options.repair else None
    if options.json:
        print_json({"faults": [asdict(one) for one in faults], "repair": asdict(done) if done else None})
    else:
        _print(faults, done, 0 if faults and not done else count_waiting(folder))
    if faults and done is None:
        found = counted(len(faults), "fault")
        raise CollectionError(f"The collection has {found}: 'quotewise check --repair' mends what can be mended.")
    return 1 if done and (done.lost or not done.complete) else 0


def _print(faults: Sequence[Damage], done: Repair | None, waiting: int) -> None:
    for fault in faults:
        print(printable(f"{fault.source or fault.document_id or 'The collection'}: {fault.what}."))
    if not faults:
        print("All is as it was stored.")
    if waiting:
        print(unfinished(waiting))
    if done is None:
        return
    for source in done.from_files:
        print(f"Read again: {printable(source)}.")
    for source in done.from_texts:
        print(f"Made again from its stored text, since its file is gone: {printable(source)}.")
    for one in done.lost:
        print(f"Lost: {printable(one.source)} ({printable(one.reason.rstrip('.'))}).")
    if not done.complete:
        print("It cannot be told of all documents which they were: index your files again.")
    print("The collection is mended.")
