"""Finds amounts in a text: numbers in figures or words, with their units and what tells how exact they are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from index.keywords import STOP_WORDS
from qa.values.dates import ValueAt
from qa.values.kinds import CURRENCIES, Amount, Bound
from qa.values.units import (
    BEFORE,
    NUMBER_WORDS,
    ORDINALS,
    SCALES,
    UNIT,
    Unit,
    number_of_digits,
    number_of_words,
    unit_of,
)  # fmt: skip
from qa.wording import stem

DIGITS = r"(?:\d{1,3}(?:[,\u00a0\u202f\u2019]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)*)"
TIME_UNIT = r"(?:second|minute|hour|day|night|week|fortnight|month|year|decade|century)"
ONE = rf"an?\s(?:hundred|thousand|million|billion|dozen)|an?(?=\s{TIME_UNIT}(?!\w))|half(?=\san?\s{TIME_UNIT}(?!\w))"
NUMBER = rf"(?:[-\u2212](?=\d))?{DIGITS}|{ONE}|{NUMBER_WORDS}"
SCALE = r"thousand|million|billion|trillion|mn|bn|k"
AMOUNT = re.compile(
    rf"(?<![\w.,/#\u2013-])(?:(?P<before>{BEFORE})\s?)?(?P<low>{NUMBER})(?![\w]*\d)(?P<half>\sand\sa\shalf|\u00bd)?"
    rf"(?:\s?(?P<between>-|\u2013|\u2014|to|and|or)\s?(?:{BEFORE})?(?P<high>{NUMBER}))?"
    rf"(?:\s?(?P<scale>{SCALE})(?!\w))?(?:(?:(?<=half)\san?)?[\s-]?(?P<unit>{UNIT})(?![\w\u00b2])(?P<more>\sand\sa\shalf)?)?(?!\w)",
    re.IGNORECASE,
)
ORDINAL = re.compile(rf"(?<!\w)(?:(?P<word>{'|'.join(ORDINALS)})|(?P<figure>\d+)(?:st|nd|rd|th))(?!\w)", re.IGNORECASE)
TWICE = re.compile(r"(?<!\w)(?:once|twice)(?!\w)", re.IGNORECASE)
BOUNDS: dict[Bound, str] = {
    "about": r"about|around|approximately|approx\.?|roughly|nearly|almost|circa|ca\.?|some|on average|"
    r"an? average of|~|\u2248",
    "least": r"at least|(?:no|not) (?:less|fewer|shorter) than|minimum(?: of)?|min\.|more than|over|above|"
    r"starting at|>",
    "most": r"up to|at (?:the )?most|(?:no|not) (?:more|longer|later) than|maximum(?: of)?|max\.|(?:less|fewer) than|"
    r"under|below|not (?:to )?exceed(?:ing)?|<",
}
BOUND_BEFORE = {name: re.compile(rf"(?:^|(?<=\W))(?:{words})\s*$", re.IGNORECASE) for name, words in BOUNDS.items()}
BOUND_BEHIND: dict[Bound, re.Pattern[str]] = {
    "least": re.compile(r"\+|\s(?:or|and) (?:more|over|above|up|older|longer)\b"),
    "most": re.compile(r"\s(?:or|and) (?:less|fewer|under|younger|shorter)\b|\sat (?:the )?most\b"),
    "about": re.compile(r"\sor so\b"),
}
LONGEST_BOUND = 20  # characters before a number in which it is looked for
PER = re.compile(
    r"(?:(?:\s(?!and\b|or\b|for\b|if\b)[a-z-]+){0,4}?\s?(?:/\s?|\b(?:per|an?|each|every)\s)(?:calendar\s)?"
    r"(?P<per>year|annum|month|week|day|hour|night|minute|second|person|child|adult|head|guest|room|unit|item|page|"
    r"km|kg|mile|litre|kWh)(?!\w)|\s(?P<adverb>yearly|annually|monthly|weekly|daily|nightly|hourly|p\.a\.))"
)
OF_ADVERB = {
    "yearly": "year", "annually": "year", "p.a.": "year", "annum": "year", "monthly": "month", "weekly": "week",
    "daily": "day", "nightly": "night", "hourly": "hour", "head": "person",
}  # fmt: skip
COUNTED = re.compile(r"[\s-]([^\W\d_]+)")
MOST_COUNTED = 3  # words behind a number, one of which it counts
LIKELY = re.compile(
    r"\d|\b(?:an?|half|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|eleven|\w*twelve|\w+teen|\w+ty|"
    r"hundred|thousand|dozen|first|second|third|\w+th)\b",
    re.IGNORECASE,
)


def amounts(text: str, taken: Sequence[ValueAt] = ()) -> list[ValueAt]:
    """The amounts in a text, by their places, outside what is `taken`: dates and times."""
    found: list[ValueAt] = []
    if not LIKELY.search(text):
        return found
    for match in AMOUNT.finditer(text):
        start, end = match.span()
        if any(one.start < end and start < one.end for one in taken):
            continue
        is_rate = match["low"].lower() in ("a", "an") and (found or TWICE.search(text, 0, start))
        if is_rate and match["unit"]:  # "26 days of leave in a year", "twice a week"
            continue
        if made := _amount(text, match):
            found.append(made)
    found += [
        one for one in [*_ordinals(text), *_times(text)]
        if not any(two.start < one.end and one.start < two.end for two in (*taken, *found))
    ]  # fmt: skip
    return _summed(text, sorted(found, key=lambda one: one.start))


def _amount(text: str, match: re.Match[str]) -> ValueAt | None:
    between = match["between"]
    is_range = match["high"] is not None and (between != "and" or _behind_between(text, match.start()))
    unit, end = _unit(match)
    if match["high"] is not None and not is_range:  # "26 and 30" are two: the first ends before "and"
        unit, end = None, match.end("half") if match["half"] else match.end("low")
    if match["before"]:
        unit = unit_of(match["before"])
    is_money = unit is not None and unit.measures in CURRENCIES
    if text[end : end + 1].isalpha():  # "5G" is no 5
        return None
    try:
        low, step = _number(match["low"], is_money=is_money)
        high, high_step = _number(match["high"], is_money=is_money) if is_range else (low, step)
    except ValueError:
        return None
    if match["half"] or match["more"]:
        low, high = low + 0.5, high + 0.5
    scale = SCALES[match["scale"].lower()] if match["scale"] and (is_range or match["high"] is None) else 1.0
    if is_money and match["unit"] == "m":
        scale, end = 1e6, match.end("unit")
    low, high, step = [*sorted((low * scale, high * scale)), min(step, high_step) * scale]
    return _with_what_is_around(text, match.start(), end, low, high, step, unit)


def _with_what_is_around(
    text: str, start: int, end: int, low: float, high: float, step: float, unit: Unit | None
) -> ValueAt:
    counted = () if unit else _counted(text, end)
    per = PER.match(text, end)
    rate = (per["per"] or per["adverb"]).lower() if per else ""
    bound = _bound(text, start, end)
    factor, zero = (unit.factor, unit.zero) if unit else (1.0, 0.0)
    low, high = low * factor + zero, high * factor + zero
    if bound == "least":
        high = math.inf
    elif bound == "most":
        low = -math.inf
    measures = unit.measures if unit else ""
    value = Amount(
        round(low, 9), round(high, 9), measures, unit.pattern if unit else "", step * factor, OF_ADVERB.get(rate, rate),
        bound, counted,
    )  # fmt: skip
    return ValueAt(value, start, end)


def _unit(match: re.Match[str]) -> tuple[Unit | None, int]:
    """The unit of an amount, and where it ends."""
    unit = unit_of(match["unit"]) if match["unit"] else None
    if unit or not match["unit"]:
        return unit, match.end()
    return None, max(match.end(name) for name in ("low", "half", "high", "scale"))


def _number(written: str, *, is_money: bool) -> tuple[float, float]:
    """The number and what its last digit counts. Raises ValueError for what is none, such as "3.2.1"."""
    plain = written.lower().replace("\u2212", "-")
    if plain[-1].isdigit():
        number, step = number_of_digits(plain.lstrip("-"), is_money=is_money)
        return (-number if plain[0] == "-" else number), step
    if plain in ("a", "an"):
        return 1.0, 1.0
    return (0.5, 0.5) if plain == "half" else (number_of_words(plain), 1.0)


def _bound(text: str, start: int, end: int) -> Bound:
    before = text[max(0, start - LONGEST_BOUND) : start]
    for bound, pattern in BOUND_BEFORE.items():
        if pattern.search(before):
            return bound
    return next((bound for bound, pattern in BOUND_BEHIND.items() if pattern.match(text, end)), "")


def _behind_between(text: str, start: int) -> bool:
    return text[:start].rstrip().lower().endswith("between")


def _counted(text: str, end: int) -> tuple[str, ...]:
    words: list[str] = []
    while len(words) < MOST_COUNTED and (found := COUNTED.match(text, end)) and found[1].lower() not in STOP_WORDS:
        words.append(stem(found[1]))
        end = found.end()
    return tuple(words)


def _ordinals(text: str) -> list[ValueAt]:
    found = []
    for match in ORDINAL.finditer(text):
        number = float(match["figure"] or ORDINALS.index(match["word"].lower()) + 1)
        found.append(ValueAt(Amount(number, number, "ordinal", counted=_counted(text, match.end())), *match.span()))
    return found


def _times(text: str) -> list[ValueAt]:
    found = []
    for match in TWICE.finditer(text):
        number = 1.0 if match[0].lower() == "once" else 2.0
        found.append(_with_what_is_around(text, *match.span(), number, number, 1.0, unit_of("times")))
    return found


def _summed(text: str, found: Sequence[ValueAt]) -> list[ValueAt]:
    """The amounts, those of one dimension that follow one another as one: "1 hour and 30 minutes"."""
    summed: list[ValueAt] = []
    for one in found:
        last = summed[-1] if summed else None
        if last and (value := _sum(last, one, text[last.end : one.start])):
            summed[-1] = ValueAt(value, last.start, one.end)
        else:
            summed.append(one)
    return summed


def _sum(one: ValueAt, other: ValueAt, between: str) -> Amount | None:
    a, b = one.value, other.value
    if not isinstance(a, Amount) or not isinstance(b, Amount) or not re.fullmatch(r"\s?(?:and\s|,\s)?", between):
        return None
    is_part = bool(a.unit) and a.unit == b.unit and a.written != b.written and b.step < a.step and a.low == a.high
    if not is_part or b.low != b.high or a.bound or b.bound or a.unit == "K":
        return None
    return replace(a, low=round(a.low + b.low, 9), high=round(a.high + b.high, 9), step=b.step, per=b.per)
