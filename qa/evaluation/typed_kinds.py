"""Questions as people type them: one way of typing each, made by rule from a clean question."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from qa.english import LITTLE
from qa.evaluation.typed_words import COMPOUND, HEARD, LETTER_PAIRS, SPELLINGS, SPELT, TENS, UNITS
from qa.typed.slips import AROUND

SHORTEST = 4  # letters of a word that gets a fault
WORDS_A_FAULT = 8  # a question has one fault for so many words or a part of them, as hurried typing has
BEFORE = (
    "Could you please tell me", "Hi, I would like to know", "Please can you help me find out", "Hello! Do you know",
    "I was wondering", "Excuse me, can you say",
)  # fmt: skip
BEHIND = (", thanks!", "? Thank you very much!", ", please?", "? Thanks in advance.", "")
WORD = re.compile(r"[^\W\d_]+")
Way = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of typing: its name, and what makes a question of a clean one; the same where it does not apply."""

    name: str
    typed: Way


def kind_named(name: str) -> Kind:
    """The kind of this name. Raises KeyError where there is none."""
    return {kind.name: kind for kind in KINDS}[name]


def with_faults(fault: Callable[[str, random.Random], str]) -> Way:
    """The way of typing a question that puts a fault into a word of every WORDS_A_FAULT."""

    def typed(question: str, rng: random.Random) -> str:
        words = [one for one in WORD.finditer(question) if len(one[0]) >= SHORTEST]
        wanted = min(len(words), -(-len(question.split()) // WORDS_A_FAULT))
        for one in sorted(rng.sample(words, wanted), key=lambda one: -one.start()):
            question = question[: one.start()] + fault(one[0], rng) + question[one.end() :]
        return question

    return typed


def beside(word: str, rng: random.Random) -> str:
    """The word with one key hit that lies beside the right one."""
    places = [at for at, letter in enumerate(word) if letter.lower() in AROUND]
    if not places:
        return word
    at = rng.choice(places)
    hit = rng.choice(AROUND[word[at].lower()])
    return word[:at] + (hit.upper() if word[at].isupper() else hit) + word[at + 1 :]


def swapped(word: str, rng: random.Random) -> str:
    """The word with two letters in the wrong order."""
    places = [at for at, (one, other) in enumerate(pairwise(word)) if one != other]
    if not places:
        return word
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, rng: random.Random) -> str:
    """The word without one of its letters."""
    at = rng.randrange(len(word))
    return word[:at] + word[at + 1 :]


def doubled(word: str, rng: random.Random) -> str:
    """The word with one letter twice."""
    at = rng.randrange(len(word))
    return word[: at + 1] + word[at:]


def added(word: str, rng: random.Random) -> str:
    """The word with a letter hit beside another one."""
    at = rng.randrange(len(word))
    return word[: at + 1] + rng.choice(AROUND.get(word[at].lower(), "e")) + word[at + 1 :]


def small(question: str, rng: random.Random) -> str:
    """In small letters."""
    return question.lower()


def unmarked(question: str, rng: random.Random) -> str:
    """Without the question mark."""
    return question.rstrip("?. ")


def capitals(question: str, rng: random.Random) -> str:
    """In capitals."""
    return question.upper()


def keywords(question: str, rng: random.Random) -> str:
    """What one types into a search box: the content words in small letters."""
    words = [word for word in re.findall(r"[\w%$€£.:/’'-]+", question.rstrip("?. ")) if word.lower() not in LITTLE]
    return " ".join(words).lower() if len(words) > 1 else question


def asked_keywords(question: str, rng: random.Random) -> str:
    """The content words in small letters, with the word that asks where that says what is wanted."""
    asks = re.match(r"(?:who|when|where|why|how (?:many|much|long|far|old)|how)\b", question.lower())
    return f"{asks[0]} {keywords(question, rng)}" if asks and keywords(question, rng) != question else question


def polite(question: str, rng: random.Random) -> str:
    """With polite words before and behind it."""
    first = question.split()[0]
    begun = question if first[1:] != first[1:].lower() else question[:1].lower() + question[1:]
    return f"{rng.choice(BEFORE)} {begun.rstrip('? ')}{rng.choice(BEHIND)}"


def ascii_only(question: str, rng: random.Random) -> str:
    """With plain letters for those that the keyboard lacks."""
    made = "".join(_plain(letter) for letter in unicodedata.normalize("NFC", question))
    return made if made.isascii() else question


def _plain(letter: str) -> str:
    if letter.lower() in LETTER_PAIRS:
        pair = LETTER_PAIRS[letter.lower()]
        return pair.capitalize() if letter.isupper() else pair
    if letter.isalpha():
        return "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"}.get(letter, letter)


