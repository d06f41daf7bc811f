"""Errors that a user can mend, and the sentences that say how."""

import ast

import pytest
from messages import is_one_sentence
from processes import ROOT

from index.errors import CollectionError, DocumentError, HomeError, ModelError, QuotewiseError
from qa.questions import QuestionError

TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in ("index", "qa", "ui")
    for path in sorted(ROOT.glob(f"{package}/**/*.py"))
}


def kinds():
    """The names of all kinds of errors that a user can mend."""
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and "QuotewiseError" in map(ast.unparse, node.bases):
                yield node.name


KINDS = set(kinds())


def messages():
    """Every message written out in the code, an X for each value put into it."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS:
                [message] = node.args
                parts = message.values if isinstance(message, ast.JoinedStr) else [message]
                if all(isinstance(part, ast.Constant | ast.FormattedValue) for part in parts):
                    text = "".join(part.value if isinstance(part, ast.Constant) else "X" for part in parts)
                    yield pytest.param(text, id=f"{name}:{node.lineno}")


@pytest.mark.parametrize("message", messages())
def test_every_message_is_one_sentence(message):
    assert is_one_sentence(message)


def test_the_messages_are_found():
    assert len(list(messages())) >= 60
    assert {"CollectionError", "PageError", "RunError", "TrainingError"} <= KINDS


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a.txt is empty: add another.", True),
        ("It is 3.5 MB (of 2.0): split it.", True),
        ("No period", False),
        ("Two. Sentences.", False),
        ("Really? No.", False),
        ("Two\nlines.", False),
        ("And so on...", False),
    ],
)
def test_the_check_tells_one_sentence_from_others(message, expected):
    assert is_one_sentence(message) is expected


@pytest.mark.parametrize("kind", [CollectionError, DocumentError, HomeError, ModelError, QuestionError])
def test_all_errors_that_a_user_can_mend_are_caught_as_one(kind):
    with pytest.raises(QuotewiseError):
        raise kind("Something is wrong: mend it.")


def test_mistakes_of_a_programmer_are_not_among_them():
    assert not issubclass(QuotewiseError, ValueError | OSError)
    assert not issubclass(ValueError, QuotewiseError)
