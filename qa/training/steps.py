"""What each step of `quotewise train` does with the options.

Steps import what they need when they run, since no process may import both torch and faiss.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from index.files import replaced_folder
from qa.lab.dataset import read_squad
from qa.lab.kept_back import is_kept_back
from qa.reading.reader import MODEL, SHIPPED_READER
from qa.training.checkpoint import made_once, silence_transformers
from qa.training.errors import TrainingError
from qa.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Where the steps leave their results."""

    path: Path

    @property
    def examples(self) -> Path:
        """What "data" makes."""
        return self.path / "examples.jsonl"

    @property
    def held_back(self) -> Path:
        """What "data" makes of held-back articles, to look at while training."""
        return self.path / "held-back.jsonl"

    @property
    def labels(self) -> Path:
        """What "label" makes."""
        return self.path / "labels.jsonl"

    @property
    def outbound(self) -> Path:
        """What "carry" makes, and "collect" puts what came back upon."""
        return self.path / "outbound"

    @property
    def run(self) -> Path:
        """Where "train" works."""
        return self.path / "run"

    @property
    def model(self) -> Path:
        """The checkpoint that "train" ends with."""
        return self.run / "model"

    @property
    def reader(self) -> Path:
        """What "export" makes and "calibrate" completes."""
        return self.path / "reader"

    def finished_model(self) -> Path:
        """The checkpoint that training ended with. Raises TrainingError where it has not ended."""
        if not self.model.exists():
            raise TrainingError(f"{self.path} holds no finished run: train first, or name another folder with --work.")
        return self.model


def is_kept(made: Path) -> bool:
    """Whether the result is there, and is kept; then says so."""
    if made.exists():
        print(f"{made} is there already and is kept: for another, name another --work folder")
    return made.exists()


def make_data(options: argparse.Namespace) -> None:
    """Make examples of the questions."""
    from qa.training.mixing import Mixture, write_examples, write_held_back

    work = WorkFolder(options.work)
    if not is_kept(work.examples):
        mixture = Mixture(
            options.questions, options.extra_questions, options.retrieved, options.altered,
            options.passage_characters, options.seed, options.views, options.subject, options.neighbours,
            options.clauses, options.documents, options.typed_badly, options.hardest, options.dense,
        )  # fmt: skip
        print(f"{write_examples(options.squad, options.extra, work.examples, mixture):,} examples")
    if options.views and not is_kept(work.held_back):
        print(f"{write_held_back(options.squad, work.held_back, options.seed):,} examples held back")


def label(options: argparse.Namespace) -> int:
    """Have the teacher label the examples, or go on with that. Returns how many labels there are."""
    from qa.training.labels import write_labels
    from qa.training.teacher import open_teacher

    silence_transformers()
    work = WorkFolder(options.work)
    return write_labels(open_teacher(options.teacher, download=options.download), work.examples, work.labels)


def print_labels(options: argparse.Namespace) -> None:
    """Have the teacher label the examples."""
    print(f"{label(options):,} labels")


def train(options: argparse.Namespace) -> None:
    """Train on the examples, and on the teacher's labels if there is one."""
    from qa.training.train import Trainer

    silence_transformers()
    work = WorkFolder(options.work)
    if is_kept(work.model):
        return
    if options.teacher:  # goes on where "label" was stopped, and refuses another teacher's
        label(options)
    recipe = Recipe(
        learning_rate=options.learning_rate, dropout=options.dropout, frozen_layers=options.frozen_layers,
        kept_start=options.keep_start, seed=options.seed, epochs=options.epochs, rank=options.rank,
        seconds=options.seconds,
        layer_decay=options.layer_decay, batch_tokens=options.batch_tokens,
        taught=options.taught if options.teacher else 0.0,
    )  # fmt: skip
    start = options.start or restored(options.work)
    Trainer(start, work.examples, work.run, recipe, work.labels if options.teacher else None).run()


def export(options: argparse.Namespace) -> None:
    """Make a reader of the trained checkpoint."""
    from qa.training.int8_export import export_reader

    silence_transformers()
    work = WorkFolder(options.work)
    if not is_kept(work.reader):
        model = work.finished_model()
        with replaced_folder(work.reader) as temporary:
            export_reader(model, temporary, int8=not options.float32)
        print(f"{(work.reader / MODEL).stat().st_size:,} bytes")


def print_calibration(options: argparse.Namespace) -> None:
    """Fit what the reader's confidence means."""
    from qa.training.calibrate import calibrate

    fitted = calibrate(
        options.squad, WorkFolder(options.work).reader, options.work, options.calibration_questions, options.seed,
        options.calibration_shortest,
    )  # fmt: skip
    print(asdict(fitted))


