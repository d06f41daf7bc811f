"""What a terminal shows: answers, what indexing changed, progress, and JSON for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.addresses.places import shown_source
from index.changes import Changes
from index.formats import ONLY_NAMED
from index.formats.endings import ending_of
from qa.edge import printable, say, writing_output
from qa.records import Answer, Citation, lead_in, said
from ui.grouping import by_sentence, pieces, quoted_places
from ui.words import (
    DISAGREE,
    STALE,
    caution,
    counted,
    date_of,
    extent,
    is_item,
    item_mark,
    refusal_lines,
    said_by,
    sure,
    unread,
)

if TYPE_CHECKING:
    from index.adding import FileProgress

MOST_ENDINGS = 9  # that are named one by one where files were passed over


def answer_lines(answer: Answer, *, color: bool) -> Iterator[str]:
    """The answer as lines for a terminal, the quoted words marked by colour or by brackets."""
    yield from said_lines(answer, color=color)
    if told := caution(answer):
        yield from ("", printable(told))


def said_lines(answer: Answer, *, color: bool) -> Iterator[str]:
    """What the answer says or why it says nothing, with the sentences that are cited or come closest."""
    if answer.asked != answer.question:
        yield f"(searched as: {printable(answer.asked)})"
    if perhaps := answer.perhaps:
        yield f"Perhaps: {printable(said(perhaps))}   ({sure(answer)}; too unsure to be the answer)"
        yield from map(printable, refusal_lines(answer))
    elif answer.status == "no_answer":
        yield f"Your documents don't say ({extent(answer.searched)})."
        yield from map(printable, refusal_lines(answer))
        if answer.alternatives:
            yield "Closest sentences, which are not an answer:"
    elif answer.status == "conflict":
        yield from conflict_lines(answer, color=color)
        return
    elif len(answer.statements) > 1:
        yield from list_lines(answer, color=color)
        return
    else:
        by = said_by(answer.statements[0])
        yield f"{printable(answer.text)}   ({sure(answer)}{f', {by}' if by else ''})"
    yield from sentence_lines(answer.citations or answer.alternatives, color=color)


def sentence_lines(citations: Sequence[Citation], *, color: bool, first: int = 1) -> Iterator[str]:
    """Each sentence that is cited, once, with where it stands, numbered from `first`."""
    shown: set[tuple[str, int]] = set()
    for citation in citations:
        place = (citation.document_id, citation.sentence_start)
        if place not in shown:
            shown.add(place)
            yield ""
            if lead := lead_in(citation):
                yield f"  {printable(lead.shown)}"
            yield f"  {marked_sentence([citation], color)}"
            yield f"  [{first + len(shown) - 1}] {printable(where([citation]))}"


def conflict_lines(answer: Answer, *, color: bool) -> Iterator[str]:
    """The answers that exclude one another, each with what states it and, where it is told, from when that is."""
    yield DISAGREE
    for statement in answer.statements:
        by = said_by(statement)
        yield ""
        yield f"{printable(statement.text)}   ({statement.confidence or 0.0:.0%} sure{f', {by}' if by else ''})"
        if statement.dated:
            yield f"  Dated {printable(date_of(statement.dated))}"
        yield from sentence_lines(statement.citations, color=color, first=statement.citations[0].number)


def list_lines(answer: Answer, *, color: bool) -> Iterator[str]:
    """The several things under what leads to them, then where each of them stands, with their sentence where that says
    more than they do."""
    heading = printable(answer.lead_in.shown) if answer.lead_in else f"{len(answer.statements)} things"
    yield f"{heading}   ({sure(answer)})"
    for citation in answer.citations:
        yield f"  {printable(item_mark(citation))} {printable(citation.shown)} [{citation.number}]"
    yield ""
    for group in by_sentence(answer.citations):
        if len(group) > 1 or not is_item(group[0]):
            yield f"  {marked_sentence(group, color)}"
        numbers = " ".join(f"[{citation.number}]" for citation in group)
        yield f"  {numbers} {printable(where(group))}"


def marked_sentence(group: Sequence[Citation], color: bool) -> str:
    """The cited sentence on one line with all quoted words of these citations marked."""
    begin, end = ("\033[7m", "\033[0m") if color else ("[", "]")
    parts = pieces(group[0].sentence_shown, quoted_places(group))
    return "".join(f"{begin}{printable(part)}{end}" if quoted else printable(part) for part, quoted in parts).strip()


def where(group: Sequence[Citation]) -> str:
    """Title, place and offsets of citations of one sentence on one line, and whether their file has changed."""
    first = group[0]
    place = f", {first.locator}" if first.locator else ""
    characters = ", ".join(f"{citation.start}-{citation.end}" for citation in group)
    stale = f" ({STALE})" if first.stale else ""
    return f"{first.title}{place}, characters {characters} of {first.address or first.source}{stale}"


def changes_lines(changes: Changes) -> Iterator[str]:
    """What indexing did beside adding and updating: a line for each file that is gone, lies elsewhere or has pages that
    cannot be read or lies inside another one and could not be, and one for all that were read again or passed over."""
    if changes.reread:
        yield f"Read again, since an earlier release had done it otherwise: {counted(len(changes.reread), 'file')}."
    for source in changes.removed:
        yield f"Removed, since the file is gone: {printable(shown_source(source))}."
    for renamed in changes.renamed:
        yield f"{printable(renamed.before)} is now {printable(renamed.after)}."
    for one in changes.unreadable:
        yield printable(unread(one))
    for inside in changes.left_out:
        yield printable(inside.reason)
    code = tuple(one for one in changes.passed_over if ending_of(one) in ONLY_NAMED)
    if others := tuple(one for one in changes.passed_over if one not in set(code)):
        kinds = "a kind" if len(others) == 1 else "kinds"
        yield f"Passed over {counted(len(others), 'file')} of {kinds} that cannot be read: {_endings(others)}."
    if code:
        files = counted(len(code), "file")
        yield f"Passed over {files} of source code, which is read where it is named: {_endings(code)}."


def _endings(sources: tuple[str, ...]) -> str:
    """How many files there are of each ending, the most frequent first."""
    count = Counter(ending_of(source) for source in sources)
    ordered = sorted(count.items(), key=lambda item: (-item[1], not item[0], item[0]))
    parts = [f"{number:,} {printable(ending) or 'without ending'}" for ending, number in ordered[:MOST_ENDINGS]]
    if rest := sum(number for _, number in ordered[MOST_ENDINGS:]):
        parts.append(f"{rest:,} of other endings")
    return ", ".join(parts)


def print_json(value: object) -> None:
    """Print a value as JSON, in ASCII where the output does not take all characters."""
    unicode = (sys.stdout.encoding or "").lower() == "utf-8"
    with writing_output():
        print(json.dumps(value, ensure_ascii=not unicode, indent=1))


def say_begun(sentence: str) -> None:
    """Say on standard error that something slow begins."""
    say(f"{sentence} ...")


@contextmanager
def progress_bar() -> Iterator[FileProgress]:
    """A progress bar on standard error; yields what a collection reports to."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        yield _Reporter(
            lambda done, total, said: bar.update(task, completed=done, total=total, description=escape(said))
        )


class _Reporter:
    """Tells a progress bar of files, and how far the one is read that takes long (see `PageProgress`)."""

    def __init__(self, show: Callable[[float, int, str], None]) -> None:
        self._show = show
        self._files = 0, 1  # done, and in all

    def __call__(self, done: int, total: int, path: str) -> None:
        self._files = done, total
        self._show(done, total, printable(Path(path).name))

    def pages(self, path: str, done: int, total: int) -> None:
        """So many pages of a file are read, of so many."""
        files, all_files = self._files
        self._show(
            min(files + done / total, all_files), all_files, f"{printable(Path(path).name)}, page {done} of {total}"
        )
