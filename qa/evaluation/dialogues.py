"""What a conversation is worth: `python -m qa.evaluation.dialogues DOCS_DIR --half choosing`.

Every question of the dialogues is asked in three ways: bare, glued to the question before it, and in a conversation.
All dialogues over a document are one long conversation, so that each of them begins with a change of the subject.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from index.collection import Collection
from index.files import replace_file
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.conversation import Conversation
from qa.edge import run_command, say
from qa.evaluation.dialogues_dataset import HALVES, KINDS, Dialogue, Turn, of_half, read_dialogues
from qa.evaluation.documents_records import ALONE, AMONG_ALL
from qa.evaluation.documents_run import SourceJudge, checked, is_right
from qa.questions import LONGEST_QUESTION
from qa.records import Answer

WAYS = {"alone": (ALONE,), "all": (AMONG_ALL,), "both": (ALONE, AMONG_ALL)}


@dataclass(frozen=True, slots=True)
class TurnRow:
    """What came of one question, asked one way ("bare", "glued", "conversation") of its document or of all.

    An answerable question is `right` where it was answered from a right place and `right_words` where with right
    words; an absent one is both where it was refused.
    """

    id: str
    within: str
    kind: str
    is_follow_up: bool
    way: str
    question: str
    asked: str
    status: str
    text: str
    confidence: float
    right: bool
    right_words: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the tables; the exit code is 0, or 1 with one sentence on standard error."""
    made = CommandParser(prog="python -m qa.evaluation.dialogues", description="Measure conversations.")
    made.add_argument("folder", type=Path, metavar="DOCS_DIR", help="the documents of the benchmark")
    made.add_argument("--half", choices=HALVES, required=True, help="the half of the documents")
    made.add_argument(
        "--within", choices=sorted(WAYS), default="both", help="ask each document alone, or all of the half"
    )
    made.add_argument("--reader", help="another reader")
    made.add_argument("--time", action="store_true", help="time plain questions in and out of a conversation instead")
    made.add_argument("--rows", type=Path, metavar="FILE", help="write what came of each question, as JSON lines")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    """Ask all questions of the half and print what came of them; returns the exit code."""
    dialogues = of_half(read_dialogues(), options.half)
    files = list({one.document.name: checked(options.folder, one.document) for one in dialogues}.values())
    with tempfile.TemporaryDirectory() as folder, Collection(folder) as corpus:
        corpus.add(files)
        answerer = Answerer(corpus, options.reader)
        if options.time:
            print_times(list(paired_times(answerer, dialogues)))
            return 0
        rows = [row for within in WAYS[options.within] for row in ask_all(answerer, corpus, dialogues, within)]
    if options.rows:
        replace_file(options.rows, "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows))
    for within in WAYS[options.within]:
        print_table([row for row in rows if row.within == within], f"{options.half}: {within}")
    return 0


def ask_all(answerer: Answerer, corpus: Collection, dialogues: Sequence[Dialogue], within: str) -> Iterator[TurnRow]:
    """The rows of all questions, asked of their document alone or of all."""
    judge = SourceJudge(corpus)
    for name, group in groupby(dialogues, lambda one: one.document.name):
        source = corpus.within(judge.id_of(name)) if within == ALONE else corpus.whole()
        conversation, before = Conversation(answerer), ""
        for turn in (turn for dialogue in group for turn in dialogue.turns):
            text = turn.question.text
            glued = f"{before} {text}".strip()[-LONGEST_QUESTION:]
            yield row_of(turn, within, "bare", answerer.ask(text, source), judge)
            yield row_of(turn, within, "glued", answerer.ask(glued, source), judge)
            yield row_of(turn, within, "conversation", conversation.ask(text, source), judge)
            before = text
        say(f"{name} asked {within}")


def row_of(turn: Turn, within: str, way: str, answer: Answer, judge: SourceJudge) -> TurnRow:
    """What the answer is worth."""
    question, given = turn.question, bool(answer.citations)
    best = answer.citations[0] if given else None
    own = best is not None and best.document_id == judge.id_of(question.document)
    right = best is not None and own and judge.is_cited(best, judge.places(question))
    words = best is not None and is_right(best.text, question.answers)
    return TurnRow(
        id=question.id,
        within=within,
        kind=turn.kind,
        is_follow_up=turn.is_follow_up,
        way=way,
        question=question.text,
        asked=answer.asked,
        status=answer.status,
        text=answer.text,
        confidence=round(answer.confidence, 4),
        right=right if question.answerable else not given,
        right_words=words if question.answerable else not given,
    )


def print_table(rows: Sequence[TurnRow], title: str) -> None:
    """Print how many were right, by kind and in all, and what a conversation changed of what needs none."""
    ways = list(dict.fromkeys(row.way for row in rows))
    table = Table(title=title)
    for column in ("kind", "questions", *ways, *(f"{way}: words" for way in ways)):
        table.add_column(column, justify="left" if column == "kind" else "right")
    answerable = [row for row in rows if not row.kind.startswith("absent")]
    groups = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    groups["all follow-ups"] = [row for row in answerable if row.is_follow_up]
    groups["all self-contained"] = [row for row in answerable if not row.is_follow_up]
    for name, group in groups.items():
        counts = [[row for row in group if row.way == way] for way in ways]
        right = [f"{sum(row.right for row in one)}" for one in counts]
        words = [f"{sum(row.right_words for row in one)}" for one in counts]
        table.add_row(name, f"{len(counts[0])}", *right, *words)
    Console().print(table)
    bare, ours = ([row for row in rows if row.way == way and not row.is_follow_up] for way in ("bare", "conversation"))
    changed = [
        one for one, other in zip(bare, ours, strict=True) if (one.status, one.text) != (other.status, other.text)
    ]
    worse = [one for one, other in zip(bare, ours, strict=True) if one.right and not other.right]
    Console().print(f"Self-contained: {len(changed)} of {len(bare)} changed, {len(worse)} for the worse.")


def paired_times(answerer: Answerer, dialogues: Iterable[Dialogue], rounds: int = 4) -> Iterator[tuple[float, float]]:
    """Seconds that each opening that is answered takes by itself and in a conversation with turns before it, in turns
    that take turns in coming first."""
    openings = [dialogue.turns[0].question.text for dialogue in dialogues]
    answers = [answer for answer in map(answerer.ask, openings) if answer.citations]
    conversation = Conversation(answerer, answers)
    for number in range(rounds):
        for at, answer in enumerate(answers):
            asks = [answerer.ask, conversation.ask]
            took = {}
            for ask in asks if (number + at) % 2 else reversed(asks):
                begun = time.perf_counter()
                ask(answer.question)
                took[ask] = time.perf_counter() - begun
            yield took[answerer.ask], took[conversation.ask]


def print_times(pairs: Sequence[tuple[float, float]]) -> None:
    """Print the medians and that of the pairs' ratios."""
    alone, inside = (median(times) * 1000 for times in zip(*pairs, strict=True))
    ratio = median(other / one for one, other in pairs)
    Console().print(f"{len(pairs)} pairs: alone {alone:.0f} ms, in a conversation {inside:.0f} ms, ratio {ratio:.3f}")


if __name__ == "__main__":
    sys.exit(main())
