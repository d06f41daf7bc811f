"""Finds dates and times of day in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.values.kinds import CalendarDate, TimeOfDay, Value
from qa.values.units import UNIT

MONTHS = ("January February March April May June July August September October November December").split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTH = "(?P<month>" + "|".join(rf"{name}|{name[:3]}(?!\w)\.?" for name in MONTHS) + r"|Sept(?!\w)\.?)"
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
YEAR = r"(?P<year>1\d{3}|20\d\d)"
WEEKDAY = "(?P<weekday>" + "|".join(WEEKDAYS) + ")"
BEGIN, END = r"(?<![\w.,/:-])", r"(?![\w/:-]|[.,]\d)"
# A number of four digits is a year behind one of these words, or where it is all there is.
YEAR_BEFORE = (
    r"(?:(?<!\w)(?:in|since|until|till|by|from|to|of|year|edition|version|for|during|before|after|and|between|spring|"
    r"summer|autumn|fall|winter|early|late|\(|\u00a9)\s?|^(?=\d{4}\W*$))"
)
MONTH_BEFORE = r"(?:(?:in|since|until|till|by|from|of|to|end|early|late|mid|before|after|during|and|every|each)\s|^)"
HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
LATER = r"(?P<later>1[0-2]|0?[1-9])(?:[:.]\d\d)?"
CLOCK = r"(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?"


@dataclass(frozen=True, slots=True)
class ValueAt:
    """A value and where it stands in a text."""

    value: Value
    start: int
    end: int


def _date(found: re.Match[str]) -> Value | None:
    told = found.groupdict()
    month = _month(told["month"]) if told.get("month") else 0
    day, year = int(told.get("day") or 0), int(told.get("year") or 0)
    weekday = WEEKDAYS.index(told["weekday"]) + 1 if told.get("weekday") else 0
    return CalendarDate(year, month, day, weekday) if day <= 31 and month <= 12 else None


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(written[:3]))


def _slashes(found: re.Match[str]) -> Value | None:
    """12/3/2024 is a day in March or in December: then only its year is known."""
    one, other, year = int(found["one"]), int(found["other"]), int(found["year"])
    if one == other or (one > 12) != (other > 12):
        day, month = (one, other) if other <= 12 else (other, one)
        return CalendarDate(year, month, day)
    return CalendarDate(year)


def _time(found: re.Match[str]) -> Value | None:
    told = found.groupdict()
    hour, minute = int(told["hour"]), int(told.get("minute") or 0)
    half = (told.get("half") or "").lower()
    if half:
        return TimeOfDay((hour % 12 + (12 if half == "p" else 0)) * 60 + minute) if 1 <= hour <= 12 else None
    is_whole = "oclock" not in told or hour > 12
    return TimeOfDay(hour % 24 * 60 + minute, is_whole)


def _named_time(found: re.Match[str]) -> Value:
    return TimeOfDay(0 if found[0].lower() == "midnight" else 720)


def _first_of_two(found: re.Match[str]) -> Value | None:
    """The "9" of "9 to 11 a.m.", of which half of the day it is where it comes first there, else open."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if not 1 <= hour <= 12:
        return None
    later = int(found["later"]) % 12
    if hour % 12 < later:
        return TimeOfDay((hour % 12 + (12 if found["half"].lower() == "p" else 0)) * 60 + minute)
    return TimeOfDay(hour % 12 * 60 + minute, is_whole=False)


Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Value | None]]
RULES: tuple[Rule, ...] = (
    (re.compile(rf"{BEGIN}{YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\w)"), _date),
    (re.compile(rf"{BEGIN}(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.\s?{YEAR}(?!\w)"), _date),
    (re.compile(rf"{BEGIN}(?P<one>[0-3]?\d)/(?P<other>[0-3]?\d)/{YEAR}(?!\w)"), _slashes),
    (re.compile(rf"{BEGIN}(?:{WEEKDAY},?\s(?:the\s)?)?{DAY}\.?\s(?:of\s)?{MONTH}(?:,?\s{YEAR})?(?!\w)"), _date),
    (re.compile(rf"{BEGIN}(?:{WEEKDAY},?\s)?{MONTH}\s(?:the\s)?{DAY}(?![\d\w])(?:,?\s{YEAR})?(?!\w)"), _date),
    (re.compile(rf"{BEGIN}{MONTH},?\s(?:of\s)?{YEAR}(?!\w)"), _date),
    (re.compile(rf"(?:(?<=\W)|^){WEEKDAY}s?(?!\w)"), _date),
    (re.compile(rf"{MONTH_BEFORE}{MONTH}(?!\w)(?!\s\d)"), _date),
    (re.compile(rf"{BEGIN}{CLOCK}(?=\s?(?:-|\u2013|to|and|until|till)\s?{LATER}\s?{HALF})"), _first_of_two),
    (re.compile(rf"{BEGIN}{CLOCK}\s?{HALF}", re.IGNORECASE), _time),
    (re.compile(rf"{BEGIN}(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])"), _time),
    (re.compile(rf"{BEGIN}(?P<hour>[01]?\d|2[0-4])(?P<oclock>\so['\u2019]clock)"), _time),
    (re.compile(r"(?<!\w)(?:noon|midday|midnight)(?!\w)", re.IGNORECASE), _named_time),
    (re.compile(rf"{BEGIN}{YEAR}(?=\s(?:edition|version|revision)(?!\w))", re.IGNORECASE), _date),
    (re.compile(rf"{YEAR_BEFORE}{YEAR}{END}(?!\s?(?:{UNIT})(?!\w))", re.IGNORECASE), _date),
)  # fmt: skip
LIKELY = re.compile(r"\d|day|noon|midnight|" + "|".join(name[:3] for name in MONTHS))


def dates_and_times(text: str) -> list[ValueAt]:
    """Those that a text holds, by their places, no two overlapping."""
    found: list[ValueAt] = []
    if not LIKELY.search(text):
        return found
    for pattern, made in RULES:
        for match in pattern.finditer(text):
            value, start = made(match), _first_group(match)
            if value and not any(one.start < match.end() and start < one.end for one in found):
                found.append(ValueAt(value, start, match.end()))
    return sorted(found, key=lambda one: one.start)


def _first_group(match: re.Match[str]) -> int:
    """Where what is told begins, behind words that only lead to it."""
    return min((start for start, _ in match.regs[1:] if start >= 0), default=match.start())
