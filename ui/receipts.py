"""The commands that keep answers and look at them again: `verify`, `log`, `rerun`, and `ask --log`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from index.errors import CollectionError, QuotewiseError
from index.files import replace_file
from index.loaders import is_gone, resolve_path
from index.vectors.milvus_server import MilvusAddress
from qa.edge import printable, say
from qa.evidence_log import BadLine, DocumentsAsked, EvidenceLog, LogEntry, read_answers
from qa.plain import to_plain
from qa.records import Answer
from qa.rerunning import Difference, differences, made_alike
from qa.verifying import CitationCheck, Verdict, quoted_by, verify_all, verify_published
from ui.log_html import log_html
from ui.log_markdown import log_markdown
from ui.terminal import print_json, say_begun, where
from ui.words import counted

if TYPE_CHECKING:
    from index.collection import Collection, Scope

MOST_SHOWN = 60  # characters of quoted words beside their verdict


def keep(answer: Answer, options: argparse.Namespace) -> None:
    """Write an answer of `ask` to the log, with what was asked. Raises LogError."""
    documents = DocumentsAsked(
        paths=tuple(str(resolve_path(path)) for path in options.documents or ()),
        collection=str(resolve_path(options.collection)) if options.collection else "",
        within=tuple(options.within or ()),
        published=str(MilvusAddress.of(options.vectors)) if options.vectors and not options.collection else "",
    )
    EvidenceLog(options.log).add(answer, documents)


def verify(options: argparse.Namespace) -> int:
    """Verify the answers of a file; 0 where all that is quoted still stands."""
    entries, bad = _read(options.file)
    checks = _checks(entries, options.look_in)
    found = [check for some in checks for check in some]
    count = Counter(check.verdict for check in found)
    if options.json:
        listed = [
            {"time": entry.time, "question": entry.answer.question, **check.to_dict()}
            for entry, some in zip(entries, checks, strict=True)
            for check in some
        ]
        print_json({"checks": listed, "counts": count, "passed_over": [one.reason for one in bad]})
    else:
        for check in found:
            print(printable(check_line(check)))
        print(summary_line(count, checks))
    return 0 if all(check.stands for check in found) and not bad else 1


def _checks(entries: Sequence[LogEntry], look_in: str | None) -> list[tuple[CitationCheck, ...]]:
    """The checks of all answers: in the files, or in what is published where the question was put to that."""
    by_address: dict[str, list[Answer]] = {}
    for entry in entries:
        by_address.setdefault(entry.documents.published, []).append(entry.answer)
    checks = {address: iter(_checks_at(address, some, look_in)) for address, some in by_address.items()}
    return [next(checks[entry.documents.published]) for entry in entries]


def _checks_at(address: str, answers: Sequence[Answer], look_in: str | None) -> list[tuple[CitationCheck, ...]]:
    if not address:
        return verify_all(answers, look_in)
    from index.published.following import open_published  # its modules are needed for nothing else here

    try:
        with open_published(address) as copy:
            return verify_published(answers, copy)
    except CollectionError as error:
        why = str(error)
        return [tuple(CitationCheck(one, "unknown", reason=why) for one in quoted_by(answer)) for answer in answers]


def check_line(check: CitationCheck) -> str:
    """The verdict on a quote, the quote, where it stood, and where it stands now or why it does not."""
    citation = replace(check.citation, stale=False)
    words = citation.shown if len(citation.shown) <= MOST_SHOWN else f"{citation.shown[: MOST_SHOWN - 2]} \u2026"
    line = f"{check.verdict:<7}  [{words}] {where([citation])}"
    if check.verdict == "moved":
        place = f"{check.locator}, " if check.locator else ""
        file = f" of {check.source}" if check.source != citation.source else ""
        return f"{line} -> {place}characters {check.start}-{check.end}{file}"
    return f"{line}: {check.reason}" if check.reason else line


def summary_line(count: Counter[Verdict], checks: Sequence[Sequence[CitationCheck]]) -> str:
    """How many quotes have which verdict, and how many answers quote nothing."""
    total, silent = sum(count.values()), sum(not some for some in checks)
    verdicts = [f"{count[verdict]:,} {verdict}" for verdict in get_args(Verdict) if count[verdict]]
    line = f"{counted(total, 'quote')} of {counted(len(checks), 'answer')}"
    line += f": {', '.join(verdicts)}." if verdicts else "."
    return f"{line} {counted(silent, 'answer')} without a quote." if silent else line


def export(options: argparse.Namespace) -> int:
    """Print or write a log as a page for people."""
    entries, bad = _read(options.file)
    write = log_html if options.format == "html" else log_markdown
    written = write(entries, Path(options.file).name)
    if options.output:
        replace_file(Path(options.output), written)
    else:
        print(written, end="")
    return 1 if bad else 0


def rerun(options: argparse.Namespace) -> int:
    """Ask the questions of a log again and print what differs; 0 where all of them could be asked."""
    from qa.opened import kept_reader

    entries, bad = _read(options.file)
    kept_reader(options.reader, options.download)  # one that is none is told once
    again: list[Reanswered] = []
    with ExitStack() as opened:
        for one in _asked_again(entries, _Sources(opened, options), options):
            again.append(one)
            if one.differences and not options.json:
                print("\n".join(map(printable, difference_lines(one))))
    otherwise = [one for one in again if one.differences]
    other_makers = sum(not one.made_alike for one in again)
    failed = len(bad) + len(entries) - len(again)
    if options.json:
        told = {"same": len(again) - len(otherwise), "made_otherwise": other_makers, "failed": failed}
        print_json({"otherwise": to_plain(otherwise), **told})
    else:
        same = f"{len(again) - len(otherwise):,} answered the same"
        print(f"{counted(len(again), 'question')} asked again: {same}, {len(otherwise):,} otherwise.")
        if other_makers:
            answers = counted(other_makers, "answer")
            print(f"{answers} had been made by another release, encoder, reader or threshold.")
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class Reanswered:
    """A question of a log, what differs in its answer now from that of the log, and whether the same made both."""

    time: str
    question: str
    differences: tuple[Difference, ...]
    made_alike: bool
    answer: Answer


def _asked_again(entries: Sequence[LogEntry], sources: _Sources, options: argparse.Namespace) -> Iterator[Reanswered]:
    """The questions as they are answered now, at the same confidence. One that cannot be asked is told and left out."""
    from qa.api import ask
    from qa.confidence import HALF

    for entry in entries:
        before, made = entry.answer, entry.answer.provenance
        try:
            now = ask(
                before.asked,  # what was really searched, where a conversation completed the question
                sources.of(entry.documents),
                reader=options.reader,
                threshold=made.threshold if made else None,
                absent_share=made.absent_share if made else HALF,
                download=options.download,
                as_typed=before.as_typed,
            )
        except QuotewiseError as error:
            say(f"{before.asked} could not be asked: {error}")
            continue
        yield Reanswered(entry.time, before.asked, differences(before, now), made_alike(before, now), now)


def difference_lines(one: Reanswered) -> Iterator[str]:
    """The question, and below it what was and what is now."""
    yield one.question
    for difference in one.differences:
        before, after = ("; ".join(text.splitlines()) or "none" for text in (difference.before, difference.after))
        yield f"  {difference.what:<6}  {before} -> {after}"


class _Sources:
    """What the questions of a log are put to, each opened once: what they were put to then, or what the options name.

    Raises QuotewiseError where the options name what is not there.
    """

    def __init__(self, opened: ExitStack, options: argparse.Namespace) -> None:
        self._opened, self._download = opened, options.download
        self._known: dict[DocumentsAsked, Collection | Scope] = {}
        self._told: set[str] = set()
        self._instead: Collection | Scope | None = None
        if options.documents is not None:
            self._instead = self._open(DocumentsAsked(tuple(options.documents)))
        elif options.collection is not None:
            self._instead = self._open(DocumentsAsked(collection=str(resolve_path(options.collection))))

    def of(self, documents: DocumentsAsked) -> Collection | Scope:
        """What to ask now. Raises QuotewiseError where it is not there any more."""
        if self._instead:
            return self._instead
        if documents not in self._known:
            source = self._open(documents)
            self._known[documents] = source.within(*documents.within) if documents.within else source
        return self._known[documents]

    def _open(self, documents: DocumentsAsked) -> Collection | Scope:
        from qa.opened import open_documents
        from ui.own_collection import OwnDocuments

        if not documents.paths:
            own = OwnDocuments(documents.collection or None, documents.published or None, download=self._download)
            return self._opened.enter_context(own).source()
        gone = [path for path in documents.paths if is_gone(path)]
        left = [path for path in documents.paths if path not in gone]
        for path in gone if left else ():
            if path not in self._told:
                self._told.add(path)
                say(f"{path} is gone, so what is left of the documents is asked.")
        return open_documents(left or documents.paths, report=say_begun, download=self._download)


def _read(path: str) -> tuple[list[LogEntry], list[BadLine]]:
    """The answers in a file; what is none is told on standard error."""
    entries: list[LogEntry] = []
    bad: list[BadLine] = []
    for one in read_answers(path):
        if isinstance(one, LogEntry):
            entries.append(one)
        else:
            bad.append(one)
            say(one.reason)
    return entries, bad
