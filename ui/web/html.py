"""Answers as HTML. Every character that comes from a document or a person is escaped here."""

from __future__ import annotations

import html
from collections.abc import Sequence

from index.records import DocumentSummary, Place
from qa.records import Answer, Citation, Statement, lead_in, said
from qa.showing import shown
from ui.grouping import by_sentence, pieces, quoted_places
from ui.words import DISAGREE, STALE, counted, date_of, extent, is_item, no_text_on, refusal_lines, said_by, sure

# Braces and dollar signs mean something to Gradio's HTML templates; as entities they are just characters.
TEMPLATE_SIGNS = {"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"}
DEMONSTRATION = (
    "You have no documents here yet, so your questions are asked of the article that comes with Quotewise: add "
    "documents of your own below."
)


def escape(text: str) -> str:
    """Text that a browser and Gradio's templates show exactly as it is, with a mark for what cannot be seen; see
    `qa.showing`."""
    escaped = html.escape(shown(text), quote=True)
    for sign, entity in TEMPLATE_SIGNS.items():
        escaped = escaped.replace(sign, entity)
    return escaped


def marked(text: str, *places: Place, tag: str = "mark") -> str:
    """`text` escaped, with the characters at each of the places inside a tag."""
    parts = pieces(text, places)
    return "".join(f"<{tag}>{escape(part)}</{tag}>" if quoted else escape(part) for part, quoted in parts)


def kept(words: str) -> str:
    """Words of our own that stay on one line."""
    return f'<span class="qw-kept">{words}</span>'


def citation_html(citation: Citation, *more: Citation, numbered: bool = True, listed: bool = False) -> str:
    """The sentence with the quoted words marked, where it stands, and the passage around it to unfold.

    `more` are citations of the same sentence. Before an item of a list stands what leads to it, unless it is `listed`
    beneath that.
    """
    group = (citation, *more)
    sentence = marked(citation.sentence_shown, *quoted_places(group))
    lead = None if listed else lead_in(citation)
    before = f'<span class="qw-lead">{escape(lead.shown)}</span>' if lead else ""
    page = f", {kept(f'page {citation.page}')}" if citation.page else ""
    characters = "characters " + ", ".join(f"{one.start:,}\u2013{one.end:,}" for one in group)
    number = "".join(f'<span class="qw-number">{one.number}</span> ' for one in group) if numbered else ""
    places = [(one.start - citation.passage_start, one.end - citation.passage_start) for one in group]
    passage = marked(citation.passage, *places)
    stale = f' <span class="qw-stale">({STALE})</span>' if citation.stale else ""
    return (
        f'<figure class="qw-citation"><blockquote>{before}{sentence}</blockquote>'
        f'<figcaption>{number}<span class="qw-title" title="{escape(citation.source)}">{escape(citation.title)}</span>'
        f"{page}, {characters if more else kept(characters)}{stale}</figcaption>"
        f'<details><summary>Show the passage around it</summary><div class="qw-passage">{passage}</div></details>'
        "</figure>"
    )


def said_html(answer: Answer) -> str:
    """What is said: one thing, what leads to a list, whose items are cited beneath it, or several things in a row."""
    if len(answer.statements) == 1:
        return f'<p class="qw-text">{escape(answer.text)}</p>'
    if answer.lead_in or all(map(is_item, answer.citations)):
        heading = answer.lead_in.shown if answer.lead_in else f"{len(answer.statements)} things"
        return f'<p class="qw-text">{escape(heading)}</p>'
    things = "".join(f"<li>{escape(statement.text)}</li>" for statement in answer.statements)
    return f'<ul class="qw-text qw-things">{things}</ul>'


def citations_html(answer: Answer) -> str:
    """The citations: of several things, each sentence once; of one thing, each that states it."""
    if len(answer.statements) == 1:
        return "".join(map(citation_html, answer.citations))
    groups = by_sentence(answer.citations)
    items = "".join(f"<li>{citation_html(*group, listed=True)}</li>" for group in groups)
    return f'<ul class="qw-items">{items}</ul>'


def conflict_html(answer: Answer) -> str:
    """The answers that exclude one another, side by side."""
    sides = "".join(map(_side_html, answer.statements))
    return f'<p class="qw-disagree">{DISAGREE}</p><div class="qw-sides">{sides}</div>'


