"""What speaks for the best candidate."""

from __future__ import annotations

from collections.abc import Sequence

from qa.candidates import Candidate, lead
from qa.citing import Citer
from qa.confidence import Evidence
from qa.reading.reader import Reader


def weigh(reader: Reader, question: str, candidates: Sequence[Candidate], citer: Citer, passages: int) -> Evidence:
    """Returns the evidence for the first of the candidates, found among so many passages.

    Its sentence is read again, alone and with its neighbours. A reader's score depends on what else stands in the
    passage, and a mean over several cuts of the text tells answers from guesses better than any one (figures in
    qa/weights/LOG.md).
    """
    best = candidates[0]
    if not best.is_read:  # reading it again says nothing of its number
        return Evidence((best.span.score,), lead(candidates), passages)
    excerpts = citer.excerpts(best.place, best.hit.passage)
    scores = {best.hit.passage.view.text: best.span.score}  # by the text read; a short passage is all one sentence
    unread = list({view.text: view for view in excerpts if view.text not in scores}.values())
    for span in reader.read(question, unread):  # best first
        scores.setdefault(unread[span.passage].text, span.score)
    # Where a reader finds nothing at all in an excerpt, that says nothing new.
    again = (scores.get(view.text, best.span.score) for view in excerpts)
    return Evidence((best.span.score, *again), lead(candidates), passages)
