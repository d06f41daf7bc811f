"""What a quote speaks of: what is left of its sentence when the values are taken out, and what it stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Place
from index.views import PARTED
from qa.records import Citation
from qa.same_text import same_text
from qa.values.kinds import Polarity, ProperName, Stated, Value
from qa.values.parsing import POLARITY_WORDS, stated, touching, values_in
from qa.wording import content_stems, proper_words, stem

# Words of one meaning, the first of which stands for all.
SYNONYMS = [
    words.split() for words in (
        "employee staff worker personnel colleague", "customer client buyer purchaser", "leave vacation holiday",
        "fee charge price cost rate tariff", "tenant renter lessee", "landlord lessor owner", "visitor guest",
        "entitled get receive have granted given", "last take run",
        "deadline due latest", "allowed permitted", "start begin commence", "end finish close", "buy purchase",
        "return give back", "notice termination cancellation", "phone telephone", "car vehicle", "shop store",
        "weigh weight", "tall height high", "long length", "wide width", "deep depth", "annual yearly year",
        "maximum most limit", "minimum least", "per each every", "pay payable paid",
    )
]  # fmt: skip
CANONICAL = {stem(word): stem(words[0]) for words in SYNONYMS for word in words}
UNIT_WORDS = frozenset(
    map(stem, "second minute hour day week month year calendar percent euro dollar pound time o'clock am pm".split())
)
EMPTY_WORDS = frozenset(
    map(stem, "also currently now present always usually generally please note only just may must shall let".split())
)
# Words that limit what a sentence says.
LIMITS = re.compile(
    r"\b(?:if|unless|except|until|otherwise|not|never|no|without|formerly|previously|originally|used to|no longer|"
    r"proposed|planned|draft|example|e\.g|instead|might|could|would|another|other|one of|"
    r"some)\b",
    re.IGNORECASE,
)
COMPLEMENT = re.compile(
    r"\b(?:for|with|during|in|at|by|after|before|from|under|within)\s((?:[\w'-]+\s?){1,3})", re.IGNORECASE
)
# Where a clause ends: at semicolons, behind "5 p.m." and, where the sentences were not parted, behind a whole word.
CLAUSE_END = re.compile(
    r";\s|(?<=[ap]\.m\.)\s(?=[A-Z])|(?<=\w\w[a-z)][.!?])(?<!\bapprox\.)(?<!\b[iIeE]xcl\.)(?<!\b[iI]ncl\.)(?<!\b[eE]tc\.)"
    r"(?<!\b[aA]rt\.)(?<!\b[sS]ec\.)(?<!\b[fF]ig\.)(?<!\b[vV]ol\.)(?<!\bMrs\.)(?<!\bProf\.)(?<!\bLtd\.)(?<!\bInc\.)\s(?=[A-Z])"
)
PASSIVE = "".join(rf"(?<!\b{word} )" for word in "is are be been being get gets".split())
PAST = re.compile(
    rf"\b(?:was|were|had|did|{PASSIVE}(?:rose|fell|grew|won|lost|sold|spent|came|went|met|held|began|scored|"
    r"(?!need|exceed|speed|feed|seed|indeed|proceed|unlimited|limited|required|reduced)[a-z]{2,}ed))\b"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a quote speaks of, and what it states of that.

    `said` are the stems of its sentence's words, without values; `title` and `headings` those of what it stands under.
    `row` and `column` name its cell. `told` are the other values of its sentence, `values` those of them in the quote's
    own clause. `names` are proper names in the clause, `limits` words that limit it, `complements` stems that only a
    preposition ties to it.
    """

    stated: Stated
    sentence: str
    said: frozenset[str]
    title: frozenset[str]
    headings: frozenset[str]
    row: str
    column: str
    told: tuple[Value, ...]
    values: tuple[Value, ...]
    names: frozenset[str]
    limits: frozenset[str]
    complements: frozenset[str]

    @property
    def around(self) -> frozenset[str]:
        """The stems of all that tells what the quote is about."""
        return self.said | self.title | self.headings

    @property
    def is_past(self) -> bool:
        """Whether the sentence tells what was."""
        return PAST.search(self.sentence) is not None


def subject_of(citation: Citation, context: str) -> Subject:
    """The subject of a citation that is read under this context: title and headings on a line, then a lead-in."""
    whole, start = citation.sentence_shown, citation.shown_start
    end = start + len(citation.shown)
    names = {name.kind: name.shown for name in citation.names}
    found = values_in(whole)
    quoted = touching(whole, found, start, end)
    states = stated(whole, start, end)
    told = [one.value for one in found if one not in quoted]
    first, last = _clause(whole, start, end)
    inside = [one for one in found if first <= one.start and one.end <= last]
    rest = _without(whole, [(one.start, one.end) for one in found])[first:last]
    left = [one.value for one in inside if one not in quoted]
    if "row" in names or "column" in names:  # other cells hold other values, of the same row
        told = left = [one.value for name in ("row", "column") for one in values_in(names.get(name, ""))]
        rest = f"{names.get('row', '')}; {names.get('column', rest)}"
    if any(isinstance(value, ProperName) for value in states.values):
        rest = rest.replace(citation.shown, " ")
    if any(isinstance(value, Polarity) for value in states.values):
        rest = POLARITY_WORDS.sub(" ", rest)
    title, _, headings = context.strip().partition("\n")[0].partition(PARTED)
    lead = context.strip().partition("\n")[2]
    return Subject(
        stated=states,
        sentence=whole[first:last],
        said=subject_stems(f"{lead} {rest}"),
        title=subject_stems(title),
        headings=subject_stems(headings),
        row=names.get("row", ""),
        column=names.get("column", ""),
        told=tuple(told),
        values=tuple(left),
        names=proper_words(rest),
        limits=frozenset(found.group().lower() for found in LIMITS.finditer(rest)),
        complements=frozenset().union(*(subject_stems(found[1]) for found in COMPLEMENT.finditer(rest))),
    )


def _clause(sentence: str, start: int, end: int) -> Place:
    """The part of a sentence around a quote that no semicolon parts from it, nor the full stop of "5 p.m. The"."""
    first = max((found.end() for found in CLAUSE_END.finditer(sentence, 0, start)), default=0)
    last = next((found.start() for found in CLAUSE_END.finditer(sentence, end)), len(sentence))
    return first, last


def _without(text: str, places: Sequence[Place]) -> str:
    """The text with blanks for what stands at the places."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def subject_stems(text: str) -> frozenset[str]:
    """The stems of a text's words, one for words of one meaning, without units of time and money."""
    stems = (CANONICAL.get(one, one) for one in content_stems(text))
    return frozenset(one for one in stems if one not in UNIT_WORDS and one not in EMPTY_WORDS)


def are_named_alike(one: Subject, other: Subject) -> bool:
    """Whether nothing says that two quotes stand in rows or columns of different things."""
    pairs = ((one.row, other.row), (one.column, other.column))
    return all(same_text(a, b) for a, b in pairs if a and b) and bool(one.row) == bool(other.row)


def is_about_the_same(question: str, one: Subject, other: Subject) -> bool:
    """Whether nothing tells that two quotes of one value speak of different things: they share half of the question's
    words, and the names of row and column."""
    asked = subject_stems(question)
    mine, theirs = asked & one.around, asked & other.around
    return are_named_alike(one, other) and 2 * len(mine & theirs) >= len(mine | theirs)
