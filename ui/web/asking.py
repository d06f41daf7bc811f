"""What the page's JavaScript sends, checked: a browser may send anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa.answerer import Threshold
from qa.questions import QuestionError
from qa.records import Answer
from ui.web.strings import say

MOST_EARLIER = 10  # answers before, on which a question may lean
MOST_CHOSEN = 100_000  # documents that are named one by one
THRESHOLDS = (None, "careful", "always")


@dataclass(frozen=True, slots=True)
class AskedOnPage:
    """A question of the page: what it may lean on (`earlier`), the ids of the documents it is put to (None: all),
    the reader ("": the usual one) and when an answer is given."""

    id: str
    question: str
    earlier: tuple[Answer, ...] = ()
    chosen: tuple[str, ...] | None = None
    reader: str = ""
    threshold: Threshold | None = None

    @classmethod
    def of(cls, sent: Any, readers: Sequence[str]) -> AskedOnPage:
        """What was sent. Raises QuestionError where it is no question of the page."""
        chosen = field(sent, "chosen", list, type(None))
        reader, threshold = field(sent, "reader", str), sent.get("threshold")
        if (reader and reader not in readers) or threshold not in THRESHOLDS:
            raise QuestionError(say("bad_request"))
        if chosen is not None and (len(chosen) > MOST_CHOSEN or not all(isinstance(one, str) for one in chosen)):
            raise QuestionError(say("bad_request"))
        return cls(
            id=field(sent, "id", str),
            question=field(sent, "question", str),
            earlier=tuple(filter(None, map(answer_of, field(sent, "earlier", list)[-MOST_EARLIER:]))),
            chosen=None if chosen is None else tuple(chosen),
            reader=reader,
            threshold=threshold,
        )


def field(sent: Any, name: str, *kinds: type) -> Any:
    """A field of what was sent. Raises QuestionError where it is not there or of another kind."""
    if not isinstance(sent, dict) or not isinstance(sent.get(name), kinds):
        raise QuestionError(say("bad_request"))
    return sent[name]


def answer_of(plain: Any) -> Answer | None:
    """An answer that the browser kept; None for what is none, such as one of an earlier release."""
    try:
        return Answer.from_dict(plain)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
