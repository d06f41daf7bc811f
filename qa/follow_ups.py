"""What a question lacks that only what was said before can give it.

"Where did she study?", "And when was that?", "What about Linux?" and "Why?" cannot be searched for as they stand. Word
lists and word order tell them from questions that can; what they are unsure of counts as a question that can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.keywords import STOP_WORDS
from qa.listing import ORDINALS

# "item": the one of a number, of a list. "counterpart": all but one thing, put in the place of another ("What about
# Linux?"). "clause": all but the way of asking ("Why?", "On which day?"). "referent": what a pronoun stands for.
# "topic": it may stand alone, but begins with "and".
Lack = Literal["item", "counterpart", "clause", "referent", "topic"]

PERSONS = frozenset("he him his she hers her".split())
THINGS = frozenset("it its they them their".split())
PLURAL = frozenset("they them their".split())
POINTING = frozenset("this that these those".split())
DETERMINERS = frozenset("the a an each every any all some no my your our".split())
BE, HAVE = frozenset("is are was were".split()), frozenset("has have had".split())
PARTICIPLE = re.compile(r"(?:ed|en|wn|built|found|held|kept|left|lost|made|met|paid|sent|set|sold|told)$")
# "This manual" is what is asked, not what was spoken of before.
SELF = frozenset(
    "agreement article book case chapter contract day document file form guide handbook lease letter manual month page "
    "paper policy report section software text time week year".split()
)
FUNCTION = STOP_WORDS | frozenset(
    "above after against all also am any before below between cannot during each else every if may might must no nor "
    "not per shall since than under unless until upon whether whom within without".split()
)
# Content, but none that tells what is asked about.
UNTELLING = frozenset(
    "again big deep exactly far fast happen happened happens high instead large long more often old once one ones same "
    "soon tall thing things wide".split()
)
AUX = (
    r"(?:is|are|was|were|do|does|did|can|cannot|could|shall|should|will|would|may|might|must|has|have|had|"
    r"(?:is|are|was|were|do|does|did|could|would|should|must|has|have|had)n['\u2019]t|can['\u2019]t|won['\u2019]t)"
)
WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
PREPOSITION = r"(?:about|after|at|before|by|during|for|from|in|into|of|on|since|to|under|until|with|within|without)"
NUMBER = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
WORD = re.compile(r"\w(?:[\w'\u2019.,/:-]*\w)?")
AUXILIARY = re.compile(rf"\b{AUX}\b", re.IGNORECASE)
OPENING = re.compile(r"^(?:(?:and|but|or|so|ok|okay|well|also|then)\b[\s,]*)+", re.IGNORECASE)
ABOUT = re.compile(r"^(?:what|how)\s+about\s+", re.IGNORECASE)
ITEM = re.compile(
    rf"^(?:{WH}\s+(?:is|was|are|were|does|about)\s+)?the\s+(?P<number>{NUMBER}|last)(?:\s+(?P<noun>\w+))?(?:\s+say)?$",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    rf"^(?P<wh>how\s+come|why\s+not|how\s+(?:many|much|long|old|often|far|fast|large|big|high|tall|deep|wide|soon)"
    rf"(?:\s+(?!{AUX}\b)\S+){{0,2}}|{PREPOSITION}\s+(?:{WH}|how\s+\w+)(?:\s+(?!{AUX}\b)\S+){{0,6}}|{WH})"
    rf"(?:\s+(?:is|was|are|were|did|does)\s+(?:that|this)(?:\s+(?:so|happen))?)?$",
    re.IGNORECASE,
)
KIND = re.compile(rf"\b(?:which|what|how\s+many|how\s+much)\s+(?!{AUX}\b)(?P<noun>\w+)", re.IGNORECASE)
THEN = re.compile(r"\s+then$", re.IGNORECASE)
EXISTS = re.compile(
    r"\b(?:is|are|was|were|be)(?:n['\u2019]t)?\s+there\b|\bthere(?:['\u2019]s|\s+(?:is|are|was|were|be))\b",
    re.IGNORECASE,
)
# "It" that stands for nothing: "How long does it take to ...?", "Is it hard to learn the piano?"
EMPTY_IT = re.compile(
    r"\bit\s+(?:takes?|took|costs?|possible|allowed|permitted|forbidden|necessary|required|legal|okay|ok|mean|matter|enough)"
    r"\s+(?:to|that|if|whether|when|for)\b|\btime\s+is\s+it\b|\bit\s+called\s+(?:when|if)\b|"
    r"\bit\s+(?:safe|better|best|important|worth|hard|easy|usual)\s+(?:to\s+\w+\s+\w|that|if|whether|for)",
    re.IGNORECASE,
)
WHOM = re.compile(r"\b(?:by|for|from|in|of|on|to|with)\s+(?:whom|what|which|where)\b", re.IGNORECASE)
EXPLAINED = re.compile(r"\w+(?:\s+(?!of\b|in\b)\w+){1,2}\s+(?:of|in)\s")  # "this version of the file"
ENDINGS = "ations ation ments ment ings ing ions ion ies ied es ed s y e".split()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a question that name something: `question[start:end] == text`."""

    text: str
    start: int
    end: int

    @property
    def is_definite(self) -> bool:
        """Whether it is a name or begins with an article."""
        return self.text.split()[0].lower() in DETERMINERS or self.is_name

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name or holds a number; a capital that begins a question says nothing."""
        words = self.text.split()
        return any(not word[0].islower() for word in words[self.start == 0 :])


def plain(question: str) -> str:
    """The question without what only joins it to the one before, and without its mark."""
    return OPENING.sub("", " ".join(question.split()).rstrip("?!. ")).strip()


def content_words(question: str) -> list[str]:
    """The words that say what is asked about, in lower case."""
    words = [word.lower() for word in WORD.findall(plain(question))]
    return [one for one in words if one not in FUNCTION | UNTELLING and not AUXILIARY.fullmatch(one)]


def lack_of(question: str) -> Lack | None:
    """What the question lacks; None where it can be asked by itself."""
    text, telling = plain(question), content_words(question)
    if ITEM.match(text):
        return "item"
    if ABOUT.match(text):
        return "counterpart"
    if not text or CLAUSE.match(text):
        return "clause"
    if any(dangling(text)):
        return "referent"
    if not telling and (THEN.search(text) or len(text.split()) <= 4):
        return "clause"
    if len(text.split()) <= 4 and WHOM.search(text) and not AUXILIARY.search(text):  # "Published by whom?"
        return "clause"
    if not OPENING.match(question.strip()):
        return None
    has_verb = AUXILIARY.search(text) or re.match(rf"(?:{WH}|if)\b", text, re.IGNORECASE)
    return "topic" if has_verb else "counterpart"


def dangling(text: str) -> Iterator[re.Match[str]]:
    """The pronouns of a question that stand for nothing in it."""
    if EMPTY_IT.search(text):
        return
    words = list(WORD.finditer(text))
    asked = KIND.search(text)
    names: list[int] = []
    plurals = False
    for at, word in enumerate(words):
        lower = word[0].lower()
        before = words[at - 1][0].lower() if at else ""
        after = words[at + 1][0].lower() if at + 1 < len(words) else ""
        # "The fee for it" is no fee for itself.
        has_name = any(place != at - 2 or not re.fullmatch(PREPOSITION, before) for place in names)
        if (
            (lower in PERSONS | THINGS and not has_name and not (plurals and lower in PLURAL))
            or (lower in POINTING and not has_name and _points(text[word.start() :], lower, before, after))
            or (lower == "there" and not after and not EXISTS.search(text))
            or (lower in ("one", "ones") and before in ("which", "that", "this") and after != "of")
        ):
            yield word
        if _names(word[0], at, before):
            names.append(at)
        # "What do snakes do with their skins?", but not "How many votes does each of them have?"
        is_asked = before in ("who", "what") or (asked is not None and word[0] == asked["noun"])
        plurals = plurals or (lower.endswith("s") and _tells(lower) and not is_asked)


def _names(word: str, at: int, before: str) -> bool:
    """Whether a pronoun behind this word may stand for it: a name, or a word with an article."""
    return _tells(word) and (before in DETERMINERS or not at or word[0].isupper())


def _tells(word: str) -> bool:
    """Whether the word has a meaning of its own."""
    return word.lower() not in FUNCTION and not AUXILIARY.fullmatch(word) and not re.fullmatch(WH, word, re.IGNORECASE)


def _points(rest: str, word: str, before: str, after: str) -> bool:
    """Whether "this" or "that" points to what was said; it may also join two clauses, name the document asked, or be
    explained by what follows."""
    if after in SELF or EXPLAINED.match(rest):
        return False
    if word != "that":
        return True
    return not after or not before or before in FUNCTION or AUXILIARY.fullmatch(before) is not None


def phrases(question: str) -> list[Phrase]:
    """What the question names, in order: runs of content words with their article, without the verbs beside them."""
    text = plain(question)
    runs: list[list[re.Match[str]]] = []
    goes_on = False
    for at, word in enumerate(WORD.finditer(text)):
        lower, is_name = word[0].lower(), at > 0 and not word[0][0].islower() and word[0] != "I"
        behind_of = goes_on and text[: word.start()].endswith(" of ")
        if lower == "of" and goes_on:
            continue  # "the Bill of Rights" is one thing
        if lower in DETERMINERS and not is_name and not behind_of:
            runs.append([word])
            goes_on = True
        elif (lower in FUNCTION or AUXILIARY.fullmatch(lower)) and not is_name and lower not in DETERMINERS:
            goes_on = False
        elif not goes_on or _breaks(runs[-1], word[0]) or "," in text[runs[-1][-1].end() : word.start()]:
            runs.append([word])
            goes_on = True
        else:
            runs[-1].append(word)
    runs = [_without_verb(run, text) for run in runs]
    runs = [run for run in runs if run[-1][0].lower() not in DETERMINERS | UNTELLING]
    return [Phrase(text[run[0].start() : run[-1].end()], run[0].start(), run[-1].end()) for run in runs]


def _breaks(run: Sequence[re.Match[str]], word: str) -> bool:
    """Whether a word is a name behind a verb: "succeeded", "Ian Jackson"."""
    return not word[0].islower() and run[-1][0][0].islower() and run[0][0].lower() not in DETERMINERS


def _without_verb(run: list[re.Match[str]], text: str) -> list[re.Match[str]]:
    """A run without the verb that it ends with behind an auxiliary, or begins with behind "who" or "I"."""
    before = text[: run[0].start()].lower().split()
    after = WORD.match(text[run[-1].end() :].lstrip())
    has_article = run[0][0].lower() in DETERMINERS
    if len(run) - has_article < 2 or not before:
        return run
    names = [at for at, word in enumerate(run) if not word[0][0].islower()]
    if before[-1] in HAVE or (after and after[0].lower() in ("be", "have", "do")):
        return run
    if before[-1] in BE:
        is_verb = PARTICIPLE.search(run[-1][0]) or (
            names and not has_article and before[:-1] not in (["what"], ["who"])
        )
        return run[: names[-1] + 1] if is_verb and names else run[:-1] if is_verb else run
    if AUXILIARY.fullmatch(before[-1]):
        return run[: names[-1] + 1] if names else run[:-1]
    if before in (["who"], ["what"]) or before[-1] in ("i", "you", "we"):
        return run[1:]
    return (run[2:] or run[:1]) if before == ["which"] else run


def shares_word(words: Sequence[str], text: str) -> bool:
    """Whether the text holds one of the words, in some form of it."""
    stems = {stem(word.casefold()) for word in WORD.findall(text)}
    return any(stem(word.casefold()) in stems for word in words)


def stem(word: str) -> str:
    """What the forms of a word have in common."""
    bare = re.sub(r"['\u2019]s$", "", word)
    for ending in ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            return bare[: -len(ending)].rstrip("i")
    return bare
