"""The options of `quotewise train`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from qa.command_line import CommandParser, share
from qa.training.checkpoint import CONFIG, TOKENIZER_FILES
from qa.training.recipe import Recipe

STEPS = ("data", "label", "train", "export", "calibrate")  # in the order of "all"
BESIDE = (  # what else can be done
    "restore", "fetch", "measure", "kinds", "held-out", "pack", "unpack", "carry", "collect", "install", "ngrams",
)  # fmt: skip
WEIGHTS_SUFFIXES = (".safetensors", ".bin")  # of a checkpoint's weights; an exported reader has none of them
EVERY = 10**9  # a limit that no file reaches


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, after a look at whether they go together."""
    made = parser()
    options = made.parse_args(arguments)
    if options.squad is None and options.step in (*STEPS, "all", "measure", "ngrams"):
        made.error("give the questions with --squad FILE")
    if options.start is not None:
        missing = [name for name in (CONFIG, *TOKENIZER_FILES) if not (options.start / name).exists()]
        if missing:
            made.error(f"--start must name the folder of a transformers checkpoint; there is no {missing[0]} in it")
        if not any(path.suffix in WEIGHTS_SUFFIXES for path in options.start.iterdir()):
            made.error("--start must name the folder of a transformers checkpoint; there are no weights in it to train")
    if options.step == "pack" and options.rank < 1:
        made.error("give the rank that was trained with --rank NUMBER")
    if options.step == "held-out" and options.extra is None:
        made.error("give the file to hold questions out of with --extra FILE")
    if options.step == "label" and options.teacher is None:
        made.error("give the reader to learn from with --teacher READER")
    if options.step == "ngrams" and options.pronunciations is None:
        made.error("give the file of CMUdict with --pronunciations FILE")
    if options.step == "collect" and options.returned is None:
        made.error("give the folder that came back with --returned FOLDER")
    return options


def whole(text: str) -> int:
    """A number from 0 up."""
    if (number := int(text)) < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number


