"""How often a misspelt word is mended: `python -m qa.evaluation.misspelt DOCUMENTS [--part measure]`.

In each question of the benchmark one content word that occurs in the documents is misspelt by a rule: two letters are
swapped, one is dropped or doubled, or the key beside it is hit. Where the misspelt word occurs nowhere, it is told how
often the right one is offered. The absent questions are also asked as they are: whatever is offered for them is wrong.
No question is read and no passage embedded, since only the words count.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.collection import Collection, Scope
from index.loaders import document_id
from index.records import Document
from index.spelling import folded
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.collection_speed import MadeUpEncoder
from qa.evaluation.documents_dataset import BUNDLED, PARTS, DocumentBenchmark, DocumentQuestion, read_benchmark
from qa.evaluation.documents_run import checked
from qa.explaining import content_places, explain
from qa.lab.statistics import interval, mean
from qa.source import Described
from qa.timing import Clock

SHORTEST = 4  # letters of a word that is misspelt
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")  # of a keyboard: hit is the key to the left or to the right
RULES = ("swapped", "dropped", "doubled", "beside")


@dataclass(frozen=True, slots=True)
class Mended:
    """A word that was misspelt, what was offered for it ("": nothing), and how long that took."""

    word: str
    misspelt: str
    rule: str
    offered: str
    milliseconds: float

    @property
    def is_right(self) -> bool:
        """Whether the word itself is offered."""
        return folded(self.word) == folded(self.offered)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    made = CommandParser(prog="python -m qa.evaluation.misspelt", description=__doc__)
    made.add_argument("folder", type=Path, metavar="DOCUMENTS", help="folder with the benchmark's documents")
    made.add_argument("--file", type=Path, default=BUNDLED, help="the benchmark (default: the one of Quotewise)")
    made.add_argument("--part", choices=PARTS, default="measure", help="whose questions (default: measure)")
    made.add_argument("--copies", type=int, default=1, help="of each document, to measure the time (default: 1)")
    made.add_argument("--seed", type=int, default=0, help="which words are misspelt, and how (default: 0)")
    made.add_argument("--shown", action="store_true", help="print each word for which not the right one is offered")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Measure each question asked of its own document alone, and of all of them."""
    benchmark = read_benchmark(options.file)
    files = [checked(options.folder, one) for one in benchmark.documents]
    with tempfile.TemporaryDirectory() as scratch, Collection(scratch, MadeUpEncoder()) as corpus:
        corpus.add(files)
        ids = {Path(one.source).name: one.id for one in corpus.documents()}
        for number in range(1, options.copies):
            corpus.put(copied(corpus.document(id_), number) for id_ in ids.values())
        alone = {name: corpus.within(id_) for name, id_ in ids.items()}
        whole = corpus.whole()
        for way, source_of in (("alone", alone), ("among all", dict.fromkeys(ids, whole))):
            print(f"Asked {way}, of {options.part} ({corpus.counts()[1]:,} passages in all):")
            asked = _questions(benchmark, options.part, source_of)
            _tell(asked, source_of, options.seed, options.shown)
    return 0


def copied(document: Document, number: int) -> Document:
    """The document as another one."""
    source = f"{document.source} ({number})"
    return replace(document, id=document_id(source), source=source)


def _questions(benchmark: DocumentBenchmark, part: str, source_of: dict[str, Scope]) -> list[DocumentQuestion]:
    """The questions of a part whose documents could be read."""
    return [one for one in benchmark.questions if benchmark.part_of(one) == part and one.document in source_of]


def _tell(questions: Sequence[DocumentQuestion], source_of: dict[str, Scope], seed: int, shown: bool) -> None:
    tried = (mend(one.text, source_of[one.document], random.Random(f"{seed} {one.id}")) for one in questions)
    mended = [one for one in tried if one]
    print(f"  misspelt, the right word is offered: {_share([one.is_right for one in mended])}")
    print(f"  misspelt, a wrong word is offered: {_share([bool(one.offered) and not one.is_right for one in mended])}")
    for rule in RULES:
        print(f"    {rule}, the right word is offered: {_share([one.is_right for one in mended if one.rule == rule])}")
    if mended:
        times = np.array([one.milliseconds for one in mended])
        print(f"  to explain takes {np.median(times):.1f} ms, 95 in 100 at most {np.quantile(times, 0.95):.1f} ms")
    lost = [f"{one.word} -> {one.misspelt}: {one.offered or 'nothing'}" for one in mended if not one.is_right]
    for kind, wanted in (("absent", False), ("answerable", True)):
        refusals = [
            explain(one.text, "not_said", source_of[one.document]) for one in questions if one.answerable == wanted
        ]
        print(
            f"  unaltered {kind} questions, something is offered: {_share([bool(one.suggestion) for one in refusals])}"
        )
        lost += [f"{one.word}: {one.nearest}" for refusal in refusals for one in refusal.missing if one.nearest]
    for line in lost if shown else ():
        print(f"    {line}")


def mend(question: str, source: Described, rng: random.Random) -> Mended | None:
    """What is offered for one misspelt word of the question. None where no word can be misspelt, or what comes out
    occurs as well."""
    places = [place for place in content_places(question) if question[slice(*place)].isalpha()]
    there = source.occurring([question[slice(*place)] for place in places])
    places = [(a, b) for a, b in places if b - a >= SHORTEST and question[a:b] in there]
    if not places:
        return None
    start, end = rng.choice(places)
    rule = rng.choice(RULES)
    misspelt = misspell(question[start:end], rule, rng)
    if source.occurring([misspelt]):
        return None
    clock = Clock()
    refusal = explain(question[:start] + misspelt + question[end:], "not_said", source)
    clock.lap("explain")
    offered = next((one.nearest for one in refusal.missing if one.word == misspelt), None)
    return Mended(question[start:end], misspelt, rule, offered or "", clock.laps["explain"])


def misspell(word: str, rule: str, rng: random.Random) -> str:
    """The word with one fault. Where the rule finds nothing to do (no two different letters in a row, no such key), a
    letter is dropped."""
    swaps = [at for at, (one, other) in enumerate(pairwise(word)) if one != other]
    if rule == "swapped" and swaps:
        at = rng.choice(swaps)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    at = rng.randrange(len(word))
    if rule == "doubled":
        return word[: at + 1] + word[at:]
    row = next((row for row in ROWS if word[at].lower() in row), "")
    if rule == "beside" and row:
        key = row.index(word[at].lower())
        return word[:at] + rng.choice(row[max(0, key - 1) : key] + row[key + 1 : key + 2]) + word[at + 1 :]
    return word[:at] + word[at + 1 :]


def _share(hits: Sequence[bool]) -> str:
    """A share in percent with its 95% interval, and of how many."""
    if not hits:
        return "of none"
    low, high = interval(mean, [float(hit) for hit in hits])
    return f"{mean(hits):.1%} ({low:.1%} to {high:.1%}) of {len(hits)}"


if __name__ == "__main__":
    sys.exit(main())