def spelling(question: str, rng: random.Random) -> str:
    """As it is spelt on the other side of the Atlantic."""

    def other(found: re.Match[str]) -> str:
        word = found[0]
        for british, american, one, two in SPELLINGS:
            for pattern, _, new in ((british, one, two), (american, two, one)):
                match = re.fullmatch(pattern, word.lower())
                if match:
                    made = match[1] + new + (match[2] or "")
                    roots = {word.lower(), made}
                    roots |= {root.rstrip("sd") for root in roots} | {
                        re.sub("(ing|ed|es)$", "e", root) for root in roots
                    }
                    roots |= {re.sub("(ing|ed|al|able|s)$", "", root) for root in roots}
                    if roots & SPELT:
                        return word[0] + made[1:]
        return word

    return WORD.sub(other, question)


def compounds(question: str, rng: random.Random) -> str:
    """A compound otherwise: joined, with a hyphen, or apart."""
    hyphenated = list(re.finditer(r"\b([^\W\d_]+)-([^\W\d_]+)\b", question))
    others = [one for one in COMPOUND.finditer(question) if "-" not in one[0]]
    if hyphenated:
        one = rng.choice(hyphenated)
        return question[: one.start()] + one[1] + rng.choice(("", " ")) + one[2] + question[one.end() :]
    if others:
        one = rng.choice(others)
        between = rng.choice(("-", " " if one[2] == "" else ""))
        return question[: one.start()] + one[1] + between + one[3] + question[one.end() :]
    return question


def number(question: str, rng: random.Random) -> str:
    """A noun in the singular for the plural, or the other way round."""
    plural = [one for one in re.finditer(r"\b[a-z]{3,}[a-rt-z]s\b", question) if _is_noun(one[0])]
    one = rng.choice(plural) if plural else None
    if one:
        single = re.sub("ies$", "y", one[0]) if one[0].endswith("ies") else re.sub("(?<=sh|ch|ss|.x)es$|s$", "", one[0])
        return question[: one.start()] + single + question[one.end() :]
    single_ = list(re.finditer(r"\bthe ([a-z]{4,})(?= (?:of|in|for|is|was|that)\b|\?)", question))
    if single_:
        found = rng.choice(single_)
        word = found[1]
        made = (
            word[:-1] + "ies"
            if re.search("[^aeiou]y$", word)
            else word + ("es" if re.search("(sh|ch|s|x)$", word) else "s")
        )
        return question[: found.start(1)] + made + question[found.end() :]
    return question


def _is_noun(word: str) -> bool:
    return word not in LITTLE and not re.search("(us|is|ss|always|series|species|selves)$", word)


def quotes(question: str, rng: random.Random) -> str:
    """With straight marks for curly ones, or the other way round."""
    if re.search("[‘’“”]", question):
        return question.translate(str.maketrans("‘’“”", "''\"\""))
    curly = re.sub(r'(?<!\w)"(?=\S)', "“", question).replace('"', "”")
    return re.sub(r"(?<!\w)'(?=\w)", "‘", curly).replace("'", "’")


def no_apostrophe(question: str, rng: random.Random) -> str:
    """Without its apostrophes."""
    return re.sub(r"(?<=\w)['’](?=\w)", "", question)


def speech(question: str, rng: random.Random) -> str:
    """As a machine writes down what is said: no capitals, no marks, numbers in words."""
    heard = re.sub(r"(?<=\d),(?=\d{3})", "", question.lower())
    heard = re.sub(r"\d+", lambda one: f" {spoken(int(one[0]))} ", heard)
    heard = heard.replace("%", " percent ").replace("$", " dollars ").replace("-", " ")
    return " ".join(re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)?", heard))


def heard_alike(question: str, rng: random.Random) -> str:
    """With one word for another that sounds the same."""
    words = [one for one in WORD.finditer(question) if one[0].lower() in HEARD]
    if not words:
        return question
    one = rng.choice(words)
    return question[: one.start()] + HEARD[one[0].lower()] + question[one.end() :]


def spoken(value: int) -> str:
    """A number in words, a year as a year."""
    if value < 20:
        return UNITS[value]
    if value < 100:
        return TENS[value // 10] + (f" {UNITS[value % 10]}" if value % 10 else "")
    if 1100 <= value < 2000 or 2010 <= value < 2100:
        rest = value % 100
        behind = "hundred" if not rest else f"oh {UNITS[rest]}" if rest < 10 else spoken(rest)
        return f"{spoken(value // 100)} {behind}"
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return f"{spoken(value // size)} {name}" + (f" {spoken(rest)}" if rest else "")
    return str(value)


KINDS = (
    Kind("keyboard", with_faults(beside)),
    Kind("swapped", with_faults(swapped)),
    Kind("dropped", with_faults(dropped)),
    Kind("doubled", with_faults(doubled)),
    Kind("added", with_faults(added)),
    Kind("small letters", small),
    Kind("no mark", unmarked),
    Kind("capitals", capitals),
    Kind("keywords", keywords),
    Kind("polite", polite),
    Kind("plain letters", ascii_only),
    Kind("other spelling", spelling),
    Kind("compounds", compounds),
    Kind("number", number),
    Kind("quotes", quotes),
    Kind("no apostrophe", no_apostrophe),
    Kind("speech", speech),
    Kind("heard alike", heard_alike),
    Kind("asked keywords", asked_keywords),
)
