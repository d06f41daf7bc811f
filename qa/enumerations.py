"""Enumerations inside a sentence: "The contract was signed by Austria, Hungary and Italy".

Cut only where every part is a like thing: all names, all amounts, all short phrases of which the last follows "and" or
"or". When in doubt the whole stays one thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.keywords import STOP_WORDS
from index.records import Place

Likeness = Literal["name", "amount", "phrase"]
LONGEST_PART = 8  # words of a phrase that is one of several
LONGEST_NAME = 7
JOINER = r"(?:and/or|and|or|as\s+well\s+as)"
SEPARATOR = re.compile(rf"\s*[;,]\s+(?:{JOINER}\s+(?:also\s+)?)?|\s+{JOINER}\s+", re.IGNORECASE)
JOINS = re.compile(JOINER, re.IGNORECASE)
# What is never cut: brackets, quotations, and names that hold an "and".
CLOSED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\u201c[^\u201d]*\u201d|\"[^\"]*\"|"
    r"\b(?:Trinidad and Tobago|Bosnia and Herzegovina|Antigua and Barbuda|Saint Kitts and Nevis|St\.? Kitts and Nevis|"
    r"Turks and Caicos|Tyne and Wear|Marks and Spencer|Romeo and Juliet)\b"
)
FIRM = re.compile(r"^(?:Sons?|Daughters?|Co|Company|Partners?|Brothers|Associates|Ltd|Inc|GmbH|Limited)\b")
WORD = re.compile(r"\S+")
LEADING_WORD = re.compile(r"\s*\S+\s+")
LINKS = frozenset("of the de la le du van von der den di da del y al bin".split())  # inside a name
# A part that holds one of these is a clause, not a thing.
CLAUSE = frozenset(
    "is are was were be been being has have had will would shall must may can could should might do does did that "
    "which who whom whose because when if although while unless he she they we you i there".split()
)
PREPOSITIONS = frozenset(
    "in on at to for from by with of under over during through into against between without before after about as "
    "including".split()
)
DETERMINERS = frozenset("a an the your my his her its our their any each every some no this that these those".split())
# Behind one of these the first thing begins: verbs that a span may hold as well, and words that lead to things.
VERBS = (
    "are|is|were|was|include|includes|including|included|need|needs|contain|contains|bring|brings|provide|provides|offer|"
    r"offers|cover|covers|covering|require|requires|consists?\s+of|comprises?|made\s+up\s+of|such\s+as|namely|have|has"
)
VERB = re.compile(rf":\s+|\b(?:{VERBS})\s+", re.IGNORECASE)
BORDER = re.compile(
    rf":\s+|\b(?:{VERBS}|with|by|got|take|takes|between|both|either|wear|use|uses|buy|add|mix)\s+", re.IGNORECASE
)
CODE = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[\w.-]+")  # "3A"
TRAILING = ".,;:!?"


@dataclass(frozen=True, slots=True)
class Conjunct:
    """What stands between two separators of a sentence: `text[start:end]`. `joined` tells that an "and" or "or" stands
    before it; `stop` is the comma or semicolon there, "" where there is none."""

    start: int
    end: int
    joined: bool
    stop: str


def enumeration_around(text: str, start: int, end: int, low: int, high: int) -> list[Place]:
    """The parts of the enumeration in which `text[start:end]` stands, in order; nothing where it stands in none.

    `text[low:high]` is the sentence, or the cell, around it.
    """
    high = low + len(text[low:high].rstrip().rstrip(TRAILING))
    end = min(end, high)
    if not low <= start < end:
        return []
    conjuncts = conjuncts_of(text, low, high)
    touched = [at for at, one in enumerate(conjuncts) if one.start < end and start < one.end]
    if len(conjuncts) < 2 or not touched:
        return []
    parts = _names(text, conjuncts, touched, start)
    if not parts:
        parts = _alike(text, conjuncts, touched, start, end)
    return [_trimmed(text, *part) for part in parts]


def _trimmed(text: str, start: int, end: int) -> Place:
    """A place without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def likeness_of(text: str) -> Likeness:
    """What kind of thing a quote is: an amount, what holds a name ("the brig Constance"), or another phrase."""
    words = WORD.findall(text)
    if words and _is_amount(words[0]):
        return "amount"
    capitals = [_is_capital(word) for word in words if _plain(word) not in LINKS]
    return "name" if capitals and (all(capitals) or any(capitals[1:])) else "phrase"


