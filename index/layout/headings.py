"""Which lines of a plain text are headings. A wrong one hurts more than a missed one, so only sure ones count."""

from __future__ import annotations

import re

from index.layout.labels import has_label
from index.layout.lines import Line, is_contents, mark_of

LONGEST_HEADING = 80
REACH = 5  # lines in which the nearest one that is not blank is looked for
MOST_WORDS = 12
MOST_TITLE_WORDS = 6  # of a numbered heading that ends with a full stop, such as "0. Definitions."
NAMED = re.compile(
    r"(?P<big>chapter|part|book|kapitel|teil|chapitre|parte|capítulo|capitolo|hoofdstuk)?(?P<small>article|section|"
    r"appendix|annex|schedule|clause|artikel|abschnitt|anhang|titre|annexe|artículo|articolo|§)?"
    r"\s+(?:\d{1,3}[a-z]?|[IVXLC]{1,7}|[A-Z])(?P<end>[.:]?)(?P<rest>\s.*)?$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})(?P<end>\.?)\s+(?=[^\W\d_]{3})")
FINAL = tuple(".!?;,:…。！？।؟")


def heading_level(lines: list[Line], number: int, end: int, *, caps: bool) -> int:
    """The level of the heading at line `number`, the first of those before the blank line `end`, or 0 if it is none.

    `caps` tells that capitals mean something in this text.
    """
    line = lines[number]
    text = line.text
    if len(text) > LONGEST_HEADING or len(text.split()) > MOST_WORDS or is_contents(text):
        return 0
    below = lines[number + 1] if number + 1 < end else None
    if found := NAMED.match(text):
        return _named_level(found, text, below)
    if below is None:
        following = next((one for one in lines[end : end + REACH] if one), None)
        if following is None or _is_field(lines, number, following):
            return 0
        return _level_alone(text, following)
    if caps and is_capitals(text) and not is_capitals(below.text):
        return 2
    return _level_over(text, below)


def _is_field(lines: list[Line], number: int, following: Line) -> bool:
    """Whether the line has a label, and so has the next one before or behind it: a form with blank lines inside."""
    if not has_label(lines[number].text):
        return False
    before = next((one for one in reversed(lines[max(0, number - REACH) : number]) if one), None)
    return any(one is not None and has_label(one.text) for one in (before, following))


def is_capitals(text: str) -> bool:
    """Whether the line is a heading in capital letters, such as "GENERAL RULES"."""
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= 4 and text.isupper() and 2 * len(letters) > len(text) and not text.endswith(FINAL)


def _named_level(found: re.Match[str], text: str, below: Line | None) -> int:
    """For "Chapter 3" and "Article 5."; not for "Section 4 applies" or a line that goes on below."""
    kinds = bool(found["big"]) + bool(found["small"])
    rest = (found["rest"] or "").strip()
    if kinds != 1 or (not text[0].isupper() and text[0] != "§") or rest.endswith(FINAL):
        return 0
    if rest and not found["end"] and not (rest[0].isupper() or rest[0] in "-–—("):
        return 0
    if below is not None and not (below.text[0].isupper() or mark_of(below.text)):
        return 0
    return 2 if found["big"] else 3


def _level_over(text: str, below: Line) -> int:
    """For a short line with a number right above a longer one: "2. Water charges"."""
    numbered = NUMBERED.match(text)
    if not numbered or len(text.split()) > MOST_TITLE_WORDS or text.endswith(FINAL):
        return 0
    if not below.text[0].isupper() or mark_of(below.text) or len(below.text) < 1.3 * len(text):
        return 0
    return 1 + numbered["number"].count(".") + 1


def _level_alone(text: str, following: Line) -> int:
    """For a line between blank lines; `following` is the next one."""
    numbered = NUMBERED.match(text)
    short = numbered is not None and text.endswith(".") and len(text.split()) <= MOST_TITLE_WORDS
    if (text.endswith(FINAL) and not short) or sum(map(str.isalpha, text)) < 0.6 * len(text.replace(" ", "")):
        return 0
    words = text[numbered.end() :] if numbered else text  # "4  LICENSING": what follows the number may stand apart
    if "@" in text or "://" in text or "|" in text or "\t" in words or "  " in words:
        return 0
    if numbered:
        if mark_of(following.text) and not NUMBERED.match(following.text):
            return 1 + numbered["number"].count(".") + 1
        after = NUMBERED.match(following.text)
        if after and after["number"].count(".") <= numbered["number"].count("."):
            return 0  # the next item of a list
        return 1 + numbered["number"].count(".") + 1
    if mark_of(text) or not (text[0].isupper() or (text[0].isalpha() and not text[0].islower())):
        return 0
    if is_capitals(text):
        return 2
    goes_on = len(following.text) > len(text) or following.text.endswith(FINAL) or mark_of(following.text)
    return 3 if goes_on else 0
