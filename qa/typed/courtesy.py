"""A question without the polite words around it: "Could you tell me when the lease ends, please?"."""

from __future__ import annotations

import re

ASKS = r"(?:what|when|where|who|why|how|which|whom|whose)(?:['\u2019]s)?"
ADDED = r"(?:\s+(?:please|kindly|perhaps|possibly|maybe|just))*"
FRAMES = (  # what can stand before a question that is not asked for its own sake
    r"(?:i|we)(?:['\u2019]d|\s+would)?(?:\s+just)?\s+(?:like|love|want|need|wish)\s+to\s+(?:know|ask|find\s+out|learn)",
    r"(?:i|we)(?:['\u2019]m|['\u2019]re|\s+am|\s+are|\s+was|\s+were)(?:\s+just)?\s+(?:wondering|curious)(?:\s+to\s+know)?",
    r"i\s+wonder(?:ed)?",
    rf"(?:can|could|would|will)\s+(?:you|anyone|anybody|someone|somebody){ADDED}(?:\s+help\s+me(?:\s+to)?)?{ADDED}"
    r"\s+(?:tell|show|say|explain|find\s+out|look\s+up|let)(?:\s+to)?(?:\s+(?:me|us))?(?:\s+know)?",
    r"(?:may|can|could)\s+(?:i|we)\s+(?:ask|know)(?:\s+you)?",
    r"do(?:es)?\s+(?:you|anyone|anybody|someone|somebody)(?:\s+happen\s+to)?\s+know",
    r"(?:tell|show)\s+(?:me|us)|let\s+(?:me|us)\s+know",
)
GREETING = (
    r"(?:hi|hello|hey|good\s+(?:morning|day|afternoon|evening)|excuse\s+me|pardon(?:\s+me)?|sorry|please|ok|okay|so)"
)
BEGINNING = re.compile(
    rf"(?:{GREETING}(?:\s+(?:there|all|everyone))?(?:\s*[,.!:;\u2013\u2014-]+\s*|\s+))*"
    rf"(?P<frame>(?:{'|'.join(FRAMES)}){ADDED}\s*[,:]?\s+)?",
    re.IGNORECASE,
)
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
AUX = "is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must"
ASKED = re.compile(rf"(?:\w+\s+)?{ASKS}\b|(?:if|whether|{AUX})\b", re.IGNORECASE)
ASKED_LATER = re.compile(rf"\b{ASKS}\b", re.IGNORECASE)
THANKS = r"(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)(?:\s+(?:so|very)\s+much|\s+a\s+lot|\s+in\s+advance|\s+again)*"
ENDING = re.compile(
    rf"(?:\s*[,.?!;:\u2013\u2014-]+\s*(?:please|{THANKS})|\s+(?:please|pls|plz|thx))+[\s.!?]*$", re.IGNORECASE
)


def as_learnt(question: str) -> str:
    """The question with marks as readers know them: straight ones, and a question mark behind what asks.

    Readers have learnt from questions that have one. On 100 questions to held-back articles, they lost 3 points of F1
    without it. Keywords, which ask nothing, lose 1 with it.
    """
    question = question.translate(STRAIGHT)
    asks = ASKED.match(question) or ASKED_LATER.search(question)
    return f"{question.rstrip()}?" if asks and question.rstrip()[-1:].isalnum() else question


def without_courtesy(question: str) -> str:
    """The question without what is said around it for politeness; the same where nothing is asked without that."""
    ended = ENDING.sub("?", question)
    begun = BEGINNING.match(ended)
    start = begun.end() if begun else 0
    asked = ended[start:]
    if not asked.strip("?!. ") or len(asked.split()) < 2:
        return question
    is_asked = ASKED.match(asked) or (begun and begun["frame"] and ASKED_LATER.search(asked))
    if start and not is_asked:
        return ended
    return asked[:1].upper() + asked[1:] if start else ended
