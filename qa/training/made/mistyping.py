"""Questions as they are typed in a hurry."""

from __future__ import annotations

import random
import re

from index.keywords import STOP_WORDS

NEIGHBOURS = {
    "a": "sqwz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb",
    "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop", "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa",
    "r": "edft", "s": "awedxz", "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu",
    "z": "asx",
}  # fmt: skip
BEFORE = ("please tell me ", "can you tell me ", "i'd like to know ", "hi, ", "hello, quick question: ", "do you know ",
          "could you please look up ", "i need to know ", "sorry, ", "so ", "ok, ", "what i want to know: ",
          "just wondering, ", "tell me ")  # fmt: skip
BEHIND = (" please", " thanks", " thank you", " pls", " ??", "??", "...", " asap", ", please", " thx", " exactly")


def mistyped(question: str, rng: random.Random) -> str:
    """The question typed badly in one or two ways: small letters, no mark, wrong letters, keywords, more words."""
    ways = rng.choices(("small", "letters", "keywords", "polite", "unmarked", "doubled"), (26, 26, 16, 16, 10, 6))
    if rng.random() < 0.45:
        ways.append(rng.choice(("small", "letters", "unmarked")))
    for way in ways:
        question = WAYS[way](question, rng)
    return question.strip()


def _small(question: str, rng: random.Random) -> str:
    shown = question.lower()
    return shown.rstrip("?. ") if rng.random() < 0.7 else shown


def _unmarked(question: str, rng: random.Random) -> str:
    return question.rstrip("?. ") if rng.random() < 0.8 else re.sub(r"[^\w\s%$€£.:/-]", "", question)


def _keywords(question: str, rng: random.Random) -> str:
    """What one types into a search box."""
    words = [word for word in re.findall(r"[\w%$€£.:/’'-]+", question.rstrip("?. ")) if word.lower() not in STOP_WORDS]
    if len(words) < 3:
        return _small(question, rng)
    if rng.random() < 0.25:  # another order
        cut = rng.randrange(1, len(words))
        words = words[cut:] + words[:cut]
    asked = re.match(r"(when|where|who|why|how many|how much|how long|how)\b", question.lower())
    if asked and rng.random() < 0.6:
        words = [asked.group(), *words] if rng.random() < 0.5 else [*words, asked.group()]
    return " ".join(words).lower() if rng.random() < 0.7 else " ".join(words)


def _polite(question: str, rng: random.Random) -> str:
    shown = question[:1].lower() + question[1:] if not question[1:2].isupper() else question
    if rng.random() < 0.65:
        shown = rng.choice(BEFORE) + shown
        shown = shown[:1].upper() + shown[1:] if rng.random() < 0.5 else shown
    if rng.random() < 0.5 or shown == question:
        shown = shown.rstrip("?") + rng.choice(BEHIND)
    return shown


def _letters(question: str, rng: random.Random) -> str:
    """One wrong letter, or two in a long question. Numbers and short words stay: a wrong one would ask otherwise."""
    for _ in range(2 if len(question) > 45 and rng.random() < 0.5 else 1):
        words = list(re.finditer(r"[^\W\d_]{4,}", question))
        if not words:
            return question
        match = rng.choice(words)
        typed = wrong_word(match.group(), rng)
        question = question[: match.start()] + typed + question[match.end() :]
    return question


def wrong_word(word: str, rng: random.Random) -> str:
    """The word with letters swapped, left out, doubled, or a neighbour on the keyboard hit. The first letter stays."""
    place = rng.randrange(1, len(word) - 1)
    way = rng.choices(("swap", "drop", "double", "hit"), (32, 28, 14, 26))[0]
    if way == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if way == "drop":
        return word[:place] + word[place + 1 :]
    if way == "double":
        return word[:place] + word[place] + word[place:]
    hit = rng.choice(NEIGHBOURS.get(word[place].lower(), word[place]))
    return word[:place] + hit + word[place + 1 :]


def _doubled(question: str, rng: random.Random) -> str:
    """A small word written twice, or left out."""
    words = question.split(" ")
    small = [i for i, word in enumerate(words) if word.lower() in STOP_WORDS and i]
    if not small:
        return _small(question, rng)
    place = rng.choice(small)
    words[place : place + 1] = [words[place]] * 2 if rng.random() < 0.4 else []
    return " ".join(words)


WAYS = {"small": _small, "letters": _letters, "keywords": _keywords, "polite": _polite, "unmarked": _unmarked,
        "doubled": _doubled}  # fmt: skip