def print_measures(options: argparse.Namespace) -> None:
    """Measure readers on held-back questions and print a line for each."""
    from qa.training.measure import measure

    measured = measure(
        options.squad, [None, *options.readers], options.work, options.measure_questions, options.seed,
        download=options.download,
    )  # fmt: skip
    for name, found in measured:
        figures = "  ".join(f"{figure} {100 * value:.1f}" for figure, value in asdict(found).items())
        print(f"{figures}  {name}", flush=True)


def print_kinds(options: argparse.Namespace) -> None:
    """Measure readers on each kind of held-back example and print a line for each."""
    from qa.training.kinds import measure_kinds

    work = WorkFolder(options.work)
    for name, found in measure_kinds(work.held_back, [None, *options.readers], options.measure_questions, options.seed):
        match, overlap = ("   -" if one is None else f"{100 * one:4.1f}" for one in (found.exact_match, found.f1))
        decided = f"decided rightly {100 * found.decided:4.1f}"
        print(f"{found.kind:<14} {found.count:>4}  em {match}  f1 {overlap}  {decided}  {name}", flush=True)


def hold_out(options: argparse.Namespace) -> None:
    """Write the part of --extra that is never trained on, to measure a reader on with `quotewise evaluate`."""
    from qa.training.held_out import write_held_out

    target = options.work / "held-out.json"
    print(f"{target}: {write_held_out(options.extra, target):,} questions")


def restored(work: Path) -> Path:
    """The shipped reader as a checkpoint, made on the first call."""
    from qa.training.restore import restore_checkpoint

    silence_transformers()
    return made_once(work / "start", lambda target: restore_checkpoint(SHIPPED_READER, target))


def fetched(work: Path) -> Path:
    """The larger model, fetched on the first call."""
    from qa.training.fetch import LARGER, fetch_larger

    silence_transformers()
    return made_once(work / LARGER, fetch_larger)


def pack(options: argparse.Namespace) -> None:
    """Write what the run in WORK has learnt beyond --start (the larger model) as a small file to carry elsewhere."""
    from qa.training.difference import DIFFERENCE_FILE, write_difference

    target, model = options.work / DIFFERENCE_FILE, WorkFolder(options.work).finished_model()
    lost = write_difference(options.start or fetched(options.work), model, target, options.rank)
    print(f"{target}: {target.stat().st_size:,} bytes; at most {lost:.2%} of a matrix's change is lost")


def unpack(options: argparse.Namespace) -> None:
    """Make the result of a run in WORK, to export or train on, of the file that was packed."""
    from qa.training.difference import DIFFERENCE_FILE, apply_difference

    silence_transformers()
    work = WorkFolder(options.work)
    packed = options.work / DIFFERENCE_FILE
    if not packed.exists() or work.run.exists():
        raise TrainingError(
            f"'unpack' needs a folder with {DIFFERENCE_FILE} and without a run: name another with --work."
        )
    start = options.start or fetched(options.work)
    with replaced_folder(work.run) as temporary:
        apply_difference(start, packed, temporary / work.model.name)
    print(work.model)


def carry(options: argparse.Namespace) -> None:
    """Write what a run on another machine needs, in loads of parts."""
    from qa.training.outbound import with_sizes, write_loads, write_outbound

    silence_transformers()
    work = WorkFolder(options.work)
    if not (work.examples.exists() and work.held_back.exists()):
        raise TrainingError(f"{work.path} holds no held-back examples: run the step 'data' there first, with --views.")
    teacher = options.start or fetched(options.work)
    student = options.student_start or restored(options.work)
    write_outbound(work.outbound, work.examples, work.held_back, teacher, student, options.known_teacher)
    print(with_sizes(write_loads(work.outbound, work.path / "loads", options.load_bytes)))


def collect(options: argparse.Namespace) -> None:
    """Make results of what came back from another machine."""
    from qa.training.collecting import collect as collected

    work = WorkFolder(options.work)
    teacher = options.start or fetched(options.work)
    print(*collected(options.returned, work.outbound, work.path, teacher, options.keep_start), sep="\n")


def install(options: argparse.Namespace) -> None:
    """Set up the accurate reader, from --start where the larger model has been fetched already."""
    from qa.training.install import install_accurate

    install_accurate(options.start)


def count_ngrams(options: argparse.Namespace) -> None:
    """Count how words follow one another in --squad's articles, but those that are held out."""
    from qa.training.ngrams import write_ngrams

    questions = [one for one in read_squad(options.squad) if not is_kept_back(one.paragraph)]
    print(write_ngrams(questions, options.pronunciations, options.work / "ngrams"))


ACTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "data": make_data,
    "label": print_labels,
    "train": train,
    "export": export,
    "calibrate": print_calibration,
    "restore": lambda options: print(restored(options.work)),
    "fetch": lambda options: print(fetched(options.work)),
    "measure": print_measures,
    "kinds": print_kinds,
    "held-out": hold_out,
    "pack": pack,
    "unpack": unpack,
    "carry": carry,
    "collect": collect,
    "install": install,
    "ngrams": count_ngrams,
}
