"""The form in which a question is answered: the clause or sentence that settles it, whole.

A reader points at as few words as answer. "park here" is no answer to "May I park here?" where the text says "You may
not park here", and "pressing the" none to "How do I start it?". What is quoted is widened after the best span was
chosen and weighed, so that neither depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from index.records import Place, View
from qa.records import DENIES

Form = Literal["fact", "yes/no", "why", "meaning", "how-to"]

# What may stand before the question itself: "Hello,", "If I lose it,", "Can you tell me".
BEFORE = re.compile(
    r"(?:(?:and|so|but|please|hello|hi|ok|well)[\s,]+|(?:if|once|after|before|in|on|for|during|as|"
    r"when(?!\s+(?:did|do|does|is|are|was|were|has|have|had|will|can|could|must|should)\b))\b"
    r"(?![^,?]*\b(?:what|which|whom?)\b)[^,?]*,\s+)+",
    re.I,
)
POLITE = re.compile(
    r"(?:(?:can|could|would|will)\s+(?:you|anyone|someone)\s+(?:please\s+)?(?:tell|explain|show)(?:\s+to)?(?:\s+me)?"
    r"|(?:please\s+)?(?:tell|explain\s+to|show)\s+me|do\s+you\s+know|is\s+it\s+known|i\s+(?:want|would\s+like)\s+to\s+know"
    r")\s+",
    re.I,
)
WHETHER = re.compile(r"(?:if|whether)\s+\w", re.I)
YES_NO = re.compile(
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|may|might|must|should|shall|will|would|need|cannot|"
    r"(?:is|are|was|were|do|does|did|has|have|had|ca|could|must|should|wo|would)n['\u2019]t)\s+\w",
    re.I,
)
WHY = re.compile(r"^(?:why|how\s+come|for\s+what\s+reasons?|what\s+(?:is|was)\s+the\s+reason|what\s+for)\b", re.I)
MEANING = re.compile(
    r"^what\s+(?:does|do|did)\s.+\smean\b|^what\s+(?:is|are)\s+(?:meant|understood)\b|^what\s+is\s+the\s+meaning\b|"
    r"^what\s+.+\s(?:means|meant)\s*\?*$",
    re.I,
)
# Asks how much of something there is, which is a fact.
MEASURES = re.compile(
    r"^how\s+(?:many|much|long|old|far|often|tall|high|deep|wide|big|large|heavy|fast|soon|late|early|hot|cold|close|"
    r"near|strong|thick|good|bad|well|likely|frequently|quickly)\b",
    re.I,
)
HOW_TO = re.compile(
    r"^how\s+(?:to\s|(?:do|does|did|can|could|should|must|may|shall|will|would)\s+(?:i|you|we|one|people|someone|"
    r"somebody|users?|members?|tenants?|customers?|visitors?|guests?)\s)",
    re.I,
)
LONGEST = 400  # characters of a sentence that is quoted whole; of a longer one, the clause is
# Words at the end or beginning of a span that leave it a fragment.
DANGLING = re.compile(
    r"\b(?:a|an|the|to|of|in|on|at|for|from|by|with|and|or|but|your|my|his|her|its|our|their|is|are|was|were|be|not|into|"
    r"onto|under|over|very|as|than|that|which)$",
    re.I,
)
# A thing that something is done to, whose verb stands before it.
OBJECT = re.compile(r"(?:a|an|the|your|this|these|both|all)\s", re.I)
MOST_BEFORE = 4  # words of a clause before what is to be done that are quoted with it
STOPS = re.compile(r"[;\u2014]\s+|\s[\u2013-]\s|:\s+|[()\u201c\u201d]|(?<!\w)\"|\"(?!\w)")
# Where a clause begins: behind a comma any of these, without one only those that begin nothing else.
AFTER_COMMA = re.compile(
    r",\s+(?=(?:because|since|as|so|but|and|or|nor|yet|although|though|while|whereas|unless|until|if|when|where|which|"
    r"who|whom|whose|after|before|once|then|therefore|in\s+order|due|owing)\b)",
    re.I,
)
BEGINNING = re.compile(
    r"(?<=\s)(?=(?:because|so\s+that|in\s+order\s+(?:to|that)|due\s+to|owing\s+to|thanks\s+to|as\s+a\s+result|although|"
    r"whereas|unless)\b)",
    re.I,
)
# What leads to a reason: a span that begins right behind it is quoted with it.
REASON = re.compile(
    r"\b(?:because(?:\s+of)?|since|as|so\s+that|in\s+order\s+(?:to|that)|due\s+to|owing\s+to|thanks\s+to|to|for|by|"
    r"on\s+account\s+of)\s+(?:(?:the|an?)\s+)?$",
    re.I,
)
BEGINS_REASON = re.compile(
    r"(?:because|since|as|so\s+that|in\s+order\s+to|due\s+to|owing\s+to|thanks\s+to|to|for|by)\s", re.I
)
# Behind one of these, a definition begins.
DEFINES = re.compile(
    r"(?:\b(?:means?|meant|meaning|is|are|was|refers?\s+to|stands?\s+for|called|as)|[:,(\"\u201c\u2018\u2013=])\s*"
    r"(?:(?:that|a|an|the)\s+)?[\"\u201c\u2018]?$",
    re.I,
)
ARTICLE = re.compile(r"\b(?:a|an|the)\s+$", re.I)
FINITE = frozenset(
    "is are was were has have had will would can could may might must should shall do does did cannot".split()
)
MOST_AHEAD = 8  # words behind a comma in which the verb of a clause is looked for
WORDS = re.compile(r"\w+")
HANGING = re.compile(r"[\s,]+(?:and|or|but|nor|so)$", re.I)  # before a clause that is left out
LEADING = " ,;:\n"
TRAILING = ".!? \n"


def form_of(question: str) -> Form:
    """The form that answers the question; "fact" where the reader's span is all that is wanted."""
    bare = bare_question(question)
    if WHY.match(bare):
        return "why"
    if MEANING.match(bare):
        return "meaning"
    if bare.lower().startswith("how ") and not MEASURES.match(bare):
        return "how-to"
    return "yes/no" if YES_NO.match(bare) else "fact"


