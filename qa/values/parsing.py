"""What a quote in a sentence states.

A reader may quote "26" of "26 days of paid leave": what the number counts stands behind the quote, and "about" or "up
to" before it. So values are found in the whole sentence, and the quote's are those that it touches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.values.amounts import amounts
from qa.values.dates import ValueAt, dates_and_times
from qa.values.kinds import MONEY, Amount, CalendarDate, Polarity, ProperName, Stated, TimeOfDay

LINKED = re.compile(r"\s*(?:to|until|till|and|-|\u2013|\u2014)\s*")  # between the two times of a span of time
FREE = re.compile(
    r"(?:(?:is|are)\s)?(?:free(?:\sof\scharge)?|(?:at\s)?no\s(?:extra\s)?(?:cost|charge)|without\scharge)", re.I
)
# What is so, by its topic, and what says the contrary.
SO = {
    "allow": (r"allowed|permitted|may be (?:brought|used|kept)", r"forbidden|prohibited|banned"),
    "require": (r"required|mandatory|compulsory|obligatory|necessary", r"optional|voluntary"),
    "include": (r"included|covered", r"excluded"),
    "open": (r"open", r"closed"),
    "refund": (r"refundable|refunded", r"non-refundable|nonrefundable"),
    "available": (r"available", r"unavailable"),
    "yes": (r"yes", r"no"),
}
POLARITIES = [
    (topic, re.compile(rf"(?<![\w-])(?:(?P<so>{so})|(?P<contrary>{contrary}))(?!\w)", re.IGNORECASE))
    for topic, (so, contrary) in SO.items()
]
POLARITY_WORDS = re.compile(
    "|".join(rf"(?<![\w-])(?:{so}|{contrary})(?!\w)" for topic, (so, contrary) in SO.items() if topic != "yes")
    + r"|\b(?:not|never|no|no longer)\b",
    re.IGNORECASE,
)
NOT = re.compile(r"(?:\b(?:not|never|no longer|nor)|n['\u2019]t)\s(?:\w+\s){0,2}$", re.IGNORECASE)
NONE_OF = re.compile(r"(?:^|[.;:,]\s)\W*no\s(?:\w+\s){1,3}(?:is|are|be|may be)?\s?$", re.IGNORECASE)
TITLES = frozenset("mr mrs ms miss dr prof sir dame the".split())
NAME = re.compile(
    r"(?:(?:the|Mr|Mrs|Ms|Dr|Prof)\.?\s)?[A-Z][\w.'\u2019-]*(?:\s(?:(?:of|de|del|da|van|von|der|la|the|and|&)\s){0,2}"
    r"[A-Z][\w.'\u2019-]*)*"
)
SMALL_IN_NAMES = frozenset("of de del da van von der la the and &".split())
LONGEST_NAME = 60


def stated(sentence: str, start: int = 0, end: int | None = None) -> Stated:
    """What the quote `sentence[start:end]` states (None: all of it)."""
    end = len(sentence) if end is None else end
    quote = sentence[start:end]
    if FREE.fullmatch(quote.strip(" .")):
        return Stated(quote, (Amount(0, 0, MONEY),))
    if touched := touching(sentence, values_in(sentence), start, end):
        return Stated(quote, tuple(one.value for one in touched))
    if found := polarity(sentence, quote):
        return Stated(quote, (found,))
    found_name = proper_name(quote)
    return Stated(quote, (found_name,) if found_name else ())


def values_in(text: str) -> list[ValueAt]:
    """The amounts, dates and times that a text states, in order."""
    dated = dates_and_times(text)
    return sorted([*dated, *amounts(text, dated)], key=lambda one: one.start)


def touching(text: str, found: Sequence[ValueAt], start: int, end: int) -> list[ValueAt]:
    """The values that a quote touches, and those that make one span of time with them: "9 a.m. to 5 p.m."."""
    touched = [at for at, one in enumerate(found) if one.start < end and start < one.end]
    if not touched:
        return []
    first, last = touched[0], touched[-1]
    while first and _are_linked(text, found[first - 1], found[first]):
        first -= 1
    while last + 1 < len(found) and _are_linked(text, found[last], found[last + 1]):
        last += 1
    return list(found[first : last + 1])


def _are_linked(text: str, one: ValueAt, other: ValueAt) -> bool:
    is_span = isinstance(one.value, TimeOfDay | CalendarDate) and type(one.value) is type(other.value)
    return is_span and LINKED.fullmatch(text, one.end, other.start) is not None


def polarity(sentence: str, quote: str) -> Polarity | None:
    """Whether something is so, where the sentence says it of just one topic, once, and the quote takes part in that."""
    found = [
        (topic, match) for topic, pattern in POLARITIES
        for match in pattern.finditer(sentence if topic != "yes" else quote)
        if topic != "yes" or match.start() == 0
    ]  # fmt: skip
    if len(found) != 1:
        return None
    topic, match = found[0]
    before = sentence[: match.start()] if topic != "yes" else ""
    is_denied = bool(NOT.search(before) or NONE_OF.search(before))
    return Polarity(topic, (match["so"] is not None) != is_denied)


def proper_name(quote: str) -> ProperName | None:
    """The name that the whole quote is, or None."""
    plain = " ".join(quote.split()).strip(" .,;:")
    if len(plain) > LONGEST_NAME or not NAME.fullmatch(plain):
        return None
    words = [word.strip(".").casefold() for word in plain.split() if word.casefold() not in SMALL_IN_NAMES]
    words = [word for word in words if word not in TITLES]
    return ProperName(tuple(words)) if words else None
