"""What tells that two quotes speak of different things, so that their values do not contradict each other.

Two amounts of one unit contradict each other only where they are of one thing. The tests are strict: a conflict that is
none costs a person more than one that is not shown. They were chosen on one half of the cases of
`qa.evaluation.conflicts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.subjects import Subject, are_named_alike, subject_stems
from qa.values.kinds import CalendarDate, Polarity, ProperName, agreement
from qa.wording import WORD, proper_words, stem

# Shares of the words in either sentence that both must have.
COMMON = 0.4
COMMON_OF_NAMES = 0.6  # who holds an office: other words speak of another office
COMMON_IN_DOCUMENT = 0.75  # a document seldom contradicts itself
LEAST_UNDER_OTHER_HEADINGS = (
    3  # words in which sentences of one document agree, to speak of the same under two headings
)
MANY_COMMON = 2  # of the question's words that are found around both, before one may be found around just one
OPENING = 500  # characters of a document in which it says what and whom it is about
# Words that tell one kind of a thing from another.
QUALIFIERS = frozenset(
    map(
        stem,
        "adult child children kid youth teenager senior pensioner student pupil apprentice trainee junior reduced "
        "concession group family member single double twin weekday weekend morning afternoon evening night winter "
        "summer spring autumn domestic international national local foreign basic standard premium plus pro business "
        "enterprise deluxe economy express priority part-time full-time temporary permanent new former old second "
        "first third upper lower left right front rear inner outer indoor outdoor north south east west male female "
        "men women boys girls monthly weekly daily hourly gross net minimum maximum average total additional extra "
        "digital print paper online minor major small large medium light heavy hot cold red green white black half "
        "quarter probation private public primary secondary reserve deputy vice assistant partial".split(),
    )
)
POINTING = re.compile(r"\W*(?:this|it|its|these|those|they|their|he|she|his|her|both|here)\b", re.IGNORECASE)
# What is added to something contradicts nothing.
ADDING = re.compile(r"\b(?:also|additionally|as well|besides|in addition)\b|\btoo\W*$", re.IGNORECASE)
PART = re.compile(r"\b([\w-]+) of (?:the|this|our|its|their) ([\w-]+)", re.IGNORECASE)  # "the tower of the church"
# What "of the church" does not make a part of it.
MEASURES = subject_stems(
    "height length width depth weight size age area volume speed price rent fee cost number amount rate date name "
    "total duration capacity maximum minimum limit level value"
)
DIRECTION = re.compile(r"\b(to|towards?|into|from|off|out of)\s(?:(?:the|a|our)\s)?([\w-]+)", re.IGNORECASE)
AWAY = frozenset({"from", "off", "out of"})
# What happens again and again has several dates, without contradiction.
REPEATED = re.compile(
    r"\b(?:met|meets?|visit\w*|held|play\w*|won|attend\w*|report\w*|inspect\w*|took place|sent|receiv\w*|call\w*|"
    r"repair\w*|updat\w*|deliver\w*|order\w*|next|last|previous)\b",
    re.IGNORECASE,
)
# Documents that are each about their own year.
PERIODIC = frozenset(
    map(
        stem,
        "report results minutes budget accounts season statistics census survey balance financial programme program "
        "festival conference tournament championship cup fair invoice receipt payslip statement newsletter diary log "
        "quarter review".split(),
    )
)
# What two editions of one document differ in.
EDITION = re.compile(
    r"\d+|v\d+|rev\w*|version|edition|draft|final|old|new|current|archive\w*|copy|updat\w*|latest|amend\w*|previous|"
    r"original|jan\w*|feb\w*|mar\w*|apr\w*|may|jun\w*|jul\w*|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two quotes that state different values, and the stems of what is asked."""

    one: Subject
    other: Subject
    asked: frozenset[str]
    is_same_document: bool

    @property
    def both_ways(self) -> tuple[tuple[Subject, Subject], tuple[Subject, Subject]]:
        """The one with the other, and the other with the one."""
        return (self.one, self.other), (self.other, self.one)

    def states(self, *kinds: type) -> bool:
        """Whether the first of them states a value of one of these kinds, as then both do."""
        return any(isinstance(value, kinds) for value in self.one.stated.values)


def difference(pair: Pair) -> str:
    """What tells that the two speak of different things, in one word or two; "" where nothing does."""
    return next((name for name, test in TESTS if test(pair)), "")


def differ_in_cells(pair: Pair) -> bool:
    """Whether they stand in other rows or columns."""
    return not are_named_alike(pair.one, pair.other)


def differ_in_values(pair: Pair) -> bool:
    """Whether either sentence tells another value that the other does not: a year, an age, a number of persons. A date
    from which just one of them holds is no difference."""
    missing = [
        [value for value in a.values if not any(agreement(value, b) for b in c.values)] for a, c in pair.both_ways
    ]
    are_dates = all(isinstance(value, CalendarDate) and value.year for some in missing for value in some)
    is_past = pair.one.is_past or pair.other.is_past
    return any(missing) and (not are_dates or all(missing) or is_past)


def tell_both(pair: Pair) -> bool:
    """Whether one sentence also tells what the other's quote states: "it was 20, now it is 30"."""
    return any(agreement(told, value) for a, b in pair.both_ways for told in a.told for value in b.stated.values)


def differ_in_limits(pair: Pair) -> bool:
    """Whether words such as "if", "not" or "proposed" limit just one of them."""
    return pair.one.limits != pair.other.limits and not pair.states(Polarity)


