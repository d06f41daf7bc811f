"""A question with what it lacks, put together from what was said before.

No model rewrites anything: a completed question has only words that the person typed or that were quoted to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.follow_ups import (
    ABOUT,
    AUX,
    AUXILIARY,
    CLAUSE,
    DETERMINERS,
    FUNCTION,
    ITEM,
    KIND,
    NUMBER,
    PERSONS,
    PLURAL,
    PREPOSITION,
    THEN,
    WH,
    WORD,
    Lack,
    Phrase,
    content_words,
    dangling,
    phrases,
    plain,
    shares_word,
)

Nearness = Callable[[str, Sequence[str]], list[float]]  # of some texts to a first one, as in `Source.nearness`

MOST_COMPLETIONS = 2
SHORT_ANSWER = 6  # words; more name no thing
POSSESSIVE = frozenset("his its their".split())
ORDINAL = re.compile(rf"\b(?:{NUMBER}|eleventh|twelfth|\w+teenth|\w+tieth|\w+ty-\w+)\b", re.IGNORECASE)
FIGURE = re.compile(r"\b\d[\d.,]*\b")
SPLIT = re.compile(
    rf"^(?P<wh>(?:{PREPOSITION}\s+)?{WH}\b(?P<noun>(?:\s+(?!{AUX}\b)\S+){{0,5}}?))\s+(?P<aux>{AUX})\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
ASKED_SUBJECT = re.compile(r"^(?:who|what|which(?P<noun>\s+\w+)?)\s+(?P<rest>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before: a question that lacks nothing, and the words given as its answer ("" where there are
    none)."""

    question: str
    answer: str = ""


def completions(question: str, lack: Lack, said: Said, nearness: Nearness) -> tuple[str, ...]:
    """The question with what it lacks, from what was said, in the ways in which that can be meant; the likeliest comes
    first. Empty where nothing that was said completes it."""
    text = plain(question)
    if lack == "referent":
        made = _with_referents(text, said)
    elif lack == "clause":
        made = _with_clause(text, said)
    elif lack == "item":
        made = _with_item(text, said)
    elif lack == "topic":
        made = [f"{text} ({topic})" for topic in referents(said, "")[:1]]
    else:
        made = _with_counterpart(ABOUT.sub("", text), said, nearness)
    done = dict.fromkeys(one[0].upper() + one[1:] + "?" for one in made if one)
    return tuple(done)[:MOST_COMPLETIONS]


def referents(said: Said, pronoun: str) -> list[str]:
    """What a pronoun can stand for, the likeliest first."""
    before = plain(said.question)
    if pronoun in ("one", "ones"):
        kind = KIND.search(before)
        return [kind["noun"]] if kind else []
    named = _replaceable(before)
    likely = [phrase for phrase in named if phrase.is_definite] or named
    if pronoun in PLURAL | {"these", "those"}:
        likely = [one for one in phrases(before) if one.text.endswith("s")] or likely
    found = [likely[0].text if likely else "", name_of(said), *(phrase.text for phrase in likely[1:])]
    if before.lower().startswith("who" if pronoun in PERSONS else "which"):
        found[:2] = found[1::-1]
    return list(dict.fromkeys(one for one in found if one))


def name_of(said: Said) -> str:
    """What the answer names; "" where it names nothing, as a number or a reason."""
    if not re.match(r"who|what|which", said.question, re.IGNORECASE) or not content_words(said.answer):
        return ""
    if len(said.answer.split()) <= SHORT_ANSWER:
        return said.answer if not said.answer[0].isdigit() else ""
    return next((phrase.text for phrase in phrases(said.answer) if phrase.is_definite), "")


def _with_referents(text: str, said: Said) -> list[str]:
    """The question with what was spoken of in place of its pronouns."""
    made = []
    for choice in range(MOST_COMPLETIONS):
        done, end = "", 0
        for pronoun in dangling(text):
            found = referents(said, pronoun[0].lower())
            if found:
                thing = _in_place(found[min(choice, len(found) - 1)], pronoun, text)
                done, end = done + text[end : pronoun.start()] + thing, pronoun.end()
        if end:
            made.append(THEN.sub("", done + text[end:]))
    return made


