"""Questions a passage does not answer, made by rule from questions that it does.

SQuAD 1.1 has none, yet a reader that has never seen one cannot refuse. Two kinds are made here: the same
question beside another passage that a search finds for it, and the question altered so that its own
passage no longer answers it: an entity or number exchanged, a negation, an opposite (the ways in which the
authors of SQuAD 2.0 describe theirs, Rajpurkar et al. 2018, table 1), or another word or phrase put in. Most of
what a rule makes is easy to see through, so `hardest` chooses what a reader is most deceived by.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from index.records import View
from qa.lab.squad_metrics import RIGHT_F1, best_over_golds, f1
from qa.reading.reader import Reader

ENTITY = re.compile(r"\b[A-Z][\w’'-]+(?:\s+(?:(?:of|the|de|and)\s+)?[A-Z][\w’'-]+)*")
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
AUXILIARY = re.compile(r"\b(did|does|do|is|are|was|were|can|could|has|have|had|will|would|should)\b(?!n't| not)")
OPPOSITES = {
    "first": "last", "largest": "smallest", "biggest": "smallest", "highest": "lowest", "most": "least",
    "before": "after", "north": "south", "northern": "southern", "east": "west", "eastern": "western",
    "more": "fewer", "increase": "decrease", "increased": "decreased", "oldest": "youngest", "longest": "shortest",
    "earliest": "latest", "begin": "end", "began": "ended", "start": "stop", "started": "stopped", "won": "lost",
    "win": "lose", "open": "close", "opened": "closed", "above": "below", "higher": "lower", "larger": "smaller",
    "better": "worse", "best": "worst", "support": "oppose", "supported": "opposed", "accepted": "rejected",
    "male": "female", "men": "women", "father": "mother", "son": "daughter", "husband": "wife", "king": "queen",
    "allowed": "forbidden", "include": "exclude", "includes": "excludes", "rich": "poor", "major": "minor",
    "majority": "minority", "maximum": "minimum", "public": "private", "long": "short", "high": "low",
    "ancient": "modern", "old": "new", "positive": "negative", "gained": "lost", "rise": "fall", "cause": "prevent",
    "caused": "prevented", "born": "killed", "founded": "dissolved", "created": "destroyed", "import": "export",
    "early": "late", "same": "different", "inside": "outside",
    "arrived": "departed", "added": "removed", "appointed": "dismissed", "bought": "sold", "strong": "weak",
    "reduce": "expand", "reduced": "expanded", "permitted": "banned", "legal": "illegal",
    "successful": "unsuccessful", "native": "foreign", "defeated": "protected", "attacked": "defended",
    "discovered": "overlooked", "approved": "vetoed", "continued": "ceased", "popular": "unpopular",
    "primary": "secondary", "internal": "external", "always": "rarely",
    "younger": "older", "front": "rear", "friend": "enemy", "ally": "rival", "victory": "defeat", "peace": "war",
}  # fmt: skip
WORD = re.compile(r"(?<![\w'’-])[a-z]{5,}(?![\w'’-])")  # long lower-case words: most of them carry the meaning
FUNCTION_WORDS = frozenset(
    "about above across after again against along although among another around because before behind being below "
    "between beyond called could despite during either every except following going having itself known might named "
    "often other others several shall should since sometimes taking their theirs themselves there these those through "
    "throughout together towards under until using various where whether which while whose within without would".split()
)
PHRASE = re.compile(  # an article, a noun, and at most one word between them
    r"\b(?:the|a|an) (?:[a-z]{4,} )?[a-z]{3,}"
    r"(?=[?.,;:)]| (?:of|in|to|and|or|for|at|on|by|with|from|that|which|is|are|was|were|had|has|have)\b)"
)
INSIDE = 0.4  # of the exchanged words come from the passage itself, from another role there: the hardest kind
SAME_ENDING = 3  # letters that a word and its stand-in share: "-ing", "-ted", "-ion" keep the sentence well formed
BOTH_WAYS = OPPOSITES | {opposite: word for word, opposite in OPPOSITES.items()}


def alter(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    """The question changed so that `passage` does not answer it, or None where no rule applies.

    `elsewhere` is other text of the same article, a source of entities that the passage lacks.
    """
    rules = [*[_swap_entity] * 3, _exchange_entities, _swap_number, _swap_word, _swap_phrase, _oppose, _negate]
    rng.shuffle(rules)
    for rule in rules:
        altered = rule(question, passage, elsewhere, rng)
        if altered and altered != question:
            return altered
    return None


def hardest(questions: Sequence[str], passage: str, answers: Sequence[str], reader: Reader) -> str:
    """The altered question to which the reader is surest that the passage still gives one of the original's answers.

    Where it gives another, that may be right: the passage can hold both the day's high and the day's low. If every
    question leads elsewhere, it is the first of them.
    """
    best, most = questions[0], float("-inf")
    for question in questions:
        text, score = best_span(reader, question, passage)
        if score > most and best_over_golds(f1, text, answers) >= RIGHT_F1:
            best, most = question, score
    return best


def best_span(reader: Reader, question: str, passage: str) -> tuple[str, float]:
    """The best span's text and score; nothing, and the lowest score, where there is none."""
    spans = reader.read(question, [View.of(passage)])
    return (spans[0].text, spans[0].score) if spans else ("", float("-inf"))


