"""Answers as HTML. Every character that comes from a document or a person is escaped here."""

from __future__ import annotations

import html
from collections.abc import Sequence

from index.records import Place
from qa.records import Answer, Citation, Statement, lead_in, said
from qa.showing import shown
from ui.grouping import by_sentence, pieces, quoted_places
from ui.web.strings import say
from ui.words import (
    DISAGREE,
    MEANT,
    STALE,
    caution,
    date_of,
    extent,
    is_item,
    meaning_of,
    reference,
    refusal_lines,
    said_by,
    sureness,
)

# Braces and dollar signs mean something to Gradio's HTML templates; as entities they are just characters.
TEMPLATE_SIGNS = {"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"}


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


def button(act: str, words: str, kind: str = "qw-plain") -> str:
    """A button that the page's JavaScript knows by what it does."""
    return f'<button type="button" class="{kind}" data-do="{act}">{words}</button>'


def kept(words: str) -> str:
    """Words of our own that stay on one line."""
    return f'<span class="qw-kept">{words}</span>'


def citation_html(citation: Citation, *more: Citation, numbered: bool = True, listed: bool = False) -> str:
    """The sentence with the quoted words marked, and where it stands, to be opened and copied.

    `more` are citations of the same sentence. Before an item of a list stands what leads to it, unless it is `listed`
    beneath that.
    """
    group = (citation, *more)
    sentence = marked(citation.sentence_shown, *quoted_places(group))
    lead = None if listed else lead_in(citation)
    before = f'<span class="qw-lead">{escape(lead.shown)}</span>' if lead else ""
    place = f' <span class="qw-place">{escape(citation.locator)}</span>' if citation.locator else ""
    number = "".join(f'<span class="qw-number">{one.number}</span> ' for one in group) if numbered else ""
    stale = f' <span class="qw-stale">({STALE})</span>' if citation.stale else ""
    places = ", ".join(f"{one.start:,}\u2013{one.end:,}" for one in group)
    title = (
        f'<button type="button" class="qw-open" data-do="open" title="{escape(citation.address or citation.source)}, '
        f'{say("characters", places=places)}">{escape(citation.title)}</button>'
    )
    return (
        f'<figure class="qw-citation"{_places(group)}><blockquote>{before}{sentence}</blockquote>'
        f"<figcaption>{number}{title}{place}{stale}{button('copy', say('copy'), 'qw-plain qw-copy')}</figcaption>"
        "</figure>"
    )


def _places(group: Sequence[Citation]) -> str:
    """Attributes that tell the page's JavaScript what to open, and what to copy."""
    first = group[0]
    quote = ",".join(f"{one.start}-{one.end}" for one in group)
    return (
        f' data-document="{escape(first.document_id)}" data-quote="{quote}" data-page="{first.page or ""}"'
        f' data-sentence="{first.sentence_start}-{first.sentence_end}" data-reference="{escape(reference(group))}"'
    )


def said_html(answer: Answer) -> str:
    """What is said: one thing, what leads to a list, whose items are cited beneath it, or several things in a row."""
    if len(answer.statements) == 1:
        return f'<p class="qw-text">{escape(answer.text)}</p>'
    if answer.lead_in or all(map(is_item, answer.citations)):
        heading = answer.lead_in.shown if answer.lead_in else say("several", count=len(answer.statements))
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
    date = f'<p class="qw-dated">{say("dated", date=escape(date_of(statement.dated)))}</p>' if statement.dated else ""
    facts = _facts(sureness(statement.confidence or 0.0), said_by(statement))
    return (
        f'<section class="qw-one-side"><p class="qw-text">{escape(statement.text)}</p>{facts}{date}'
        f"{''.join(map(citation_html, statement.citations))}</section>"
    )


def _facts(*facts: str) -> str:
    """Facts about an answer, in a row; what is empty is left out."""
    return f'<div class="qw-facts">{"".join(fact if "<" in fact else kept(fact) for fact in facts if fact)}</div>'


def sure_html(answer: Answer) -> str:
    """How sure an answer is, with what that means to unfold."""
    return (
        f'<details class="qw-sure"><summary>{sureness(answer.confidence)}</summary>'
        f"<p>{escape(meaning_of(answer.reliability))}</p></details>"
    )


