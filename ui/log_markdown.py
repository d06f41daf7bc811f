"""A log as Markdown (CommonMark, and as GitHub shows it)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa.edge import printable
from qa.evidence_log import LogEntry
from qa.records import Citation
from ui.log_facts import NOT_AN_ANSWER, Fact, citation_facts, entry_facts, said_by, shown_of, status_of, title_of

# What Markdown and GitHub's kind of it interpret: inside a line, and only where a line begins.
SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~&$@]|:(?=//|[a-z+_-])|(?<=www)\.")
OPENERS = re.compile(r"^(\s*(?:(?=[-+](?:[-+\s]|$)|=)|\d+(?=[.)](?:\s|$))))")


def log_markdown(entries: Sequence[LogEntry], name: str) -> str:
    """The log of this name. Nothing in a document or a question is taken for Markdown."""
    parts = [f"# {plain(title_of(len(entries), name))}"]
    for entry in entries:
        parts += entry_parts(entry)
    return "\n\n".join(parts) + "\n"


def entry_parts(entry: LogEntry) -> Iterator[str]:
    """One answer, as blocks: the question, what was said, the quotes with their places, and what made it."""
    answer = entry.answer
    yield f"## {plain(answer.question)}"
    if said := said_by(answer):
        yield "\n".join(f"- {strong('', one, '')}" for one in said) if len(said) > 1 else strong("", said[0], "")
    yield plain(status_of(answer))
    if not answer.citations and answer.alternatives:
        yield f"{NOT_AN_ANSWER}:"
    for citation in shown_of(answer):
        yield f"> {quoted(citation)}"
        yield facts_list(citation_facts(citation))
    yield "How it was made:"
    yield facts_list(entry_facts(entry))


def quoted(citation: Citation) -> str:
    """A sentence with the quoted words in bold."""
    start, end = citation.shown_start, citation.shown_start + len(citation.shown)
    return strong(citation.sentence_shown[:start], citation.shown, citation.sentence_shown[end:])


def strong(before: str, words: str, behind: str) -> str:
    """Words in bold between others. Where stars would not be taken for that, as inside a word or beside a bracket, the
    tag says it."""
    inner = words.strip()
    before, behind = before + words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :] + behind
    bare = inner[:1].isalnum() and inner[-1:].isalnum() and not before[-1:].isalnum() and not behind[:1].isalnum()
    marked = f"**{plain(inner)}**" if bare else f"<strong>{plain(inner)}</strong>"
    return f"{plain(before)}{marked}{plain(behind)}"


def facts_list(facts: Iterable[Fact]) -> str:
    """Facts, one on a line."""
    return "\n".join(f"- {label}: {plain(value)}" for label, value in facts)


def plain(text: str) -> str:
    """Text on one line that Markdown shows exactly as it is. Characters that hide or reorder others are made visible,
    as on the page."""
    return OPENERS.sub(r"\g<1>\\", SIGNS.sub(r"\\\g<0>", printable(text)))