def _in_place(thing: str, pronoun: re.Match[str], text: str) -> str:
    """What takes the pronoun's place."""
    first, _, rest = thing.partition(" ")
    if first.lower() in DETERMINERS:  # it may have begun a sentence
        thing = f"{first.lower()} {rest}".strip()
    lower, follows = pronoun[0].lower(), WORD.match(text[pronoun.end() :].strip())
    has_noun = follows is not None and follows[0].lower() not in FUNCTION and not AUXILIARY.fullmatch(follows[0])
    if lower == "there":
        return f"in {thing}"
    return f"{thing}'s" if lower in POSSESSIVE or (lower == "her" and has_noun) else thing


def _with_clause(text: str, said: Said) -> list[str]:
    """The question with what was asked before, but for how that was asked."""
    before = plain(said.question)
    asked, way = SPLIT.match(before), CLAUSE.match(text)
    if way is None:
        then = THEN.search(text)
        return [
            f"{text[: then.start()]} when {asked['rest'] if asked else before}"
            if then
            else f"{before} {text[:1].lower()}{text[1:]}"
        ]
    wh = "why" if way["wh"].lower().startswith(("how come", "why")) else way["wh"]
    answer = said.answer if len(said.answer.split()) <= SHORT_ANSWER else ""
    if asked is None:
        subject = ASKED_SUBJECT.match(before)
        if subject is None:  # "Can I ...?"
            return [f"{wh} {before[0].lower()}{before[1:]}"]
        return [" ".join(f"{wh} {answer or subject['noun'] or ''} {subject['rest']}".split())]
    kind = KIND.match(before)
    noun, first = kind["noun"] if kind else "", asked["rest"].split()[0]
    if first.islower() and first not in DETERMINERS | {"you", "we"}:  # what was asked for is the subject
        return [" ".join(f"{wh} {asked['aux']} {answer or noun} {asked['rest']}".split())]
    return [f"{wh} {asked['aux']} {asked['rest']} {'' if content_words(wh) else noun}".strip()]


def _with_item(text: str, said: Said) -> list[str]:
    """The question for the item of a number, of what was asked before."""
    asked, wanted = SPLIT.match(plain(said.question)), ITEM.match(text)
    if asked is None or wanted is None:
        return []
    noun = wanted["noun"] if wanted["noun"] and wanted["noun"].lower() != "one" else "point"
    return [f"what is the {wanted['number']} {noun} of {asked['rest']}"]


def _with_counterpart(thing: str, said: Said, nearness: Nearness) -> list[str]:
    """The question that was asked, with this thing in the place of what it is most like."""
    before = plain(said.question)
    for kind in (ORDINAL, FIGURE):
        one, others = kind.search(thing), list(kind.finditer(before))
        if one and others and len(content_words(thing)) <= 1:
            return [before[: others[-1].start()] + one[0] + before[others[-1].end() :]]
    places = _replaceable(before)
    if not places or re.match(rf"(?:if|when|{PREPOSITION})\b", thing, re.IGNORECASE):
        return [f"{before} {thing}"]
    new = Phrase(thing, 1, 1 + len(thing))  # it begins no question, so a capital makes it a name
    near = nearness(thing, [place.text for place in places])
    alike = [
        2.0 * shares_word(content_words(thing), place.text) + (place.is_definite == new.is_definite) + cosine
        for place, cosine in zip(places, near, strict=True)
    ]
    place = places[alike.index(max(alike))]
    words, head = thing.split(), [word for word in place.text.split() if word.lower() not in DETERMINERS][1:]
    made = [thing]
    if words[-1].lower() in ("one", "ones"):  # "the default one" of the levels
        made = [" ".join([*words[:-1], *head])]
    elif head and len(content_words(thing)) <= 1 and not new.is_name:  # "the minimum" of the maximum speed
        made.append(" ".join([*words, *head]))
    return [before[: place.start] + one + before[place.end :] for one in made]


def _replaceable(question: str) -> list[Phrase]:
    """What the question names, but for the kind of thing that it asks for where it names anything else."""
    named, kind = phrases(question), KIND.search(question)
    return [one for one in named if kind is None or one.start != kind.start("noun")] or named
