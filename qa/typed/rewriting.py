"""The question as it was meant: what is wrongly or otherwise typed is read as what occurs in the documents.

A word is exchanged that occurs nowhere, that does not fit between its neighbours, or that is a compound written in
another way, and only where it is sure enough what was meant; of the rest, a refusal says what may have been meant.
Words in quotation marks and excluded ones stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

from index.languages import ENGLISH, is_little_word, is_rather_other
from index.records import Place
from index.spelling import folded, written_otherwise
from qa.english import BEGINNINGS, LITTLE, is_known
from qa.explaining import content_places
from qa.questions import LONGEST_QUESTION, is_outside_signs, sign_places
from qa.source import Source
from qa.typed.context_spelling import fit_in_context, mended_in_context, share_beside
from qa.typed.courtesy import without_courtesy
from qa.typed.mending import SHORTEST, Meant, cased, is_form_of, is_spelt_right, meant_by
from qa.typed.spoken import with_digits

# Up to which cost a word is exchanged without being asked, and that of a name; a word that stands in passages with the
# others of the question costs less. Of 1,217 misspelt words, 1,131 were exchanged for the right one and 31 for another;
# of the words of 2,500 questions to other documents 52, many of which were misspelt. These limits were chosen on them.
SURE, SURE_NAME = 0.3, 0.15
BESIDE = 1.0
FITTING = 0.4  # how much it speaks for a word that it is likelier between its neighbours than elsewhere
LITTLE_BESIDE = 0.5  # that share for a little word, which stands beside anything
SHORT_BESIDE = 0.75  # share from which a word of three letters is no abbreviation, but another word
UNLIKELY = 2.0  # slips for which that is not enough: "facet" is no slip of "face"
MOST_TRIED = 8  # words that may be meant, for each of which is looked what stands beside it
SIZE, USUAL_SIZE = 0.15, 2500  # fewer passages, and a word is less often near another one by chance
# Slips up to which a word is exchanged for one that occurs nowhere either, but is English; more where it fits.
SURE_ENGLISH, ENGLISH_FITTING = 1.0, 0.1
MOST_EXCHANGED = 5  # words of a question, each of which takes some milliseconds
SHORTEST_PART = 3  # letters of a part of a compound, unless it is a little word or, as the first one, a single letter
SHORTEST_JOINED = 6  # letters of a compound of two words
LONGEST_ABBREVIATION = 5
CASED = re.compile(r"([A-Z][a-z]+)([A-Z][a-z]+)")
POSSESSIVE = re.compile(r"(?<![^\s(])(?P<name>[A-Z]\w{3,})s(?=\s+(?P<follows>[^\W\d_]{3,}))")
# Two neighbours, of which the next one may be a neighbour, too.
PAIR = re.compile(r"(?<![\w'\u2019-])([^\W\d_]{3,})[ -](?=([^\W\d_]{3,})(?![\w'\u2019-]))")


def rewritten(question: str, source: Source) -> str:
    """The question with what was probably meant for what was typed; the same where there is nothing to mend."""
    has_signs = bool(sign_places(question))
    text = _with_compounds(question if has_signs else without_courtesy(question), source)
    text = text if has_signs else with_digits(text, source)
    text = mended_in_context(text, source)
    text = _with_possessives(text, source)
    places = [one for one in content_places(text) if is_outside_signs(one, text)]
    there = source.occurring([text[slice(*one)] for one in places])
    sure = frozenset(one for one in there if _is_written_so(one, source))
    if is_rather_other(text, ENGLISH):  # "wer" is no slip of "were"
        places = [one for one in places if not is_little_word(text[slice(*one)])]
    doubtful = [one for one in places if text[slice(*one)] not in sure][:MOST_EXCHANGED]
    for place in reversed(doubtful):
        word = text[slice(*place)]
        others = sorted(sure - {word})
        if word not in there:
            text = _exchanged(text, place, others, source)
        elif (other := _respelt(text, place, others, source)) and not is_form_of(word.lower(), other.lower()):
            text = text[: place[0]] + cased(other, word) + text[place[1] :]
    return text if len(text) <= LONGEST_QUESTION else question


def _with_possessives(question: str, source: Source) -> str:
    """The question with "Houston's" for "Houstons", where only the name itself occurs and something of it follows."""
    for found in reversed(list(POSSESSIVE.finditer(question))):
        name, follows = found["name"], found["follows"].lower()
        if follows in LITTLE or source.words_like(f"{name}s", 0) or not is_outside_signs(found.span(), question):
            continue
        if any(one.word[0].isupper() for one in source.words_like(name, 0)):
            question = f"{question[: found.end('name')]}'{question[found.end('name') :]}"
    return question


def _with_compounds(question: str, source: Source) -> str:
    """The question with compounds as they are written where the rest of it stands."""
    content = [question[slice(*one)] for one in content_places(question)]
    return _parted_words(_joined_words(question, content, source), content, source)


def _joined_words(question: str, content: Sequence[str], source: Source) -> str:
    """The question with two words as one, where the rest of it stands beside that: "airports" for "air ports".
    `content` are its words as they were typed."""
    pairs = [one for one in PAIR.finditer(question) if not {one[1].lower(), one[2].lower()} & LITTLE]
    there = source.occurring([one[1] + one[2] for one in pairs])
    for one in reversed(pairs):
        (start, end), word = (one.start(1), one.end(2)), one[1] + one[2]
        # As it is written: the search takes "othereent" for a form of "other".
        if word not in there or not source.words_like(word, 0) or not is_outside_signs((start, end), question):
            continue
        others = [other for other in content if other not in (one[1], one[2])]
        if _is_nearer(word, f"{one[1]} {one[2]}", others, source):
            question = question[:start] + cased(word, one[1]) + question[end:]
    return question


def _parted_words(question: str, content: Sequence[str], source: Source) -> str:
    """The question with a word as two, where the rest of it stands beside these: "take over" for "takeover". `content`
    are its words as they were typed."""
    for start, end in reversed(content_places(question)):
        word = question[start:end]
        if len(word) < SHORTEST_JOINED or not word.islower() or not is_outside_signs((start, end), question):
            continue
        parts = _parted(word, source, _is_part)
        if parts and parts.split()[0] not in LITTLE and word in source.occurring([word]):
            others = [other for other in content if other != word]
            if _is_nearer(parts, word, others, source):
                question = question[:start] + parts + question[end:]
    return question


def _is_nearer(words: str, typed: str, others: Sequence[str], source: Source) -> bool:
    """Whether these words, and not what was typed, occur, or stand in passages with more of the others, of which a rare
    one counts for more."""
    there = source.occurring([words, typed])
    if len(there) < 2:
        return words in there
    near, far = (source.occurring(others, beside=one) for one in (words, typed))
    return _rarity(near - far, source) > _rarity(far - near, source)


def _rarity(words: Iterable[str], source: Source) -> float:
    """How rare the words are: logarithms of all passages for each with one of them, added up."""
    _, passages = source.counts()
    like = (source.words_like(word, 0) for word in sorted(words))
    return sum(math.log((passages + 1) / min((one.passages for one in found), default=1)) for found in like)


def _is_written_so(word: str, source: Source) -> bool:
    """Whether a word that occurs in some form is English, or occurs as it is written: the form of "numer" is that of
    "numerous"."""
    return not word.isalpha() or is_known(folded(word)) or bool(source.words_like(word, 0))


def _exchanged(text: str, place: Place, others: Sequence[str], source: Source) -> str:
    """The question with what was meant in the place of a word that occurs nowhere, if that is sure."""
    start, end = place
    word = text[start:end]
    if other := _in_other_writing(word, source):
        return text[:start] + cased(other, word) + text[end:]
    if joined := _joined(text, place, source):
        (start, end), other = joined
        return text[:start] + cased(other, text[start:end]) + text[end:]
    # "Europeon" is "European" before it is "Europe on", and "Southside" is "South side" before it is "outside".
    if (
        other := _parted(word, source, _is_noun)
        or _respelt(text, place, others, source)
        or _parted(word, source, _is_part)
    ):
        return text[:start] + cased(other, word) + text[end:]
    return text


def _in_other_writing(word: str, source: Source) -> str:
    """The word as it is written with other letters where it occurs: "Łukasz" for "Lukasz"; "" where it does not."""
    there = source.occurring(written_otherwise(word))
    found = [one for form in sorted(there) for one in source.words_like(form, 0)]
    return max(found, key=lambda one: one.passages).word if found else ""


def _joined(text: str, place: Place, source: Source) -> tuple[Place, str] | None:
    """The word as one with its neighbour, where it occurs so, and where both stand."""
    start, end = place
    ways: list[tuple[Place, str]] = []
    for one, other in ((_before(text, start), place), (place, _behind(text, end))):
        if one is not None and other is not None:
            ways.append(((one[0], other[1]), text[slice(*one)] + text[slice(*other)]))
    return next(((both, joined) for both, joined in ways if source.words_like(joined, 0)), None)


def _before(text: str, start: int) -> Place | None:
    found = re.search(r"(?<![\w'\u2019])([^\W\d_]{2,})[ -]$", text[:start])
    return found.span(1) if found else None


def _behind(text: str, end: int) -> Place | None:
    found = re.compile(r"[ -]([^\W\d_]{2,})(?![\w'\u2019])").match(text, end)
    return found.span(1) if found else None


def _parted(word: str, source: Source, is_part: Callable[[str], bool]) -> str:
    """The word as two parts that occur beside one another: "health care" for "healthcare"; "" where they do not."""
    if not word.isalpha():
        return ""
    ways = [(word[:at], word[at:]) for at in range(1, len(word) - 1)]
    ways = [way for way in ways if (is_part(way[0]) or _is_before(way[0])) and is_part(way[1])]
    if by_case := CASED.fullmatch(word):  # "IndoChina"
        ways.append((by_case[1], by_case[2]))
    if not ways:
        return ""
    there = source.occurring([" ".join(way) for way in ways])
    found = [way for way in ways if " ".join(way) in there]
    return " ".join(max(found, key=lambda way: min(map(len, way)))) if found else ""


def _is_before(part: str) -> bool:
    """Whether a compound may begin so, as "email" and "cowrote" do; "asigned" is not "a signed"."""
    return part.lower() in BEGINNINGS or (len(part) == 1 and part.lower() not in LITTLE)


def _is_noun(part: str) -> bool:
    return part.lower() not in LITTLE and len(part) >= SHORTEST_PART and is_known(folded(part))


def _is_part(part: str) -> bool:
    return part.lower() in LITTLE or _is_noun(part)


def _respelt(text: str, place: Place, others: Sequence[str], source: Source) -> str:
    """The word that was meant by a misspelt one, where that is sure; else "". `others` are words of the question that
    occur."""
    word = text[slice(*place)]
    if word.isupper() and len(word) <= LONGEST_ABBREVIATION and not text.isupper():
        return ""
    is_name = word[0].isupper() and place[0] > 0 and not text.isupper()
    is_other = is_rather_other(text, ENGLISH)
    tried = [
        one
        for one in meant_by(word, source)
        if not ((is_name or is_other) and folded(one.word) in LITTLE) and (one.passages or not is_other)
    ][:MOST_TRIED]
    if tried and is_spelt_right(word):  # it sounds the same
        return "" if is_name else tried[0].word
    shares = [(one, _share_beside(one, others, source)) for one in tried]
    if len(word) < SHORTEST:  # it may be an abbreviation
        shares = [(one, share) for one, share in shares if share >= SHORT_BESIDE or folded(one.word) in LITTLE]
    if not shares:
        return ""
    fits = fit_in_context(text, place, [one.word for one, _ in shares])
    cost, fit, best = min(
        ((one.cost - BESIDE * share - FITTING * fit, fit, one) for (one, share), fit in zip(shares, fits, strict=True)),
        key=lambda way: way[0],
    )
    if not best.passages and best.word not in LITTLE:
        return best.word if fit and not is_name and best.slips <= SURE_ENGLISH + ENGLISH_FITTING * fit else ""
    _, passages = source.counts()
    sure = (SURE_NAME if is_name else SURE) + SIZE * math.log((USUAL_SIZE + 1) / (passages + 1))
    return best.word if cost <= sure else ""


def _share_beside(one: Meant, others: Sequence[str], source: Source) -> float:
    """The share of the others that stand in a passage with the word."""
    if not others or not one.passages or one.slips >= UNLIKELY:
        return 0.0
    if folded(one.word) in LITTLE:
        return LITTLE_BESIDE
    return share_beside(one.word, others, source)
