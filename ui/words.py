"""Words that the terminal and the page have in common."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import PurePath

from index.changes import UnreadablePages
from index.records import DocumentSummary
from qa.records import Citation, Dated, Searched, Statement

STALE = "the file has changed since; index it again"  # said of a citation whose file is not what was indexed
DISAGREE = "Your documents disagree:"
MOST_UNREAD = 3  # documents with pages that cannot be read, that are named beside a refusal
MOST_RANGES = 12  # of pages that are named one by one; of a long file with many scans, the rest are counted


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not just one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def extent(searched: Searched) -> str:
    """How much was searched."""
    return f"{counted(searched.documents, 'document')}, {counted(searched.passages, 'passage')} searched"


def said_by(statement: Statement) -> str:
    """How many documents say it, where more than one does."""
    return f"{statement.documents:,} documents say this" if statement.documents > 1 else ""


def date_of(dated: Dated) -> str:
    """From when a statement is, in the words that tell it, or the time of its file's last change, called so."""
    if dated.by == "file":
        return f"file last changed on {dated.date}"
    return f"in its title: {dated.shown}" if dated.by == "title" else f"in its text: {dated.shown}"


def item_mark(citation: Citation) -> str:
    """What stands before an item of a list: its number, or a dash."""
    return citation.sentence_shown[: citation.shown_start].strip() or "-"


def page_list(pages: Sequence[int]) -> str:
    """Pages by their numbers, which rise: "page 3", "pages 3, 5 to 9"."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages), lambda one: one[1] - one[0])]
    names = [f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs[:MOST_RANGES]]
    rest = sum(map(len, runs[MOST_RANGES:]))
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(names)}" + (f" and {rest:,} more" if rest else "")


def no_text_on(pages: Sequence[int]) -> str:
    """What is said of pages whose text cannot be read, beside the name of their file."""
    return f"no readable text on {page_list(pages)}"


def not_searched(summaries: Sequence[DocumentSummary]) -> str:
    """What is said beside a refusal of `summaries`, the documents with pages that cannot be read; empty where there are
    none."""
    names = [f"{page_list(one.unreadable)} of {PurePath(one.source).name}" for one in summaries[:MOST_UNREAD]]
    if rest := len(summaries) - len(names):
        names.append(f"pages of {counted(rest, 'more document')}")
    return f"The answer may stand where there is no readable text: {'; '.join(names)}." if names else ""


def unread(one: UnreadablePages) -> str:
    """The sentence that says which pages of a file could not be read, and what to do."""
    verb, them = ("has", "it") if len(one.pages) == 1 else ("have", "them")
    which = page_list(one.pages)
    return (
        f"{which[0].upper()}{which[1:]} of {PurePath(one.source).name} {verb} no readable text, so nothing on {them} "
        "is found: run the file through OCR (for example ocrmypdf) and add the result."
    )