def _side_html(statement: Statement) -> str:
    """One of the answers, with how sure it is, from when, and what states it."""
    date = f'<p class="qw-dated">Dated {escape(date_of(statement.dated))}</p>' if statement.dated else ""
    sure = " \u00b7 ".join(filter(None, (f"{statement.confidence or 0.0:.0%} sure of this", said_by(statement))))
    return (
        f'<section class="qw-side"><p class="qw-text">{escape(statement.text)}</p><p class="qw-sure">{sure}</p>{date}'
        f"{''.join(map(citation_html, statement.citations))}</section>"
    )


def answer_html(answer: Answer) -> str:
    """One turn of the chat: the question, then the quoted answer or what came closest."""
    question = f'<div class="qw-question"><span class="qw-who">You asked: </span>{escape(answer.question)}</div>'
    if answer.asked != answer.question:
        question += f'<p class="qw-asked">Searched as: {escape(answer.asked)}</p>'
    searched, took = extent(answer.searched), kept(f"{answer.timings_ms['total']:.0f} ms")
    if answer.status == "conflict":
        body = f'{conflict_html(answer)}<p class="qw-sure">{searched} in {took}</p>'
        others = _unfold("Other candidates", answer.alternatives)
    elif answer.citations:
        agreeing = f" \u00b7 {by}" if (by := said_by(answer.statements[0])) else ""
        body = (
            f"{said_html(answer)}"
            f'<p class="qw-sure">{sure(answer)}{agreeing} \u00b7 {searched} '
            f"in {took}</p>{citations_html(answer)}"
        )
        others = _unfold("Other candidates", answer.alternatives)
    elif perhaps := answer.perhaps:
        body = (
            f'<p class="qw-text"><span class="qw-perhaps">Perhaps: </span>{escape(said(perhaps))}</p>'
            f'<p class="qw-sure">{sure(answer)}; too unsure to be the answer '
            f"\u00b7 {searched} in {took}</p>"
            f"{reasons_html(answer)}{citation_html(perhaps)}"
        )
        others = _unfold("Other candidates", answer.alternatives[1:])
    else:
        body = f'<p class="qw-text">Not in your documents.</p><p class="qw-sure">{searched}.</p>{reasons_html(answer)}'
        others = _unfold("The closest sentences, which are not an answer", answer.alternatives)
    return f'{question}<div class="qw-answer qw-{answer.status}">{body}{others}</div>'


def reasons_html(answer: Answer) -> str:
    """Why nothing is given as the answer."""
    return "".join(f'<p class="qw-reason">{escape(line)}</p>' for line in refusal_lines(answer))


def _unfold(title: str, citations: Sequence[Citation]) -> str:
    if not citations:
        return ""
    sentences = {(c.document_id, c.sentence_start): c for c in reversed(citations)}
    shown = "".join(citation_html(c, numbered=False) for c in reversed(sentences.values()))
    return f'<details class="qw-others"><summary>{title}</summary>{shown}</details>'


def conversation_html(answers: Sequence[Answer]) -> str:
    """All turns so far, oldest first."""
    turns = "".join(map(answer_html, answers))
    empty = '<p class="qw-empty">Ask a question about your documents. The answer will be their own words.</p>'
    return f'<div role="log" aria-live="polite" aria-label="Conversation" class="qw-log">{turns or empty}</div>'


def documents_html(summaries: Sequence[DocumentSummary], *, demonstration: bool = False) -> str:
    """The list of documents that are searched, and whether they are a person's own or the demonstration."""
    notice = f'<p role="note" class="qw-demonstration">{DEMONSTRATION}</p>' if demonstration else ""
    rows = "".join(
        f'<li title="{escape(s.source)}">{escape(s.title)} '
        f'<span class="qw-count">{counted(s.passages, "passage")}</span>'
        + (f'<span class="qw-unread">{no_text_on(s.unreadable)}</span>' if s.unreadable else "")
        + "</li>"
        for s in summaries
    )
    heading = f'<h2 class="qw-heading">{counted(len(summaries), "document")}</h2>'
    return f'{notice}{heading}<ul class="qw-documents">{rows}</ul>'


def notice_html(sentences: Sequence[str], *, error: bool) -> str:
    """What became of the last thing the person did."""
    role, kind = ("alert", "qw-error") if error else ("status", "qw-done")
    return "".join(f'<p role="{role}" class="{kind}">{escape(sentence)}</p>' for sentence in sentences)
