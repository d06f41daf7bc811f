"""What is shown of characters that cannot be seen.

Characters that hide, reorder or change others without being seen are shown as a visible mark, so that no quote, title
or file name can lie. Those that a script or an emoji needs where they stand are left, and those that only say where a
line may break are left out. Only what is shown changes: offsets count the characters of the text itself.
"""

from __future__ import annotations

import re
import unicodedata

MARK = "\u25a1"
# Unicode's "default ignorable" characters, signs of direction, and annotations between lines.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
SOFT_HYPHEN, BREAK, NON_JOINER, JOINER = "\u00ad", "\u200b", "\u200c", "\u200d"
RIGHT_TO_LEFT = "\u200f\u061c"  # marks that ordinary Hebrew and Arabic need beside punctuation
JOINING = (  # scripts whose letters join: Arabic to Myanmar, Khmer, Mongolian and others of Asia
    (0x0600, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xABFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC),
    (0x10A00, 0x11FFF),
)  # fmt: skip
UNPARTED = ((0x0E00, 0x109F), (0x1780, 0x17FF), (0x19E0, 0x19FF))  # scripts that part words by no blank, such as Thai
HAN = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")  # of a region, in tags
NEARBY = 40  # characters in which the next letter is looked for


def shown(text: str) -> str:
    """The text as it is shown, with a MARK for what could mislead."""
    return UNSEEN.sub(_shown, text) if UNSEEN.search(text) else text


def marks_in(text: str, start: int, end: int) -> str:
    """A MARK for each character of `text[start:end]` that `shown` marks."""
    return "".join(MARK for found in UNSEEN.finditer(text, start, end) if _shown(found) == MARK)


def is_kept(character: str) -> bool:
    """Whether `shown` may leave this unseen character where it is needed."""
    return character in NON_JOINER + JOINER + RIGHT_TO_LEFT or character > "\U000e0000" or _is_selector(character)


def _shown(found: re.Match[str]) -> str:
    text, at, character = found.string, found.start(), found.group()
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character == SOFT_HYPHEN:
        return "" if before.isalnum() and after.isalnum() else MARK
    if character == BREAK:
        return "" if _is_of(before, UNPARTED) or _is_of(after, UNPARTED) else MARK
    if character in (NON_JOINER, JOINER):
        needed = _is_of(before, JOINING) or (character == JOINER and _is_emoji(before) and _is_emoji(after))
    elif character in RIGHT_TO_LEFT:
        needed = _is_among_right_to_left(text, at)
    elif _is_selector(character):
        needed = _selects(before, character, after)
    else:
        flag = max(text.rfind("\U0001f3f4", max(0, at - 8), at), 0)
        whole = FLAG.match(text, flag)
        needed = whole is not None and whole.end() > at
    return character if needed else MARK


def _is_of(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return character != "" and any(first <= ord(character) <= last for first, last in ranges)


def _is_emoji(character: str) -> bool:
    """Whether a character is a picture, or changes the one before it: its colour, its kind."""
    return character == "\ufe0f" or (character > "\u2000" and unicodedata.category(character) in ("So", "Sk"))


def _is_selector(character: str) -> bool:
    """Whether a character chooses how the one before it is drawn."""
    return _is_of(character, ((0x180B, 0x180D), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)))


def _selects(before: str, selector: str, after: str) -> bool:
    """Whether there is something to choose: a picture, a key such as "1\ufe0f\u20e3", a Chinese or Mongolian letter."""
    if selector in "\ufe0e\ufe0f":
        sign = before != "" and before > "\u00a0" and unicodedata.category(before) in ("So", "Sk", "Sm", "Po")
        return sign or after == "\u20e3"
    return _is_of(before, ((0x1800, 0x18AF),) if selector < "\u2000" else HAN)


def _is_among_right_to_left(text: str, at: int) -> bool:
    """Whether the letter before, or at the beginning the one behind, is written from right to left. Inside a number a
    mark would change the order of its digits."""
    if text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
        return False
    before, after = _direction(text[max(0, at - NEARBY) : at][::-1]), _direction(text[at + 1 : at + 1 + NEARBY])
    return (before or after) in ("R", "AL")


def _direction(text: str) -> str:
    """How the first letter is written: "L" from the left, "R" or "AL" from the right, "" where there is none."""
    directions = (unicodedata.bidirectional(one) for one in text if one not in RIGHT_TO_LEFT)
    return next((one for one in directions if one in ("L", "R", "AL")), "")
