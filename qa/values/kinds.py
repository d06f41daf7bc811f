"""What quoted words state: amounts, dates, times of day, whether something is so, names. And whether two of them are
the same in other words, or exclude one another.

Each kind compares itself with another of its kind: True where both are the same, False where both cannot be right of
one thing, None where that is not known: "a month" and "30 days", "about 30" and "32", "12 March" and "12 March 2024".
When in doubt it is None, so that nobody is told of a conflict that is none.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from qa.same_text import same_text

Bound = Literal["", "about", "least", "most"]
# Amounts that are 1,000 times one another may be one that is written with the other's thousands separator.
SEPARATOR = 1000.0
ROUNDED = 0.02  # by so much, of itself, an amount may change where it is told in other units: 5 km are 3.1 miles
# A large number that ends in zeros may be the other one, rounded: 48,000 inhabitants are 48,213.
LARGE, ROUND, ROUNDED_LARGE = 1000.0, 100.0, 0.01
ABOUT = 0.15  # by so much, of itself, what is "about" an amount may differ from it
DAYS_OF_MONTH = (28.0, 31.0)
MONEY = "money"  # the unit of "free of charge", which is no amount of any currency
CURRENCIES = frozenset("EUR USD GBP CHF JPY INR CNY SEK NOK DKK PLN CZK CAD AUD".split())


@dataclass(frozen=True, slots=True)
class Amount:
    """From `low` to `high` of a unit, in the base unit of its dimension; both are the same where one number is told.

    `written` is the unit as it is written, `step` what the last digit of the number counts, `counted` the words behind
    a number without a unit, `per` what a rate is for. `bound` tells that the number is only about right, the least or
    the most; then one of low and high is infinite.
    """

    low: float
    high: float
    unit: str = ""
    written: str = ""
    step: float = 1.0
    per: str = ""
    bound: Bound = ""
    counted: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What can be compared with what."""
        return "amount"

    def agrees(self, other: Amount) -> bool | None:
        """Whether both are the same amount; see above."""
        if not self.is_comparable(other):
            return None
        if self.unit == other.unit and (self.low, self.high, self.bound) == (other.low, other.high, other.bound):
            return True if self.per == other.per or not (self.per and other.per) else None
        if self.bound and self.bound == other.bound != "about" and self.unit == other.unit:
            limits = (self.low, other.low) if self.bound == "least" else (self.high, other.high)
            return None if self.is_near(other, *limits) else False
        (a, b), (c, d) = self._interval(), other._interval()
        if b < c:
            return None if self.is_near(other, b, c) else False
        if d < a:
            return None if self.is_near(other, d, a) else False
        return None

    def is_comparable(self, other: Amount) -> bool:
        """Whether both count the same kind of thing."""
        if self.per and other.per and self.per != other.per:
            return False
        if self.counted and other.counted and not set(self.counted) & set(other.counted):
            return False
        if self.unit == other.unit:
            return True
        units = {self.unit, other.unit}
        return units == {"days", "months"} or (MONEY in units and bool(units & CURRENCIES))

    def is_near(self, other: Amount, one: float, two: float) -> bool:
        """Whether two numbers of theirs may be the same, rounded, converted or written with a separator."""
        gap, larger = abs(one - two), max(abs(one), abs(two))
        is_round = one % ROUND == 0 or two % ROUND == 0
        if is_round and larger >= LARGE and gap <= ROUNDED_LARGE * larger:
            return True
        if self.step != other.step and gap <= max(self.step, other.step) / 2 + 1e-9:
            return True
        if self.written != other.written and self.unit == other.unit and gap <= ROUNDED * larger:
            return True
        return min(one, two) > 0 and math.isclose(max(one, two) / min(one, two), SEPARATOR)

    def _interval(self) -> tuple[float, float]:
        """From the least to the most it may be, months in days."""
        low, high = self.low, self.high
        if self.bound == "about":
            low, high = low - ABOUT * abs(low), high + ABOUT * abs(high)
        if self.unit == "months":
            low, high = low * DAYS_OF_MONTH[0], high * DAYS_OF_MONTH[1]
        return low, high


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A date, or as much of one as is told: 0 stands for what is not. `weekday` is 1 on Mondays."""

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = 0

    @property
    def kind(self) -> str:
        """What can be compared with what."""
        return "date"

    @property
    def iso(self) -> str:
        """The year with what else is known of the date, such as "2025-03"; "" where the year is not."""
        known = f"{self.year:04}" if self.year else ""
        if known and self.month:
            known += f"-{self.month:02}" + (f"-{self.day:02}" if self.day else "")
        return known

    def agrees(self, other: CalendarDate) -> bool | None:
        """Whether both are the same day; see above."""
        if self == other:
            return True
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        if any(one and two and one != two for one, two in pairs):
            return False
        weekdays = {self.weekday, other.weekday} - {0}
        if len(weekdays) == 2:
            return False
        return True if all(one == two for one, two in pairs) and any(one for one, _ in pairs) else None


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Minutes since midnight. `is_whole` is False where nothing tells the morning from the evening."""

    minutes: int
    is_whole: bool = True

    @property
    def kind(self) -> str:
        """What can be compared with what."""
        return "time"

    def agrees(self, other: TimeOfDay) -> bool | None:
        """Whether both are the same time; see above."""
        if self.is_whole and other.is_whole:
            return self.minutes == other.minutes
        if self == other:
            return True
        return None if self.minutes % 720 == other.minutes % 720 else False