def body_html(answer: Answer) -> str:
    """The quoted answer, or what came closest."""
    searched, took = extent(answer.searched), f"{answer.timings_ms['total']:.0f} ms"
    if answer.status == "conflict":
        facts = _facts(searched, took) + caution_html(answer)
        return f"{conflict_html(answer)}{facts}{_unfold('others', answer.alternatives)}"
    if answer.citations:
        facts = _facts(sure_html(answer), said_by(answer.statements[0]), searched, took) + caution_html(answer)
        others = _unfold("others", answer.alternatives)
        return f"{said_html(answer)}{facts}{citations_html(answer)}{others}"
    if perhaps := answer.perhaps:
        facts = _facts(sure_html(answer), say("too_unsure"), searched, took)
        return (
            f'<p class="qw-text"><span class="qw-perhaps">{say("perhaps")} </span>{escape(said(perhaps))}</p>{facts}'
            f"{reasons_html(answer)}{citation_html(perhaps)}{_unfold('others', answer.alternatives[1:])}"
        )
    closest = _unfold("closest", answer.alternatives)
    return f'<p class="qw-text">{say("not_in")}</p>{_facts(searched, took)}{reasons_html(answer)}{closest}'


def caution_html(answer: Answer) -> str:
    """What makes a given answer less reliable, if anything does."""
    told = caution(answer)
    return f'<p class="qw-reason">{escape(told)}</p>' if told else ""


def answer_html(answer: Answer, *, can_judge: bool = False) -> str:
    """One turn of the conversation: the question, the answer, and what can be done with them."""
    seen = f'<span class="qw-unseen">{say("you_asked")} </span>{escape(answer.question)}'
    question = f'<div class="qw-question">{seen}</div>'
    acts = [button("again", say("again")), button("edit", say("edit"))]
    if answer.asked != answer.question:
        undo = f'<button type="button" class="qw-meant" data-do="as-typed">{say("as_typed")}</button>'
        question += f'<p class="qw-asked">{say("searched_as")} {escape(answer.asked)} {undo}</p>'
        acts.append(button("edit-searched", say("edit_searched")))
    if can_judge:
        acts += [button("right", say("is_right")), button("wrong", say("is_wrong"))]
    return (
        f'{question}<div class="qw-answer qw-{answer.status}">{body_html(answer)}</div>'
        f'<div class="qw-acts">{"".join(acts)}</div>'
    )


def reasons_html(answer: Answer) -> str:
    """Why nothing is given as the answer; a question that was perhaps meant can be asked by a click."""
    meant = answer.refusal.suggestion if answer.refusal else None
    lines = []
    for line in refusal_lines(answer):
        text = escape(line)
        if meant and line == f"{MEANT}{meant}":
            asked = f'data-do="meant" data-question="{escape(meant)}"'
            text = f'{MEANT}<button type="button" class="qw-meant" {asked}>{escape(meant)}</button>'
        lines.append(f'<p class="qw-reason">{text}</p>')
    return "".join(lines)


def _unfold(key: str, citations: Sequence[Citation]) -> str:
    if not citations:
        return ""
    sentences = {(c.document_id, c.sentence_start): c for c in reversed(citations)}
    shown = "".join(citation_html(c, numbered=False) for c in reversed(sentences.values()))
    return f'<details class="qw-others"><summary>{say(key)}</summary>{shown}</details>'


def announced(answer: Answer) -> str:
    """What is read aloud to those who do not see the page."""
    said_all = " \u2026 ".join(statement.text for statement in answer.statements)
    if answer.status == "conflict":
        return f"{DISAGREE} {said_all}. {caution(answer)}".rstrip()
    if answer.citations:
        return f"{said_all}. {sureness(answer.confidence)}. {caution(answer)}".rstrip()
    if perhaps := answer.perhaps:
        return f"{say('perhaps')} {said(perhaps)}. {sureness(answer.confidence)}, {say('too_unsure')}."
    return " ".join([say("not_in"), *refusal_lines(answer)])
