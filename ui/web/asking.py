"""What the page's JavaScript sends, checked: a browser may send anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from qa.questions import QuestionError
from qa.records import Answer
from ui.web.service.asking import QuestionAsked, ReaderName
from ui.web.strings import say

MOST_EARLIER = 10  # answers before, on which a question may lean
MOST_CHOSEN = 100_000  # documents that are named one by one
THRESHOLDS = (None, "careful", "always")
READERS: tuple[ReaderName, ...] = get_args(ReaderName)


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question of the page, by an `id` that is told with all that becomes of it."""

    id: str
    asked: QuestionAsked

    @classmethod
    def of(cls, sent: Any) -> PageQuestion:
        """What was sent. Raises QuestionError where it is no question of the page."""
        chosen = field(sent, "chosen", list, type(None))
        reader, threshold = field(sent, "reader", str), sent.get("threshold")
        as_typed = sent.get("as_typed", False)
        if not isinstance(as_typed, bool) or (reader and reader not in READERS) or threshold not in THRESHOLDS:
            raise QuestionError(say("bad_request"))
        if chosen is not None and (len(chosen) > MOST_CHOSEN or not all(isinstance(one, str) for one in chosen)):
            raise QuestionError(say("bad_request"))
        earlier = tuple(filter(None, map(answer_of, field(sent, "earlier", list)[-MOST_EARLIER:])))
        question = field(sent, "question", str)
        asked = QuestionAsked(question, tuple(chosen or ()), earlier, threshold, reader or None, as_typed)
        return cls(field(sent, "id", str), asked)


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