def conjuncts_of(text: str, low: int, high: int) -> list[Conjunct]:
    """The conjuncts of a sentence, without those separators that stand in brackets or quotations."""
    closed = CLOSED.sub(lambda found: "_" * len(found[0]), text[low:high])
    conjuncts: list[Conjunct] = []
    begin, joined, stop = 0, False, ""
    for found in SEPARATOR.finditer(closed):
        if found.start() > begin:
            conjuncts.append(Conjunct(low + begin, low + found.start(), joined, stop))
        begin, joined = found.end(), bool(JOINS.search(found[0]))
        stop = found[0].strip()[:1] if found[0].strip()[:1] in (",", ";") else ""
    if begin < high - low:
        conjuncts.append(Conjunct(low + begin, high, joined, stop))
    return conjuncts


def _names(text: str, conjuncts: Sequence[Conjunct], touched: Sequence[int], start: int) -> list[Place]:
    """The parts where they are names: the sentence may go on before the first and behind the last."""
    leading = [_leading_name(text, one) for one in conjuncts]
    trailing = [_trailing_name(text, one) for one in conjuncts]
    whole = [run is not None and run[1] == one.end for run, one in zip(leading, conjuncts, strict=True)]
    first = last = touched[0]
    while last + 1 < len(conjuncts) and trailing[last] and leading[last + 1] and (last == first or whole[last]):
        last += 1
    while first and trailing[first - 1] and leading[first] and (first == last or whole[first]):
        first -= 1
    if first == last or last < touched[-1]:
        return []
    chain = conjuncts[first + 1 : last + 1]
    begins, ends = trailing[first], leading[last]
    assert begins and ends
    opening = text[conjuncts[first].start : begins[0]].split()[-1:]
    if (
        begins[0] < start < begins[1] and text[start - 1].isspace()
    ):  # "Yesterday Anna": the reader tells where the name begins
        begins = start, begins[1]
    parts = [begins, *((one.start, one.end) for one in chain[:-1]), ends]
    several_words = all(len(text[slice(*part)].split()) > 1 for part in parts)
    if len(parts) == 2:
        if opening in (["between"], ["Between"]) or FIRM.match(text[slice(*ends)]):
            return []
        if chain[0].stop and (chain[0].joined or not several_words):
            return []  # ", and" begins a clause; "Paris, Texas" is one place
    elif not chain[-1].joined and (any(one.joined for one in chain) or _is_amount(text[slice(*parts[-1])])):
        return []
    if len(parts) > 2 and chain[-1].joined and FIRM.match(text[slice(*ends)]):
        return [*parts[:-2], (parts[-2][0], ends[1])]
    return parts


def _alike(text: str, conjuncts: Sequence[Conjunct], touched: Sequence[int], start: int, end: int) -> list[Place]:
    """The parts where they are amounts or phrases. Where the first begins and the last ends, the span tells."""
    first, last = touched[0], touched[-1]
    while last + 1 < len(conjuncts) and not (last > first and conjuncts[last].joined):
        if not _is_thing(text, conjuncts[last + 1].start, conjuncts[last + 1].end):
            break
        last += 1
    begins = max(start, conjuncts[first].start)
    if _plain(text[conjuncts[first].start : begins].strip()) in DETERMINERS:
        begins = conjuncts[first].start
    if first and begins == conjuncts[first].start:
        first, begins = _before(text, conjuncts, first)
    chain = conjuncts[first : last + 1]
    if len(chain) < 2 or not chain[-1].joined or any(one.joined for one in chain[1:-1]):
        return []
    ends = end if touched[-1] == last else _end_of_thing(text, chain[-1])
    parts = [(begins, chain[0].end), *((one.start, one.end) for one in chain[1:-1]), (chain[-1].start, ends)]
    if any(one.stop == ";" for one in chain[1:]) and not all(one.stop == ";" for one in chain[1:]):
        return []  # a semicolon parts clauses
    borders = list(VERB.finditer(text, *parts[0]))
    parts[0] = (borders[-1].end(), parts[0][1]) if borders else _without_preposition(text, parts)
    if not all(_is_thing(text, *part) for part in parts):
        return []
    if len(parts) == 2:
        one, other = (_shape(text[slice(*part)]) for part in parts)
        before = text[: parts[0][0]].split()[-1:]
        if (
            chain[1].stop
            or one != other
            or (len(one) < 2 and one != ("code",))
            or one[0] == "w"
            or before in (["between"], ["Between"])
        ):
            return []
    return parts


