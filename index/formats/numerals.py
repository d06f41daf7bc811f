"""Numbers as lists write them."""

from __future__ import annotations

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST_ROMAN, _LONGEST_LETTERS = 5000, 20


def roman(number: int) -> str:
    """4 gives "iv"; `number` is at least 1."""
    written = ""
    for value, sign in ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def alphabetic(number: int) -> str:
    """1 gives "a", 26 "z", 27 "aa"; `number` is at least 1."""
    written = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        written = chr(97 + place) + written
    return written


def written(value: int, kind: str) -> str:
    """Returns a number as Word writes it in one of its formats; an unknown format is written in digits."""
    if kind in ("none", "bullet"):
        return ""
    if kind in ("lowerRoman", "upperRoman") and 0 < value < _HIGHEST_ROMAN:
        return roman(value).upper() if kind == "upperRoman" else roman(value)
    if kind in ("lowerLetter", "upperLetter") and 0 < value <= 26 * _LONGEST_LETTERS:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind == "decimalZero":
        return f"{value:02}"
    if kind == "ordinal":
        ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return f"{value}{ending}"
    return str(value)