@dataclass(frozen=True, slots=True)
class Polarity:
    """Whether something is so: allowed or not, required or not."""

    topic: str
    is_so: bool

    @property
    def kind(self) -> str:
        """What can be compared with what."""
        return f"polarity {self.topic}"

    def agrees(self, other: Polarity) -> bool | None:
        """Whether both say the same; see above."""
        return self.is_so == other.is_so if self.topic == other.topic else None


@dataclass(frozen=True, slots=True)
class ProperName:
    """A name's words in small letters, without titles."""

    words: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What can be compared with what."""
        return "name"

    def agrees(self, other: ProperName) -> bool | None:
        """Whether both are the same name; see above. A word in common, or one's initials, leave it open."""
        if self.words == other.words:
            return True
        if any(one.startswith(two) or two.startswith(one) for one in self.words for two in other.words):
            return None
        initials = ["".join(word[0] for word in name.words) for name in (self, other)]
        return None if initials[0] in other.words or initials[1] in self.words else False


Value = Amount | CalendarDate | TimeOfDay | Polarity | ProperName


@dataclass(frozen=True, slots=True)
class Stated:
    """Quoted words and the values that they state; no values where they state none that could be compared."""

    text: str
    values: tuple[Value, ...] = ()

    @property
    def kinds(self) -> Counter[str]:
        """How many values there are of each kind."""
        return Counter(value.kind for value in self.values)


def agreement(one: Value, other: Value) -> bool | None:
    """Whether two values are the same; None where that is not known, as of values of two kinds."""
    match one, other:
        case Amount(), Amount():
            return one.agrees(other)
        case CalendarDate(), CalendarDate():
            return one.agrees(other)
        case TimeOfDay(), TimeOfDay():
            return one.agrees(other)
        case Polarity(), Polarity():
            return one.agrees(other)
        case ProperName(), ProperName():
            return one.agrees(other)
        case _:
            return None


def same_value(one: Stated, other: Stated) -> bool:
    """Whether two quotes state the same, in other words or spelling: "30 days" and "thirty days"."""
    agreements = _agreements(one, other)
    if any(agreed is False for agreed in agreements):  # the "allowed" of "not allowed" is another one
        return False
    if same_text(one.text, other.text):
        return True
    return bool(one.values) and one.kinds == other.kinds and all(agreements)


def excludes(one: Stated, other: Stated) -> bool:
    """Whether two quotes state values of which only one can be right, if both speak of the same thing. Only kinds of
    which both state as many are compared."""
    return any(agreed is False for agreed in _agreements(one, other))


def _agreements(one: Stated, other: Stated) -> list[bool | None]:
    found: list[bool | None] = []
    for kind, count in one.kinds.items():
        if other.kinds[kind] == count:
            pairs = zip(_of_kind(one, kind), _of_kind(other, kind), strict=True)
            found += [agreement(a, b) for a, b in pairs]
    return found


def _of_kind(stated: Stated, kind: str) -> list[Value]:
    return [value for value in stated.values if value.kind == kind]