def _swap_entity(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    named = _named(question, passage)
    if not named:
        return None
    match = rng.choice(named)
    inside = rng.random() < INSIDE
    others = _names(passage if inside else elsewhere)
    others = [name for name in others if name not in question and len(name) > 3 and (inside or name not in passage)]
    others = [name for name in others if match.group() not in name]
    same_size = [name for name in others if len(name.split()) == len(match.group().split())]
    if not same_size:
        return None
    return question[: match.start()] + rng.choice(same_size) + question[match.end() :]


def _exchange_entities(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    """Two names of the question in each other's place: "When did Poland invade Germany?"."""
    named = _named(question, passage)
    if len(named) < 2:
        return None
    first, second = sorted(rng.sample(named, 2), key=lambda match: match.start())
    between = question[first.end() : second.start()]
    if between.strip() in ("and", "or", ","):
        return None
    return question[: first.start()] + second.group() + between + first.group() + question[second.end() :]


def _named(question: str, passage: str) -> list[re.Match[str]]:
    """The question's names that the passage holds; its first word is capitalised without being one."""
    return [match for match in ENTITY.finditer(question) if match.start() > 0 and match.group() in passage]


def _names(text: str) -> list[str]:
    """Capitalised runs that do not open a sentence, where any word is capitalised."""
    return [
        m.group()
        for m in ENTITY.finditer(text)
        if text[: m.start()].rstrip(" \"'“‘(")[-1:] not in ("", ".", "!", "?", ":")
    ]


def _swap_number(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    matches = list(NUMBER.finditer(question))
    if not matches:
        return None
    match = rng.choice(matches)
    shape = re.sub(r"\d", "0", match.group())
    others: list[str] = [n for n in NUMBER.findall(passage + " " + elsewhere) if re.sub(r"\d", "0", n) == shape]
    others = [number for number in others if number not in question]
    if not others:
        return None
    return question[: match.start()] + rng.choice(others) + question[match.end() :]


def _swap_word(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    """Another verb or noun, of the article or the passage, in place of one of the passage: "written" for "painted"."""
    words = set(WORD.findall(passage)) - FUNCTION_WORDS
    matches = [match for match in WORD.finditer(question) if match.group() in words and match.group()[-2:] != "ly"]
    if not matches:
        return None
    match = rng.choice(matches)
    word = match.group()
    inside = rng.random() < INSIDE
    candidates: list[str] = WORD.findall(passage if inside else elsewhere)
    others = {other for other in candidates if other.endswith(word[-SAME_ENDING:])}
    others = {other for other in others - FUNCTION_WORDS if other not in question and word not in other}
    others = {other for other in others if inside or other not in passage}
    if not others:
        return None
    return question[: match.start()] + rng.choice(sorted(others)) + question[match.end() :]


def _swap_phrase(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    """Another noun phrase of the passage in place of one of its own: "the main building" for "the old library"."""
    matches = [match for match in PHRASE.finditer(question) if match.group() in passage]
    if not matches:
        return None
    match = rng.choice(matches)
    others: set[str] = {other for other in PHRASE.findall(passage) if other not in question}
    others = {other for other in others if other.split()[-1] not in question}
    if not others:
        return None
    return question[: match.start()] + rng.choice(sorted(others)) + question[match.end() :]


def _oppose(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    matches = [match for match in re.finditer(r"\b[a-z]+\b", question) if match.group() in BOTH_WAYS]
    # A passage that speaks of the opposite ("high" in "highest", but not "men" in "women") may answer that, too.
    matches = [match for match in matches if not re.search(r"\b" + BOTH_WAYS[match.group()], passage)]
    if not matches:
        return None
    match = rng.choice(matches)
    return question[: match.start()] + BOTH_WAYS[match.group()] + question[match.end() :]


def _negate(question: str, passage: str, elsewhere: str, rng: random.Random) -> str | None:
    match = AUXILIARY.search(question)
    if not match or rng.random() < 0.5:  # a reader soon learns that "not" means unanswerable: keep it rare
        return None
    if match.group() in ("did", "does", "do", "is", "are", "was", "were") and rng.random() < 0.5:
        return question[: match.end()] + "n't" + question[match.end() :]
    word = rng.choice(("not", "never"))
    following = re.match(r"\s+(?:the\s+)?\w+", question[match.end() :])
    place = match.end() + (following.end() if following and match.start() < len(question) // 2 else 0)
    return f"{question[:place]} {word}{question[place:]}"
