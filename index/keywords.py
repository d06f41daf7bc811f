"""Keyword search: a question's words as an SQLite FTS5 query, ranked by BM25 inside SQLite."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, pairwise

from index.spelling import written_otherwise

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
MOST_FORMS = 256  # other ways to write them, of which nearly none occurs; the usual 17 and joined words take 0.8 ms
WORD = re.compile(r"[\w\u0300-\u036f]+")
BETWEEN = re.compile(r"[ \u00a0]|[-\u00ad\u2010-\u2013]")  # what may stand between the parts of a compound
GROUPED = re.compile(r"[0-9]{4,15}|[0-9]{1,3}(?:[.,'\u2019][0-9]{3}){1,4}")  # a number of four digits or more


def match_expression(question: str) -> str:
    """The FTS5 expression that matches any content word of the question (see `match_terms`); "" where it has no
    word."""
    return " OR ".join(match_terms(question))


def match_terms(question: str) -> list[str]:
    """The FTS5 expressions that match the content words of the question, one each; none where it has no word.

    Every one is quoted, so operators and punctuation in the question have no effect. A letter and its accent may be
    typed as two characters, which must not part the word. A word is looked for in other writing as well: with letters
    that not every keyboard has, and two neighbours as one.
    """
    text = unicodedata.normalize("NFC", question).lower()
    words = dict.fromkeys(WORD.findall(text))
    content = [word for word in words if word not in STOP_WORDS] or list(words)
    content = content[:MOST_TERMS]
    others = chain(_joined(text), (form for word in content for form in written_otherwise(word)))
    forms = dict.fromkeys(form for form in others if form not in words)
    return [f'"{word}"' for word in [*content, *list(forms)[:MOST_FORMS]]]


def _joined(text: str) -> Iterator[str]:
    """Each two neighbouring words as one: "email" for "e-mail", "percent" for "per cent"."""
    found = list(WORD.finditer(text))
    for one, other in pairwise(found):
        between = text[one.end() : other.start()]
        is_alpha = one[0].isalpha() and other[0].isalpha()
        if is_alpha and BETWEEN.fullmatch(between) and not {one[0], other[0]} & STOP_WORDS:
            yield one[0] + other[0]


def word_expression(word: str) -> str:
    """The FTS5 expression that matches one word in any form; a large number also with and without signs between its
    thousands."""
    forms = [unicodedata.normalize("NFC", word).replace('"', '""')]
    if GROUPED.fullmatch(word):
        digits = re.sub(r"\D", "", word)
        forms += [digits, f"{int(digits):,}"]
    return " OR ".join(f'"{form}"' for form in dict.fromkeys(forms))
