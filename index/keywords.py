"""Keyword search: a question's words as an SQLite FTS5 query, ranked by BM25 inside SQLite."""

from __future__ import annotations

import re
import unicodedata

# Porter stems and folded accents; measured best of the keyword engines tried up to some 200,000 passages.
TOKENIZER = "porter unicode61 remove_diacritics 2"
# Words that are in every passage and every question. BM25 gives them little weight anyway; leaving them
# out keeps the search fast on large collections.
STOP_WORDS = frozenset(
    (
        "a about an and are as at be been but by can could did do does for from had has have he her his how i in into "
        "is it its many me much my of on or our she should so some such than that the their them then there these "
        "they this those to us was we were what when where which while who whom whose why will with would you your"
    ).split()
)
# FTS5 evaluates every term; a pasted page as a question gains nothing beyond these.
MOST_TERMS = 64


def match_expression(question: str) -> str:
    """The FTS5 expression that matches any content word of the question; "" where it has no word.

    Every term is quoted, so operators and punctuation in the question have no effect. A letter and its accent may be
    typed as two characters, which must not part the word.
    """
    words = dict.fromkeys(re.findall(r"[\w\u0300-\u036f]+", unicodedata.normalize("NFC", question).lower()))
    content = [word for word in words if word not in STOP_WORDS] or list(words)
    return " OR ".join(f'"{word}"' for word in content[:MOST_TERMS])
