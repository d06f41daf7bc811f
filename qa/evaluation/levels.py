"""Asking the questions of a labelled file: the reader alone, the retriever alone, and end to end."""

from __future__ import annotations

from collections.abc import Sequence

from index.loaders import document_id
from index.records import Hit
from index.sentences import split_sentences
from qa.answer import Answer, Citation
from qa.answerer import Answerer, Clock
from qa.citing import enclosing
from qa.evaluation.corpus import LoneParagraph, paragraph_source
from qa.evaluation.dataset import Question
from qa.evaluation.measures import best_over_golds, exact_match, f1
from qa.evaluation.remembering import RememberingReader
from qa.evaluation.rows import Outcome, Ranks, Row
from qa.retrieval import DEPTH, fuse

LEVELS = ("reader", "retriever", "end-to-end")
EXTRA_HITS = 2 * DEPTH  # as deep as a search goes: a long paragraph may be many passages, which are taken out


def evaluate_question(answerer: Answerer, question: Question, levels: Sequence[str], always_answer: bool) -> Row:
    """The row of one question. `always_answer` keeps the reader from refusing, as SQuAD 1.1 has it."""
    reader = read_alone(answerer, question, always_answer) if "reader" in levels else None
    ranks = rank(answerer, question) if "retriever" in levels else None
    whole, gold_read, without = end_to_end(answerer, question) if "end-to-end" in levels else (None, False, None)
    return Row(
        id=question.id,
        question=question.text,
        golds=tuple(dict.fromkeys(gold.text for gold in question.answers)),
        gold_sentence=gold_sentence(question),
        gold_source=paragraph_source(question.paragraph),
        answerable=bool(question.answers),
        reader=reader,
        retriever=ranks,
        end_to_end=whole,
        gold_read=gold_read,
        without_gold=without,
    )


def read_alone(answerer: Answerer, question: Question, always_answer: bool) -> Outcome:
    """Read just the gold paragraph, whole, in as many windows as it takes."""
    lone = LoneParagraph.of(question.paragraph)
    clock = Clock()
    candidates = answerer.candidates(question.text, [lone.hit()])
    clock.lap("read")
    answer = answerer.conclude(question.text, candidates, clock, lone)
    return judge(answer, question, bool(question.answers), always_answer)


def rank(answerer: Answerer, question: Question) -> Ranks:
    """Where the gold paragraph comes in each search."""
    own = document_id(paragraph_source(question.paragraph))
    clock = Clock()
    answerer.collection.encoder.encode_question(question.text)
    clock.lap("encode")
    dense = answerer.collection.search_dense(question.text, DEPTH)
    clock.lap("dense")
    keyword = answerer.collection.search_keywords(question.text, DEPTH)
    clock.lap("keyword")
    fused = fuse(dense, keyword)
    clock.lap("fuse")
    return Ranks(place_of(own, dense), place_of(own, keyword), place_of(own, fused), clock.laps)


def place_of(own: str, hits: Sequence[Hit]) -> int:
    """The rank, from 1, of document `own` among the documents of the hits; 0 where it is not there."""
    documents = list(dict.fromkeys(hit.passage.document_id for hit in hits))
    return documents.index(own) + 1 if own in documents else 0


def end_to_end(answerer: Answerer, question: Question) -> tuple[Outcome, bool, Outcome | None]:
    """Ask over the whole corpus; was the question's own paragraph read; and ask an answerable one without that."""
    own = document_id(paragraph_source(question.paragraph))
    answer, hits = ask_timed(answerer, question.text)
    whole = judge(answer, question, bool(question.answers))
    gold_read = any(hit.passage.document_id == own for hit in hits)
    if not question.answers:
        return whole, gold_read, None
    others = other_hits(search_deep(answerer, question), question, answerer.passages) if gold_read else hits
    if not others:  # refusing to answer from nothing at all shows nothing
        return whole, gold_read, None
    if not gold_read:
        return whole, gold_read, judge(answer, question, False)
    candidates = answerer.candidates(question.text, others)
    return whole, gold_read, judge(answerer.conclude(question.text, candidates, Clock()), question, False)


def search_deep(answerer: Answerer, question: Question) -> list[Hit]:
    """All that a search finds; what would be read comes first."""
    return answerer.search(question.text, extra=EXTRA_HITS)


def other_hits(found: Sequence[Hit], question: Question, most: int) -> list[Hit]:
    """The first of the hits that are not the question's own paragraph's: what would be read if that were not there."""
    own = document_id(paragraph_source(question.paragraph))
    return [hit for hit in found if hit.passage.document_id != own][:most]


def ask_timed(answerer: Answerer, question: str) -> tuple[Answer, list[Hit]]:
    """`Answerer.ask` step by step, and the hits that were read."""
    if isinstance(answerer.reader, RememberingReader):
        answerer.reader.forget()  # the question's paragraph may have been read alone
    clock = Clock()
    hits = answerer.search(question)
    clock.lap("search")
    candidates = answerer.candidates(question, hits)
    clock.lap("read")
    return answerer.conclude(question, candidates, clock), hits


def judge(answer: Answer, question: Question, answerable: bool, always_answer: bool = False) -> Outcome:
    """The answer's best span, given or not, beside the gold answers."""
    best: Citation | None = next(iter((*answer.citations, *answer.alternatives)), None)
    own = document_id(paragraph_source(question.paragraph))
    golds = [gold.text for gold in question.answers] if answerable else []
    places = [(gold.start, gold.start + len(gold.text)) for gold in question.answers] if answerable else []
    there = best is not None and best.document_id == own
    text = best.text if best else ""
    return Outcome(
        text=text,
        answered=(answer.status == "answered" or always_answer) and best is not None,
        confidence=answer.confidence,
        score=best.score if best else -100.0,
        exact_match=best_over_golds(exact_match, text, golds) if answerable and text else 0.0,
        f1=best_over_golds(f1, text, golds) if answerable and text else 0.0,
        cited=bool(there and best and any(best.sentence_start <= a and b <= best.sentence_end for a, b in places)),
        overlaps=bool(there and best and any(a < best.end and best.start < b for a, b in places)),
        answerable=answerable,
        sentence=best.sentence if best else "",
        start=best.start - best.sentence_start if best else 0,
        source=best.source if best else "",
        milliseconds={name: round(value, 3) for name, value in answer.timings_ms.items()},
    )


def gold_sentence(question: Question) -> str:
    """The sentence that holds the first gold answer, or ""."""
    if not question.answers:
        return ""
    gold = question.answers[0]
    sentences = split_sentences(question.paragraph.text)
    start, end = enclosing(sentences, gold.start, gold.start + len(gold.text))
    return question.paragraph.text[start:end]
