"""Whether two quotes say the same in other dress.

What is only dress is taken off; what can change the meaning stays: "$5.00" is not "$500", "-15" not "15", "C++" not
"C#", "hepatitis A" not "hepatitis". Evaluation compares more loosely, as its official script does.
"""

from __future__ import annotations

import re
import string

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
EDGES = re.escape(string.punctuation + "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u2026\u2022\u00b7")
LEADING, TRAILING = re.compile(f"^[{EDGES}]+"), re.compile(f"[{EDGES}]+$")
BEFORE_DIGITS = "-+.<>~"  # mean something right before a digit
BEHIND = re.compile("[^+#%]")  # all but these is dress behind a word: "C++", "C#", "5%"
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")  # "U.S", its last full stop stripped
ARTICLES = ("a", "an", "the")


def same_text(one: str, other: str) -> bool:
    """Whether two quotes are the same apart from case, a leading article, and punctuation that means nothing."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    text = THOUSANDS.sub("", text.casefold().translate(DASHES).replace("$", ""))
    words = [word for word in map(_bare_word, text.split()) if word]
    if len(words) > 1 and words[0] in ARTICLES:
        del words[0]
    return " ".join(words) or text.strip()


def _bare_word(word: str) -> str:
    if found := LEADING.match(word):
        run, rest = found.group(), word[found.end() :]
        sign = run[-1] if rest[:1].isdigit() and run[-1] in BEFORE_DIGITS and run[-2:-1] != run[-1] else ""
        word = sign + rest
    word = TRAILING.sub(lambda found: BEHIND.sub("", found.group()), word).replace("\u2019", "'")
    return word.replace(".", "") if INITIALS.fullmatch(word) else word
