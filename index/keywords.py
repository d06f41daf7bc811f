"""Keyword search: a question's words as an SQLite FTS5 query, ranked by BM25 inside SQLite."""

from __future__ import annotations

import re
import unicodedata

# Porter stems and folded accents; measured best of the keyword engines tried up to some 200,000 passages.
TOKENIZER = "porter unicode61 remove_diacritics 2"
# The indexes of the passages' words: by stem, to search, and by spelling, to find similar ones, with two views of it.
# The second takes less than half the room of the first, since it does not know where in a passage a word stands.
WORD_TABLES = (
    f"CREATE VIRTUAL TABLE words USING fts5(view, content='passages', content_rowid='id', tokenize='{TOKENIZER}')",
    """CREATE VIRTUAL TABLE spellings USING fts5(
        view, content='passages', content_rowid='id', detail=none, columnsize=0,
        tokenize='unicode61 remove_diacritics 2')""",
    "CREATE VIRTUAL TABLE terms USING fts5vocab(spellings, row)",
    "CREATE VIRTUAL TABLE occurrences USING fts5vocab(spellings, instance)",
)
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
GROUPED = re.compile(r"[0-9]{4,15}|[0-9]{1,3}(?:[.,'\u2019][0-9]{3}){1,4}")  # a number of four digits or more


def match_expression(question: str) -> str:
    """The FTS5 expression that matches any content word of the question; "" where it has no word.

    Every term is quoted, so operators and punctuation in the question have no effect. A letter and its accent may be
    typed as two characters, which must not part the word.
    """
    words = dict.fromkeys(re.findall(r"[\w\u0300-\u036f]+", unicodedata.normalize("NFC", question).lower()))
    content = [word for word in words if word not in STOP_WORDS] or list(words)
    return " OR ".join(f'"{word}"' for word in content[:MOST_TERMS])


def word_expression(word: str) -> str:
    """The FTS5 expression that matches one word in any form; a large number also with and without signs between its
    thousands."""
    forms = [unicodedata.normalize("NFC", word).replace('"', '""')]
    if GROUPED.fullmatch(word):
        digits = re.sub(r"\D", "", word)
        forms += [digits, f"{int(digits):,}"]
    return " OR ".join(f'"{form}"' for form in dict.fromkeys(forms))
