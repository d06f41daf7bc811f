"""The units of amounts, and the numbers that are written as words."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit is written (a pattern), what it measures, and how many base units of that it is.

    Days and months are two dimensions: a month is no certain number of days.
    """

    pattern: str
    measures: str
    factor: float = 1.0
    zero: float = 0.0  # in base units, as that of degrees Fahrenheit


MINUTE, HOUR, WEEK = 1 / 1440, 1 / 24, 7.0
UNITS = (
    Unit(r"km/h|kph|kmh|kilomet(?:er|re)s?\s(?:per|an)\shour", "km/h"),
    Unit(r"mph|miles?\s(?:per|an)\shour", "km/h", 1.609344),
    Unit(r"(?:working|business|week)[\s-]?days?", "working days"),
    Unit(r"seconds?|secs?", "days", MINUTE / 60), Unit(r"minutes?|mins?", "days", MINUTE),
    Unit(r"hours?|hrs?|h", "days", HOUR), Unit(r"(?:(?:calendar|full|whole|consecutive|clear)\s)?days?", "days"),
    Unit(r"weeks?", "days", WEEK), Unit(r"fortnights?", "days", 2 * WEEK), Unit(r"nights?", "nights"),
    Unit(r"(?:calendar\s)?months?", "months"), Unit(r"(?:calendar\s)?years?|yrs?", "months", 12),
    Unit(r"decades?", "months", 120), Unit(r"centur(?:y|ies)", "months", 1200),
    Unit(r"percentage points?", "points"), Unit(r"%|percent|per\s?cent", "%"),
    Unit(r"mm|millimet(?:er|re)s?", "m", 0.001), Unit(r"cm|centimet(?:er|re)s?", "m", 0.01),
    Unit(r"km|kilomet(?:er|re)s?", "m", 1000), Unit(r"m|met(?:er|re)s?", "m"),
    Unit(r"miles?", "m", 1609.344), Unit(r"yards?", "m", 0.9144), Unit(r"feet|foot|ft", "m", 0.3048),
    Unit(r"inch(?:es)?", "m", 0.0254),
    Unit(r"(?:m\u00b2|sqm|square\smet(?:er|re)s?)", "m2"), Unit(r"hectares?|ha", "m2", 10_000),
    Unit(r"acres?", "m2", 4046.86), Unit(r"square\skilomet(?:er|re)s?|km\u00b2", "m2", 1e6),
    Unit(r"square\sfeet|sq\.?\sft", "m2", 0.0929), Unit(r"square\smiles?", "m2", 2.59e6),
    Unit(r"mg|milligram(?:me)?s?", "g", 0.001), Unit(r"kg|kilos?|kilogram(?:me)?s?", "g", 1000),
    Unit(r"grams?|grammes?|g", "g"), Unit(r"tonnes?|t", "g", 1e6), Unit(r"lbs?", "g", 453.592),
    Unit(r"ounces?|oz", "g", 28.3495),
    Unit(r"ml|millilit(?:er|re)s?", "l", 0.001), Unit(r"cl|centilit(?:er|re)s?", "l", 0.01),
    Unit(r"l|lit(?:er|re)s?", "l"), Unit(r"gallons?", "gallons"),
    Unit(r"\u00b0\s?C|degrees?\s(?:Celsius|centigrade|C)", "K", 1, 273.15),
    Unit(r"\u00b0\s?F|degrees?\s(?:Fahrenheit|F)", "K", 5 / 9, 255.3722), Unit(r"\u00b0|degrees?", "degrees"),
    Unit(r"kWh", "kWh"), Unit(r"kW|kilowatts?", "W", 1000), Unit(r"MW|megawatts?", "W", 1e6), Unit(r"W|watts?", "W"),
    Unit(r"V|volts?", "V"), Unit(r"GHz", "Hz", 1e9), Unit(r"MHz", "Hz", 1e6), Unit(r"kHz", "Hz", 1000),
    Unit(r"KB|kilobytes?", "bytes", 1e3), Unit(r"MB|megabytes?", "bytes", 1e6), Unit(r"GB|gigabytes?", "bytes", 1e9),
    Unit(r"TB|terabytes?", "bytes", 1e12), Unit(r"mAh", "mAh"), Unit(r"bars?", "bar"), Unit(r"psi", "psi"),
    Unit(r"\u20ac|EUR|euros?", "EUR"), Unit(r"US\$|\$|USD|(?:US\s)?dollars?", "USD"),
    Unit(r"\u00a3|GBP|pounds?", "GBP"),
    Unit(r"cents?", "cents"), Unit(r"pence", "GBP", 0.01), Unit(r"CHF|(?:Swiss\s)?francs?", "CHF"),
    Unit(r"\u00a5|JPY|yen", "JPY"), Unit(r"INR|rupees?", "INR"), Unit(r"CNY|yuan", "CNY"), Unit(r"SEK", "SEK"),
    Unit(r"NOK", "NOK"), Unit(r"DKK", "DKK"), Unit(r"PLN|zloty", "PLN"), Unit(r"CZK", "CZK"), Unit(r"CAD", "CAD"),
    Unit(r"AUD", "AUD"),
    Unit(r"times", "times"),
)  # fmt: skip
# Written before the number as well.
BEFORE = r"US\$|\$|\u20ac|\u00a3|\u00a5|EUR|USD|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN|CZK|CAD|AUD"
CASED = re.compile(r"^[A-Za-z]$")  # signs of one letter: "m" is no "M", "5G" no grams
KNOWN = [(re.compile(unit.pattern), re.compile(unit.pattern, re.IGNORECASE), unit) for unit in UNITS]
UNIT = "|".join(unit.pattern for unit in UNITS)

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {
    "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "mn": 1e6,
    "bn": 1e9, "dozen": 12.0,
}  # fmt: skip
SMALL = {word: float(number) for number, word in enumerate(ONES)} | {
    word: 10.0 * number for number, word in enumerate(TENS, 2)
}
ORDINALS = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth").split()
SMALL_WORDS = "|".join(sorted(SMALL, key=len, reverse=True))
NUMBER_WORDS = (
    rf"(?:{SMALL_WORDS}|hundred|thousand|dozen)"
    rf"(?:(?:\s|-)(?:and\s)?(?:{SMALL_WORDS}|hundred|thousand|million|billion))*"
)


def unit_of(written: str) -> Unit | None:
    """The unit that is written so."""
    plain = " ".join(written.split())
    for exact, anyhow, unit in KNOWN:
        if (exact if CASED.match(plain) else anyhow).fullmatch(plain):
            return unit
    return None


def number_of_words(words: str) -> float:
    """The number that these words are: "one hundred and twenty" is 120."""
    total, part = 0.0, 0.0
    for word in words.lower().replace("-", " ").split():
        if word in SMALL:
            part += SMALL[word]
        elif word in ("hundred", "dozen"):
            part = max(part, 1.0) * SCALES[word]
        elif word in SCALES:
            total, part = total + max(part, 1.0) * SCALES[word], 0.0
    return total + part


def number_of_digits(digits: str, *, is_money: bool = False) -> tuple[float, float]:
    """The number that these digits are, and what its last one counts.

    A comma or full stop before three last digits parts thousands where it can: "1,200" always, "1.200" of money alone.
    """
    plain = digits.replace("\u00a0", "").replace("\u202f", "").replace("\u2019", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", plain) or (
        is_money and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain)
    ):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", ".")
    behind = len(plain.partition(".")[2])
    return float(plain), 10.0**-behind
