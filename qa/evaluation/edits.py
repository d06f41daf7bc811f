"""Whether `verify` is right about edited files: `python -m qa.evaluation.edits [--count N] [--seed S]`.

Each trial makes a document, asks it a question, edits the file in one way and verifies the answer. A verdict is right
where it is the one that the edit calls for and, where the quote stands, its place is where the words were written.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.collection import Collection
from index.errors import QuotewiseError
from index.loaders import load_file
from index.records import Place
from qa.answerer import Answerer
from qa.command_line import CommandParser
from qa.edge import run_command
from qa.evaluation.edits_documents import FORMATS, Format, MadeDocument, make_document, written
from qa.evaluation.edits_kinds import EDITS, Edit, Edited, Quoted
from qa.records import Answer
from qa.verifying import CitationCheck, verify

MOST_DOCUMENTS = 30  # that are made for one trial
LISTS = 3  # of so many trials of a kind, one quotes an item of a list


@dataclass(frozen=True, slots=True)
class EditTrial:
    """An edit of a file, the verdict on the quote, and what is wrong with it ("" where it is right)."""

    kind: str
    format: Format
    verdict: str
    fault: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials and print one table; the exit code is 0 where every verdict is right, else 1."""
    options = parser().parse_args(arguments)
    return run_command(lambda: run(options.count, options.seed))


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = CommandParser(prog="python -m qa.evaluation.edits", description="Verify answers of edited files.")
    made.add_argument("--count", type=int, default=300, help="how many edits (default: 300)")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="seed of documents and edits (default: 0)")
    return made


def run(count: int, seed: int) -> int:
    """Run the trials and print the table; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        trials = list(run_trials(count, seed, Path(folder).resolve()))
    console = Console()
    table = Table(title=f"{count} edits, seed {seed}", title_justify="left")
    for column in ("edit", "right", "wrong", "verdicts"):
        table.add_column(column, justify="right" if column in ("right", "wrong") else "left")
    for kind in dict.fromkeys(trial.kind for trial in trials):
        some = [trial for trial in trials if trial.kind == kind]
        wrong = sum(bool(trial.fault) for trial in some)
        verdicts = ", ".join(sorted({trial.verdict for trial in some}))
        table.add_row(kind.replace("_", " "), str(len(some) - wrong), str(wrong), verdicts)
    wrong = sum(bool(trial.fault) for trial in trials)
    table.add_section()
    table.add_row("all", str(len(trials) - wrong), str(wrong), "")
    console.print(table)
    for trial in trials:
        if trial.fault:
            console.print(f"{trial.kind} of .{trial.format}: {trial.fault}", markup=False, highlight=False)
    return 1 if wrong else 0


def run_trials(count: int, seed: int, folder: Path) -> Iterator[EditTrial]:
    """So many trials, of all kinds and formats in turn, on files below `folder`."""
    with Collection(folder / "collection") as collection:
        answerer = Answerer(collection, threshold=0.0)
        for number in range(count):
            edit = EDITS[number % len(EDITS)]
            turn = number // len(EDITS)
            rng = random.Random(f"{seed} {number}")
            place = folder / str(number)
            place.mkdir()
            path = place / f"note.{FORMATS[(number + turn) % len(FORMATS)]}"
            yield run_trial(edit, path, answerer, collection, rng, of_list=turn % LISTS == 0)


def run_trial(
    edit: Edit, path: Path, answerer: Answerer, collection: Collection, rng: random.Random, *, of_list: bool
) -> EditTrial:
    """Make, ask, edit and verify one document."""
    format: Format = path.suffix[1:]  # type: ignore[assignment]
    quoted, answer = ask_made(path, format, answerer, collection, rng, of_list=of_list)
    first = quoted_place(path, quoted.sentence, answer)
    edited = edit(quoted, rng)
    check = verify(answer)[0]
    return EditTrial(edit.__name__, format, check.verdict, fault_of(check, edited, quoted.sentence, first))


def ask_made(
    path: Path, format: Format, answerer: Answerer, collection: Collection, rng: random.Random, *, of_list: bool
) -> tuple[Quoted, Answer]:
    """Write a document, and an answer that quotes one of its sentences, or an item of its list. Not every question
    finds one: others are asked, of other documents if need be."""
    for _ in range(MOST_DOCUMENTS):
        made, questions, of_items = make_document(rng)
        path.write_bytes(written(made, format))
        collection.add([path])
        for question in of_items if of_list else questions:
            answer = answerer.ask(question, collection.within(path))
            at = sentence_at(made, answer) if answer.citations else None
            if at is not None and (at[0] < 0) == of_list:
                return Quoted(made, format, path, at), answer
    raise QuotewiseError(
        f"No answer of {MOST_DOCUMENTS} documents quoted a whole sentence of .{format}: mend the reader."
    )


def sentence_at(made: MadeDocument, answer: Answer) -> tuple[int, int] | None:
    """Which sentence or item of the document the first citation stands in; None where it is none of them."""
    cited = answer.citations[0].sentence
    for paragraph, sentences in enumerate(made.paragraphs):
        if cited in sentences:
            return paragraph, sentences.index(cited)
    item = cited.lstrip("-\u2022 ")
    return (-1, made.items.index(item)) if item in made.items else None


def places_of(path: Path, sentence: str) -> list[Place]:
    """Where a sentence stands in the text of a file, whatever its white space."""
    pattern = r"\s+".join(map(re.escape, sentence.split()))
    return [found.span() for found in re.finditer(pattern, load_file(path).text)]


def quoted_place(path: Path, sentence: str, answer: Answer) -> Place:
    """Where in its sentence the quote stands, in characters that are no white space."""
    [(start, _)] = places_of(path, sentence)
    text, citation = load_file(path).text, answer.citations[0]
    before = len("".join(text[start : citation.start].split()))
    return before, before + len("".join(citation.text.split()))


def fault_of(check: CitationCheck, edited: Edited, sentence: str, quoted: Place) -> str:
    """What is wrong with a verdict; "" where it is right."""
    if edited.expected != "stands":
        return "" if check.verdict == edited.expected else f"{check.verdict}, not {edited.expected}"
    text = load_file(edited.path).text
    start, end = places_of(edited.path, sentence)[edited.occurrence]
    solid = [at for at in range(start, end) if not text[at].isspace()]
    place = solid[quoted[0]], solid[quoted[1] - 1] + 1
    citation = check.citation
    same = (str(edited.path), *place) == (citation.source, citation.start, citation.end)
    expected = ("holds" if same else "moved", str(edited.path), *place)
    found = (check.verdict, check.source, check.start, check.end)
    return "" if found == expected else f"{found}, not {expected}: {check.reason}"


if __name__ == "__main__":
    sys.exit(main())
