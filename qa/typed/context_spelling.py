"""Words of a question that are spelt right and were not meant: "form" for "from", "witch" for "which".

A word is exchanged for another one that sounds the same or is a slip of the finger away, where that one is far likelier
between its neighbours (Mays, Damerau and Mercer 1991). What the documents hold speaks for the word as it stands.

Of 185 words of 400 questions to held-back articles that were put for ones that sound the same, 139 are led back. With
dropped letters, 253 of these questions are restored, where words that occur nowhere alone were mended 232. Of 1,500
questions to other documents 66 are changed, as before, the new ones nearly all misspelt; of 591 that somebody wrote to
made-up documents of 18 domains, one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.languages import ENGLISH, is_rather_other
from index.records import Place
from qa.english import LITTLE, is_known
from qa.questions import is_outside_signs
from qa.source import Described
from qa.typed.mending import cased, is_form_of
from qa.typed.ngrams import UNKNOWN, NgramModel, Token, shipped_ngrams, tokens
from qa.typed.slips import slip_cost
from qa.typed.spoken import SMALL

HEARD = 1.0  # slips that a word costs that sounds the same
MOST_SLIPS = 2.0  # that lead to a word: one, as edits are counted, that is likely or not in the first letter
SHORTEST_TYPED = 2  # letters of a word that may be a slip of the finger
SLIP = 1.5  # how much likelier a word must be for each slip; this and what follows are natural logarithms
# How much likelier a little word must be beyond that: for another one, which sounds the same; for one with a meaning of
# its own. By a slip, no little word is another, such as "he" for "she", and no word a number; but "were is" is "where
# is".
HEARD_GAIN, LITTLE_GAIN = 3.0, 4.0
RARE_GAIN = 7.0  # for a word that was hardly seen anywhere, of which little is known
GAIN = 6.0  # by a number or a word with a meaning of its own
HEARD_THERE_GAIN, THERE_GAIN = 5.0, 9.0  # for a word that the documents hold: one that sounds the same; by a slip
SURE_GAIN = 10.0  # from which a question's first word, and one that sounds the same, is exchanged in any case
OUTSIDE = 8.0  # how much less likely than an unknown word any one word is that the model does not know
MOST_FITTING = 4.0  # more is not told apart: it would outweigh how the word is written
BELONGING = 0.5  # share of the other words of a question beside which a word is where it belongs
MOST_ROUNDS = 3  # words of one question that are exchanged
LONGEST = 60  # words of a question that is looked at: a longer one is a pasted text, which nobody types
DETERMINERS = frozenset("a an the my your his her its our their whose no every each any some".split())
JOINING = frozenset("-_")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Another word for the one of a question's tokens at this number, whether it sounds the same, and how much likelier
    it is, as a logarithm, less what the slips cost."""

    at: int
    word: str
    is_heard: bool
    gain: float


def mended_in_context(question: str, source: Described) -> str:
    """The question with the words that were meant in the place of others, where that is sure."""
    model = shipped_ngrams()
    if not 1 < len(tokens(question)) <= LONGEST or is_rather_other(question, ENGLISH):
        return question
    for _ in range(MOST_ROUNDS):
        read = tokens(question)
        found = next((one for one in _exchanges(question, read, model) if _is_sure(one, read, source)), None)
        if found is None:
            break
        start, end = read[found.at].start, read[found.at].end
        question = question[:start] + cased(found.word, question[start:end]) + question[end:]
    return question


def fit_in_context(question: str, place: Place, words: Sequence[str]) -> list[float]:
    """How well each of the words fits between its neighbours, where it is to stand at the place: how much likelier it
    is there than elsewhere, as a logarithm, 0 to MOST_FITTING; 0 for one that the model does not know."""
    model = shipped_ngrams()
    before, behind = ([one.word for one in tokens(part)] for part in (question[: place[0]], question[place[1] :]))
    at = len(before) + 1

    def likelier(word: str) -> float:
        sequence = model.sequence([*before, word, *behind])
        return model.log_likelihood(sequence, at) - model.log_alone(sequence[at])

    least = likelier(UNKNOWN)
    return [min(max(likelier(word.lower()) - least, 0.0), MOST_FITTING) for word in words]


def _exchanges(question: str, read: Sequence[Token], model: NgramModel) -> list[Exchange]:
    """What may be exchanged of a question that is `read` so, the likeliest first."""
    sequence = model.sequence([token.word for token in read])
    found: list[Exchange] = []
    for at, token in enumerate(read, 1):
        if not _may_be_slip(token, question, model) or model.is_seen(sequence, at):
            continue
        if not is_outside_signs((token.start, token.end), question):
            continue
        typed = model.log_likelihood(sequence, at) - (0.0 if token.word in model else OUTSIDE)
        for word, slips in _words_near(token.word):
            other = [*sequence[:at], model.numbers[word], *sequence[at + 1 :]]
            gain = model.log_likelihood(other, at) - typed - SLIP * slips
            if gain > 0:
                found.append(Exchange(at - 1, word, word in model.alike(token.word), gain))
    return sorted(found, key=lambda one: (-one.gain, one.word))


