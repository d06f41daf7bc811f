"""Numbers as lists write them."""

from __future__ import annotations

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


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
