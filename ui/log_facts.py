"""What an exported log says of an answer and of its quotes, for every format alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from qa.evidence_log import LogEntry
from qa.records import Answer, Citation
from ui.words import counted, extent

STATUS = {
    "answered": "Answered",
    "unsure": "Perhaps answered: too unsure to be the answer",
    "conflict": "The documents say several things that exclude one another",
    "no_answer": "Not answered: the documents do not say it surely enough",
}
NOT_AN_ANSWER = "The closest sentences, which are not an answer"
Fact = tuple[str, str]  # a label of ours and a value, which may be a document's or a person's words


def title_of(entries: int, name: str) -> str:
    """The heading of an exported log."""
    return f"{counted(entries, 'answer')} of {name}"


def time_of(entry: LogEntry) -> str:
    """When the answer was given; "" where that is not known."""
    return f"{datetime.fromisoformat(entry.time):%Y-%m-%d %H:%M:%S} UTC" if entry.time else ""


def status_of(answer: Answer) -> str:
    """How the question was answered, and how surely."""
    return f"{STATUS[answer.status]} ({answer.confidence:.0%} sure); {extent(answer.searched)}"


def said_by(answer: Answer) -> tuple[str, ...]:
    """What the answer says, one thing each; of an unsure one, what it perhaps is."""
    if answer.perhaps:
        return (f"Perhaps: {answer.perhaps.shown}",)
    return tuple(statement.text for statement in answer.statements)


def shown_of(answer: Answer) -> tuple[Citation, ...]:
    """The quotes that an export shows: those that answer, or else the closest ones."""
    return answer.citations or answer.alternatives


def citation_facts(citation: Citation) -> Iterator[Fact]:
    """Where a quote stands, and in what."""
    for name in citation.names:
        yield {"lead_in": "Under", "row": "Row", "column": "Column", "field": "Field"}[name.kind], name.shown
    yield "Document", citation.title
    if citation.address:
        yield "Address", citation.address
    yield "File", citation.source
    if citation.locator:
        yield "Place", citation.locator
    yield "Characters", f"{citation.start}-{citation.end}"
    if citation.sha256:
        yield "SHA-256", citation.sha256
    if citation.extraction:
        yield "Text taken out by", f"version {citation.extraction}"


def entry_facts(entry: LogEntry) -> Iterator[Fact]:
    """When and over what a question was asked, and what made its answer."""
    answer, documents = entry.answer, entry.documents
    if entry.time:
        yield "Time", time_of(entry)
    if answer.asked != answer.question:
        yield "Searched as", answer.asked
    if documents.paths:
        yield "Documents", "; ".join(documents.paths)
    if documents.collection:
        yield "Collection", documents.collection
    if documents.within:
        yield "Within", "; ".join(documents.within)
    if made := answer.provenance:
        yield "Made by", f"Quotewise {made.version}"
        yield "Reader", made.reader
        yield "Encoder", made.encoder
        yield "Thresholds", f"{made.threshold:.2f} to answer, {made.unsure_threshold:.2f} to say perhaps"