def bare_question(question: str) -> str:
    """The question without a condition, a greeting or a request before it; "is ..." for one with "whether"."""
    bare = question.strip()
    if found := BEFORE.match(bare):
        bare = bare[found.end() :]
    if found := POLITE.match(bare):
        bare = bare[found.end() :]
        if WHETHER.match(bare):
            return f"is {bare}"
    return bare


def in_form(question: str, view: View, sentences: Sequence[Place], span: Place) -> Place:
    """Where in the view the words stand that are quoted for `view.text[slice(*span)]`: that, or more around it.

    `sentences` are the places of the view's sentences; a row of a table and a field of a form are one. What is returned
    lies in the sentences that the span touches.
    """
    form = form_of(question)
    if form == "fact":
        return span
    unit = next((one for one in view.units if one[0] <= span[0] and span[1] <= one[1]), span)
    whole = _sentence_around(sentences, span)
    if form == "yes/no":
        if _is_choice(question, view.text[slice(*span)], view.text[slice(*whole)]):
            return span
        if whole[1] - whole[0] <= LONGEST:
            return whole
        low, high = max(whole[0], unit[0]), min(whole[1], unit[1])
        return clause_around(view.text, span, (low, high))
    inside = max(whole[0], unit[0]), min(whole[1], unit[1])
    clause = clause_around(view.text, span, inside)
    words = view.text[slice(*span)]
    end = clause[1] if DANGLING.search(words.strip()) else span[1]
    if form == "how-to":
        return clause if _is_fragment(question, view.text, span, clause) else span
    if form == "why" and (found := REASON.search(view.text, inside[0], span[0])):
        return found.start(), end
    if form == "why" and (BEGINS_REASON.match(words) or not FINITE.isdisjoint(words.casefold().split())):
        return span[0], end
    if form == "meaning" and DEFINES.search(view.text, inside[0], span[0]):
        article = ARTICLE.search(view.text, inside[0], span[0])
        return article.start() if article else span[0], clause[1]
    return clause


def clause_around(text: str, span: Place, around: Place) -> Place:
    """The clause or clauses of `text[slice(*around)]` in which the span stands, without the sentence's full stop."""
    low, high = around
    starts, ends = [low], [high]
    for found in _borders(text, low, high):
        if found.end() <= span[0]:
            starts.append(found.end())
        if found.start() >= span[1]:
            ends.append(found.start())
    start, end = min(span[0], max(starts)), max(span[1], min(ends))
    before, behind = text[start : span[0]], text[span[1] : end]
    if end == high:
        behind = behind.rstrip(TRAILING)
    behind = HANGING.sub("", behind.rstrip(LEADING))
    return span[0] - len(before.lstrip(LEADING)), span[1] + len(behind.rstrip(LEADING))


def _borders(text: str, low: int, high: int) -> Iterable[re.Match[str]]:
    """Where a clause ends and another begins."""
    yield from STOPS.finditer(text, low, high)
    yield from BEGINNING.finditer(text, low, high)
    for found in AFTER_COMMA.finditer(text, low, high):
        ahead = text[found.end() : high].casefold().split()[:MOST_AHEAD]
        if ahead[0] not in ("and", "or", "nor", "but") or not FINITE.isdisjoint(ahead):  # else an enumeration goes on
            yield found


def _is_choice(question: str, words: str, sentence: str) -> bool:
    """Whether the span names one of two things between which the question lets choose: "internal or external"."""
    asked = set(WORDS.findall(question.casefold()))
    return "or" in asked and set(WORDS.findall(words.casefold())) <= asked and not DENIES.search(sentence)


def _sentence_around(sentences: Sequence[Place], span: Place) -> Place:
    """From the start of the first sentence that the span touches to the end of the last."""
    touched = [one for one in sentences if one[0] < span[1] and span[0] < one[1]]
    return (min(span[0], touched[0][0]), max(span[1], touched[-1][1])) if touched else span


def _is_fragment(question: str, text: str, span: Place, clause: Place) -> bool:
    """Whether a span cannot stand by itself as what is to be done."""
    words = text[slice(*span)].strip()
    if DANGLING.search(words):
        return True
    if not HOW_TO.match(bare_question(question)):
        return False
    before = text[clause[0] : span[0]].split()
    return bool(before) and (len(before) <= MOST_BEFORE or OBJECT.match(words) is not None)
