"""How long a warm question takes by the size of a collection, step by step, beside plain transformers.

`python -m qa.evaluation.question_speed SQUAD FOLDER [--checkpoint CHECKPOINT]` asks questions about the held-out
articles of a labelled training file of the collections that `qa.evaluation.large_collections` makes of it in FOLDER,
where they stay to be asked again. The rival is the simplest that gives an answer: sentence-transformers, the cosine to
every vector in memory, and one forward pass of the same reader in float32 over as many passages; it cites nothing and
refuses nothing. Both are asked one after the other, question by question.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from index import collection as collections
from index.collection import Collection
from index.encoder import OnnxEncoder
from index.resources import cores
from index.storage_reader import StorageReader
from index.vectors.caught_up import CaughtUpVectors
from qa import answerer as answering
from qa.answerer import PASSAGES_READ, Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.large_collections import COLLECTION, SAMPLE, Shape, large_collection
from qa.evaluation.peers import Peer
from qa.evaluation.recombined import RealText

WARM_UP = 5  # questions that are not counted
WHOLE, RIVAL, REST = "a whole question", "plain transformers", "all else"


@dataclass(frozen=True, slots=True)
class TimedStep:
    """A function or method that is timed as a step of a question, where it is looked up when it is called."""

    name: str
    owner: object
    function: str


# Each without the steps inside it.
STEPS = (
    TimedStep("mending what is typed", answering, "rewritten"),
    TimedStep("encoding the question", OnnxEncoder, "encode_question"),
    TimedStep("exact phrases", collections, "possible_ids"),
    TimedStep("search by vectors", CaughtUpVectors, "search"),
    TimedStep("search by words", StorageReader, "search_words"),
    TimedStep("fusing; passages from the database", answering, "retrieve"),
    TimedStep("counting", StorageReader, "counts"),
    TimedStep("reading the passages", answering, "find_candidates"),
    TimedStep("comparing sentences", answering, "nearer_first"),
    TimedStep("moving quotes to their originals", answering, "from_originals"),
    TimedStep("verifying: reading the sentence again", answering, "weigh"),
    TimedStep("citing", answering, "quotes_of"),
    TimedStep("in the form that answers", answering, "quoted_whole"),
    TimedStep("lists", answering, "things_wanted"),
    TimedStep("conflicts", answering, "find_conflict"),
    TimedStep("explaining, languages", answering, "explained"),
)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds by the clock and of the processor."""

    clock: float = 0.0
    processor: float = 0.0

    def __add__(self, other: Took) -> Took:
        return Took(self.clock + other.clock, self.processor + other.processor)

    def __sub__(self, other: Took) -> Took:
        return Took(self.clock - other.clock, self.processor - other.processor)


Times = dict[str, Took]  # by step


def now() -> Took:
    """The time, in milliseconds from some moment on."""
    return Took(perf_counter() * 1000, process_time() * 1000)


class StepClock:
    """Sums up the `times` of each step, without that of the steps inside it."""

    def __init__(self) -> None:
        self.times: Times = {}
        self._inside: list[Took] = []  # of each step that goes on, the time of the steps inside it

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed as a step."""

        @wraps(function)
        def called(*given: Any, **named: Any) -> Any:
            started = now()
            self._inside.append(Took())
            try:
                return function(*given, **named)
            finally:
                took = now() - started
                self.times[name] = self.times.get(name, Took()) + took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return called


@contextmanager
def steps_timed(clock: StepClock) -> Iterator[None]:
    """While it is open, every question's steps are timed: what answers carries no clocks for this."""
    with ExitStack() as stack:
        for step in STEPS:
            function = getattr(step.owner, step.function)
            stack.callback(setattr, step.owner, step.function, function)
            setattr(step.owner, step.function, clock.timed(step.name, function))
        yield


def asked(answerer: Answerer, question: str) -> tuple[Times, str]:
    """How long each step of a question takes, and the status of its answer."""
    clock = StepClock()
    with steps_timed(clock):
        started = now()
        answer = answerer.ask(question)
        whole = now() - started
    rest = whole
    for took in clock.times.values():
        rest -= took
    return {**clock.times, REST: rest, WHOLE: whole}, answer.status


@dataclass(frozen=True, slots=True)
class MeasuredQuestions:
    """The times of each round's questions, and how many of them were answered."""

    rounds: tuple[tuple[Times, ...], ...]
    answered: int

    def figures(self, step: str, kind: str) -> tuple[float, float]:
        """The median and the 95th percentile of a step, "clock" or "processor"; medians over the rounds."""
        values = [[getattr(one.get(step, Took()), kind) for one in some] for some in self.rounds]
        median, late = np.median([np.percentile(some, [50, 95]) for some in values], axis=0)
        return float(median), float(late)


