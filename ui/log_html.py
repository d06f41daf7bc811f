"""A log as one HTML page that needs nothing else and prints well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from qa.evidence_log import LogEntry
from qa.records import Citation
from ui.log_facts import (
    NOT_AN_ANSWER,
    Fact,
    citation_facts,
    entry_facts,
    said_by,
    shown_of,
    status_of,
    time_of,
    title_of,
)
from ui.web.html import escape, marked

STYLE = Path(__file__).with_name("log.css")
# Nothing on the page may run or be fetched, whatever a document holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def log_html(entries: Sequence[LogEntry], name: str) -> str:
    """The page of a log with this name. Every character of a document or a person is escaped."""
    title = escape(title_of(len(entries), name))
    times = [time_of(entry) for entry in entries if entry.time]
    span = f"<p>{times[0]} to {times[-1]}</p>" if times else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{span}\n{''.join(map(entry_html, entries))}</body>\n</html>\n"
    )


def entry_html(entry: LogEntry) -> str:
    """One answer: the question, what was said, the quotes with their places, and what made it."""
    answer = entry.answer
    said = "".join(f"<li>{escape(one)}</li>" for one in said_by(answer))
    closest = "" if answer.citations or not answer.alternatives else f"<h3>{NOT_AN_ANSWER}</h3>\n"
    return (
        f'<article class="{answer.status}">\n<h2>{escape(answer.question)}</h2>\n'
        + (f'<ul class="said">{said}</ul>\n' if said else "")
        + f'<p class="status">{escape(status_of(answer))}</p>\n{closest}'
        + "".join(map(citation_html, shown_of(answer)))
        + f'<div class="made">{facts_html(entry_facts(entry))}</div>\n</article>\n'
    )


def citation_html(citation: Citation) -> str:
    """A sentence with the quoted words marked, and where it stands."""
    end = citation.shown_start + len(citation.shown)
    sentence = marked(citation.sentence_shown, (citation.shown_start, end))
    return f"<figure><blockquote>{sentence}</blockquote>{facts_html(citation_facts(citation))}</figure>\n"


def facts_html(facts: Iterable[Fact]) -> str:
    """Facts, one on a line."""
    return f"<dl>{''.join(f'<dt>{label}</dt><dd>{escape(value)}</dd>' for label, value in facts)}</dl>"
