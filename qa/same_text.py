"""Whether two quotes say the same in other spelling.

What is only spelling is taken off; what can change the meaning stays: "$5.00" is not "$500", "-15" not "15", "C++" not
"C#", "hepatitis A" not "hepatitis". When in doubt they differ, and each stands for itself. Evaluation compares more
loosely, as its official script does.
"""

from __future__ import annotations

import re
import string

QUOTES = "\"'\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a"
EDGES = re.escape(string.punctuation + QUOTES + "\u2026\u2022\u00b7")
LEADING, TRAILING = re.compile(f"^[{EDGES}]+"), re.compile(f"[{EDGES}]+$")
SIGNS = "-+<>~\u2264\u2265\u00b1"  # mean something before an amount
AMOUNT = r"(?=\.?[\d\u20ac\u00a3\u00a5])"
SIGN = re.compile(rf"(?:[{SIGNS}]*\.|[{SIGNS}]+)$")  # at the end of what leads an amount; "..." is no sign
BEHIND = re.compile(r"[^-+#%]")  # all but these means nothing behind a word: "C++", "C#", "5%", "A-"
FEET_OR_INCHES = re.compile(r"(?<=\d)['\"]$")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")  # "U.S", its last full stop stripped
ARTICLES = ("a", "an", "the")
# What is written in several ways; the order counts.
SPELLINGS = [
    (re.compile("[\u2010\u2011\u2212]"), "-"),
    (re.compile(r"(?<!\S)[\u2012-\u2015](?=[\d.])"), "-"),  # for a minus sign
    (re.compile(r"(?<=\d)[\u2012-\u2015](?=\d)"), "-"),
    (re.compile("[\u2012-\u2015]"), " "),
    (re.compile(r"\$"), ""),
    (re.compile(rf"(?<!\S)([{SIGNS}])\s+{AMOUNT}"), r"\1"),
    (re.compile(r"(?<=\d)\s+%"), "%"),
    (THOUSANDS, ""),
]


def on_one_line(text: str) -> str:
    """The text without what white space and case add: copies of one text have this in common."""
    return " ".join(text.split()).casefold()


def same_text(one: str, other: str) -> bool:
    """Whether two quotes are the same apart from case, a leading article, and punctuation that means nothing."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    bare = text.casefold().strip()
    if bare[:1] in QUOTES:
        bare = bare.strip(QUOTES)
    for pattern, spelling in SPELLINGS:
        bare = pattern.sub(spelling, bare)
    words = [word for word in map(_bare_word, bare.split()) if word]
    if len(words) > 1 and words[0] in ARTICLES:
        del words[0]
    return " ".join(words) or text.strip()


def _bare_word(word: str) -> str:
    if found := LEADING.match(word):
        run, rest = found.group(), word[found.end() :]
        sign = SIGN.search(run) if re.match(AMOUNT, rest) else None
        word = ("" if sign is None or run.endswith("..") else sign.group()) + rest
    unit = FEET_OR_INCHES.search(word)
    word = TRAILING.sub(lambda found: BEHIND.sub("", found.group()), word) + (unit.group() if unit else "")
    word = word.replace("\u2019", "'")
    return word.replace(".", "") if INITIALS.fullmatch(word) else word
