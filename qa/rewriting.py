"""The question as it was meant: what is wrongly or otherwise typed is read as what occurs in the documents.

Only a word that occurs nowhere is exchanged, and only where it is sure enough what was meant; of the rest, a refusal
says what may have been meant. Words in quotation marks and excluded ones stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from index.records import Place
from index.spelling import folded, written_otherwise
from qa.courtesy import without_courtesy
from qa.english import LITTLE, is_known
from qa.explaining import content_places
from qa.mending import Meant, cased, meant_by
from qa.questions import LONGEST_QUESTION, sign_places
from qa.slips import slip_cost
from qa.source import Source

# Up to which cost a word is exchanged without being asked. Of 861 words of questions to other documents that occurred
# nowhere, 15 that were right were exchanged; of misspelt ones, 94% of those that were led to the right word.
SURE = 0.5
SIZE, USUAL_SIZE = 0.15, 2500  # fewer passages, and a word is less often near another one by chance
SURE_ENGLISH = 1.0  # slips up to which a word is exchanged for one that occurs nowhere either, but is English
SURE_OPENER = 1.95  # slips up to which a question's first word is taken for one that asks
MOST_EXCHANGED = 5  # words of a question, each of which takes some milliseconds
SHORTEST_PART = 3  # letters of a part of a compound, unless it is a little word or, as the first one, a single letter
LONGEST_ABBREVIATION = 5
OPENERS = ("what", "when", "where", "who", "why", "how", "which", "whom", "whose")
ASKS = re.compile(rf"\b(?:{'|'.join(OPENERS)})\b", re.IGNORECASE)
FIRST = re.compile(
    r"[^\W\d_]{2,6}(?=\s+(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must|many|much|"
    r"long|often|kind|type|year)\b)",
    re.IGNORECASE,
)


def rewritten(question: str, source: Source) -> str:
    """The question with what was probably meant for what occurs nowhere; the same where there is nothing to mend."""
    text = _with_opener(question if sign_places(question) else without_courtesy(question))
    kept = sign_places(text)
    places = [one for one in content_places(text) if not any(one[0] < end and start < one[1] for start, end in kept)]
    there = source.occurring([text[slice(*one)] for one in places])
    missing = [one for one in places if text[slice(*one)] not in there][:MOST_EXCHANGED]
    for place in reversed(missing):
        if not any(end == place[0] or start == place[1] for start, end in kept):
            text = _exchanged(text, place, source)
    return text if len(text) <= LONGEST_QUESTION else question


def _with_opener(question: str) -> str:
    """The question with a word that asks for the first one where that is a slip of it: "Waht is", "hat is"."""
    first = FIRST.match(question)
    if first is None or first[0].lower() in LITTLE or ASKS.search(question):
        return question
    slips, meant = min((slip_cost(first[0].lower(), one), one) for one in OPENERS)
    return cased(meant, first[0]) + question[first.end() :] if slips <= SURE_OPENER else question


def _exchanged(text: str, place: Place, source: Source) -> str:
    """The question with what was meant in the place of a word that occurs nowhere, if that is sure."""
    start, end = place
    word = text[start:end]
    if other := _in_other_writing(word, source):
        return text[:start] + cased(other, word) + text[end:]
    if joined := _joined(text, place, source):
        (start, end), other = joined
        return text[:start] + cased(other, text[start:end]) + text[end:]
    # "Europeon" is "European" before it is "Europe on", and "Southside" is "South side" before it is "outside".
    if other := _parted(word, source, _is_noun) or _respelt(word, text, source) or _parted(word, source, _is_part):
        return text[:start] + cased(other, word) + text[end:]
    return text


def _in_other_writing(word: str, source: Source) -> str:
    """The word as it is written with other letters where it occurs: "Łukasz" for "Lukasz"; "" where it does not."""
    there = source.occurring(written_otherwise(word))
    found = [one for form in sorted(there) for one in source.words_like(form, 0)]
    return max(found, key=lambda one: one.passages).word if found else ""


def _joined(text: str, place: Place, source: Source) -> tuple[Place, str] | None:
    """The word as one with its neighbour, where it occurs so, and where both stand."""
    start, end = place
    ways: list[tuple[Place, str]] = []
    for one, other in ((_before(text, start), place), (place, _behind(text, end))):
        if one is not None and other is not None:
            ways.append(((one[0], other[1]), text[slice(*one)] + text[slice(*other)]))
    there = source.occurring([joined for _, joined in ways])
    return next(((both, joined) for both, joined in ways if joined in there), None)


def _before(text: str, start: int) -> Place | None:
    found = re.search(r"(?<![\w'\u2019])([^\W\d_]{2,})[ -]$", text[:start])
    return found.span(1) if found else None


def _behind(text: str, end: int) -> Place | None:
    found = re.compile(r"[ -]([^\W\d_]{2,})(?![\w'\u2019])").match(text, end)
    return found.span(1) if found else None


def _parted(word: str, source: Source, is_part: Callable[[str], bool]) -> str:
    """The word as two parts that occur beside one another: "health care" for "healthcare"; "" where they do not."""
    if not word.isalpha():
        return ""
    ways = [(word[:at], word[at:]) for at in range(1, len(word) - 1)]
    ways = [way for way in ways if (is_part(way[0]) or len(way[0]) == 1) and is_part(way[1])]
    there = source.occurring([" ".join(way) for way in ways])
    found = [way for way in ways if " ".join(way) in there]
    return " ".join(max(found, key=lambda way: min(map(len, way)))) if found else ""


def _is_noun(part: str) -> bool:
    return part.lower() not in LITTLE and len(part) >= SHORTEST_PART and is_known(folded(part))


def _is_part(part: str) -> bool:
    return part.lower() in LITTLE or _is_noun(part)


def _respelt(word: str, question: str, source: Source) -> str:
    """The word that was meant by a misspelt one, where that is sure; else ""."""
    if word.isupper() and len(word) <= LONGEST_ABBREVIATION and not question.isupper():
        return ""
    best = next(iter(meant_by(word, source)), None)
    return best.word if best and _is_sure(best, word, source) else ""


def _is_sure(best: Meant, word: str, source: Source) -> bool:
    is_name = word[0].isupper()
    if is_known(folded(word)):  # it sounds the same
        return not is_name
    if not best.passages and best.word not in LITTLE:
        return not is_name and best.slips <= SURE_ENGLISH
    _, passages = source.counts()
    return best.cost <= SURE + SIZE * math.log((USUAL_SIZE + 1) / (passages + 1))
