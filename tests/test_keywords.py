import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.keywords import MOST_FORMS, MOST_TERMS, STOP_WORDS, TOKENIZER, match_expression

TEXTS = ["Café prices rose and fell.", "The harbour master is near the pier.", "not or and near"]


@pytest.fixture(scope="module")
def table():
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, tokenize='{TOKENIZER}')")
    connection.executemany("INSERT INTO words VALUES (?)", [(text,) for text in TEXTS])
    yield connection
    connection.close()


def found(table, question):
    rows = table.execute("SELECT text FROM words WHERE words MATCH ?", (match_expression(question),))
    return {text for (text,) in rows}


@pytest.mark.parametrize(
    "question",
    ['harbour "', "harbour*", "(harbour", "NEAR(harbour, 2)", "harbour AND", "text:harbour", "-harbour", "^harbour;--"],
)
def test_fts_syntax_in_a_question_is_only_punctuation(table, question):
    assert TEXTS[1] in found(table, question)


@pytest.mark.parametrize("operator", ["AND", "OR", "NOT", "NEAR"])
def test_fts_operators_in_a_question_are_only_words(table, operator):
    assert TEXTS[2] in found(table, operator)


@given(st.text(max_size=80))
def test_no_question_is_a_syntax_error(table, question):
    if match_expression(question):
        found(table, question)


@pytest.mark.parametrize("question", ["", "  ", "?!", '""', "*", "…"])
def test_a_question_without_words_has_no_expression(question):
    assert match_expression(question) == ""


def test_stop_words_are_left_out_where_other_words_remain():
    expression = match_expression("Who is the harbour master of the pier?")
    assert expression.startswith('"harbour" OR "master" OR "pier" OR "harbourmaster" OR ')
    assert STOP_WORDS.isdisjoint(re.findall(r"\w+", expression))


def test_a_question_of_stop_words_alone_keeps_them():
    assert match_expression("Who are they?").startswith('"who" OR "are" OR "they"')


def test_words_are_stemmed_and_accents_folded(table):
    assert found(table, "price of CAFES") == found(table, "café") == {TEXTS[0]}


def test_a_word_is_asked_for_once_and_a_pasted_page_is_cut():
    assert match_expression("rope rope ROPE").count('"rope"') == 1
    page = " ".join(f"word{i}" for i in range(500))
    expression = match_expression(page)
    assert f'"word{MOST_TERMS - 1}"' in expression and f'"word{MOST_TERMS}"' not in expression
    assert expression.count('"') <= 2 * (MOST_TERMS + MOST_FORMS)


def test_stop_words_are_single_lower_case_words():
    assert all(word.isalpha() and word == word.lower() for word in STOP_WORDS)
