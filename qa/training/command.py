"""`python -m qa.training`: make examples, have them labelled, train, export and calibrate a reader; measure.

Every step leaves its result in the work folder and is passed over, or continued, when it is called again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from index.errors import QuotewiseError
from qa.reader import ACCURATE, ACCURATE_SOURCE, SHIPPED_READER, accurate_folder
from qa.training.calibrate import calibrate, held_out_questions
from qa.training.data import Mixture, write_examples, write_held_out
from qa.training.difference import FILE, apply_difference, write_difference
from qa.training.errors import TrainingError
from qa.training.export import export_reader
from qa.training.fetch import fetch_larger
from qa.training.install import install_reader, is_usable
from qa.training.labels import write_labels
from qa.training.measure import measure
from qa.training.model import silence_transformers
from qa.training.options import STEPS, parsed
from qa.training.restore import restore_checkpoint
from qa.training.teacher import open_teacher
from qa.training.train import Recipe, Trainer

CHECKPOINTS: dict[str, tuple[str, Callable[[Path], None]]] = {  # steps that write one: its name in WORK, and how
    "restore": ("start", partial(restore_checkpoint, SHIPPED_READER)),
    "fetch": ("larger", fetch_larger),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the wanted steps; the exit code is 0, or 1 with one sentence on standard error."""
    options = parsed(arguments, [*CHECKPOINTS, *BESIDE])
    silence_transformers()
    try:
        if options.step in CHECKPOINTS:
            print(checkpoint(options.step, options.work))
        elif options.step in BESIDE:
            BESIDE[options.step](options)
        else:
            if options.step == "all":  # what only the last step would find out
                held_out_questions(options.squad, 1, options.seed, options.calibration_shortest)
            wanted = [step for step in STEPS if step != "label" or options.teacher]
            for step in wanted if options.step == "all" else (options.step,):
                print(f"== {step}", flush=True)
                run_step(step, options)
    except QuotewiseError as error:
        print(f"quotewise: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"quotewise: a file could not be read or written ({error}): see to that and run it again.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("quotewise: stopped; run the same command again to go on.", file=sys.stderr)
        return 1
    return 0


def run_step(step: str, options: argparse.Namespace) -> None:
    """One step, unless its result is there already."""
    examples, run, reader = options.work / "examples.jsonl", options.work / "run", options.work / "reader"
    labels = options.work / "labels.jsonl" if options.teacher else None
    if (made := {"data": examples, "train": run / "model", "export": reader}.get(step)) and made.exists():
        print(f"{made} is there already and is kept: for another, name another --work folder")
    elif step == "data":
        mixture = Mixture(
            options.questions, options.extra_questions, options.retrieved, options.altered,
            options.passage_characters, options.seed,
        )  # fmt: skip
        print(f"{write_examples(options.squad, options.extra, examples, mixture):,} examples")
    elif step == "label" and labels:
        print(f"{write_labels(open_teacher(options.teacher), examples, labels):,} labels")
    elif step == "train":
        if labels:  # goes on where "label" was stopped, and refuses another teacher's
            write_labels(open_teacher(options.teacher), examples, labels)
        start = options.start or checkpoint("restore", options.work)
        recipe = Recipe(
            learning_rate=options.learning_rate, dropout=options.dropout, frozen_layers=options.frozen_layers,
            kept_start=options.keep_start, seed=options.seed, epochs=options.epochs, rank=options.rank,
            layer_decay=options.layer_decay, batch_tokens=options.batch_tokens,
            taught=options.taught if options.teacher else 0.0,
        )  # fmt: skip
        Trainer(start, examples, run, recipe, labels).run()
    elif step == "export":
        unfinished = options.work / "reader.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        export_reader(finished_run(options.work), unfinished, int8=not options.float32)
        unfinished.replace(reader)
        print(f"{(reader / 'model.onnx').stat().st_size:,} bytes")
    elif step == "calibrate":
        fitted = calibrate(
            options.squad, reader, options.work, options.calibration_questions, options.seed,
            options.calibration_shortest,
        )  # fmt: skip
        print(asdict(fitted))


def finished_run(work: Path) -> Path:
    """The checkpoint that training in `work` ended with. Raises TrainingError where it has not ended."""
    model = work / "run" / "model"
    if not model.exists():
        raise TrainingError(f"{work} holds no finished run: train first, or name another folder with --work.")
    return model


def print_measures(options: argparse.Namespace) -> None:
    """Measure readers on held-back questions and print a line for each."""
    readers = [None, *options.readers]
    for name, found in measure(options.squad, readers, options.work, options.measure_questions, options.seed):
        figures = "  ".join(f"{figure} {100 * value:.1f}" for figure, value in asdict(found).items())
        print(f"{figures}  {name}", flush=True)


def hold_out(options: argparse.Namespace) -> None:
    """Write the part of --extra that is never trained on, to measure a reader on with `quotewise evaluate`."""
    target = options.work / "held-out.json"
    print(f"{target}: {write_held_out(options.extra, target):,} questions")


def pack(options: argparse.Namespace) -> None:
    """Write what the run in WORK has learnt beyond --start (the larger model) as a small file to carry elsewhere."""
    target, model = options.work / FILE, finished_run(options.work)
    lost = write_difference(options.start or checkpoint("fetch", options.work), model, target, options.rank)
    print(f"{target}: {target.stat().st_size:,} bytes; at most {lost:.2%} of a matrix's change is lost")


def unpack(options: argparse.Namespace) -> None:
    """Make the result of a run in WORK, to export or train on, of the file that was packed."""
    packed, model = options.work / FILE, options.work / "run" / "model"
    if not packed.exists() or model.parent.exists():
        raise TrainingError(f"'unpack' needs a folder with {FILE} and without a run: name another with --work.")
    unfinished = options.work / "run.unfinished" / "model"
    shutil.rmtree(unfinished.parent, ignore_errors=True)
    apply_difference(options.start or checkpoint("fetch", options.work), packed, unfinished)
    unfinished.parent.replace(model.parent)
    print(model)


def install(options: argparse.Namespace) -> None:
    """Set up the accurate reader, from --start where the larger model has been fetched already.

    A fetched model is kept until the reader is ready, so that what was interrupted goes on.
    """
    target = accurate_folder()
    if not is_usable(target):
        fetched = target.with_name(f"{ACCURATE}-fetched")
        install_reader(options.start or checkpoint("fetch", fetched), ACCURATE_SOURCE, target)
        shutil.rmtree(fetched, ignore_errors=True)
    print(f"The accurate reader is ready: quotewise chat --reader accurate ({target})")


def checkpoint(step: str, work: Path) -> Path:
    """The checkpoint that the step writes, made on the first call."""
    name, write = CHECKPOINTS[step]
    folder = work / name
    if not folder.exists():
        work.mkdir(parents=True, exist_ok=True)
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        write(unfinished)
        unfinished.replace(folder)
    return folder


# What is done beside the steps of training.
BESIDE: dict[str, Callable[[argparse.Namespace], None]] = {
    "measure": print_measures,
    "held-out": hold_out,
    "pack": pack,
    "unpack": unpack,
    "install": install,
}