def _may_be_slip(token: Token, question: str, model: NgramModel) -> bool:
    """Whether this is a word of the language, and no name, abbreviation, or part of a compound or identifier."""
    if not token.word[0].isalpha() or not (token.word in model or is_known(token.word)):
        return False
    if JOINING & {question[token.start - 1 : token.start], question[token.end : token.end + 1]}:
        return False
    written = question[token.start : token.end]
    return question.isupper() or written.islower() or (token.start == 0 and written[1:].islower())


@lru_cache(maxsize=1024)
def _words_near(word: str) -> tuple[tuple[str, float], ...]:
    """Words that may be meant, and the slips that it takes to type this one for them."""
    model = shipped_ngrams()
    alike = model.alike(word)
    found = [(other, HEARD) for other in sorted(alike)]
    if len(word) < SHORTEST_TYPED:
        return tuple(found)
    for other in sorted(one for one in _one_edit_from(word) - alike - {word} if one in model):
        slips = slip_cost(word, other)
        if slips < MOST_SLIPS and not is_form_of(word, other) and not is_form_of(other, word):
            found.append((other, slips))
    return tuple(found)


def _one_edit_from(word: str) -> set[str]:
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    added = {before + letter + behind for before, behind in parts for letter in LETTERS}
    exchanged = {before + letter + behind[1:] for before, behind in parts if behind for letter in LETTERS}
    dropped = {before + behind[1:] for before, behind in parts if behind}
    swapped = {before + behind[1] + behind[0] + behind[2:] for before, behind in parts if len(behind) > 1}
    return added | exchanged | dropped | swapped


def _is_sure(one: Exchange, read: Sequence[Token], source: Described) -> bool:
    """Whether the word was meant so surely that nobody is asked."""
    at = one.at
    if one.word in {token.word for token in (*read[max(0, at - 1) : at], *read[at + 1 : at + 2])}:
        return False  # "which which"
    typed = read[at].word
    is_first = at == 0 and one.gain >= SURE_GAIN
    if one.gain < _least_gain(typed, one):
        return False
    if not one.is_heard and (one.word in SMALL or (_is_little(typed) and not is_first)):
        return False
    if _is_little(typed):
        is_name = typed in SMALL and at + 1 == len(read)  # "race four", at the end
        return one.gain >= SURE_GAIN or not (is_name or _is_beside(read, at, source))
    others = sorted({token.word for token in read if token.word.isalpha() and not _is_little(token.word)} - {typed})
    if not _is_little(one.word):
        return bool(source.occurring([one.word])) and share_beside(one.word, others, source) > share_beside(
            typed, others, source
        )
    if at and one.word not in SMALL and (read[at - 1].word in DETERMINERS or read[at - 1].word.endswith("'s")):
        return False  # "the hat"
    if not source.occurring([typed]):
        return True
    if one.is_heard:
        return one.gain >= SURE_GAIN or (one.gain >= HEARD_THERE_GAIN and not _is_beside(read, at, source))
    is_apart = bool(others) and share_beside(typed, others, source) < BELONGING
    return is_first or (one.gain >= THERE_GAIN and is_apart)


def _least_gain(typed: str, one: Exchange) -> float:
    """How much likelier the word must be than the one that was typed."""
    if one.word in SMALL or not _is_little(one.word):
        return GAIN
    if _is_little(typed):
        return HEARD_GAIN
    return RARE_GAIN if not one.is_heard and shipped_ngrams().is_rare(typed) else LITTLE_GAIN


def _is_little(word: str) -> bool:
    """Whether this is a little word or a number, which stands beside anything."""
    return word.split("'")[0] in LITTLE or word in SMALL


def _is_beside(read: Sequence[Token], at: int, source: Described) -> bool:
    """Whether the documents have the word beside one of its neighbours, as in "season two"."""
    pairs = (read[max(0, at - 1) : at + 1], read[at : at + 2])
    return bool(source.occurring([" ".join(one.word for one in pair) for pair in pairs if _has_meaning(pair)]))


def _has_meaning(pair: Sequence[Token]) -> bool:
    return len(pair) == 2 and any(token.word[0].isalpha() and not _is_little(token.word) for token in pair)


def share_beside(word: str, others: Sequence[str], source: Described) -> float:
    """The share of the other words that stand in a passage with the word; where there are none, whether it occurs."""
    if not others:
        return float(bool(source.occurring([word])))
    return len(source.occurring(others, beside=word)) / len(others)
