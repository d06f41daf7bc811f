"""What can be asked, and what its signs mean: words in double quotes must occur, words behind a hyphen must not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.errors import QuotewiseError
from index.phrases import ANGLE_QUOTES, DOUBLE_QUOTES, Query, phrase_of
from index.records import Place
from index.views import without_silent

LONGEST_QUESTION = 2000  # characters; a question of this length is a pasted text
MOST_EXACT = 16  # phrases and excluded words; each may be looked for in every passage
# A mark opens where a word may begin and closes where one may end, as in German, English and Swedish. So the marks of
# 5" and of 6'2" open nothing, and what is not closed is just a character.
OPENING = rf"(?<!\w)[{DOUBLE_QUOTES}](?=\S)"
CLOSING = rf"(?<=\S)[{DOUBLE_QUOTES}](?!\w)"
LEFT, RIGHT = ANGLE_QUOTES[0], ANGLE_QUOTES[1]
SIGNS = re.compile(
    rf"(?P<without>(?<!\S)-)?"
    rf"(?:{OPENING}(?P<quoted>(?:(?!{OPENING}|{CLOSING}).)+?){CLOSING}"
    rf"|(?<!\w){LEFT}(?P<angled>[^{LEFT}{RIGHT}]+){RIGHT}(?!\w)|(?<!\w){RIGHT}(?P<reversed>[^{LEFT}{RIGHT}]+){LEFT}(?!\w))"
    rf"|(?<!\S)-(?P<word>[^\W\d_][^\s{DOUBLE_QUOTES}]*)",
    re.DOTALL,
)
# Behind these a sentence needs a word: "-rf" of "What does -rf mean?" is an option, and asked about.
NEEDING = re.compile(
    r"\b(?:does|do|did|is|are|was|the|an?|this|options?|flags?|switch|parameters?|arguments?|with|of|us(?:e|es|ed|ing)|"
    r"by|for|to|called|named|about|between|and|or)\s+$",
    re.IGNORECASE,
)
# What stands behind an excluded word and is not of it, such as the question's end.
WORD_END = re.compile(r"[^\w+#-]+$")


class QuestionError(QuotewiseError):
    """A question that cannot be asked."""


def check_question(question: str) -> str:
    """Returns the question without surrounding white space, and without characters that cannot be seen and are read for
    nothing. Raises QuestionError where it cannot be asked."""
    question = without_silent(question).strip()
    if not question:
        raise QuestionError("The question is empty: type what you want to know.")
    if any("\ud800" <= character <= "\udfff" for character in question):  # what a terminal makes of broken bytes
        raise QuestionError("The question has characters that are not valid text: type it again.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters, above the limit of {LONGEST_QUESTION:,}: shorten it."
        )
    query = parse_question(question)
    if query.excluded and not any(map(str.isalnum, query.text)):
        raise QuestionError("The question only says what to leave out: type what you want to know as well.")
    if (count := len(query.phrases) + len(query.excluded)) > MOST_EXACT:
        raise QuestionError(
            f"The question has {count} words and phrases that must or must not occur, above the limit of "
            f"{MOST_EXACT}: take some quotation marks or hyphens out."
        )
    return question


def parse_question(question: str) -> Query:
    """The question as it is searched and read: without the marks around its phrases, and without what it excludes.

    Words in double quotes, straight or curly, are an exact phrase. `-word` and `-"two words"`, at the beginning or
    behind white space, are excluded; a single letter is not, which is an option such as "-v", nor is an infix such as
    "-um-", nor what the sentence needs, such as the option in "What does -rf mean?".

    Of 138 held-back questions with phrases, 65.2% were answered rightly without the marks around them, 60.9 with them,
    and 60.1 with them and without looking for the phrases.
    """
    phrases: list[str] = []
    excluded: list[str] = []
    kept: list[str] = []
    end = 0
    for sign in _signs(question):
        if sign.excludes:
            excluded.append(sign.phrase)
            kept.append(question[end : sign.start].rstrip())
        else:
            phrases.append(sign.phrase)
            kept.append(question[end : sign.start] + sign.phrase.strip())
        end = sign.end
    text = "".join([*kept, question[end:]])
    return Query(text.lstrip(" ,;:").rstrip() if excluded else text, _once(phrases), _once(excluded))


def sign_places(question: str) -> list[Place]:
    """Where the question's exact phrases and what it excludes stand, with their marks."""
    return [(sign.start, sign.end) for sign in _signs(question)]


def is_outside_signs(place: Place, question: str) -> bool:
    """Whether the place lies in nothing that must or must not occur."""
    return not any(place[0] < end and start < place[1] for start, end in sign_places(question))


@dataclass(frozen=True, slots=True)
class _Sign:
    """A phrase of a question at `start:end`, with its marks, that must occur or, where it `excludes`, must not."""

    phrase: str
    start: int
    end: int
    excludes: bool


def _signs(question: str) -> Iterator[_Sign]:
    for found in SIGNS.finditer(question):
        word = WORD_END.sub("", found["word"] or "")
        phrase = word or found["quoted"] or found["angled"] or found["reversed"] or ""
        is_needed = word and NEEDING.search(question, 0, found.start())
        if len(word) == 1 or word.endswith("-") or is_needed or not phrase_of(phrase).words:
            continue
        end = found.start("word") + len(word) if word else found.end()
        yield _Sign(phrase, found.start(), end, bool(word or found["without"]))


def _once(phrases: Iterable[str]) -> tuple[str, ...]:
    """Each phrase on one line, those that say the same once."""
    return tuple({phrase_of(phrase).words: " ".join(phrase.split()) for phrase in phrases}.values())
