"""Asking the questions of a labelled file: the reader alone, the retriever alone, and end to end.

Every answer comes from `Answerer.trace`, as a user's does; a row says what the traces of one question came to.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.collection import Collection
from index.indexing import with_blocks
from index.records import Hit
from index.sentences import split_sentences
from qa.answerer import Answerer
from qa.citing import enclosing
from qa.evaluation.records import Outcome, Ranks, Row
from qa.lab.cached_reader import CachedReader
from qa.lab.corpus import LoneParagraph, Without, paragraph_document, paragraph_id, paragraph_source
from qa.lab.dataset import Question
from qa.lab.squad_metrics import best_over_golds, exact_match, f1
from qa.records import Answer, Citation
from qa.retrieval import DEPTH, fuse
from qa.timing import Clock
from qa.trace import Trace, answer_from

LEVELS = ("reader", "retriever", "end-to-end")


def evaluate_question(
    answerer: Answerer, corpus: Collection, question: Question, levels: Sequence[str], always_answer: bool
) -> Row:
    """The row of one question. `always_answer` keeps the reader from refusing, as SQuAD 1.1 has it."""
    answerable = bool(question.answers)
    alone = read_alone(answerer, corpus, question) if "reader" in levels else None
    ranks = rank(corpus, question) if "retriever" in levels else None
    whole = ask_whole(answerer, corpus, question) if "end-to-end" in levels else None
    without = ask_without(answerer, corpus, question) if whole and answerable else None
    return Row(
        id=question.id,
        question=question.text,
        golds=tuple(dict.fromkeys(gold.text for gold in question.answers)),
        gold_sentence=gold_sentence(question),
        gold_source=paragraph_source(question.paragraph),
        answerable=answerable,
        reader=judge(alone, question, answerable, always_answer) if alone else None,
        retriever=ranks,
        end_to_end=judge(whole, question, answerable) if whole else None,
        gold_read=whole is not None and rank_of(paragraph_id(question.paragraph), whole.hits) > 0,
        without_gold=judge(without, question, False) if without else None,
    )


def read_alone(answerer: Answerer, corpus: Collection, question: Question) -> Trace:
    """Ask just the gold paragraph, read whole, in as many windows as it takes."""
    return answerer.trace(question.text, within=LoneParagraph.of(question.paragraph, corpus.encoder))


def ask_whole(answerer: Answerer, corpus: Collection, question: Question) -> Trace:
    """Ask the whole corpus, in the time that a user would wait."""
    if isinstance(answerer.reader, CachedReader):
        answerer.reader.forget()  # the question's paragraph may have been read alone
    return answerer.trace(question.text, within=corpus)


def ask_without(answerer: Answerer, corpus: Collection, question: Question) -> Trace | None:
    """Ask the corpus without the gold paragraph; None where nothing is left to ask.

    To refuse to answer from nothing at all shows nothing.
    """
    others = Without.of(corpus, paragraph_id(question.paragraph))
    documents, _ = others.counts()
    return answerer.trace(question.text, within=others) if documents else None


def rank(corpus: Collection, question: Question) -> Ranks:
    """Where the gold paragraph comes in each search."""
    own = paragraph_id(question.paragraph)
    clock = Clock()
    corpus.encoder.encode_question(question.text)
    clock.lap("encode")
    dense = corpus.search_dense(question.text, DEPTH)
    clock.lap("dense")
    keyword = corpus.search_keywords(question.text, DEPTH)
    clock.lap("keyword")
    fused = fuse(dense, keyword)
    clock.lap("fuse")
    return Ranks(rank_of(own, dense), rank_of(own, keyword), rank_of(own, fused), clock.laps)


def rank_of(own: str, hits: Sequence[Hit]) -> int:
    """The rank, from 1, of document `own` among the documents of the hits; 0 where it is not there."""
    documents = list(dict.fromkeys(hit.passage.document_id for hit in hits))
    return documents.index(own) + 1 if own in documents else 0


def judge(trace: Trace, question: Question, answerable: bool, always_answer: bool = False) -> Outcome:
    """The best span that the trace found, given as the answer or not, beside the gold answers."""
    answer = answer_from(trace)
    best: Citation | None = next(iter((*answer.citations, *answer.alternatives)), None)
    golds = [gold.text for gold in question.answers] if answerable else []
    places = [(gold.start, gold.start + len(gold.text)) for gold in question.answers] if answerable else []
    there = best is not None and best.document_id == paragraph_id(question.paragraph)
    text = words_of(answer)
    return Outcome(
        text=text,
        answered=(bool(answer.citations) or always_answer) and best is not None,
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


def words_of(answer: Answer) -> str:
    """The words of the best quote; where several things are said, those of all."""
    if len(answer.statements) > 1 and answer.status == "answered":
        return "; ".join(citation.text for citation in answer.citations)
    return next((citation.text for citation in (*answer.citations, *answer.alternatives)), "")


def gold_sentence(question: Question) -> str:
    """The sentence that holds the first gold answer, or ""."""
    if not question.answers:
        return ""
    gold = question.answers[0]
    document = with_blocks(paragraph_document(question.paragraph))
    sentences = split_sentences(document.text, document.blocks)
    start, end = enclosing(sentences, gold.start, gold.start + len(gold.text))
    return question.paragraph.text[start:end]
