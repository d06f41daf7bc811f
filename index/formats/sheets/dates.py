"""Dates and times as a spreadsheet program shows them: days since 1899-12-30 or 1904-01-01, by codes as d-mmm-yy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

DATE_LETTERS = "ymdhse"
LAST_DAY = 2_958_466  # the day behind 9999-12-31
SHIFT_1904 = 1462  # days between the two ways to count
MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
LEAP_DAY_1900 = 60  # that never was; spreadsheets count it
_DURATION = re.compile(r"P(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?")
_CALENDAR = {0: (1900, 1, 0), LEAP_DAY_1900: (1900, 2, 29)}


def shown_date(value: float, tokens: Sequence[tuple[str, str]], *, from_1904: bool = False) -> str | None:
    """Returns a number of days by the tokens of a format, (what, text) each; None where it is no date."""
    if from_1904 and not _only_elapsed(tokens):
        value += SHIFT_1904
    if not 0 <= value < LAST_DAY:
        return None
    decimals = _decimals(tokens)
    unit = 10**decimals
    ticks = int(value * 86400 * unit + 0.5)  # as much of a second as is shown
    seconds, part = divmod(ticks, unit)
    day, second = divmod(seconds, 86400)
    when = datetime(1899, 12, 30) + timedelta(days=day + (day < LEAP_DAY_1900), seconds=second)
    calendar = _CALENDAR.get(day, (when.year, when.month, when.day))
    half = any(what == "half" for what, _ in tokens)
    pieces: list[str] = []
    minutes = _minutes(tokens)
    for at, (what, text) in enumerate(tokens):
        if what == "date":
            pieces.append(
                _date_piece(text, calendar, day)
                if _is_calendar(text, at in minutes)
                else _clock_piece(text, when, half)
            )
        elif what == "elapsed":
            pieces.append(str(seconds // {"h": 3600, "m": 60, "s": 1}[text[0]]).zfill(len(text)))
        elif what == "half":
            pieces.append(("AM" if when.hour < 12 else "PM") if len(text) != 3 else "A" if when.hour < 12 else "P")
        elif what == "digits":
            if pieces and pieces[-1] == ".":
                pieces.append(str(part).zfill(decimals))
        elif what not in ("text", "exponent"):
            pieces.append(text)
    return "".join(pieces)


def days_of(stated: str) -> float | None:
    """Returns the number of days of a date, a time or a duration as ISO 8601 writes them; None of anything else."""
    if found := _DURATION.fullmatch(stated):
        days, hours, minutes, seconds = (float(one or 0) for one in found.groups())
        return days + hours / 24 + minutes / 1440 + seconds / 86400
    try:
        when = datetime.fromisoformat(stated if "-" in stated else f"1899-12-30T{stated.lstrip('T')}")
    except ValueError:
        return None
    passed = when.replace(tzinfo=None) - datetime(1899, 12, 30)
    days = passed / timedelta(days=1)
    return days - (1 <= days <= LEAP_DAY_1900)


def _only_elapsed(tokens: Sequence[tuple[str, str]]) -> bool:
    return any(what == "elapsed" for what, _ in tokens) and not any(
        what == "date" and text[0] in "yd" for what, text in tokens
    )


def _decimals(tokens: Sequence[tuple[str, str]]) -> int:
    """How many decimals of a second are shown."""
    for at, token in enumerate(tokens):
        if token == ("sign", "."):
            following = 0
            while at + 1 + following < len(tokens) and tokens[at + 1 + following] == ("digits", "0"):
                following += 1
            if following:
                return min(3, following)
    return 0


def _minutes(tokens: Sequence[tuple[str, str]]) -> set[int]:
    """Which of the tokens of m are minutes: those behind hours, and those before seconds."""
    times = [(at, text[0]) for at, (what, text) in enumerate(tokens) if what in ("date", "elapsed")]
    return {
        at for number, (at, letter) in enumerate(times)
        if letter == "m" and len(tokens[at][1]) < 3 and (
            (number and times[number - 1][1] == "h") or (number + 1 < len(times) and times[number + 1][1] == "s")
        )
    }  # fmt: skip


def _is_calendar(text: str, minute: bool) -> bool:
    return text[0] in "yed" or (text[0] == "m" and not minute)


def _date_piece(text: str, calendar: tuple[int, int, int], number: int) -> str:
    year, month, day = calendar
    letter, length = text[0], len(text)
    if letter in "ye":
        return f"{year % 100:02}" if letter == "y" and length < 3 else str(year)
    if letter == "m":
        name = MONTHS[month - 1]
        return [str(month), f"{month:02}", name[:3], name, name[:1]][min(length, 5) - 1]
    name = DAYS[(number + 5) % 7]
    return [str(day), f"{day:02}", name[:3], name][min(length, 4) - 1]


def _clock_piece(text: str, when: datetime, half: bool) -> str:
    number = {"m": when.minute, "s": when.second, "h": (when.hour % 12 or 12) if half else when.hour}[text[0]]
    return str(number) if len(text) == 1 else f"{number:02}"
