"""Why nothing is given as the answer: what of the question occurs nowhere, and what was not searched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.changes import UnreadablePages
from index.keywords import MOST_TERMS, STOP_WORDS
from index.languages import ENGLISH, language_of
from index.records import Place
from qa.english import ASKING
from qa.records import ForeignText, MissingWord, Refusal, Stage
from qa.source import Described, Searchable, Source
from qa.timing import Clock
from qa.trace import Trace
from qa.typed.mending import cased, nearest

NUMBER = r"[0-9]+(?:[.,:/'\u2019-][0-9]+)+(?!\w)"  # 1,000 and 3.5 and 2025-03-14 are one word each
WORD = re.compile(rf"{NUMBER}|[\w\u0300-\u036f]+")
# Writing without blanks between words: what the search takes for a word is a whole sentence there.
UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
SHORTENED = re.compile(r"['\u2019](?:re|ve|ll)$", re.IGNORECASE)
NEGATED = re.compile(r"n['\u2019]t\b", re.IGNORECASE)
MOST_MENDED = 3  # missing words for which a similar one is looked for, which takes some milliseconds each


def explained(trace: Trace, source: Source, *, english_only: bool = False) -> Trace:
    """The trace of a question to `source` with its refusal explained. `english_only` tells that the reader is known to
    read no other language: then it is told where the question or the documents are in one, also where it is answered.
    """
    clock = Clock()
    if trace.is_sure:
        foreign = _foreign_of_answer(trace) if english_only else ()
        return _in_time(replace(trace, foreign=foreign), clock, "languages")
    refusal = replace(explain(trace.asked, trace.stage, source), phrases=trace.absent)
    if not trace.searched.passages:  # that a word never occurs in nothing says nothing
        refusal = replace(refusal, missing=())
    if english_only:
        refusal = replace(refusal, foreign=foreign_texts(trace, source))
    return _in_time(replace(trace, refusal=refusal), clock, "explain")


def _in_time(trace: Trace, clock: Clock, step: str) -> Trace:
    """The trace with the time of a step that is done."""
    clock.lap(step)
    timings = trace.timings_ms | clock.laps | {"total": trace.timings_ms["total"] + clock.laps[step]}
    return replace(trace, timings_ms=timings)


def explain(question: str, stage: Stage, source: Described) -> Refusal:
    """Why a question to `source` that was lost at this stage is not answered. A word is told once, in whatever case."""
    places = content_places(question)
    words = [question[start:end] for start, end in places]
    there = source.occurring(words)
    lost: dict[str, str] = {}
    for word in words:
        if word not in there:
            lost.setdefault(word.lower(), word)
    tried = {key: nearest(word, source) for key, word in list(lost.items())[:MOST_MENDED]}
    near = {key: found for key, found in tried.items() if found}
    return Refusal(
        stage=stage,
        missing=tuple(MissingWord(word, near.get(key)) for key, word in lost.items()),
        suggestion=_with(question, places, near) if near else None,
        unreadable=tuple(UnreadablePages(one.source, one.unreadable) for one in source.unreadable()),
        left_out=tuple(one.source for one in source.left_out()),
    )


def foreign_texts(trace: Trace, source: Searchable) -> tuple[ForeignText, ...]:
    """The question, and the documents that hold half of the passages found or more, that seem not to be in English."""
    foreign = _foreign_documents(trace)
    if 2 * sum(hit.passage.document_id in foreign for hit in trace.hits) < len(trace.hits):
        foreign = {}
    return _foreign_question(trace) + tuple(
        ForeignText(name, source.document(document).source) for document, name in foreign.items()
    )


def _foreign_of_answer(trace: Trace) -> tuple[ForeignText, ...]:
    """The question, and the documents that the answer cites, that seem not to be in English."""
    cited = [*trace.listed, *(citation for one in trace.conflict for citation in one.citations)]
    cited = cited or [quote.citation for quote in trace.quotes if quote.agrees]
    foreign = _foreign_documents(trace)
    sources = {one.document_id: one.source for one in cited if one.document_id in foreign}
    return _foreign_question(trace) + tuple(ForeignText(foreign[id_], name) for id_, name in sources.items())


def _foreign_question(trace: Trace) -> tuple[ForeignText, ...]:
    asked = language_of(trace.question)
    return () if asked in (None, ENGLISH) else (ForeignText(asked.name),)


def _foreign_documents(trace: Trace) -> dict[str, str]:
    """The language of each document of which passages were found that seem not to be in English, by its id. It is
    judged by these passages, since it may be in several languages."""
    found: dict[str, list[str]] = {}
    for hit in trace.hits:
        found.setdefault(hit.passage.document_id, []).append(hit.passage.text)
    told = {document: language_of("\n".join(texts)) for document, texts in found.items()}
    return {document: language.name for document, language in told.items() if language and language != ENGLISH}


def content_places(question: str) -> list[Place]:
    """Where the question's content words stand, at most MOST_TERMS of them: neither stop words nor words that only ask,
    no single letters, no shortened "have" or "not"."""
    found = (one.span() for one in WORD.finditer(question))
    return [place for place in found if _has_content(question, *place)][:MOST_TERMS]


def _has_content(question: str, start: int, end: int) -> bool:
    word = question[start:end].lower()
    if word in STOP_WORDS or word in ASKING or UNPARTED.search(word) or not any(c.isalnum() for c in word):
        return False
    if len(word) == 1 and word.isalpha():
        return False
    if question[max(0, start - 2) : start].strip() == "-":  # what is excluded should not occur
        return False
    return not SHORTENED.search(question, max(0, start - 1), end) and not NEGATED.match(question, end - 1)


def _with(question: str, places: Sequence[Place], near: dict[str, str]) -> str:
    """The question with words exchanged, by how they are written in small letters; each keeps its case."""
    for start, end in reversed(places):
        word = question[start:end]
        if word.lower() in near:
            question = question[:start] + cased(near[word.lower()], word) + question[end:]
    return question
