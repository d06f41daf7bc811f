"""Which words occur in a collection, and which of them are spelt like another one.

What occurs is asked of the keyword index, `words`, which knows stems only. How words are spelt is asked of an index of
their own, `spellings`, which knows each in small letters without accents, and of its two views (fts5vocab).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from index.keywords import WORD_TABLES, word_expression
from index.spelling import OWN_LETTERS, edits, folded

# Where the first letter may be wrong, each letter of the word's own alphabet is tried in its place.
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρσςτυφχψω", "абвгдежзийклмнопрстуфхцчшщъыьэюя")
MOST_TRIED = 32  # words that are looked for in the documents asked
MOST_LIKE = 8  # words that are returned
VIEWS_EACH = 3  # passages in which it is looked up how a word is written: with which capitals and accents
LETTERS = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
PART = "(SELECT value FROM json_each(:within))"  # the documents asked


@dataclass(frozen=True, slots=True)
class SimilarWord:
    """A word that occurs, as it is written there, and in how many passages of the whole collection."""

    word: str
    passages: int


def occurring(
    connection: sqlite3.Connection, words: Sequence[str], within: Iterable[str] | None, *, beside: str = ""
) -> frozenset[str]:
    """Those of the words that occur in any form that the search would find, in the documents `within` if given, and in
    a passage with the word `beside` if given."""
    with_it = f"({word_expression(beside)}) AND " if beside else ""
    expressions = [f"{with_it}({word_expression(word)})" for word in words]
    some = f" AND +rowid IN (SELECT id FROM passages WHERE document_id IN {PART})" if within is not None else ""
    rows = connection.execute(
        "SELECT asked.key FROM json_each(:asked) AS asked WHERE EXISTS "
        f"(SELECT 1 FROM words WHERE words MATCH asked.value{some})",
        {"asked": json.dumps(expressions), "within": json.dumps(list(within or ()))},
    ).fetchall()
    return frozenset(words[row[0]] for row in rows)


def words_like(connection: sqlite3.Connection, word: str, most: int, within: Iterable[str] | None) -> list[SimilarWord]:
    """At most MOST_LIKE words that occur, of the documents `within` if given, and are at most `most` edits from this
    one: the nearest first, of equally near ones the most frequent."""
    written = folded(word)
    if len(written) < 3 or not written.isalpha():
        return []
    near = _near(connection, written, most) if most else _just(connection, written)
    part = None if within is None else json.dumps(list(within))
    like: list[SimilarWord] = []
    for one in sorted(near, key=lambda one: (*near[one], one))[:MOST_TRIED]:
        found = (form for view in _views(connection, one, part) for form in LETTERS.findall(view))
        # Nearly all words are plain ones, which need no folding: that is most of the time.
        forms = Counter(form for form in found if (form.lower() if form.isascii() else folded(form)) == one)
        if forms:
            like.append(SimilarWord(min(forms, key=lambda form: (-forms[form], form)), -near[one][1]))
        if len(like) == MOST_LIKE:
            break
    return like


@contextmanager
def vocabulary_of(texts: Iterable[str]) -> Iterator[sqlite3.Connection]:
    """What `occurring` and `words_like` are asked of for texts that are in no collection, in memory."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE passages (id INTEGER PRIMARY KEY, view TEXT NOT NULL)")
        connection.executemany("INSERT INTO passages (view) VALUES (?)", ((text,) for text in texts))
        for statement in WORD_TABLES:
            connection.execute(statement)
        for index in ("words", "spellings"):
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        yield connection


def beginnings(word: str) -> list[str]:
    """How words begin that are near: with the same letter, or after one edit in the first letter with the next two."""
    letters = next((alphabet for alphabet in ALPHABETS if word[0] in alphabet), "")
    letters += "".join(OWN_LETTERS) if letters == ALPHABETS[0] else ""
    others = [letter for letter in letters if letter != word[0]]
    exchanged = [letter + word[1:3] for letter in others]
    dropped = [letter + word[:2] for letter in others]
    return list(dict.fromkeys([word[0], word[1] + word[0], word[1:3], *exchanged, *dropped]))


def _just(connection: sqlite3.Connection, word: str) -> dict[str, tuple[int, int]]:
    """The word itself where it occurs, as `_near` gives it."""
    row = connection.execute("SELECT doc FROM terms WHERE term = ?", (word,)).fetchone()
    return {word: (0, -row[0])} if row else {}


def _near(connection: sqlite3.Connection, word: str, most: int) -> dict[str, tuple[int, int]]:
    """The words that are near, with their edits and minus the passages they are in."""
    near: dict[str, tuple[int, int]] = {}
    letters = set(word)
    for beginning in beginnings(word):
        beyond = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        rows = connection.execute(
            "SELECT term, doc FROM terms WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
            (beginning, beyond, len(word) - most, len(word) + most),
        )
        for term, passages in rows:
            # An edit changes two letters at most, one that adds or drops a letter just that one. To compare sets first
            # saves most of the time.
            allowed = 2 * most - abs(len(word) - len(term))
            if len(letters.symmetric_difference(term)) <= allowed and term.isalpha():
                needed = edits(word, term, most)
                if needed <= most:
                    near[term] = needed, -passages
    return near


def _views(connection: sqlite3.Connection, term: str, part: str | None) -> list[str]:
    """Some passages with a word, as they are searched."""
    some = f" AND p.document_id IN {PART}" if part is not None else ""
    rows = connection.execute(
        "SELECT p.view FROM occurrences AS o CROSS JOIN passages AS p ON p.id = o.doc "
        f"WHERE o.term = :term{some} LIMIT :most",
        {"term": term, "within": part, "most": VIEWS_EACH},
    ).fetchall()
    return [row[0] for row in rows]
