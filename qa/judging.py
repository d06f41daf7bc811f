"""What speaks for the best candidate."""

from __future__ import annotations

from collections.abc import Sequence

from qa.candidates import Candidate, lead
from qa.citing import Citer
from qa.confidence import Evidence
from qa.reading.reader import Reader


def weigh(reader: Reader, question: str, candidates: Sequence[Candidate], citer: Citer, passages: int) -> Evidence:
    """Returns the evidence for the first of the candidates, found among so many passages."""
    best = candidates[0]
    if not best.is_read:  # reading it again says nothing of its number
        return Evidence((best.span.score,), lead(candidates), passages)
    [scores] = read_again(reader, question, [best], citer)
    return Evidence(scores, lead(candidates), passages)


def read_again(reader: Reader, question: str, candidates: Sequence[Candidate], citer: Citer) -> list[tuple[float, ...]]:
    """Returns by how much each of the candidates beats "no answer" in its passage and in closer excerpts, in logits.

    Their sentences are read again, alone and with their neighbours. A reader's score depends on what else stands in the
    passage, and a mean over several cuts of the text tells answers from guesses better than any one (figures in
    qa/weights/LOG.md).
    """
    excerpts = [citer.excerpts(one.place, one.hit.passage) for one in candidates]
    scores = {one.hit.passage.view.text: one.span.score for one in reversed(candidates)}  # by the text read
    unread = list({view.text: view for some in excerpts for view in some if view.text not in scores}.values())
    for span in reader.read(question, unread):  # best first
        scores.setdefault(unread[span.passage].text, span.score)
    # Where a reader finds nothing at all in an excerpt, that says nothing new.
    return [
        (one.span.score, *(scores.get(view.text, one.span.score) for view in some))
        for one, some in zip(candidates, excerpts, strict=True)
    ]