def _before(text: str, conjuncts: Sequence[Conjunct], first: int) -> tuple[int, int]:
    """The number of the first conjunct of an enumeration of which a later one is known, and where its thing begins."""
    at = first
    while at:
        before = conjuncts[at - 1]
        borders = list(BORDER.finditer(text, before.start, before.end))
        begin = borders[-1].end() if borders else before.start
        if not _is_thing(text, begin, before.end):
            break
        at -= 1
        if borders or not at:
            return at, begin
    return first, conjuncts[first].start


def _end_of_thing(text: str, conjunct: Conjunct) -> int:
    """Where the thing at the start of a conjunct ends: before a word with which a clause begins."""
    end = conjunct.start
    for found in WORD.finditer(text, conjunct.start, conjunct.end):
        if _plain(found[0]) in CLAUSE and end > conjunct.start:
            break
        end = found.end()
    return end


def _without_preposition(text: str, parts: Sequence[Place]) -> Place:
    """The first part without the preposition that all share: "in the kitchen, the hall and the bathroom"."""
    starts = [text[slice(*part)].split() for part in parts]
    words = [_plain(one[0]) if one else "" for one in starts]
    if words[0] in PREPOSITIONS and not any(word in PREPOSITIONS for word in words[1:]) and len(starts[0]) > 1:
        found = LEADING_WORD.match(text, *parts[0])
        return (found.end(), parts[0][1]) if found else parts[0]
    return parts[0]


def _is_thing(text: str, start: int, end: int) -> bool:
    """Whether a part may be one of several things: it is short, and no clause."""
    words = [_plain(word) for word in text[start:end].split() if word.rstrip(TRAILING) != "May"]
    if not 0 < len(words) <= LONGEST_PART or words[-1] in PREPOSITIONS | DETERMINERS:
        return False
    return not any(word in CLAUSE for word in words) and "it" not in words[:-1]


def _shape(text: str) -> tuple[str, ...]:
    """What kinds of words a part has: of two, both must be alike."""
    kinds = []
    for word in text.split():
        bare = _plain(word)
        if bare in DETERMINERS:
            kinds.append("a" if bare in ("a", "an") else "the" if bare == "the" else "d")
        else:
            kinds.append(
                "code" if CODE.fullmatch(word) else "1" if _is_amount(word) else "N" if word[:1].isupper() else "w"
            )
    return tuple(kinds) if kinds[:1] != ["a"] and kinds[:1] != ["the"] else (kinds[0], "w")


def _leading_name(text: str, conjunct: Conjunct) -> Place | None:
    """The name with which a conjunct begins, with a bracket behind it."""
    words = list(WORD.finditer(CLOSED.sub(_filled, text[conjunct.start : conjunct.end])))
    end = 0
    for number, found in enumerate(words[: LONGEST_NAME + 1]):
        if _is_capital(found[0]):
            end = found.end()
            if found[0][-1] in ",;:!?":
                break
        elif found[0].startswith("_") and end:
            end = found.end()
        elif not (_plain(found[0]) in LINKS and (end or not number)):
            break
    return (conjunct.start, conjunct.start + end) if end else None


def _trailing_name(text: str, conjunct: Conjunct) -> Place | None:
    """The name with which a conjunct ends."""
    words = list(WORD.finditer(CLOSED.sub(_filled, text[conjunct.start : conjunct.end])))
    begin = None
    for found in reversed(words):
        first = found.start() == 0 and _plain(found[0]) in STOP_WORDS  # "In", "The" at the start of a sentence
        if _is_capital(found[0]) and not first:
            begin = found.start()
        elif not (found[0].startswith("_") or (_plain(found[0]) in LINKS and begin is not None)):
            break
        if len(words) - words.index(found) > LONGEST_NAME:
            break
    if begin is None:
        return None
    article = re.search(r"\bthe\s+$", text[conjunct.start : conjunct.start + begin])
    return (conjunct.start + (article.start() if article else begin)), conjunct.end


def _filled(found: re.Match[str]) -> str:
    """A bracket as one word; a name that holds an "and" as one with a capital."""
    return ("X" if found[0][0].isalpha() else "_") + "_" * (len(found[0]) - 1)


def _is_capital(word: str) -> bool:
    letters = word.lstrip("\u201c\"'\u2018")
    return letters[:1].isupper()


def _is_amount(word: str) -> bool:
    return word.lstrip("$\u20ac\u00a3+-")[:1].isdigit()


def _plain(word: str) -> str:
    return word.strip(".,;:!?\"'\u201c\u201d()").casefold()
