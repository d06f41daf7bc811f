"""Citations of words of a file, made as an answer makes them, and answers that hold them."""

from qa.citing import Citer
from qa.records import Answer, Searched


def cited(collection, path, words):
    """The citation of the first place of some words in a file of a collection."""
    [summary] = [one for one in collection.documents() if one.source == str(path.resolve())]
    start = collection.document(summary.id).text.index(words)
    passages = collection.passages_of(summary.id)
    passage = next(one for one in passages if one.start <= start < one.end)
    return Citer(collection).cite((start, start + len(words)), 1.0, passage)


def answer_of(*citations, question="What?"):
    """An answer that quotes these; a refusal where there are none."""
    return Answer(
        question=question,
        status="answered" if citations else "no_answer",
        text=citations[0].shown if citations else "",
        confidence=0.9 if citations else 0.1,
        citations=citations,
        alternatives=(),
        searched=Searched(1, 1),
        timings_ms={"total": 1.0},
    )