def differ_in_names(pair: Pair) -> bool:
    """Whether a proper name stands in one sentence that is not found around the other quote."""
    return any(stem(name) not in b.around and name not in b.names for a, b in pair.both_ways for name in a.names)


def differ_in_asked(pair: Pair) -> bool:
    """Whether a word of the question is found around just one of the quotes; of three or more, one may be."""
    missing = pair.asked & (pair.one.around ^ pair.other.around)
    common = pair.asked & pair.one.around & pair.other.around
    return not common or bool(QUALIFIERS & missing) or len(missing) > (1 if len(common) >= MANY_COMMON else 0)


def are_qualified(pair: Pair) -> bool:
    """Whether a word that tells kinds apart, such as "adult", stands in just one of the sentences."""
    return bool(QUALIFIERS & (pair.one.said ^ pair.other.said))


def are_swapped(pair: Pair) -> bool:
    """Whether the sentences are the same but for one word each, as "a studio costs" and "a loft costs"."""
    one, other = pair.one.said, pair.other.said
    return len(one - other) == 1 and len(other - one) == 1 and bool(one & other)


def differ_in_complements(pair: Pair) -> bool:
    """Whether just one of the sentences is limited by words behind a preposition, such as "for groups"."""
    return any((a.complements & a.said) - b.around - pair.asked for a, b in pair.both_ways)


def differ_in_directions(pair: Pair) -> bool:
    """Whether one goes to what the other comes from, as "the ferry to the island" and "the ferry from the island"."""
    ways = [
        {(subject_stems(found[2]), found[1].lower() in AWAY) for found in DIRECTION.finditer(one.sentence)}
        for one, _ in pair.both_ways
    ]
    return any((place, not is_away) in ways[1] for place, is_away in ways[0])


def are_part_and_whole(pair: Pair) -> bool:
    """Whether one speaks of a part of what the other speaks of, as "the tower of the church"."""
    return any(
        subject_stems(whole) & b.said & pair.asked and not subject_stems(part) & (b.around | pair.asked | MEASURES)
        for a, b in pair.both_ways
        for part, whole in PART.findall(a.sentence)
    )


def is_added(pair: Pair) -> bool:
    """Whether one adds to the other: "closed on Mondays as well"."""
    return any(ADDING.search(one.sentence) for one, _ in pair.both_ways)


def differ_in_headings(pair: Pair) -> bool:
    """Whether their headings name two things of one kind."""
    return differ_above(pair.one.headings, pair.other.headings)


def differ_in_titles(pair: Pair) -> bool:
    """Whether their titles name two things of one kind."""
    return differ_above(pair.one.title, pair.other.title)


def differ_above(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles or headings are of two things of one kind, as "berlin office" and "munich office"; two
    editions are not."""
    only = [{word for word in some if not EDITION.fullmatch(word)} for some in (one - other, other - one)]
    return bool(QUALIFIERS & (only[0] | only[1])) or (bool(one & other) and all(only))


def are_repeated(pair: Pair) -> bool:
    """Whether they are dates of what may happen several times."""
    return pair.states(CalendarDate) and any(REPEATED.search(one.sentence) for one, _ in pair.both_ways)


def differ_in_words(pair: Pair) -> bool:
    """Whether too few of the sentences' words are common to both."""
    least = COMMON_OF_NAMES if pair.states(ProperName) else COMMON
    if pair.is_same_document:
        least = COMMON_IN_DOCUMENT
    union = pair.one.said | pair.other.said
    return not union or len(pair.one.said & pair.other.said) / len(union) < least


def are_apart(pair: Pair) -> bool:
    """Whether two quotes of one document may be of two things that it treats one after the other: their sentences point
    at something before them, or stand under other headings and say little, and not of what the document is about."""
    if not pair.is_same_document:
        return False
    if any(POINTING.match(one.sentence) for one, _ in pair.both_ways):
        return True
    common = pair.one.said & pair.other.said
    is_of_title = pair.asked <= common and bool(common & pair.one.title)
    return pair.one.headings != pair.other.headings and len(common) < LEAST_UNDER_OTHER_HEADINGS and not is_of_title


TESTS: tuple[tuple[str, Callable[[Pair], bool]], ...] = (
    ("cells", differ_in_cells),
    ("values", differ_in_values),
    ("both told", tell_both),
    ("limits", differ_in_limits),
    ("names", differ_in_names),
    ("asked", differ_in_asked),
    ("qualifiers", are_qualified),
    ("swapped", are_swapped),
    ("complements", differ_in_complements),
    ("directions", differ_in_directions),
    ("part", are_part_and_whole),
    ("added", is_added),
    ("headings", differ_in_headings),
    ("titles", differ_in_titles),
    ("repeated", are_repeated),
    ("words", differ_in_words),
    ("places", are_apart),
)


def are_of_other_periods(one: Subject, other: Subject, years: tuple[str, str]) -> bool:
    """Whether documents of two years ("" where it is not known) tell each of its own: a report does, a handbook does
    not."""
    if not all(years) or years[0] == years[1]:
        return False
    about = one.title | one.headings | other.title | other.headings
    return one.is_past or other.is_past or bool(PERIODIC & about)


def are_of_other_parties(one: str, other: str, quoted: str) -> bool:
    """Whether the openings of two texts each name someone or something that the other text never does, and that is not
    `quoted`."""
    own = frozenset(word.casefold() for word in WORD.findall(quoted))
    return bool(_unknown(one, other) - own) and bool(_unknown(other, one) - own)


def _unknown(one: str, other: str) -> frozenset[str]:
    """The names in the opening of one text that the other never mentions."""
    return proper_words(one[:OPENING]) - {word.casefold() for word in WORD.findall(other)}
