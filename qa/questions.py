"""What can be asked."""

from __future__ import annotations

from index.errors import QuotewiseError

LONGEST_QUESTION = 2000  # characters; a question of this length is a pasted text


class QuestionError(QuotewiseError):
    """A question that cannot be asked."""


def check_question(question: str) -> str:
    """Returns the question without surrounding white space. Raises QuestionError where it cannot be asked."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty: type what you want to know.")
    if any("\ud800" <= character <= "\udfff" for character in question):  # what a terminal makes of broken bytes
        raise QuestionError("The question has characters that are not valid text: type it again.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters, above the limit of {LONGEST_QUESTION:,}: shorten it."
        )
    return question