def measure(
    place: Path, questions: Sequence[str], rounds: int, checkpoint: Path | None, console: Console
) -> MeasuredQuestions:
    """Ask the questions of the collection in `place`, in turns with the rival where there is a checkpoint for it."""
    with ExitStack() as stack:
        collection = stack.enter_context(Collection(place / COLLECTION, create=False))
        answerer = Answerer(collection, "fast")
        peer = None
        if checkpoint:
            peer = stack.enter_context(closing(Peer("transformers", place, checkpoint.resolve(), PASSAGES_READ)))
        for question in questions[:WARM_UP]:
            asked(answerer, question)
        done: list[tuple[Times, ...]] = []
        answered = 0
        for number in range(rounds):
            some: list[Times] = []
            for question in track(questions, f"round {number + 1}", console=console, transient=True):
                rival = _of_rival(peer, question) if peer and len(some) % 2 else {}
                times, status = asked(answerer, question)
                rival = _of_rival(peer, question) if peer and not rival else rival
                some.append({**times, **rival})
                answered += status == "answered" and number == 0
            done.append(tuple(some))
        return MeasuredQuestions(tuple(done), answered)


def _of_rival(peer: Peer, question: str) -> Times:
    peer.ask(question)
    answer = peer.answers[-1]
    if answer["error"]:
        raise RuntimeError(f"plain transformers failed: {answer['error']}")
    return {RIVAL: Took(answer["milliseconds"], answer["processor_ms"])}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one table; the exit code is 0, or 1 with one sentence on standard error."""
    made = CommandParser(prog="python -m qa.evaluation.question_speed", description="Time warm questions by size.")
    made.add_argument("squad", type=Path, metavar="SQUAD", help="a labelled training file")
    made.add_argument("folder", type=Path, metavar="FOLDER", help="where the collections are made, and kept")
    made.add_argument("--checkpoint", type=Path, help="the reader in float32, as 'quotewise train restore' writes it")
    made.add_argument("--paragraphs", type=int, nargs="+", default=[10_000, 100_000], metavar="COUNT")
    made.add_argument("--each", type=int, default=10, help="paragraphs in each document (default: 10)")
    made.add_argument("--questions", type=int, default=40, help="how many are asked (default: 40)")
    made.add_argument("--rounds", type=int, default=5, help="how often each is asked (default: 5)")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Measure each size and print the table; returns the exit code."""
    console = Console(stderr=True)
    text = RealText.of(options.squad)
    questions = [one.text for one in text.usual(options.questions)]
    columns: dict[str, MeasuredQuestions] = {}
    for paragraphs in options.paragraphs:
        console.print(f"{paragraphs:,} paragraphs, {options.each:,} in a document", highlight=False)
        place = large_collection(text, Shape(paragraphs, options.each), options.folder)
        with Collection(place / COLLECTION, create=False) as collection:
            documents, passages = collection.counts()
        name = f"{passages:,} passages in {documents:,} documents"
        columns[name] = measure(place, questions, options.rounds, options.checkpoint, console)
    tell(columns, f"{options.questions} questions, {options.rounds} rounds, {cores()} cores")
    return 0


def tell(columns: dict[str, MeasuredQuestions], how: str, write: Callable[[str], None] = print) -> None:
    """Print the figures as a table in Markdown, steps that take less than a tenth of a millisecond left out."""
    write(f"Milliseconds: median / 95% by the clock; median of the processor, all threads. {how}. Vectors of the")
    write(f"labelled paragraphs and of {SAMPLE:,} others are the encoder's, the rest made up like them.")
    write("")
    write("| step | " + " | ".join(f"{name}: clock | processor" for name in columns) + " |")
    write("| --- |" + " ---: | ---: |" * len(columns))
    for step in (*dict.fromkeys(one.name for one in STEPS), REST, WHOLE, RIVAL):
        clock = [one.figures(step, "clock") for one in columns.values()]
        used = [one.figures(step, "processor")[0] for one in columns.values()]
        if max(late for _, late in clock) >= 0.1:
            cells = (f"{a:.1f} / {b:.1f} | {c:.1f}" for (a, b), c in zip(clock, used, strict=True))
            write(f"| {step} | " + " | ".join(cells) + " |")
    answered = " | ".join(f"{one.answered} of {len(one.rounds[0])} |" for one in columns.values())
    write(f"| answered | {answered} |")


if __name__ == "__main__":
    sys.exit(main())