def positive(text: str) -> int:
    """A number from 1 up."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    usual = Recipe()
    made = CommandParser(prog="quotewise train", description="Fine-tune the span reader.")
    made.add_argument(
        "step",
        choices=[*STEPS, "all", *BESIDE],
        help="what to do; 'measure' compares readers on held-back questions, 'kinds' on each kind of them that "
        "'data' made with --views; 'held-out' writes those of --extra to a file; "
        "'restore' writes the shipped one as a checkpoint to start from, "
        "'fetch' a larger model as WORK/larger, for --start; 'pack' writes what a run has learnt beyond that model as "
        "a small file, 'unpack' makes the run's result of it again; 'carry' writes what a run on a machine with a GPU "
        "needs, in parts, and 'collect' makes results of what came back (qa/training/README.md); 'install' fetches and "
        "sets up the accurate reader; 'ngrams' counts how words follow one another, to mend misspelt questions by",
    )
    made.add_argument("--squad", type=Path, help="SQuAD file to train on; a share of its articles is kept to calibrate")
    made.add_argument(
        "--extra", type=Path, help="more questions, of another domain; the last fifth is never trained on"
    )
    made.add_argument("--start", type=Path, help="transformers folder to start from (default: the shipped reader)")
    made.add_argument(
        "--work", type=Path, default=Path("training"), help="folder for examples, checkpoints and the result"
    )
    made.add_argument("--questions", type=positive, default=EVERY, help="at most so many questions of --squad")
    made.add_argument("--extra-questions", type=whole, default=EVERY, help="at most so many questions of --extra")
    made.add_argument(
        "--retrieved",
        type=share,
        default=0.38,
        help="share of questions also put to a wrong passage (of --extra's, a quarter of it)",
    )
    made.add_argument(
        "--altered", type=share, default=0.42, help="share of questions also altered by rule (of --extra's, half of it)"
    )
    made.add_argument("--passage-characters", type=positive, metavar="NUMBER",
                      help="cut passages to about so many characters: more questions in less time")  # fmt: skip
    made.add_argument("--views", type=share, default=0.0, metavar="SHARE",
                      help="share of --squad's questions put to passages as a collection of its articles has them, "
                      "with title and headings; with it, examples are held back to look at while training")  # fmt: skip
    made.add_argument("--subject", type=share, default=0.0, metavar="SHARE",
                      help="of these, share that names the article's subject, or another one's")  # fmt: skip
    made.add_argument("--neighbours", type=share, default=0.0, metavar="SHARE",
                      help="of these, share also put to another passage of the article")  # fmt: skip
    made.add_argument("--dense", action="store_true", help="let wrong passages be found by vectors as well as words")
    made.add_argument("--clauses", type=whole, default=0, metavar="NUMBER",
                      help="questions made of --squad's sentences: why, how, whether, what is, which")  # fmt: skip
    made.add_argument("--documents", type=whole, default=0, metavar="NUMBER",
                      help="made-up documents with tables, forms, lists and rules, some 15 examples each")  # fmt: skip
    made.add_argument("--typed-badly", type=share, default=0.0, metavar="SHARE", help="share of questions typed badly")
    made.add_argument("--hardest", type=share, default=1.0, metavar="SHARE",
                      help="share of altered questions that are the hardest of several, which takes time")  # fmt: skip
    made.add_argument("--learning-rate", type=float, default=usual.learning_rate)
    made.add_argument("--epochs", type=positive, default=usual.epochs, help="passes over the examples")
    made.add_argument("--seconds", type=float, default=usual.seconds,
                      help="train for so long, in as many passes as that makes")  # fmt: skip
    made.add_argument("--dropout", type=share, default=usual.dropout, help="share of hidden states dropped in training")
    made.add_argument("--frozen-layers", type=whole, default=usual.frozen_layers, help="lowest layers not trained")
    made.add_argument("--rank", type=whole, default=usual.rank,
                      help="train additions of this rank to the weights (LoRA), for large models; they want a "
                      "learning rate several times as high")  # fmt: skip
    made.add_argument("--layer-decay", type=float, default=usual.layer_decay, metavar="FACTOR",
                      help="each layer below the top learns by this factor slower")  # fmt: skip
    made.add_argument("--batch-tokens", type=positive, default=usual.batch_tokens)
    made.add_argument("--teacher", metavar="READER",
                      help="learn from this larger reader's probabilities, too: a checkpoint's folder, or a reader's "
                      "folder or name")  # fmt: skip
    made.add_argument("--taught", type=share, default=0.5, metavar="SHARE", help="how much from the teacher (0 to 1)")
    made.add_argument("--keep-start", type=share, default=usual.kept_start, metavar="SHARE",
                      help="share of the starting weights to mix into the trained ones (0 to 1)")  # fmt: skip
    made.add_argument("--seed", type=int, default=usual.seed)
    made.add_argument(
        "--calibration-questions", type=positive, default=1000, help="held-back questions to calibrate on"
    )
    made.add_argument("--calibration-shortest", type=whole, default=0, metavar="CHARACTERS",
                      help="calibrate on paragraphs of at least this length")  # fmt: skip
    made.add_argument("--readers", nargs="*", default=[], help="with 'measure': readers to set beside the shipped one")
    made.add_argument("--download", action="store_true",
                      help="let the model hub be asked for --teacher and --readers")  # fmt: skip
    made.add_argument("--measure-questions", type=positive, default=600, help="held-back questions to measure on")
    made.add_argument("--student-start", type=Path, metavar="FOLDER",
                      help="with 'carry': what the student starts from (default: the shipped reader); --start is the "
                      "teacher's")  # fmt: skip
    made.add_argument("--known-teacher", type=Path, metavar="FILE",
                      help="with 'carry': what an earlier run's teacher has learnt, not to train it again")  # fmt: skip
    made.add_argument("--load-bytes", type=positive, default=31_000_000, help="with 'carry': most bytes of a load")
    made.add_argument("--returned", type=Path, metavar="FOLDER", help="with 'collect': what came back")
    made.add_argument("--pronunciations", type=Path, metavar="FILE",
                      help="with 'ngrams': how words are pronounced, as CMUdict writes it")  # fmt: skip
    made.add_argument("--float32", action="store_true", help="export without int8 quantisation")
    return made
